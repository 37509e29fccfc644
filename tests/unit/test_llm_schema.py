"""Schemas: what the API takes, what an answer must be, and that a schema and its model say the same."""

import copy
from enum import Enum
from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from llm_examples import SCHEMA, VALUE, Finding, Review

from l10n_cl_ai.llm.answers import StrictAnswer
from l10n_cl_ai.llm.conform import Mismatch, conform
from l10n_cl_ai.llm.schema import DEEPEST, agrees, check


def an_object(**properties) -> dict:
    return {"type": "object", "additionalProperties": False, "required": list(properties), "properties": properties}


def with_a(one: dict) -> dict:
    return an_object(a=one)


TEXT = {"type": "string"}


def test_the_example_is_taken_and_agrees_with_its_model():
    assert check(SCHEMA) == []
    assert agrees(SCHEMA, Review) == []
    assert Review.from_json(VALUE).findings[0].line == 3


TAKEN = [
    TEXT,
    {"type": "integer"},
    {"type": "number"},
    {"type": "boolean"},
    {"type": "null"},
    {"type": ["string", "null"]},
    {"enum": ["a", 1, None, True]},
    {"const": "a"},
    {"type": "string", "format": "date"},
    {"type": "string", "pattern": "^[0-9]{1,8}-[0-9kK]$"},
    {"type": "array", "items": TEXT},
    {"type": "array", "items": TEXT, "minItems": 1},
    {"anyOf": [TEXT, {"type": "null"}]},
    {"type": "string", "default": "x", "title": "t", "description": "d"},
    {"allOf": [TEXT]},
    an_object(b=TEXT),
    {"type": "object", "additionalProperties": False},
]


@pytest.mark.parametrize("one", TAKEN, ids=str)
def test_what_the_api_takes(one):
    assert check(with_a(one)) == []


REFUSED = [
    {"type": "integer", "minimum": 0},
    {"type": "integer", "maximum": 9},
    {"type": "number", "multipleOf": 5},
    {"type": "number", "exclusiveMinimum": 0},
    {"type": "string", "minLength": 1},
    {"type": "string", "maxLength": 9},
    {"type": "array", "items": TEXT, "minItems": 2},
    {"type": "array", "items": TEXT, "maxItems": 2},
    {"type": "array", "items": TEXT, "uniqueItems": True},
    {"type": "array", "prefixItems": [TEXT]},
    {"type": "object"},
    {"type": "object", "additionalProperties": TEXT},
    {"type": "object", "additionalProperties": True},
    {"type": "object", "additionalProperties": False, "patternProperties": {}},
    {"type": "object", "additionalProperties": False, "required": ["b"]},
    {"oneOf": [TEXT]},
    {"not": TEXT},
    {"if": TEXT},
    {"enum": [{"a": 1}]},
    {"enum": [["a"]]},
    {"const": {}},
    {"enum": []},
    {"type": "string", "enum": ["Sí", "sí"]},
    {"type": "string", "format": "regex"},
    {"type": "text"},
    {},
    "string",
    {"type": "string", "pattern": "(?=a)"},
    {"type": "string", "pattern": r"\bIVA\b"},
    {"type": "string", "pattern": "("},
    {"type": "string", "pattern": r"(a)\1"},
    {"$ref": "https://x/y"},
    {"$ref": "#/$defs/none"},
    {"$ref": "#/$defs/none", "allOf": [TEXT]},
    {"type": "string", "items": TEXT},
    {"type": "array", "properties": {}},
    {"type": "object", "additionalProperties": False, "$defs": {}},
]


@pytest.mark.parametrize("one", REFUSED, ids=str)
@pytest.mark.parametrize(
    "place",
    [
        with_a,
        lambda one: with_a({"type": "array", "items": one}),
        lambda one: with_a({"anyOf": [{"type": "null"}, one]}),
    ],
)
def test_what_the_api_refuses_is_found_wherever_it_stands(one, place):
    assert check(place(one))


@pytest.mark.parametrize("root", [None, [], "x", {}, TEXT, {"type": "array", "items": TEXT}, {"anyOf": [an_object()]}])
def test_the_answer_is_an_object(root):
    assert check(root) == ["#: the answer must be an object"]


def test_recursion_is_found_however_long_its_way():
    def chain(*steps: str) -> dict:
        definitions = {name: an_object(next={"$ref": f"#/$defs/{after}"}) for name, after in pairwise(steps)}
        return {**an_object(a={"$ref": f"#/$defs/{steps[0]}"}), "$defs": {**definitions}}

    assert check(chain("x", "x"))
    assert check(chain("x", "y", "z", "x"))
    straight = chain("x", "y", "z")
    straight["$defs"]["z"] = TEXT
    assert check(straight) == []


def test_the_limits_of_one_request():
    many = an_object(**{f"p{i}": TEXT for i in range(25)})
    assert check(many) == []
    assert check({**many, "required": ["p0"]}) == []
    assert check({**many, "required": []}) == ["#: 25 optional properties, 24 are allowed"]
    unions = an_object(**{f"p{i}": {"type": ["string", "null"]} for i in range(17)})
    assert check(unions) == ["#: 17 unions, 16 are allowed"]


def test_depth_is_bounded():
    deep = TEXT
    for _ in range(DEEPEST + 2):
        deep = an_object(a=deep)
    assert any("deeper" in problem for problem in check(deep))


def changed(path: list, value) -> dict:
    """The example's schema with one thing said otherwise; None takes it away."""
    schema = copy.deepcopy(SCHEMA)
    place = schema
    for step in path[:-1]:
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return schema


FINDING = ["$defs", "finding"]


@pytest.mark.parametrize(
    "schema",
    [
        changed(["properties", "verdict", "enum"], ["send", "review"]),
        changed(["properties", "verdict", "enum"], ["send", "review", "unknown", "maybe"]),
        changed(["properties", "confidence", "type"], "integer"),
        changed(["properties", "confidence"], None),
        changed(["properties", "extra"], TEXT),
        changed(["required"], ["verdict", "confidence"]),
        changed(["additionalProperties"], True),
        changed(["properties", "findings"], {"type": "array", "items": TEXT}),
        changed(["properties", "findings"], {"$ref": "#/$defs/finding"}),
        changed([*FINDING, "required"], ["rule", "severity"]),
        changed([*FINDING, "properties", "line"], {"type": "integer"}),
        changed([*FINDING, "properties", "severity", "enum"], ["error", "Warning"]),
        changed([*FINDING, "properties", "tone", "enum"], ["Alto", "Bajo"]),
        changed([*FINDING, "additionalProperties"], None),
    ],
    ids=range(14),
)
def test_a_schema_that_says_otherwise_than_its_model_is_found(schema):
    assert agrees(schema, Review)


def test_it_does_not_matter_how_it_was_written():
    class Other(StrictAnswer):
        a: Literal["x", "y"] | None
        b: list[Finding]

    finding = SCHEMA["$defs"]["finding"]
    assert agrees(an_object(a={"enum": ["x", None, "y"]}, b={"type": "array", "items": finding}), Other) == []
    one = {"anyOf": [{"type": "null"}, {"type": "string", "enum": ["y", "x"]}]}
    assert (
        agrees(
            {
                **an_object(a=one, b={"type": "array", "items": {"$ref": "#/$defs/f"}}),
                "$defs": {"f": {"allOf": [finding]}},
            },
            Other,
        )
        == []
    )


VALUES = st.fixed_dictionaries(
    {
        "verdict": st.sampled_from(["send", "review", "Review", "SEND"]),
        "confidence": st.floats(0, 1) | st.integers(0, 1),
        "findings": st.lists(
            st.fixed_dictionaries(
                {
                    "rule": st.text(max_size=40),
                    "severity": st.sampled_from(["warning", "WARNING", "Warning"]),
                    "line": st.none() | st.integers(1, 1000) | st.just(7.0),
                },
                optional={"tone": st.sampled_from(["Alto", "bajo", None])},
            ),
            max_size=3,
        ),
    }
)


@given(VALUES)
def test_whatever_fits_the_schema_the_model_takes(value):
    """The example's own limits (lengths, ranges, contradictions) kept, there is nothing its model refuses."""
    review = Review.from_json(conform(value, SCHEMA))
    assert review.verdict == value["verdict"].lower()
    assert all(one.line is None or type(one.line) is int for one in review.findings)


@given(VALUES)
def test_what_conforms_stays_as_it_is(value):
    once = conform(value, SCHEMA)
    assert conform(once, SCHEMA) == once


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats(allow_nan=False)
    | st.text(max_size=4)
    | st.sampled_from(["send", "error", "Alto"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["verdict", "confidence", "findings", "rule", "severity", "line", "tone", "x"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=10,
)


@given(JSON)
def test_whatever_does_not_conform_says_where_and_quotes_nothing(value):
    try:
        assert set(conform(value, SCHEMA)) <= set(SCHEMA["properties"])
    except Mismatch as problem:
        place, _, words = str(problem).partition(": ")
        assert place and words
        assert "x" not in place.split(".")


@pytest.mark.parametrize(
    ("value", "schema", "result"),
    [
        (3.0, {"type": "integer"}, 3),
        (3, {"type": "number"}, 3),
        ("A", {"enum": ["a", 1]}, "a"),
        (None, {"type": ["string", "null"]}, None),
        ("x9", {"type": "string", "pattern": "[0-9]$"}, "x9"),
        (["A"], {"type": "array", "items": {"const": "a"}, "minItems": 1}, ["a"]),
        ({"k": "A"}, {"allOf": [{"type": "object", "properties": {"k": {"enum": ["a"]}}}]}, {"k": "a"}),
    ],
)
def test_a_value_as_its_schema_means_it(value, schema, result):
    conformed = conform(value, schema)
    assert conformed == result and type(conformed) is type(result)


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        (True, {"type": "integer"}),
        (True, {"enum": [1]}),
        (1, {"enum": [True]}),
        (3.5, {"type": "integer"}),
        (float("inf"), {"type": "integer"}),
        (1e300, {"type": "integer"}),
        ("3", {"type": "integer"}),
        (None, TEXT),
        ("x", {"type": "string", "pattern": "^y"}),
        ([], {"type": "array", "items": TEXT, "minItems": 1}),
        ({"b": 1}, an_object(a=TEXT)),
        ({}, an_object(a=TEXT)),
        ({"a": "", "b": 1}, an_object(a=TEXT)),
        ([1], {"type": "array", "items": TEXT}),
        ("c", {"enum": ["a", "b"]}),
        (7, {"anyOf": [TEXT, {"type": "null"}]}),
    ],
)
def test_a_value_that_does_not_fit(value, schema):
    with pytest.raises(Mismatch):
        conform(value, schema)


def test_of_choices_the_one_that_was_meant_is_complained_about():
    schema = {"anyOf": [{"type": "null"}, an_object(a=an_object(b=TEXT))]}
    with pytest.raises(Mismatch, match=r"^a\.b: must be string"):
        conform({"a": {"b": 7}}, schema)


class Colour(Enum):
    RED = "Rojo"


class Painted(StrictAnswer):
    colour: Colour
    shades: tuple[Colour, ...] = ()


def test_a_model_alone_takes_any_case_of_its_enums():
    assert Painted.from_json({"colour": "ROJO", "shades": ["rojo"]}) == Painted(colour=Colour.RED, shades=(Colour.RED,))
