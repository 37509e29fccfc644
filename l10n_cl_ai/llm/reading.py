"""What came of a call, as the feature that asked is to know it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from . import answers
from .asked import Asked
from .question import Abstained, Reason
from .transport import Outcome


@dataclass
class Reading:
    """What an answer says to the feature that asked.

    :param why: what is wrong with it, in words for the model
    """

    reason: Reason | None = None
    detail: str = ""
    value: Any = None
    text: str = ""
    why: str = ""
    abstained: bool = False
    cost: Decimal = Decimal(0)
    request_id: int | None = None
    outcome: Outcome | None = None


def read_outcome(asked: Asked, outcome: Outcome) -> Reading:
    """Return what a call says; of one that failed, why, and the text that had come until then."""
    if outcome.stopped:
        return Reading(Reason.TRUNCATED, "stopped by the user", text=asked.masker.restore(outcome.text))
    if outcome.failure:
        return Reading(outcome.failure, outcome.detail, text=asked.masker.restore(outcome.text))
    return read(asked, outcome.text)


def read(asked: Asked, text: str) -> Reading:
    """Return what an answer says, fresh or cached.

    Pseudonyms are restored in the values, where no quote of a name can break the JSON around it.
    """
    ask, masker = asked.ask, asked.masker
    parse = ask.parse or (lambda value: value)
    reading = Reading(text=masker.restore(text))
    try:
        if ask.schema is None:
            reading.value = parse(reading.text)
        else:
            reading.value = answers.read(text, ask.schema, lambda raw: parse(masker.restore_json(raw)))
    except Abstained as abstained:
        reading.abstained, reading.value = True, abstained.value
    except ValueError as problem:  # answers.InvalidAnswer is one
        reading.reason, reading.detail, reading.why = Reason.INVALID_ANSWER, "not as asked", str(problem)
    return reading
