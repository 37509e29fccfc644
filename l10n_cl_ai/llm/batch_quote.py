"""What a question would cost, before anybody decides."""

from dataclasses import dataclass
from decimal import Decimal

from .asked import Ticket
from .cost import UnknownPrice, Usage, input_bound
from .question import Reason

#: Bytes of a token in Spanish text and JSON: the bound counts one token a byte.
_BYTES = 3


@dataclass(frozen=True)
class Quote:
    """What a question would cost, in USD.

    :param kind: ``asked``; ``cached`` or ``equal`` (to one before it), which cost nothing; ``refused``
    :param most: what would be reserved for it in a batch
    :param expected: what it is likely to cost in a batch
    :param alone: what it is likely to cost asked by itself, at the full price
    """

    kind: str
    reason: Reason | None = None
    most: Decimal = Decimal(0)
    expected: Decimal = Decimal(0)
    alone: Decimal = Decimal(0)


def priced(ticket: Ticket, typical_output: int) -> Quote:
    """Return the quote of a question that has to be asked.

    :param typical_output: tokens of an answer
    """
    plan, call = ticket.asked.plan, ticket.call
    try:
        bound = input_bound(*call.system, *call.messages, *call.tools, call.schema or {})
        usage = Usage(input=bound // _BYTES, output=min(typical_output, call.max_tokens))
        most = plan.prices.estimate(
            call.model, plan.day, bound, call.max_tokens, prompt_cache=call.prompt_cache, batch=True)
        expected, alone = (plan.prices.cost(call.model, usage, plan.day, batch=batch) for batch in (True, False))
    except UnknownPrice:
        return Quote("refused", Reason.BAD_MODEL)
    except ValueError:  # a picture or file, whose tokens have no bound
        return Quote("refused", Reason.TOO_LARGE)
    return Quote("asked", None, most, expected, alone)
