"""Processes that spend from one budget: forked from one without threads, killed at any moment."""

import os
import random
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import psycopg2

from . import plain
from .naive import NaiveBudget

# isort: split
from l10n_cl_ai.llm.postgres.budget import Budget, Limit, OverBudget, Reserved
from l10n_cl_ai.llm.postgres.ledger import Entry, Settlement
from l10n_cl_ai.llm.question import Status

KINDS = {"ours": Budget, "naive": NaiveBudget}
FIRST_DAY = date(2026, 1, 1)
DAY_BUDGET, MONTH_BUDGET = 1, 2
#: USD: a day's limit is used up in about a second, so that the limit is what everybody fights for.
DAY_LIMIT, MONTH_LIMIT = Decimal("0.5"), Decimal(10_000)
#: Reservations a process holds at once, and seconds of their leases: some end under an owner that lives.
_HELD, _LEASES = 4, (0.1, 2.0)
LONGEST_LEASE = max(_LEASES)


@dataclass(frozen=True)
class Job:
    """:param folder: where each process writes its history"""

    dsn: str
    kind: str
    folder: str
    seed: int = 0


class History:
    """What a process meant to do, and what came of it: written before and after, so that no kill loses it."""

    def __init__(self, folder: str):
        self._file = os.open(f"{folder}/{os.getpid()}", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, *words):
        os.write(self._file, (" ".join(map(str, words)) + "\n").encode())


def limits(day: int, used_up: Decimal = DAY_LIMIT) -> list[Limit]:
    """Return the limits of a day and of its month."""
    today = FIRST_DAY + timedelta(days=day)
    return [
        Limit(DAY_BUDGET, 1, today, used_up, "day"), Limit(MONTH_BUDGET, 1, today.replace(day=1), MONTH_LIMIT, "month")
    ]


def entry() -> Entry:
    return Entry(token=uuid.uuid4(), company_id=1, user_id=os.getpid(), feature="bench")


def churn(job: Job, today) -> None:
    """Reserve and settle at random, in any order, some twice or too late, until killed.

    :param today: a number all processes share: the day they spend from
    """
    dice, history, held = random.Random(job.seed), History(job.folder), []
    budget = KINDS[job.kind](plain.door(job.dsn))
    while True:
        try:
            _reserve(budget, dice, history, held, today)
            dice.shuffle(held)
            while len(held) >= _HELD or (held and dice.random() < 0.4):
                _settle(budget, dice, history, *held.pop())
        except psycopg2.Error as error:
            history.write("error", error.pgcode)


def _reserve(budget, dice, history, held, today):
    usd, asked, day = Decimal(dice.randrange(1, 2 * 10**10)).scaleb(-12), entry(), today.value
    history.write("reserve", asked.token, usd)
    reserved = budget.reserve(asked, limits(day), usd, dice.choice(_LEASES))
    if isinstance(reserved, Reserved):
        history.write("reserved", asked.token)
        held.append((asked.token, usd))
        return
    history.write("denied", asked.token)
    if isinstance(reserved, OverBudget) and reserved.spent > reserved.limit * 9 / 10:
        today.value = max(today.value, day + 1)


def _settle(budget, dice, history, token, usd):
    cost = usd * dice.randrange(1001) / 1000
    cost = cost.quantize(Decimal(1).scaleb(-12))
    for _ in range(dice.choice((1, 1, 2))):
        history.write("settle", token, cost)
        history.write("settled", token, cost, int(budget.settle(token, Settlement(Status.ANSWERED, cost=cost))))


def rush(job: Job, barrier, rounds: Iterable[int]) -> None:
    """With all others at once: ask for the whole of a budget, a new one each round."""
    budget = KINDS[job.kind](plain.door(job.dsn))
    for number in rounds:
        barrier.wait()
        budget.reserve(entry(), [Limit(number, 1, FIRST_DAY, Decimal(1), "rush")], Decimal(1), 3600.0)


def pairs(job: Job, barrier, seconds: float, own: bool, answer) -> None:
    """Reserve from two limits and settle, as fast as it goes; answer (pairs, ms of each reservation).

    :param own: from limits of one's own, else from everybody's
    """
    budget, took, count = KINDS[job.kind](plain.door(job.dsn)), [], 0
    number = 100 + (job.seed if own else 0)
    mine = [Limit(each, 1, FIRST_DAY, Decimal(10**6), "day and month") for each in (number, number + 100)]
    usd, settlement = Decimal("0.01"), Settlement(Status.ANSWERED, cost=Decimal("0.001"))
    budget.settle(entry().token, settlement)
    barrier.wait()
    end = time.monotonic() + seconds
    while (start := time.monotonic()) < end:
        asked = entry()
        budget.reserve(asked, mine, usd, 60.0)
        took.append((time.monotonic() - start) * 1000)
        budget.settle(asked.token, settlement)
        count += 1
    answer.send((count, took))
