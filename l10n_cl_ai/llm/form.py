"""A form that the AI fills in: its JSON schema, and what of a filled form counts.

An administrator says which fields there are; what comes back is read as if it came from an enemy. It is refused when
it names another field, a value or a record that was not offered, a number out of range or a text that is too long.
"""

import datetime
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .answers import Abstained
from .conform import Mismatch, conform
from .schema import MOST_OPTIONAL, check

#: Letters of a line, of a text, and of the reason given: at most.
LONGEST_LINE, LONGEST_TEXT, LONGEST_REASON = 255, 4000, 600
#: Choices of one field, and fields of one form, at most: the API takes that many that may be left out.
MOST_CHOICES, MOST_SLOTS = 100, MOST_OPTIONAL - 1
#: A number is no larger, unless its field says so.
LARGEST = 10**12
EARLIEST, LATEST = datetime.date(1990, 1, 1), datetime.date(2100, 12, 31)
#: A pseudonym that stands for nothing we sent: invented, or taken from somewhere else.
_PSEUDONYM = re.compile(r"\[[A-Z]+_\d+\]")
_INVISIBLE = re.compile(r"[^\S \n]|[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


class Kind(StrEnum):
    """What a field holds."""

    LINE = "line"
    TEXT = "text"
    INTEGER = "integer"
    FLOAT = "float"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    DATE = "date"


_TYPES = {
    Kind.LINE: "string", Kind.TEXT: "string", Kind.INTEGER: "integer", Kind.FLOAT: "number", Kind.BOOLEAN: "boolean",
}  # fmt: skip


@dataclass(frozen=True)
class Slot:
    """One field of a form.

    :param name: technical name, the key of the answer
    :param description: what to write there, in words of the administrator
    :param required: an answer without it is none
    :param size: letters of a text at most; 0: the kind's own limit
    :param least: smallest number; with ``most`` equal to it there is no range
    :param choices: {key: words} of a choice; words may be empty where they are told as data
    """

    name: str
    kind: Kind
    description: str = ""
    required: bool = False
    size: int = 0
    least: float = 0
    most: float = 0
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Filled:
    """A form as it was filled in. :param reason: why, in a line for people"""

    values: Mapping[str, Any]
    reason: str


def schema(slots: Sequence[Slot]) -> dict[str, Any]:
    """Return the JSON schema of the answer: every field may be left out, which leaves it as it is."""
    return {
        "type": "object",
        "properties": {
            "outcome": {"type": "string", "enum": ["filled", "cannot_tell"]},
            "reason": {"type": "string"},
            "fields": {
                "type": "object",
                "properties": {slot.name: _property(slot) for slot in slots},
                "required": [],
                "additionalProperties": False,
            },
        },
        "required": ["outcome", "reason", "fields"],
        "additionalProperties": False,
    }


def _property(slot: Slot) -> dict[str, Any]:
    if slot.kind is Kind.CHOICE:
        return {"type": "string", "enum": list(slot.choices)}
    if slot.kind is Kind.DATE:
        return {"type": "string", "format": "date"}
    return {"type": _TYPES[slot.kind]}


def problems(slots: Sequence[Slot]) -> list[str]:
    """Return why these fields make no form, each as ``field: words``; nothing if they do."""
    found = [] if slots else ["#: no field to fill in"]
    if len(slots) > MOST_SLOTS:
        found.append(f"#: more than {MOST_SLOTS} fields")
    names = [slot.name for slot in slots]
    found += [f"{name}: named twice" for name in sorted(set(names)) if names.count(name) > 1]
    for slot in slots:
        if slot.kind is Kind.CHOICE and len(slot.choices) > MOST_CHOICES:
            found.append(f"{slot.name}: more than {MOST_CHOICES} choices")
        if slot.most < slot.least:
            found.append(f"{slot.name}: the largest number is below the smallest")
    return found or check(schema(slots))


def reader(slots: Sequence[Slot]) -> Callable[[Any], Filled]:
    """Return what reads the answer (an ``Ask``'s ``parse``).

    It returns a :class:`Filled` with texts, numbers, ``datetime.date`` and keys of choices. It raises ``ValueError``
    where the answer is not what was asked for, and ``Abstained`` where the model can't tell.
    """
    shape, by_name = schema(slots), {slot.name: slot for slot in slots}

    def read(raw: Any) -> Filled:
        try:
            answer = conform(raw, shape)
        except Mismatch as problem:
            raise ValueError(str(problem)) from None
        given = answer["fields"]
        if answer["outcome"] == "cannot_tell":
            if given:
                raise ValueError("fields: must be empty where outcome is cannot_tell")
            raise Abstained("the model can't tell")
        missing = [slot.name for slot in slots if slot.required and slot.name not in given]
        if missing:
            raise ValueError(f"fields: {missing[0]} is missing")
        if not given:
            raise ValueError("fields: empty; say cannot_tell where nothing can be filled in")
        values = {name: _value(by_name[name], value) for name, value in given.items()}
        return Filled(values, _line("reason", answer["reason"], LONGEST_REASON))

    return read


def _value(slot: Slot, value: Any) -> Any:
    if slot.kind is Kind.DATE:
        return _day(slot.name, value)
    if slot.kind is Kind.LINE:
        return _needed(slot, _line(slot.name, value, min(slot.size or LONGEST_LINE, LONGEST_TEXT)))
    if slot.kind is Kind.TEXT:
        return _needed(slot, _text(slot.name, value, min(slot.size or LONGEST_TEXT, LONGEST_TEXT)))
    if slot.kind in (Kind.INTEGER, Kind.FLOAT):
        return _number(slot, value)
    return value


def _needed(slot: Slot, text: str) -> str:
    if slot.required and not text:
        raise ValueError(f"fields.{slot.name}: must not be empty")
    return text


def _number(slot: Slot, value: int | float) -> int | float:
    least, most = (slot.least, slot.most) if slot.most > slot.least else (-LARGEST, LARGEST)
    if not math.isfinite(value) or not least <= value <= most:
        raise ValueError(f"fields.{slot.name}: must be {least} to {most}")
    return int(value) if slot.kind is Kind.INTEGER else float(value)


def _day(name: str, text: str) -> datetime.date:
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            raise ValueError
        day = datetime.date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"fields.{name}: must be a date, YYYY-MM-DD") from None
    if not EARLIEST <= day <= LATEST:
        raise ValueError(f"fields.{name}: must be a date of our days")
    return day


def _text(name: str, text: str, longest: int) -> str:
    """Return a text for people: control and direction marks could make it read as something else."""
    if len(text) > longest:
        raise ValueError(f"{name}: longer than {longest} letters")
    if _PSEUDONYM.search(text):
        raise ValueError(f"{name}: has a pseudonym that was not sent")
    plain = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\t", " "))
    return "".join(letter for letter in plain if letter.isprintable() or letter == "\n").strip()


def _line(name: str, text: str, longest: int) -> str:
    return " ".join(_text(name, text, longest).split())
