"""The provider's list of models is read without trust: nothing in it raises, and only what makes sense comes out."""

import json
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from standin import catalog as standin

from l10n_cl_ai.llm import catalog

KEYS = (
    "id", "display_name", "line", "lifecycle", "retires_at", "max_input_tokens", "max_tokens", "capabilities",
    "effort", "thinking", "types", "low", "adaptive", "supported",
)  # fmt: skip
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["a-model", "active", "2026-11-30T00:00:00Z", "2026-02-30", "haiku"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=12,
)
entries = st.fixed_dictionaries({"id": st.sampled_from(["m-1", "m-2"])}, optional=dict.fromkeys(KEYS[1:], anything))


def only(**said):
    """Return what is read of a list with one model, and what is left out."""
    models, wrong = catalog.read([{"id": "m", **said}])
    (facts,) = models
    assert facts.pop("name") == "m"
    return facts, wrong


@settings(max_examples=300, deadline=None)
@given(st.lists(anything | entries, max_size=6))
@example([{"id": "m", "capabilities": {"thinking": {"types": [1]}, "effort": 5}, "retires_at": "2026-99-99"}])
def test_any_list_is_read(listed):
    models, wrong = catalog.read(listed)
    names = [facts["name"] for facts in models]
    assert len(set(names)) == len(names)
    assert all(catalog.ID.fullmatch(name) for name in names)
    for facts in models:
        assert set(facts) <= set(catalog.Facts.__annotations__)
        for field in ("max_input_tokens", "max_output_tokens"):
            assert 1_000 <= facts.get(field, 1_000) <= 10_000_000
        assert isinstance(facts.get("retires_on"), date | None)
        assert facts.get("lifecycle", "active") in ("active", "deprecated", "retired")
        assert facts.get("label", "x").isprintable()
        assert set(facts.get("effort_levels", "").split()) <= set(catalog.EFFORTS)
    assert all("\n" not in text and len(text) < 80 for text in wrong)


def test_the_stand_in_s_list_is_read_whole():
    shown = [standin.shown(model) for model in standin.MODELS]
    models, wrong = catalog.read(json.loads(json.dumps(shown)))
    assert not wrong
    assert [facts["name"] for facts in models] == [model["id"] for model in shown]
    assert all(set(facts) == set(catalog.Facts.__annotations__) for facts in models)
    assert [facts["max_output_tokens"] for facts in models] == [model["max_tokens"] for model in shown]


@pytest.mark.parametrize(
    "entry",
    [None, [], "m", 5, {}, *({"id": name} for name in (None, 5, "", "x y<script>", "../v1", "m\n", "m" * 129, ["m"]))],
)
def test_what_has_no_proper_id_is_no_model(entry):
    assert catalog.read([entry, {"id": "m"}]) == ([{"name": "m"}], ["entry 1: id"])


@pytest.mark.parametrize("tokens", [-100_000, -5, 0, 1, 999, 10_000_001, 10**12, "4096", 4096.0, True, [4096]])
def test_counts_that_make_no_sense_are_not_said(tokens):
    assert only(max_tokens=tokens) == ({}, ["entry 1: max_tokens"])
    assert only(max_input_tokens=tokens) == ({}, ["entry 1: max_input_tokens"])


@pytest.mark.parametrize("tokens", [1_000, 10_000_000])
def test_counts_that_make_sense_are_taken(tokens):
    assert only(max_tokens=tokens) == ({"max_output_tokens": tokens}, [])


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"retires_at": 5}, "retires_at"),
        ({"retires_at": "2026-99-99"}, "retires_at"),
        ({"retires_at": "soon"}, "retires_at"),
        ({"retires_at": "2026-W01-1"}, "retires_at"),
        ({"retires_at": "0001-01-01"}, "retires_at"),
        ({"lifecycle": []}, "lifecycle"),
        ({"lifecycle": "sleeping"}, "lifecycle"),
        ({"display_name": {"a": 1}}, "display_name"),
        ({"display_name": "x" * 101}, "display_name"),
        ({"display_name": "a\x00b"}, "display_name"),
        ({"line": "<b>"}, "line"),
        ({"capabilities": {"effort": []}}, "capabilities.effort"),
        ({"capabilities": {"effort": {"low": {"supported": True}, "high": {"supported": 1}}}}, "capabilities.effort"),
        ({"capabilities": {"effort": {"low": 1}}}, "capabilities.effort"),
        ({"capabilities": {"thinking": {"types": "adaptive"}}}, "capabilities.thinking.types"),
        ({"capabilities": {"thinking": {"types": dict.fromkeys(map(str, range(99)))}}}, "capabilities.thinking.types"),
    ],
)
def test_what_makes_no_sense_is_not_said_and_named(said, wrong):
    assert only(**said) == ({}, [f"entry 1: {wrong}"])


def test_capabilities_of_another_shape_say_nothing():
    facts, wrong = only(capabilities=[1])
    assert not facts
    assert wrong == ["entry 1: capabilities.effort", "entry 1: capabilities.thinking.types"]


def test_null_is_nothing_said_but_for_the_end():
    assert only(max_tokens=None, capabilities=None, lifecycle=None, retires_at=None) == ({"retires_on": None}, [])


def test_only_what_is_marked_as_supported_is_taken():
    efforts = {"max": {"supported": True}, "low": {"supported": True}, "high": None, "medium": {"supported": False}}
    types = {"b": {"supported": True}, "a": {"supported": True}, "c": {"supported": False}, "D E": {"supported": True}}
    facts, _wrong = only(capabilities={"effort": efforts, "thinking": {"types": types}})
    assert facts == {"effort_levels": "low max", "thinking_types": "a b"}


def test_a_flood_is_cut():
    models, wrong = catalog.read({"id": f"flood-{n}"} for n in range(2_000))
    assert len(models) == catalog.MODELS_AT_MOST
    assert wrong == ["entries from 301 on: there are too many"]
    assert len(catalog.read([None] * 100_000).wrong) == 301


def test_the_first_of_an_id_counts():
    assert catalog.read([{"id": "m", "line": "a"}, {"id": "m", "line": "b"}]).models == [{"name": "m", "line": "a"}]
