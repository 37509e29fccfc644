"""The answer of a review, read as if it came from an enemy: what is contradictory, invented or out of range is refused.

A refused answer is asked for once more by the gateway, and else is no answer: *not evaluated*.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from ..dte.rule import Action
from ..llm.answers import Abstained, StrictAnswer
from .catalogue import TOPICS, topics_for
from .picture import Picture

#: Remarks of one document at most; letters of a quote, a reason and a suggestion.
MOST_REMARKS, LONGEST_QUOTE, LONGEST_TEXT = 40, 200, 600
#: A remark of less confidence than this is a note and no warning, in percent; below the second it is no remark.
SURE, LEAST = 70, 50
#: Letters and digits of a quote at least, unless it is all of the value: less is found anywhere.
_SHORTEST_QUOTE = 4


class _Remark(StrictAnswer):
    code: Literal[tuple(sorted(TOPICS))]
    path: str
    quote: str
    reason: str
    suggestion: str
    confidence: int


class ReviewAnswer(StrictAnswer):
    """What the model wrote, of the right shape."""

    outcome: Literal["remarks", "nothing", "cannot_tell"]
    remarks: tuple[_Remark, ...]


@dataclass(frozen=True)
class Remark:
    """Something the AI adds to what the rules found.

    :param path: element it speaks of, one of those sent
    :param quote: words of the document it rests on
    :param quoted_at: element that holds them
    :param confidence: percent
    :param action: ``warn`` or ``info``, never more
    """

    code: str
    path: str
    quote: str
    quoted_at: str
    reason: str
    suggestion: str
    confidence: int
    action: Action


def reader(picture: Picture) -> Callable[[Any], tuple[Remark, ...]]:
    """Return what reads the answer to a question about this picture (an ``Ask``'s ``parse``).

    The reader returns the remarks, gravest first; none means that the model found nothing. It raises ``ValueError``
    where the answer contradicts itself or speaks of what was not sent, and ``Abstained`` where the model can't tell.
    """

    def read(raw: Any) -> tuple[Remark, ...]:
        answer = ReviewAnswer.from_json(raw)
        _check_outcome(answer)
        remarks = tuple(_remark(remark, picture) for remark in answer.remarks)
        named = [(remark.code, remark.path) for remark in remarks]
        if len(set(named)) < len(named):
            raise ValueError("two remarks with the same code and path")
        if answer.outcome == "cannot_tell":
            raise Abstained("the model can't tell")
        return tuple(sorted(remarks, key=lambda remark: (-remark.action.weight, -remark.confidence)))

    return read


def _check_outcome(answer: ReviewAnswer) -> None:
    if (answer.outcome == "remarks") is not bool(answer.remarks):
        raise ValueError("outcome and remarks contradict each other")
    if len(answer.remarks) > MOST_REMARKS:
        raise ValueError(f"more than {MOST_REMARKS} remarks: report the gravest only")


def _remark(raw: _Remark, picture: Picture) -> Remark:
    topic = topics_for(picture.type).get(raw.code)
    if topic is None:
        raise ValueError(f"{raw.code} can't be about this type of document")
    if raw.path not in picture.values:
        raise ValueError("path: not one of the paths that were sent")
    if not raw.path.startswith(topic.places):
        raise ValueError(f"path: {raw.code} can't be about this element")
    if not LEAST <= raw.confidence <= 100:
        raise ValueError(f"confidence: must be {LEAST} to 100, or the remark left out")
    reason, suggestion = _text("reason", raw.reason), _text("suggestion", raw.suggestion)
    if not reason:
        raise ValueError("reason: must not be empty")
    return Remark(
        code=raw.code, path=raw.path, quote=_text("quote", raw.quote), quoted_at=_quoted_at(raw, picture),
        reason=reason, suggestion=suggestion, confidence=raw.confidence,
        action=topic.action if raw.confidence >= SURE else Action.INFO,
    )  # fmt: skip


def _quoted_at(raw: _Remark, picture: Picture) -> str:
    if len(raw.quote) > LONGEST_QUOTE:
        raise ValueError("quote: too long")
    place = picture.holds(raw.quote, raw.path)
    if place is None:
        raise ValueError("quote: not in the document")
    letters = sum(character.isalnum() for character in raw.quote)
    whole = letters == sum(character.isalnum() for character in str(picture.values[place]))
    if letters < _SHORTEST_QUOTE and not whole:
        raise ValueError("quote: too short to be found")
    return place


def _text(name: str, text: str) -> str:
    """Return a text for people in one line: control and direction marks could make it read as something else."""
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"{name}: too long")
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())
