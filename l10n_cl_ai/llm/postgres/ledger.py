"""Rows of the ledger: what is known of a question before it is asked, and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from ..cost import Usage
from ..question import Reason, Status

#: Columns of an entry and of a settlement, in the order of :func:`entry_values` and :func:`settlement_values`.
ENTRY = {
    "token": "uuid", "company_id": "integer", "user_id": "integer", "feature": "varchar", "model": "varchar",
    "prompt_version": "varchar", "res_model": "varchar", "res_id": "integer", "parent_id": "integer",
    "digest": "varchar", "content_sent": "text", "batch": "boolean", "simulated": "boolean",
}
SETTLEMENT = {
    "cost": "numeric", "status": "varchar", "reason": "varchar", "detail": "varchar", "stop_reason": "varchar",
    "stopped": "boolean", "unconfirmed": "boolean", "simulated": "boolean", "attempts": "integer",
    "provider_request_id": "varchar", "content_answer": "text", "refused_by": "integer",
    "input_tokens": "integer", "output_tokens": "integer", "thinking_tokens": "integer",
    "cache_write_5m_tokens": "integer", "cache_write_1h_tokens": "integer", "cache_read_tokens": "integer",
    "admit_ms": "float8", "wait_ms": "float8", "call_ms": "float8", "settle_ms": "float8", "first_token_ms": "float8",
}
TIMINGS = ("admit_ms", "wait_ms", "call_ms", "settle_ms", "first_token_ms")


@dataclass(frozen=True)
class Entry:
    """What is known of a question before it is asked.

    :param token: names it, before the database gave it an id
    :param parent_id: the ledger row of the question it follows on (repair, escalation, next turn)
    :param digest: SHA-256 of what is sent
    :param content_sent: the masked content, only where the administrator keeps it
    :param batch: asked in a Message Batch
    :param simulated: asked of a stand-in
    """

    token: UUID
    company_id: int
    user_id: int
    feature: str
    model: str | None = None
    prompt_version: str | None = None
    res_model: str | None = None
    res_id: int | None = None
    parent_id: int | None = None
    digest: str | None = None
    content_sent: str | None = None
    batch: bool = False
    simulated: bool = False


@dataclass(frozen=True)
class Settlement:
    """What came of a question.

    :param cost: USD, exact; may be above what was reserved
    :param unconfirmed: the provider may have billed another amount
    :param timings: ms of the phases, by column: :data:`TIMINGS`
    :param refused_by: id of the budget that the question did not fit into
    """

    status: Status
    cost: Decimal = Decimal(0)
    usage: Usage = field(default_factory=Usage)
    reason: Reason | None = None
    detail: str | None = None
    stop_reason: str | None = None
    stopped: bool = False
    unconfirmed: bool = False
    simulated: bool = False
    attempts: int = 0
    timings: Mapping[str, float | None] = field(default_factory=dict)
    provider_request_id: str | None = None
    content_answer: str | None = None
    refused_by: int | None = None


def entry_values(entry: Entry) -> tuple[Any, ...]:
    """Return the entry's columns."""
    return tuple(text(getattr(entry, name)) for name in ENTRY)


def settlement_values(settlement: Settlement) -> tuple[Any, ...]:
    """Return the settlement's columns.

    :raises ValueError: the cost is negative or no number, or a timing has no column
    """
    unknown = set(settlement.timings) - set(TIMINGS)
    if unknown:
        raise ValueError(f"no such timing: {', '.join(sorted(unknown))}")
    used = settlement.usage
    counts = (
        used.input, used.output, used.thinking, used.cache_write_5m, used.cache_write_1h, used.cache_read,
    )
    said = tuple(text(getattr(settlement, name)) for name in tuple(SETTLEMENT)[1:12])
    return money(settlement.cost), *said, *counts, *(settlement.timings.get(name) for name in TIMINGS)


def money(amount: Decimal) -> Decimal:
    """Return an amount that may be booked.

    :raises ValueError: it is negative, infinite or no number
    :raises TypeError: it is a float, which is no exact amount
    """
    if isinstance(amount, float):
        raise TypeError(f"money must be a Decimal, not the float {amount!r}")
    amount = Decimal(amount)
    if not amount.is_finite() or amount < 0:
        raise ValueError(f"not an amount of money: {amount}")
    return amount


def text(value: Any) -> Any:
    """Return a value as PostgreSQL takes it; a model's text may hold what no text of its may.

    A settlement must not fail for an answer's NUL or half a surrogate pair.
    """
    if isinstance(value, UUID):
        return str(value)
    if not isinstance(value, str):
        return value
    return str(value).replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


def insert(columns: Sequence[str], values: str) -> str:
    """Return the INSERT of ledger columns from ``values``, a SELECT."""
    return f"INSERT INTO l10n_cl_ai_request ({', '.join(columns)}) {values}"


def marks(count: int, start: int = 1) -> str:
    """Return ``$1, $2, …``: ``count`` parameters from ``start`` on."""
    return ", ".join(f"${n}" for n in range(start, start + count))
