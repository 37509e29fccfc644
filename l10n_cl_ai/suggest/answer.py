"""The answer of the AI about a line, read as if it came from an enemy: one of the keys that were sent, or nothing.

A refused answer is asked for once more by the gateway, and else is no answer: *not evaluated*.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..llm.answers import StrictAnswer
from .bands import SHOWN, Band

#: What the model says where none of them fits.
NONE = "ninguno"
#: Letters of a reason.
LONGEST_REASON = 300
#: How likely an answer of the AI counts as right while fewer than this many of a company's were seen to be: our own
#: estimate, low on purpose, and below every automatic band. Then it is what was measured.
UNMEASURED, FEWEST_MEASURED = 0.6, 30
_KEY = re.compile(r"\bc\d{1,3}\b", re.IGNORECASE)
#: A name shorter than this is a word like any other.
_SHORTEST_NAME = 4


class _Answer(StrictAnswer):
    candidate: str
    reason: str


@dataclass(frozen=True)
class Chosen:
    """:param label: of the candidate; None: none of them fits

    :param sources: ids of the lines sent that were booked on it
    """

    label: str | None
    reason: str
    sources: tuple[int, ...] = ()


def chosen_by(inquiry) -> Callable[[Any], Chosen]:
    """Return what reads the answer to an ``Inquiry`` (an ``Ask``'s ``parse``). It raises ``ValueError`` with what is
    wrong, in words for the model."""

    def read(raw: Any) -> Chosen:
        answer = _Answer.from_json(raw)
        if answer.candidate != NONE and answer.candidate not in inquiry.keys:
            raise ValueError(f"candidate: must be one of the keys that were sent, or {NONE}")
        offer = inquiry.keys.get(answer.candidate)
        reason = _text(answer.reason)
        if not reason:
            raise ValueError("reason: must not be empty")
        reason = _unnamed(reason, offer, inquiry)
        if offer is None:
            return Chosen(None, reason)
        sources = tuple(one.source for one in inquiry.earlier if one.label == offer.label and one.source)
        return Chosen(offer.label, reason, sources)

    return read


def likelihood(right: float, seen: int) -> tuple[float, Band]:
    """Return how likely an answer of the AI is right, and its band, which is never the automatic one.

    :param right: of ``seen`` answers that a company has posted since, those that were right
    """
    chance = right / seen if seen >= FEWEST_MEASURED else UNMEASURED
    return chance, Band.SUGGESTED if chance >= SHOWN else Band.UNKNOWN


def _text(text):
    """Return a text for people in one line: control and direction marks could make it read as something else."""
    if len(text) > LONGEST_REASON:
        raise ValueError("reason: too long")
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _unnamed(reason, chosen, inquiry):
    """Return a reason without keys and names of candidates: others may read it who may not see those projects."""
    own = "este proyecto"
    for offer in sorted(inquiry.offers, key=lambda one: -len(one.name)):
        name = " ".join(offer.name.split())
        if len(name) >= _SHORTEST_NAME:
            word = own if offer is chosen else "otro proyecto"
            reason = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", word, reason, flags=re.IGNORECASE)

    def word_for(found):
        offer = inquiry.keys.get(found[0].lower())
        return found[0] if offer is None else own if offer is chosen else "otro proyecto"

    return _KEY.sub(word_for, reason)
