"""The answer of the AI about a document of the SII, read as if it came from an enemy.

What it quotes must stand in the document,
and what it says in numbers too. A refused answer is asked for once more by the
gateway, and else is no answer: *not evaluated*.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from ..llm.answers import StrictAnswer
from .meaning import IMPACTS, Dated, Meaning
from .question import KINDS, MOST_DAYS, MOST_QUOTE, MOST_REASON, MOST_SUMMARY
from .row import folded
from .spanish_date import days_in
from .vocabulary import REGIMES, TAXES, TYPES

#: Letters and digits that a quote has at least: less is found anywhere.
_SHORTEST = 12
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class _Day(StrictAnswer):
    day: str
    what: Literal["from", "until"]
    quote: str


class _Answer(StrictAnswer):
    kind: Literal[KINDS]
    impact: Literal[IMPACTS]
    summary: str
    concerns: Literal["yes", "no", "cannot_tell"]
    reason: str
    quote: str
    types: tuple[Literal[tuple(sorted(TYPES))], ...]
    taxes: tuple[Literal[tuple(sorted(TAXES))], ...]
    regimes: tuple[Literal[tuple(sorted(REGIMES))], ...]
    days: tuple[_Day, ...]


@dataclass(frozen=True)
class Read:
    """What the AI adds: see ``question.SCHEMA``."""

    kind: str
    impact: int
    summary: str
    concerns: str
    reason: str
    quote: str
    types: tuple[int, ...]
    taxes: tuple[str, ...]
    regimes: tuple[str, ...]
    days: tuple[Dated, ...]


def reader(title: str, text: str) -> Callable[[Any], Read]:
    """Return what reads the answer about a document (an ``Ask``'s ``parse``). It raises ``ValueError`` with what is
    wrong, in words for the model.

    :param text: as it was sent
    """
    whole = f" {folded(title)} {folded(text)} "
    numbers = {_bare(found) for found in _NUMBER.findall(f"{title} {text}")}
    dates = {day for _start, _end, day in days_in(f"{title}\n{text}")}

    def read(raw: Any) -> Read:
        answer = _Answer.from_json(raw)
        if len(answer.days) > MOST_DAYS:
            raise ValueError(f"days: at most {MOST_DAYS}")
        summary = _text("summary", answer.summary, MOST_SUMMARY)
        reason = _text("reason", answer.reason, MOST_REASON)
        _supported(summary, "summary", numbers, dates)
        _supported(reason, "reason", numbers, dates)
        quote = _quoted("quote", answer.quote, whole)
        days = tuple(dict.fromkeys(_day(at, day, whole) for at, day in enumerate(answer.days)))
        return Read(
            answer.kind, answer.impact, summary, answer.concerns, reason, quote, tuple(sorted(set(answer.types))),
            tuple(sorted(set(answer.taxes))), tuple(sorted(set(answer.regimes))), days,
        )  # fmt: skip

    return read


def added(rules: Meaning, read: Read) -> Meaning:
    """Return what rules and AI say together: the AI adds, and takes nothing back."""
    return Meaning(
        impact=max(rules.impact, read.impact),
        types=tuple(sorted({*rules.types, *read.types})),
        taxes=tuple(dict.fromkeys([*rules.taxes, *read.taxes])),
        regimes=tuple(dict.fromkeys([*rules.regimes, *read.regimes])),
        days=tuple({(one.day, one.what): one for one in (*read.days, *rules.days)}.values()),
        words=rules.words,
    )


def _text(name: str, text: str, most: int) -> str:
    if len(text) > most:
        raise ValueError(f"{name}: too long")
    shown = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    if not shown:
        raise ValueError(f"{name}: must not be empty")
    return shown


def _supported(text: str, name: str, numbers: set[str], dates: set[date]) -> None:
    rest = list(text)
    for start, end, day in days_in(text):
        if day not in dates:
            raise ValueError(f"{name}: {day} is not in the document")
        rest[start:end] = " " * (end - start)
    for number in _NUMBER.findall("".join(rest)):
        if _bare(number) not in numbers:
            raise ValueError(f"{name}: {number} is not in the document")


def _quoted(name: str, quote: str, whole: str) -> str:
    words = folded(quote)
    if len(quote) > MOST_QUOTE or len(words.replace(" ", "")) < _SHORTEST or words not in whole:
        raise ValueError(
            f"{name}: must be words of the document, copied letter by letter, at most {MOST_QUOTE} of them"
        )
    return " ".join(quote.split())


def _day(at: int, answer: _Day, whole: str) -> Dated:
    quote = _quoted(f"days[{at}].quote", answer.quote, whole)
    try:
        day = date.fromisoformat(answer.day)
    except ValueError:
        raise ValueError(f"days[{at}].day: must be YYYY-MM-DD") from None
    if day not in {found for _start, _end, found in days_in(quote)}:
        raise ValueError(f"days[{at}]: the quote does not hold that day")
    return Dated(day, answer.what, quote)


def _bare(number: str) -> str:
    return re.sub(r"[.,]", "", number).lstrip("0") or "0"
