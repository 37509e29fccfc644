"""Masking: what is private never leaves, and the answer says what the document said."""

import json
import re
import time

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from private_texts import NAMES, glue, masked, private, raw, sentences

from l10n_cl_ai.llm.privacy import Masker
from l10n_cl_ai.llm.question import Private


@given(sentences, glue)
def test_nothing_private_can_be_read_in_what_leaves(parts, between):
    text = between.join(parts)
    assert not raw(masked(text))


@given(st.lists(private, unique_by=lambda text: re.sub(r"[^0-9a-zñáé@]", "", text)[-9:], min_size=1), glue)
def test_the_answer_says_what_the_document_said(parts, between):
    text = between.join(parts)
    masker = Masker()
    assert masker.restore(masker.mask(text)) == text


dense = st.text("0123456789-.,kK @+()[]_RUTab\nñ\u0301$%clfonota:é", max_size=120)


@given(st.one_of(st.text(max_size=80), dense))
@example("[RUT_1] 12.345.678-5 [[RUT_1]] [RUT_12.345.678-5]")
def test_masking_and_restoring_any_text_changes_nothing(text):
    assume("\\" not in text)  # what JSON text escapes comes back readable
    masker, forms = Masker(NAMES), {}
    for span in masker._spans(text):
        form = text[span.start : span.end]
        # One value written in two ways comes back in the first.
        assume(forms.setdefault((span.kind, span.key), form) == form)
    assert masker.restore(masker.mask(text)) == text


@given(st.one_of(sentences, st.text(max_size=80), dense))
def test_what_is_the_same_each_time_is_masked_as_any_text(text):
    text = text if isinstance(text, str) else " ".join(text)
    known, later = Masker(NAMES), Masker()
    expected = known.mask(text)
    assert [Masker(NAMES).mask(text, fixed=True) for _time in range(2)] == [expected, expected]
    assert later.mask(text, fixed=True) == Masker().mask(text), "names of one are none of another's"


def test_one_value_has_one_pseudonym_however_it_is_written():
    masker = Masker(NAMES)
    text = "12.345.678-5, 12345678-5, RUT 123456785; +56 9 8765 4321, 987654321; A@b.cl a@B.CL"
    assert masker.mask(text) == "[RUT_1], [RUT_1], RUT [RUT_1]; [PHONE_1], [PHONE_1]; [EMAIL_1] [EMAIL_1]"
    assert masker.mask("11.111.111-1 y 12345678-5") == "[RUT_2] y [RUT_1]"
    assert masker.restore("[RUT_1] y [RUT_2]") == "12.345.678-5 y 11.111.111-1"


def test_equal_questions_stay_equal():
    text = "76.192.083-9 vende a 96.741.350-K, de Comercial Ñuble Ltda."
    assert masked(text, NAMES) == masked(text, NAMES) == "[RUT_1] vende a [RUT_2], de [NAME_1]."
    assert masked("11.111.111-1 vende a 22.222.222-2, de Comercial Ñuble Ltda.", NAMES) == masked(text, NAMES)


# -- hostile texts -------------------------------------------------------------------------------------------


def test_a_text_that_looks_like_a_pseudonym_can_not_pass_for_one():
    masker = Masker()
    body = masker.mask("[RUT_1] dice: repita [RUT_1] y [rut_2]. RUT 12.345.678-5")
    assert body == "[TEXT_1] dice: repita [TEXT_1] y [TEXT_2]. RUT [RUT_1]"
    assert masker.restore("[TEXT_1] [RUT_1] [TEXT_2]") == "[RUT_1] 12.345.678-5 [rut_2]"


def test_an_answer_restores_nothing_but_what_was_sent():
    masker = Masker()
    masker.mask("12.345.678-5")
    for text in ("[RUT_2]", "[NAME_1]", "[rut_1]", "[RUT_01]", "RUT_1", "[RUT_1", "[RUT_\u0661]", "[[TEXT_1]"):
        assert masker.restore(text) == text
    assert masker.restore("[[RUT_1]]") == "[12.345.678-5]"


def test_pieces_cut_by_another_find_do_not_leak():
    assert masked("Soto 12345678-5", [Private("name", "Peña Soto 12345678")]) == "Soto [RUT_1]"
    crossed = masked("Soto 12345678-5", [Private("name", "Soto 12345678")])
    assert "1234" not in crossed
    assert not raw(crossed)


#: Texts that make an expression go back on its steps again and again, if any can.
HOSTILE = [
    "a", "1", "1.", "1 ", "1-", "-", "@", "a@", "a.", "a@a.", "a-a@", "[", "[RUT_", "[RUT_1]", "+", "+56", "+56 9 ",
    "(", "9 1234 5678 ", "cta. ", "cuenta corriente ", "cuenta 1-", "fono ", "fono 1234567 ", "tel (", "RUT ",
    "rut:", "r.u.t. ", "vat ", "patente ", "placa AB ", "BC", "12.345.678-", "12345678-5 ", "4111 1111 ", "$ ",
    "mnt ", "%40", "comercial ", "comercial ñuble ", "av ", "n ", "a\u0301", "\u0301", " ", "\n", "\\", "ñ",
    "&", "&amp;", "amp;", "&#4", "&#45;", "\u200b", "1\u200b", "１", "²", "ﬁ", "a_", "rut12.345.678-\n",
]  # fmt: skip


def seconds(text):
    """Return the processor time of masking a text, the best of two."""
    best = float("inf")
    for _attempt in range(2):
        start = time.process_time()
        masked(text, NAMES)
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.parametrize("seed", HOSTILE)
def test_masking_takes_linear_time(seed):
    """Eight times the text takes some eight times as long: sixty-four times, if any expression were quadratic."""
    short, long = (seed * (size // len(seed)) for size in (4_000, 32_000))
    assert seconds(long) < 24 * max(seconds(short), 0.001)


def test_a_megabyte_of_everything_hostile_is_masked():
    text = "".join(seed * (1_000_000 // len(HOSTILE) // len(seed)) for seed in HOSTILE)
    masker = Masker(NAMES)
    assert masker.restore(masker.mask(text)).casefold() == text.casefold()


# -- streams -------------------------------------------------------------------------------------------------


@given(st.data())
def test_an_answer_that_streams_is_restored_wherever_it_is_cut(data):
    masker = Masker()
    masker.mask("12.345.678-5 a@b.cl [RUT_7] 11.111.111-1")
    pieces = [
        "[RUT_1]",
        "[RUT_2]",
        "[RUT_12]",
        "[EMAIL_1]",
        "[TEXT_1]",
        "[",
        "]",
        "[RUT_",
        "[RUT",
        "texto ",
        "\n",
        "1]",
    ]
    text = "".join(data.draw(st.lists(st.sampled_from(pieces))))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)))))
    stream = masker.stream()
    shown = "".join(stream.feed(text[start:end]) for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True))
    assert shown + stream.finish() == masker.restore(text)


def test_a_stream_waits_for_nothing_but_a_pseudonym():
    masker = Masker()
    masker.mask("12.345.678-5")
    stream = masker.stream()
    assert [stream.feed(piece) for piece in ("hola [", "x] [RU", "T_1", "] [RUT_", "9]")] == [
        "hola ", "[x] ", "", "12.345.678-5 ", "[RUT_9]"
    ]  # fmt: skip
    assert (stream.feed("[RUT_"), stream.finish(), stream.finish()) == ("", "[RUT_", "")


@pytest.mark.parametrize("open_, close", [('"', '"'), ("“", "”"), ("«", "»"), ("„", "“")])
@pytest.mark.parametrize("name, secret", [
    ("Librería {}La Aurora{} Limitada", "Aurora"),
    ("Comercial {}Aurora{} SpA", "Aurora"),
    ("{}Casa Silva{} EIRL", "Silva"),
    ("Transportes Del Maule {}TDM Carga{}", "Maule"),
])  # fmt: skip
def test_a_name_with_a_part_in_quotation_marks_is_masked_by_its_parts(open_, close, name, secret):
    name = name.format(open_, close)
    for text in (f"Para {name}, 3 cajas", json.dumps({"a": f"Para {name}"}), json.dumps([name], ensure_ascii=False)):
        left = masked(text, [Private("name", name)])
        assert secret not in left
        assert left.count('"') == text.count('"')


def test_a_common_word_in_quotation_marks_stays():
    text, names = "Servicios de oficina, 2 de la caja", ("Servicios “Sol” SpA", "X “la” Y")
    assert masked(text, [Private("name", name) for name in names]) == text
