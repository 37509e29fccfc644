"""Invented answers fit the schema, and are the same for the same question."""

import json
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standin import invent, schemas
from standin_client import SCHEMA, asked, structured

_LEAVES = [
    {"type": "string"}, {"type": "integer"}, {"type": "number"}, {"type": "boolean"}, {"type": "null"},
    {"enum": ["uno", "dos", 3]}, {"const": "fijo"}, {"type": "string", "format": "date"}, {"type": ["string", "null"]},
    {"type": "string", "pattern": "^[A-Z]{2}[0-9]+$"}, {"$ref": "#/$defs/shared"},
]
_TYPES = {"string": str, "integer": int, "number": float, "boolean": bool, "null": type(None)}
_DEFS = {"shared": {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"],
                    "additionalProperties": False}}


def _object(properties):
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


_NODES = st.recursive(
    st.sampled_from(_LEAVES),
    lambda inner: st.one_of(
        st.builds(lambda items: {"type": "array", "items": items, "minItems": 1}, inner),
        st.builds(lambda *branches: {"anyOf": list(branches)}, inner, inner),
        st.builds(_object, st.dictionaries(st.sampled_from("abcdef"), inner, max_size=4)),
    ),
    max_leaves=8,
)


def fits(value, node) -> bool:
    """Whether a value is what this part of the schema allows; written apart from what invents."""
    if "$ref" in node:
        return fits(value, _DEFS["shared"])
    if "anyOf" in node:
        return any(fits(value, branch) for branch in node["anyOf"])
    if "enum" in node or "const" in node:
        return value in node.get("enum", [node.get("const")])
    kinds = node["type"] if isinstance(node["type"], list) else [node["type"]]
    if isinstance(value, dict):
        return "object" in kinds and value.keys() == node["properties"].keys() and all(
            fits(inner, node["properties"][key]) for key, inner in value.items())
    if isinstance(value, list):
        return "array" in kinds and len(value) >= 1 and all(fits(inner, node["items"]) for inner in value)
    good = any(type(value) is _TYPES.get(kind) for kind in kinds)
    return good and ("pattern" not in node or re.search(node["pattern"], value) is not None)


@given(_NODES, st.text())
def test_answers_fit_any_schema_the_api_takes(node, question):
    schema = {**_object({"x": node}), "$defs": _DEFS}
    assert not [wrong for wrong in schemas.problems([schema], "schema") if "too many" not in wrong]
    body = asked(question, output_config=structured(schema))
    answer = json.loads(invent.answer(body))
    assert fits(answer, schema), answer
    assert json.loads(invent.answer(dict(body, stream=True, metadata={"user_id": "otro"}))) == answer


@pytest.mark.parametrize(("described", "low", "high"), [
    ("0–100", 0, 100), ("between 1 and 5", 1, 5), ("{maximum: 9, minimum: 7}", 7, 9), ("De 2 a 3", 2, 3),
    ("minimum: 40", 40, 140), ("", 0, 100),
])
def test_numbers_stay_in_the_range_that_is_described(described, low, high):
    schema = _object({"n": {"type": "integer", "description": described}})
    found = {json.loads(invent.answer(asked(f"{n}", output_config=structured(schema))))["n"] for n in range(60)}
    assert low <= min(found) and max(found) <= high and len(found) > 1


def test_ids_and_paths_are_taken_from_the_question():
    schema = _object({"project_id": {"type": "integer"}, "path": {"type": "string"}})
    question = '[{"id": 7301}, {"id": 7302}] Detalle[2]/MontoItem'
    answer = json.loads(invent.answer(asked(question, output_config=structured(schema))))
    assert answer["project_id"] in (7301, 7302) and answer["path"] == "Detalle[2]/MontoItem"


def test_required_properties_come_first():
    schema = {**SCHEMA, "required": ["reason"]}
    assert next(iter(json.loads(invent.answer(asked(output_config=structured(schema)))))) == "reason"


def test_other_questions_get_other_answers_and_words_without_a_schema():
    answers = {invent.answer(asked(f"Pregunta {n}")) for n in range(20)}
    assert len(answers) > 5 and all(answer.endswith(".") for answer in answers)


@pytest.mark.parametrize("pattern", [
    "^[A-Z]{2}[0-9]+$", r"^\d{4}-\d{2}-\d{2}$", "^(uno|dos)$", "^[^a]b?$", r"^[A-Z]\w*/\d$", "^a.c$", "^(?:x){3}$",
])
def test_texts_are_made_to_a_pattern(pattern):
    for seed in range(20):
        assert re.search(pattern, invent.from_pattern(pattern, random.Random(seed)))
