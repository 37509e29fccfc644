"""JSON schemas of answers: what the API takes of them, and whether they say what their model says.

The API takes a part of JSON Schema and refuses the rest with a 400. A schema is written by hand beside the model that
reads the answer; :func:`check` and :func:`agrees` are for the tests of whoever writes one.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .conform import allowed, defined, folded, types_of

#: A schema nested deeper is refused here; the API calls it "too complex".
DEEPEST = 16
#: Of the API, for one request.
MOST_OPTIONAL, MOST_UNIONS = 24, 16
_ANYWHERE = frozenset({"type", "title", "description", "enum", "const", "anyOf", "allOf", "$ref", "default"})
_BY_TYPE = {
    "object": frozenset({"properties", "required", "additionalProperties"}),
    "array": frozenset({"items", "minItems"}),
    "string": frozenset({"format", "pattern"}),
    "integer": frozenset(), "number": frozenset(), "boolean": frozenset(), "null": frozenset(),
}  # fmt: skip
_FORMATS = frozenset(
    ("date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"),
)
#: Of regular expressions the API knows neither looking around, nor going back, nor word borders.
_PATTERN_TRAPS = re.compile(r"\(\?[=!<]|\\[1-9bB]|\(\?P=")
_SCALAR = (str, int, float, bool, type(None))


def check(schema: Any) -> list[str]:
    """Return what the API would refuse of a schema, in words with its place; nothing if it takes it."""
    if not isinstance(schema, Mapping) or schema.get("type") != "object":
        return ["#: the answer must be an object"]
    definitions = schema.get("$defs", {})
    problems = list(_problems(schema, "#", definitions, 0))
    for name, definition in definitions.items():
        problems += _problems(definition, f"#/$defs/{name}", definitions, 0)
    problems += [f"#/$defs/{name}: recursive" for name in definitions if _reaches(name, name, definitions)]
    everything = list(_all(schema))
    optional = sum(len(set(one.get("properties", ())) - set(one.get("required", ()))) for one in everything)
    unions = sum("anyOf" in one or isinstance(one.get("type"), list) for one in everything)
    if optional > MOST_OPTIONAL:
        problems.append(f"#: {optional} optional properties, {MOST_OPTIONAL} are allowed")
    if unions > MOST_UNIONS:
        problems.append(f"#: {unions} unions, {MOST_UNIONS} are allowed")
    return problems


def _problems(schema: Any, place: str, definitions: Mapping, depth: int) -> Iterator[str]:
    if not isinstance(schema, Mapping):
        yield f"{place}: not a schema"
        return
    if depth > DEEPEST:
        yield f"{place}: nested deeper than {DEEPEST}"
        return
    yield from _keywords(schema, place, definitions)
    yield from _values(schema, place)
    if "object" in types_of(schema):
        yield from _object_problems(schema, place)
    if "array" in types_of(schema) and schema.get("minItems", 0) not in (0, 1):
        yield f"{place}: minItems must be 0 or 1"
    for where, inner in _inner(schema):
        yield from _problems(inner, f"{place}/{where}", definitions, depth + 1)


def _keywords(schema: Mapping, place: str, definitions: Mapping) -> Iterator[str]:
    types = types_of(schema)
    known = _ANYWHERE.union(*(_BY_TYPE.get(kind, ()) for kind in types)) | ({"$defs"} if place == "#" else set())
    yield from (f"{place}: {word} is not supported" for word in schema if word not in known)
    yield from (f"{place}: no type {kind}" for kind in types if kind not in _BY_TYPE)
    if not {"type", "enum", "const", "anyOf", "allOf", "$ref"} & set(schema):
        yield f"{place}: says nothing"
    if "$ref" in schema:
        if "allOf" in schema:
            yield f"{place}: allOf beside $ref"
        if defined(schema["$ref"]) not in definitions:
            yield f"{place}: $ref leads outside of $defs"
    if schema.get("format", "date") not in _FORMATS:
        yield f"{place}: format {schema['format']} is not supported"
    if "pattern" in schema:
        yield from _pattern_problems(schema["pattern"], place)


def _values(schema: Mapping, place: str) -> Iterator[str]:
    values = allowed(schema)
    if "enum" in schema and not values:
        yield f"{place}: an empty enum"
    if not all(isinstance(value, _SCALAR) for value in values):
        yield f"{place}: enum and const take plain values only"
    one_case = [folded(value) for value in values]
    if len(set(map(repr, one_case))) < len(one_case):
        # The API does not promise the case of an enum's value, so we can't tell them apart in an answer.
        yield f"{place}: values that differ in case only"


def _object_problems(schema: Mapping, place: str) -> Iterator[str]:
    if schema.get("additionalProperties") is not False:
        yield f"{place}: additionalProperties must be false"
    unknown = set(schema.get("required", ())) - set(schema.get("properties", ()))
    yield from (f"{place}: {name} is required and not a property" for name in sorted(unknown))


def _pattern_problems(pattern: str, place: str) -> Iterator[str]:
    if _PATTERN_TRAPS.search(pattern):
        yield f"{place}: pattern looks around or goes back"
    try:
        re.compile(pattern)
    except re.error:
        yield f"{place}: pattern is no regular expression"


def _inner(schema: Mapping) -> Iterator[tuple[str, Any]]:
    """Yield the schemas directly inside one, definitions aside."""
    yield from ((f"properties/{name}", inner) for name, inner in schema.get("properties", {}).items())
    if "items" in schema:
        yield "items", schema["items"]
    for word in ("anyOf", "allOf"):
        yield from ((f"{word}/{number}", inner) for number, inner in enumerate(schema.get(word, ())))


def _all(schema: Any) -> Iterator[Mapping]:
    queue = [schema]
    while queue:
        one = queue.pop()
        if isinstance(one, Mapping):
            yield one
            queue += [inner for _, inner in _inner(one)]
            queue += one.get("$defs", {}).values()


def _reaches(start: str, goal: str, definitions: Mapping) -> bool:
    """Whether following references from one definition leads to another."""
    seen: set[str] = set()
    queue = [start]
    while queue:
        for schema in _all(definitions.get(queue.pop())):
            name = defined(schema.get("$ref", ""))
            if name == goal:
                return True
            if name and name not in seen:
                seen.add(name)
                queue.append(name)
    return False


def agrees(schema: Mapping[str, Any], model: Any) -> list[str]:
    """Return where a schema and the pydantic model that reads its answers differ; nothing if they agree.

    They agree when they have the same objects with the same properties, required ones and types, and the same enums.
    What the API can't be told (lengths, ranges, checks in Python) the model may ask for beyond the schema.
    """
    theirs = model.model_json_schema()
    ours, their = _plain(schema, schema.get("$defs", {})), _plain(theirs, theirs.get("$defs", {}))
    return list(_differences(ours, their, "#"))


def _plain(schema: Mapping, definitions: Mapping) -> dict[str, Any]:
    """Return what matters of a schema, in one form however it was written."""
    while "$ref" in schema or len(schema.get("allOf", ())) == 1:
        schema = definitions[defined(schema["$ref"])] if "$ref" in schema else schema["allOf"][0]
    if "anyOf" in schema:
        choices = [_plain(one, definitions) for one in schema["anyOf"]]
    elif "enum" in schema or "const" in schema:
        choices = [{"type": "null"} if value is None else {"value": value} for value in allowed(schema)]
    else:
        choices = [_plain_type(schema, kind, definitions) for kind in types_of(schema)]
    flat = [inner for one in choices for inner in one.get("any", [one])]
    flat.sort(key=repr)
    return flat[0] if len(flat) == 1 else {"any": flat}


def _plain_type(schema: Mapping, kind: str, definitions: Mapping) -> dict[str, Any]:
    plain: dict[str, Any] = {"type": kind}
    if kind == "object":
        plain["closed"] = schema.get("additionalProperties") is False
        plain["required"] = sorted(schema.get("required", ()))
        plain["properties"] = {
            name: _plain(inner, definitions) for name, inner in sorted(schema.get("properties", {}).items())
        }
    if kind == "array":
        plain["items"] = _plain(schema.get("items", {}), definitions)
    return plain


def _differences(ours: Any, theirs: Any, place: str) -> Iterator[str]:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in sorted(ours.keys() | theirs.keys()):
            if name not in ours or name not in theirs:
                yield f"{place}/{name}: only in the {'schema' if name in ours else 'model'}"
            else:
                yield from _differences(ours[name], theirs[name], f"{place}/{name}")
    elif ours != theirs:
        yield f"{place}: {ours!r} in the schema, {theirs!r} in the model"
