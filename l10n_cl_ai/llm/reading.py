"""What came of a call, as the feature that asked is to know it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from . import answers
from .asked import Asked, Ticket
from .prompt import restored_blocks
from .question import Abstained, Answer, Reason, Status
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
    if not outcome.text.strip() and not any(block.get("type") == "tool_use" for block in outcome.content):
        return Reading(Reason.INVALID_ANSWER, "empty")
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


def answer_of(ticket: Ticket, reading: Reading, status: Status = Status.ANSWERED) -> Answer:
    """Return the answer to who asked."""
    outcome = reading.outcome or Outcome()
    return Answer(
        status=Status.NOT_EVALUATED if reading.reason else status,
        reason=reading.reason,
        value=None if reading.reason else reading.value,
        text=reading.text,
        request_id=reading.request_id,
        cost=ticket.asked.cost,
        abstained=reading.abstained,
        stopped=outcome.stopped,
        blocks=restored_blocks(outcome.content, ticket.asked.masker),
        received=outcome.content,
        sent=ticket.asked.messages[-1] if ticket.asked.messages else None,
        usage=outcome.usage,
        stop_reason=outcome.stop_reason,
        retry_after=outcome.retry_after,
        detail=reading.detail,
        figures=ticket.timings(reading.outcome),
    )
