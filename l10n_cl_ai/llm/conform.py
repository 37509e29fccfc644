"""What an answer must be to fit its schema, and what it then is."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

#: A whole number is no larger, however it is written (of JSON's, 1e300 is one).
_LARGEST = 10**18


def types_of(schema: Mapping) -> list[str]:
    """Return the types a schema names."""
    kind = schema.get("type", [])
    return kind if isinstance(kind, list) else [kind]


def defined(reference: str) -> str:
    """Return the name of the definition a reference leads to; empty where it leads elsewhere."""
    return reference.removeprefix("#/$defs/") if reference.startswith("#/$defs/") else ""


def allowed(schema: Mapping) -> Sequence[Any]:
    """Return the values an enum or const allows; nothing where there is neither."""
    return schema.get("enum", [schema["const"]] if "const" in schema else [])


def folded(value: Any) -> Any:
    """Return a value as it is compared: texts whatever their case."""
    return value.casefold() if isinstance(value, str) else value


class Mismatch(ValueError):
    """A value that does not fit its schema. Its words quote no value: they may go back to the model, and to a log."""

    def __init__(self, place: str, words: str):
        super().__init__(f"{place.removeprefix('.') or 'the answer'}: {words}")
        self.place = place


def conform(value: Any, schema: Mapping[str, Any], definitions: Mapping[str, Any] | None = None) -> Any:
    """Return a value as its schema means it: values of enums in its own case, whole numbers as int.

    :param definitions: what ``$ref`` refers to; of the schema itself if not given
    :raises Mismatch: it does not fit
    """
    return _Fitter(schema.get("$defs", {}) if definitions is None else definitions).fit(value, schema, "")


class _Fitter:
    """Fits one value; keywords that only narrow it (of a model's own schema) are not looked at here."""

    def __init__(self, definitions: Mapping[str, Any]):
        self._definitions = definitions

    def fit(self, value: Any, schema: Mapping[str, Any], place: str) -> Any:
        if "$ref" in schema:
            value = self.fit(value, self._definitions[defined(schema["$ref"])], place)
        for inner in schema.get("allOf", ()):
            value = self.fit(value, inner, place)
        if "anyOf" in schema:
            value = self._any(value, schema["anyOf"], place)
        if "enum" in schema or "const" in schema:
            return _one_of(value, allowed(schema), place)
        return self._typed(value, types_of(schema), schema, place)

    def _any(self, value: Any, choices: Sequence[Mapping], place: str) -> Any:
        problems = []
        for choice in choices:
            try:
                return self.fit(value, choice, place)
            except Mismatch as problem:
                problems.append(problem)
        # The choice that was read furthest is the one that was meant.
        raise max(problems, key=lambda problem: len(problem.place))

    def _typed(self, value: Any, types: Sequence[str], schema: Mapping, place: str) -> Any:
        if not types:
            return value
        if "integer" in types and isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST:
            value = int(value)
        if not any(_is(value, kind) for kind in types):
            raise Mismatch(place, f"must be {' or '.join(types)}")
        if isinstance(value, dict):
            return self._object(value, schema, place)
        if isinstance(value, list):
            return self._array(value, schema, place)
        if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
            raise Mismatch(place, f"must match {schema['pattern']}")
        return value

    def _object(self, value: dict, schema: Mapping, place: str) -> dict:
        properties = schema.get("properties", {})
        missing = [name for name in schema.get("required", ()) if name not in value]
        if missing:
            raise Mismatch(place, f"{missing[0]} is missing")
        if schema.get("additionalProperties") is False and not value.keys() <= properties.keys():
            raise Mismatch(place, "has a property it must not have")
        return {
            name: self.fit(inner, properties[name], f"{place}.{name}") if name in properties else inner
            for name, inner in value.items()
        }

    def _array(self, value: list, schema: Mapping, place: str) -> list:
        if len(value) < schema.get("minItems", 0):
            raise Mismatch(place, "must not be empty")
        if "items" not in schema:
            return value
        return [self.fit(inner, schema["items"], f"{place}[{number}]") for number, inner in enumerate(value)]


def _is(value: Any, kind: str) -> bool:
    if kind in ("integer", "number"):
        return isinstance(value, int if kind == "integer" else (int, float)) and not isinstance(value, bool)
    python = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
    return isinstance(value, python[kind])


def _one_of(value: Any, choices: Sequence[Any], place: str) -> Any:
    for choice in choices:
        if type(choice) is type(value) and folded(choice) == folded(value):
            return choice
    raise Mismatch(place, f"must be one of {', '.join(map(str, choices))}")
