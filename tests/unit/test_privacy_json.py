"""Masking JSON: values, texts of it, keys that say what a number is."""

import json

from hypothesis import assume, given
from hypothesis import strategies as st
from private_texts import NAMES, masked, private, raw, words

from l10n_cl_ai.llm.privacy import Masker
from l10n_cl_ai.llm.question import Private

# -- JSON ----------------------------------------------------------------------------------------------------

leaves = st.one_of(private, st.text(max_size=20), st.integers(), st.booleans(), st.none(), st.floats(allow_nan=False))
values = st.recursive(
    leaves, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(words, inner, max_size=4))
)


def every_string(value):
    """Yield the strings and keys of a JSON value."""
    if isinstance(value, str):
        yield value
    for inner in [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from every_string(inner)


@given(values)
def test_json_comes_back_as_it_went(value):
    masker, forms = Masker(NAMES), {}
    for text in every_string(value):
        assume("\\" not in text)
        for span in Masker(NAMES)._spans(text):
            form = text[span.start : span.end]
            assume(forms.setdefault((span.kind, span.key), form) == form)
    sent = json.dumps(masker.mask_json(value))
    assert masker.restore_json(json.loads(sent)) == value


strings = st.recursive(
    st.one_of(private, st.text(max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(words, inner, max_size=4)),
    max_leaves=12,
)


@given(strings)
def test_masked_json_text_stays_json(value):
    text = masked(json.dumps(value, ensure_ascii=False), NAMES)
    assert type(json.loads(text)) is type(value)


@given(st.lists(private, min_size=1, max_size=4), st.sampled_from(("\n", "\t", '"', "\\", "\x01", "/")), st.booleans())
def test_what_json_escapes_hides_nothing(parts, between, ascii_only):
    text = masked(json.dumps(["", *parts, "Comercial Nuble"], ensure_ascii=ascii_only), NAMES)
    joined = masked(json.dumps(between.join(["", *parts, "Comercial Nuble"]), ensure_ascii=ascii_only), NAMES)
    assert not raw(" ".join(json.loads(text)) + json.loads(joined))
    assert "Nuble" not in text + joined


def test_what_json_text_escapes_comes_back_readable():
    masker = Masker(NAMES)
    assert masker.mask(json.dumps({"a": "\nComercial Ñuble"})) == '{"a": "\\n[NAME_1]"}'
    assert masker.restore("[NAME_1]") == "Comercial Ñuble"


def test_a_number_of_json_is_a_number_unless_its_key_says_otherwise():
    text = '{"debit": 987654321, "x": 987654321, "id": 4111111111111111, "phone": 987654321}'
    assert masked(text) == text.replace("4111111111111111", "[CARD_1]").replace(
        '"phone": 987654321', '"phone": [PHONE_1]'
    )
    value = json.loads(text)
    assert Masker().mask_json(value) == {**value, "phone": "[PHONE_1]"}


def test_a_key_says_what_a_number_is():
    masker = Masker()
    value = {"rut": "123456785", "phone": 223456789, "amount_total": 987654321, "cuenta": [{"cta": "n° 12345"}]}
    sent = masker.mask_json(value)
    assert sent == {
        "rut": "[RUT_1]",
        "phone": "[PHONE_1]",
        "amount_total": 987654321,
        "cuenta": [{"cta": "n° [ACCOUNT_1]"}],
    }
    assert masker.restore_json(sent)["phone"] == "223456789"


def test_keys_are_masked_and_none_is_lost():
    masker = Masker()
    value = {"12.345.678-5": 1, "12345678-5": 2, "neto": 3}
    sent = masker.mask_json(value)
    assert not raw(json.dumps(sent))
    assert masker.restore_json(sent) == value


def test_an_original_comes_back_in_a_parsed_answer():
    masker = Masker([Private("name", "D'Angelo & Hijos")])
    assert masker.mask("pagó D'Angelo & Hijos") == "pagó [NAME_1]"
    assert masker.restore_json({"[NAME_1]": ["a [NAME_1]", 1, None]}) == {
        "D'Angelo & Hijos": ["a D'Angelo & Hijos", 1, None]
    }
