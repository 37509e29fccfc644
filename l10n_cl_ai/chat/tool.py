"""What a tool of the assistant is, and how what the model asks of it is read: strictly, and refused in words for it.

A tool is a method ``_tool_<name>(self, asked, desk)`` of ``l10n_cl_ai.toolbox`` with the decorator :func:`tool`. It
gets a dict that holds each of its properties (``None`` where the model did not give one), and returns a
:class:`Result`.
"""

import datetime
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..llm.conform import Mismatch, conform, types_of
from ..llm.schema import MOST_OPTIONAL, MOST_UNIONS

#: Letters of what one tool shows the model.
LONGEST = 8000
#: Of the API, for one request.
_MOST_STRICT = 20
#: What the API takes of no schema: we say it in words, and look at it ourselves.
_BOUNDS = ("minimum", "maximum", "minLength", "maxLength", "maxItems")
#: Letters of a text, items of a list, where a schema does not say.
_TEXT, _ITEMS = 200, 20
_PREFIX = "_tool_"


class Refused(ValueError):
    """A tool can't do what it was asked. Its words go to the model."""


@dataclass(frozen=True)
class Asker:
    """Who asks: a tool sees what he sees, in this one company.

    :param topics: ids of the topics that the agent keeps to; none: all
    """

    dbname: str
    uid: int
    company_id: int
    lang: str
    tz: str = ""
    topics: tuple[int, ...] = ()


@dataclass(frozen=True)
class Result:
    """What a tool found.

    :param data: JSON value for the model
    :param summary: for people, beside the step: "12 invoices"
    """

    data: Any
    summary: str = ""


@dataclass(frozen=True)
class ToolAnswer:
    """What became of one call.

    :param text: JSON text for the model, :param summary: for people
    """

    text: str
    failed: bool = False
    summary: str = ""


@dataclass(frozen=True)
class ToolSpec:
    """What is known of a tool.

    :param properties: JSON schemas of what may be asked; beside what the API takes of a schema, ``minimum``,
        ``maximum``, ``minLength``, ``maxLength`` and ``maxItems``
    :param step: what people read while it runs; an Odoo lazy translation, as ``label``
    :param label: what people call it
    """

    name: str
    description: str
    properties: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    required: Sequence[str] = ()
    step: Any = ""
    label: Any = ""

    @property
    def optional(self) -> int:
        """How many properties may be left out."""
        return len(self.properties) - len(self.required)

    @property
    def unions(self) -> int:
        """How many properties have more than one type."""
        return sum("anyOf" in one or len(types_of(one)) > 1 for one in self.properties.values())

    def schema(self) -> dict[str, Any]:
        """Return the schema of what may be asked, as the API takes it."""
        return {
            "type": "object",
            "properties": {name: _sent(self.properties[name]) for name in sorted(self.properties)},
            "required": sorted(self.required),
            "additionalProperties": False,
        }

    def take(self, values: Any) -> dict[str, Any]:
        """Return what was asked, each property with its value or None.

        Dates are ``datetime.date``, texts are stripped. :raises Refused: what is wrong, in words for the model
        """
        if not isinstance(values, Mapping):
            raise Refused("the input must be an object")
        unknown = sorted(str(name)[:40] for name in values if name not in self.properties)
        if unknown:
            raise Refused(f"no such property: {unknown[0]}; there are {', '.join(sorted(self.properties)) or 'none'}")
        given = {name: value for name, value in values.items() if value is not None}
        try:
            fitting = conform(given, self.schema())
        except Mismatch as problem:
            raise Refused(str(problem).replace("the answer", "the input")) from problem
        read = {name: _bounded(value, self.properties[name], name) for name, value in fitting.items()}
        return {name: read.get(name) for name in self.properties}


def tool(
    description: str,
    properties: Mapping[str, Mapping[str, Any]] | None = None,
    required: Sequence[str] = (),
    step: Any = "",
    label: Any = "",
) -> Callable:
    """Make a method ``_tool_<name>`` a tool. Parameters as of :class:`ToolSpec`; the description is for the model.

    :raises ValueError: the method's name, or a required property that is none
    """

    def decorate(method: Callable) -> Callable:
        if not method.__name__.startswith(_PREFIX):
            raise ValueError(f"{method.__name__}: a tool's method is called {_PREFIX}<name>")
        if missing := set(required) - set(properties or {}):
            raise ValueError(f"{method.__name__}: required, and no property: {sorted(missing)}")
        name = method.__name__.removeprefix(_PREFIX)
        words = " ".join(description.split())
        method._l10n_cl_ai_tool = ToolSpec(name, words, dict(properties or {}), tuple(required), step, label)
        return method

    return decorate


def definitions(specs: Iterable[ToolSpec]) -> list[dict[str, Any]]:
    """Return tools as the API takes them, the same bytes for the same tools.

    As many are ``strict`` as one request may have: those first that leave least open. All are read strictly here.
    """
    strict, optional, unions = set(), 0, 0
    for spec in sorted(specs := list(specs), key=lambda spec: (spec.optional, spec.name)):
        fits = optional + spec.optional <= MOST_OPTIONAL and unions + spec.unions <= MOST_UNIONS
        if fits and len(strict) < _MOST_STRICT:
            strict.add(spec.name)
            optional, unions = optional + spec.optional, unions + spec.unions
    return [
        {"name": spec.name, "description": spec.description, "input_schema": spec.schema()}
        | ({"strict": True} if spec.name in strict else {})
        for spec in sorted(specs, key=lambda spec: spec.name)
    ]


def as_text(data: Any) -> str:
    """Return a JSON value as the model reads it."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=str)


def _sent(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a property's schema as the API takes it: bounds become words."""
    sent = {word: value for word, value in schema.items() if word not in _BOUNDS}
    words = [f"{word} {schema[word]}" for word in _BOUNDS if word in schema]
    if words:
        sent["description"] = " ".join([schema.get("description", ""), f"({', '.join(words)})"]).strip()
    if "items" in schema:
        sent["items"] = _sent(schema["items"])
    return sent


def _bounded(value: Any, schema: Mapping[str, Any], place: str) -> Any:
    """Return a value within its bounds. :raises Refused: it is not"""
    if isinstance(value, str) and "enum" not in schema:
        return _text(value, schema, place)
    if isinstance(value, list):
        if len(value) > schema.get("maxItems", _ITEMS):
            raise Refused(f"{place}: at most {schema.get('maxItems', _ITEMS)} items")
        return [_bounded(one, schema.get("items", {}), place) for one in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        low, high = schema.get("minimum", -(10**15)), schema.get("maximum", 10**15)
        if not low <= value <= high:
            raise Refused(f"{place}: must be from {low} to {high}")
    return value


def _text(value: str, schema: Mapping[str, Any], place: str) -> Any:
    shortest, longest = schema.get("minLength", 0), schema.get("maxLength", _TEXT)
    if len(value) > longest:
        raise Refused(f"{place}: at most {longest} letters")
    if len(value.strip()) < shortest:
        raise Refused(f"{place}: at least {shortest} letters")
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise Refused(f"{place}: has a letter that no text has")
    if schema.get("format") != "date":
        return value.strip()
    try:
        return datetime.date.fromisoformat(value.strip())
    except ValueError:
        raise Refused(f"{place}: must be a date, as 2026-08-31") from None
