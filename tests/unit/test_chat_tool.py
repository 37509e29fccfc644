"""How a tool is described to the model, and how strictly what the model asks is read."""

import datetime

import pytest

from l10n_cl_ai.chat.tool import Refused, ToolSpec, as_text, definitions, tool
from l10n_cl_ai.llm.schema import MOST_OPTIONAL, MOST_UNIONS, check

PROPERTIES = {
    "partner": {"type": "string", "maxLength": 10},
    "kind": {"type": "string", "enum": ["sale", "purchase"]},
    "limit": {"type": "integer", "minimum": 1, "maximum": 20},
    "amount": {"type": "number", "minimum": 0},
    "since": {"type": "string", "format": "date"},
    "queries": {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 5}, "maxItems": 2},
    "open": {"type": "boolean"},
}
SPEC = ToolSpec("find", "Find.", PROPERTIES, ("kind",))


def test_what_was_asked_has_every_property():
    read = SPEC.take({"kind": "SALE", "limit": 5.0, "since": " 2026-08-31 ", "queries": [" a ", "b"], "partner": None})
    assert read == {
        "partner": None, "kind": "sale", "limit": 5, "amount": None, "since": datetime.date(2026, 8, 31),
        "queries": ["a", "b"], "open": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (None, "must be an object"),
        ([], "must be an object"),
        ({}, "kind is missing"),
        ({"kind": None}, "kind is missing"),
        ({"kind": "both"}, "must be one of"),
        ({"kind": "sale", "sql": "x"}, "no such property: sql; there are"),
        ({"kind": "sale", 5: "x"}, "no such property: 5"),
        ({"kind": "sale", "partner": "x" * 11}, "at most 10 letters"),
        ({"kind": "sale", "partner": "a\x00"}, "a letter that no text has"),
        ({"kind": "sale", "partner": "\ud800"}, "a letter that no text has"),
        ({"kind": "sale", "partner": 5}, "must be string"),
        ({"kind": "sale", "limit": 0}, "from 1 to 20"),
        ({"kind": "sale", "limit": 5.5}, "must be integer"),
        ({"kind": "sale", "limit": True}, "must be integer"),
        ({"kind": "sale", "limit": 10**30}, "from 1 to 20"),
        ({"kind": "sale", "amount": float("nan")}, "must be from"),
        ({"kind": "sale", "amount": 1e300}, "must be from"),
        ({"kind": "sale", "since": "2026-02-30"}, "must be a date"),
        ({"kind": "sale", "since": ""}, "must be a date"),
        ({"kind": "sale", "queries": ["a", "b", "c"]}, "at most 2 items"),
        ({"kind": "sale", "queries": [" "]}, "at least 1 letters"),
        ({"kind": "sale", "queries": ["abcdef"]}, "at most 5 letters"),
        ({"kind": "sale", "queries": [["a"]]}, "must be string"),
        ({"kind": "sale", "open": 1}, "must be boolean"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(values, words):
    with pytest.raises(Refused, match=words):
        SPEC.take(values)


def test_the_words_of_a_refusal_are_short_whatever_was_sent():
    with pytest.raises(Refused) as refused:
        SPEC.take({"kind": "sale", "x" * 5000: 1})
    assert len(str(refused.value)) < 300


def test_a_schema_is_what_the_api_takes_and_bounds_become_words():
    schema = SPEC.schema()
    assert check(schema) == []
    assert schema["properties"]["limit"] == {"type": "integer", "description": "(minimum 1, maximum 20)"}
    assert schema["properties"]["queries"]["items"]["description"] == "(minLength 1, maxLength 5)"
    assert schema["additionalProperties"] is False


def test_definitions_are_the_same_bytes_in_whatever_order():
    specs = [ToolSpec(name, "x", dict(reversed(PROPERTIES.items())), ("kind",)) for name in "cab"]
    other = [ToolSpec(name, "x", PROPERTIES, ("kind",)) for name in "abc"]
    assert as_text(definitions(specs)) == as_text(definitions(other))
    assert [one["name"] for one in definitions(specs)] == ["a", "b", "c"]


def test_no_more_is_strict_than_one_request_may_have():
    optional = [ToolSpec(f"wide{n}", "x", PROPERTIES, ("kind",)) for n in range(6)]
    closed = [ToolSpec(f"closed{n}", "x", {"a": {"type": "string"}}, ("a",)) for n in range(25)]
    unions = [ToolSpec(f"union{n}", "x", {"a": {"type": ["string", "null"]}}, ("a",)) for n in range(20)]
    for specs, most in ((optional, MOST_OPTIONAL // 6), (closed, 20), (unions, MOST_UNIONS)):
        assert sum("strict" in one for one in definitions(specs)) == most
    mixed = definitions([*optional, *closed[:10]])
    assert all("strict" in one for one in mixed if one["name"].startswith("closed"))


def test_a_tool_is_called_as_its_method_is():
    @tool("Look\n   around.", {"a": {"type": "string"}}, ["a"])
    def _tool_look(self, asked, desk):
        return None

    assert _tool_look._l10n_cl_ai_tool == ToolSpec("look", "Look around.", {"a": {"type": "string"}}, ("a",))
    with pytest.raises(ValueError, match="is called _tool_"):
        tool("x")(lambda self, asked, desk: None)
    with pytest.raises(ValueError, match="no property"):
        tool("x", {}, ["a"])(_tool_look)
