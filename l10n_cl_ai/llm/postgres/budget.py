"""Budgets that hold under concurrency, and the ledger that proves it.

``spent + reserved ≤ limit`` is checked and kept by one statement under the locks of its counters, so that no two
questions can spend the same dollar, and nothing is half done when a process is killed or a connection cut. A row of
the ledger goes through these states, each change booking counters and ledger in the same statement:

========= =================== =========== =============================================================
from      by                  to          counters
========= =================== =========== =============================================================
–         :meth:`~.reserve`   running     ``reserved += estimate``
running   :meth:`~.settle`    settled     ``reserved −= estimate``, ``spent += cost``
running   :meth:`~.sweep`     swept       ``reserved −= estimate``, ``spent += estimate``: its owner died,
                                          the provider may have billed as much; *unconfirmed*
swept     :meth:`~.settle`    settled     ``spent += cost − estimate``: it was only late; no more
                                          *unconfirmed*
–         :meth:`~.note`      settled     none: it cost nothing
========= =================== =========== =============================================================

*Running* is ``state = 'running'``; *swept* is ``state = 'done'`` with ``swept_at`` and no ``settled_at``; *settled*
has its ``settled_at``, and is final: settling it again changes nothing. A late row keeps its ``swept_at``.

What a stand-in for the provider answers is counted apart, by the same limits: nobody pays for it, so it takes nothing
from what may be paid, and nobody is told of dollars.

A cost above the estimate is booked as it is, for it was billed: only then may ``spent`` pass the limit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

import psycopg2.errors

from . import budget_statements as statements
from .door import Door
from .ledger import Entry, Settlement, entry_values, money, settlement_values

#: Times a reservation makes counters that somebody deletes under its hands.
_TRIES = 3


@dataclass(frozen=True)
class Limit:
    """A budget's limit in one period.

    :param period_start: the period's first day where the company is
    :param limit: USD
    :param name: for people
    """

    budget_id: int
    company_id: int
    period_start: date
    limit: Decimal
    name: str


@dataclass(frozen=True)
class Reserved:
    """The money is there. :param counters: ids of the budget counters that hold it."""

    request_id: int
    counters: tuple[int, ...]


@dataclass(frozen=True)
class OverBudget:
    """The money is not there; all in USD. Of several limits that are too low, the first of those passed."""

    budget_id: int
    name: str
    limit: Decimal
    spent: Decimal
    reserved: Decimal


class Budget:
    """Reserves, settles and checks money on side connections. Any thread may use it.

    All methods raise ``psycopg2.Error`` when the database fails. After a broken connection a change is tried once
    more; if that fails too it may or may not have been made, and what stays reserved is swept when its lease ends.
    """

    def __init__(self, door: Door):
        self._door = door
        #: (budget id, period, simulated) whose counters were seen; only a memory, see :meth:`reserve`.
        self._opened: set[tuple[int, date, bool]] = set()

    def reserve(
        self, entry: Entry, limits: Sequence[Limit], amount: Decimal, lease: float
    ) -> Reserved | OverBudget:
        """Set an amount aside from all limits, or from none, and write the ledger's row ``running``.

        Reserving the same entry again while it runs returns the reservation that stands.

        :param limits: each budget once; without any the row is written all the same
        :param amount: USD, an upper bound of the cost; may be 0
        :param lease: seconds after which the owner counts as dead
        :raises ValueError: an amount is negative or no number, or a budget is named twice
        """
        params = self._parameters(entry, limits, amount, lease)
        for _ in range(_TRIES):
            self._open(limits, entry.simulated)
            request_id, complete, counters, place, spent, reserved = self._reserve(entry.token, params)
            if request_id:
                return Reserved(request_id, tuple(counters))
            if complete:
                short = limits[place - 1]
                return OverBudget(short.budget_id, short.name, short.limit, spent, reserved)
            # Somebody deleted a counter we remember.
            self._opened.difference_update((*_period(limit), entry.simulated) for limit in limits)
        raise LookupError(f"budget counters vanish as soon as they are made: {limits}")

    def _parameters(self, entry: Entry, limits: Sequence[Limit], amount: Decimal, lease: float) -> tuple:
        budgets, days = [limit.budget_id for limit in limits], [limit.period_start for limit in limits]
        if len(set(map(_period, limits))) < len(limits):
            raise ValueError(f"a budget is named twice: {limits}")
        return *entry_values(entry), budgets, days, [money(limit.limit) for limit in limits], money(amount), lease

    def _open(self, limits: Sequence[Limit], simulated: bool):
        """Make the counters of a period that begins."""
        new = [limit for limit in limits if (*_period(limit), simulated) not in self._opened]
        if not new:
            return
        rows = [(limit.budget_id, limit.company_id, limit.period_start, limit.limit) for limit in new]
        self._door.run(statements.OPEN, [*(list(column) for column in zip(*rows, strict=True)), simulated])
        self._opened.update((*_period(limit), simulated) for limit in new)

    def _reserve(self, token: UUID, params: Sequence) -> tuple:
        try:
            return self._door.run(statements.RESERVE, params)[0]
        except psycopg2.errors.UniqueViolation:
            # The connection broke after the statement was done, and the door sent it again.
            standing = self._door.run(statements.STANDING, (str(token),))
            if not standing:
                raise
            return *standing[0][:1], True, standing[0][1], None, None, None

    def settle(self, token: UUID, settlement: Settlement) -> bool:
        """Book what a question cost in place of what was reserved, or of what the sweeper charged.

        :return: False where it is settled already, or unknown; then nothing is changed. (Also where the connection
            broke after the first of two attempts was done: that one counts.)
        :raises ValueError: the cost is negative or no number
        """
        return bool(self._door.run(statements.SETTLE, (str(token), *settlement_values(settlement))))

    def note(self, entry: Entry, settlement: Settlement, saved: Decimal = Decimal(0)) -> int:
        """Write a finished row of what cost nothing: a refusal, an answer from the cache. Return its id.

        A crash of the server may lose the last of them.

        :param saved: USD that a cached answer cost when it was asked
        :raises ValueError: it did cost something: then it must be reserved and settled; or its token is reserved
        """
        if settlement.cost:
            raise ValueError(f"a note of {settlement.cost} USD would be in no budget")
        params = (*entry_values(entry), *settlement_values(settlement), money(saved))
        [(request_id,)] = self._door.run(statements.NOTE, params)
        return request_id

    def renew(self, token: UUID, lease: float) -> bool:
        """Keep a reservation for ``lease`` more seconds from now; False if it is not running any more."""
        return bool(self._door.run(statements.RENEW, (str(token), lease)))

    def sweep(self) -> int:
        """Charge reservations whose lease ended at their estimate; return how many.

        Several may sweep at once: none takes what another has in hand.
        """
        swept = 0
        while count := len(self._door.run(statements.SWEEP)):
            swept += count
            if count < statements.AT_ONCE:
                break
        return swept

    def audit(self) -> list[str]:
        """Compare every counter with the ledger's rows booked on it; return what differs, in words."""
        return [
            "budget {}, period from {}: counter says {} USD spent and {} reserved, the ledger {} and {}".format(
                budget, period, *(f"{amount.normalize():f}" for amount in amounts)
            )
            for budget, period, *amounts in self._door.run(statements.AUDIT)
        ]


def _period(limit: Limit) -> tuple[int, date]:
    return limit.budget_id, limit.period_start
