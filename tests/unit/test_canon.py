"""Two questions share a key only where they are the same question, from those whom the same answer may serve."""

import hashlib
from collections import OrderedDict
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l10n_cl_ai.llm import canon
from l10n_cl_ai.llm.canon import cache_key, canonical

PARTS = {
    "company": 1, "scope": "company", "feature": "dte_review", "prompt_version": "3", "version": "rules-9",
    "model": "m-1", "schema": {"type": "object", "required": ["a"]},
    "messages": [{"role": "user", "content": "¿IVA?"}],
}
#: JSON values without two spellings of one thing: what differs in Python differs to the model.
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters()),  # half pairs of surrogates included
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


class Kind(StrEnum):
    REVIEW = "dte_review"


def test_the_key_is_a_sha256():
    assert len(cache_key(**PARTS)) == hashlib.sha256().digest_size


def test_the_key_is_the_same_on_every_machine_and_day():
    assert canonical({"b": [1, True, None], "a": "ñ"}) == '{"a":"ñ","b":[1,true,null]}'.encode()
    assert cache_key(**PARTS) == cache_key(**dict(reversed(PARTS.items())))


@pytest.mark.parametrize(
    "part,other",
    [
        ("company", 2), ("scope", "user:7"), ("feature", "chat"), ("prompt_version", "4"), ("version", "rules-10"),
        ("model", "m-2"), ("schema", {"type": "object", "required": ["b"]}), ("schema", None),
        ("messages", [{"role": "user", "content": "¿IVA? "}]), ("effort", "low"), ("system", ["Sé breve."]),
        ("max_tokens", 400),
    ],
)
def test_each_part_makes_another_key(part, other):
    assert cache_key(**PARTS) != cache_key(**{**PARTS, part: other})


@pytest.mark.parametrize("part", PARTS)
def test_no_part_can_be_left_out(part):
    with pytest.raises(TypeError):
        cache_key(**{name: value for name, value in PARTS.items() if name != part})


def test_a_further_part_is_not_mistaken_for_a_named_one():
    assert cache_key(**PARTS, more={"effort": "low"}) != cache_key(**PARTS, effort="low")
    assert cache_key(**PARTS, v=1) != cache_key(**PARTS)


@pytest.mark.parametrize(
    "one,other",
    [
        ({"scope": "a", "feature": "bc"}, {"scope": "ab", "feature": "c"}),
        ({"scope": 'a","feature":"b'}, {"scope": "a", "feature": "b"}),
        ({"prompt_version": "1", "version": "23"}, {"prompt_version": "12", "version": "3"}),
        ({"company": 1, "scope": "1"}, {"company": 11, "scope": ""}),
        ({"messages": ["a", "b"]}, {"messages": ["ab"]}),
        ({"messages": ["a,b"]}, {"messages": ["a", "b"]}),
        ({"messages": {"a": "b"}}, {"messages": ["a", "b"]}),
        ({"messages": "null"}, {"messages": None}),
        ({"messages": "1"}, {"messages": 1}),
        ({"messages": True}, {"messages": 1}),
        ({"messages": ""}, {"messages": []}),
        # One character, and its two halves as documents sometimes hold them.
        ({"messages": "\U0001f600"}, {"messages": "\ud83d\ude00"}),
        # The same to the eye, not to the model.
        ({"messages": "Ñ"}, {"messages": "N\u0303"}),
        ({"messages": Decimal("1.10")}, {"messages": Decimal("1.1")}),
    ],
)
def test_what_could_run_together_stays_apart(one, other):
    assert cache_key(**{**PARTS, **one}) != cache_key(**{**PARTS, **other})


@given(JSON, JSON)
def test_equal_spelling_means_equal_value(one, other):
    # repr: to Python True and 1 are equal, to the model they are not.
    assert (canonical(one) == canonical(other)) == (_shown(one) == _shown(other))


@given(st.lists(st.text(max_size=3), min_size=3, max_size=3), st.lists(st.text(max_size=3), min_size=3, max_size=3))
def test_no_two_part_sets_collide_by_concatenation(one, other):
    names = ("scope", "feature", "version")
    keys = [cache_key(**{**PARTS, **dict(zip(names, values, strict=True))}) for values in (one, other)]
    assert (keys[0] == keys[1]) == (one == other)


def _shown(value):
    """Return the value's repr with the keys of all its mappings sorted."""
    if isinstance(value, dict):
        return repr({name: _shown(value[name]) for name in sorted(value)})
    return repr([_shown(part) for part in value]) if isinstance(value, list) else repr(value)


@pytest.mark.parametrize(
    "same", [{"messages": ("a", {"b": 2, "c": 1})}, {"messages": ["a", OrderedDict(c=1, b=2)]},
             {"messages": ["a", MappingProxyType({"c": 1, "b": 2})]}])
def test_what_is_sent_alike_is_keyed_alike(same):
    assert cache_key(**{**PARTS, "messages": ["a", {"b": 2, "c": 1}]}) == cache_key(**{**PARTS, **same})


def test_enums_and_decimals_count_as_what_is_sent():
    assert cache_key(**{**PARTS, "feature": Kind.REVIEW}) == cache_key(**PARTS)
    assert canonical([Decimal("19.0")]) == b'["19.0"]'


@pytest.mark.parametrize(
    "refused", [1.0, float("nan"), [{"a": 0.1}], {1: "a"}, {None: "a"}, b"bytes", {"a", "b"}, object()])
def test_what_has_no_single_spelling_is_refused(refused):
    with pytest.raises(TypeError):
        cache_key(**{**PARTS, "messages": refused})


def test_a_new_meaning_of_keys_finds_no_old_entry(monkeypatch):
    before = cache_key(**PARTS)
    monkeypatch.setattr(canon, "VERSION", canon.VERSION + 1)
    assert cache_key(**PARTS) != before
