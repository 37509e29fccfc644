"""A process of the race tests: reserves and settles as it is told, a JSON line each way. No Odoo in it."""

import json
import os
import random
import sys
import threading
import types
import uuid
from datetime import date
from decimal import Decimal

if __name__ == "__main__":
    # The addon's own __init__ would import Odoo.
    package = types.ModuleType("l10n_cl_ai")
    package.__path__ = [os.environ["L10N_CL_AI_FOLDER"]]
    sys.modules["l10n_cl_ai"] = package

import psycopg2

from l10n_cl_ai.llm.postgres.budget import Budget, Limit, Reserved
from l10n_cl_ai.llm.postgres.door import Door, SideConnection
from l10n_cl_ai.llm.postgres.ledger import Entry, Settlement
from l10n_cl_ai.llm.question import Status


def say(**what):
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _entry():
    return Entry(token=uuid.uuid4(), company_id=1, user_id=os.getpid(), feature="race")


def _limits(order):
    return [Limit(each, 1, date(2026, 11, 22), Decimal(usd), str(each)) for each, usd in order["limits"]]


def rush(budget, order):
    """Reserve in threads at once, and say how many were admitted."""
    barrier, admitted = threading.Barrier(order["threads"]), []

    def run():
        barrier.wait()
        reserved = budget.reserve(_entry(), _limits(order), Decimal(order["usd"]), 3600.0)
        admitted.append(isinstance(reserved, Reserved))

    threads = [threading.Thread(target=run) for _ in range(order["threads"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    say(admitted=sum(admitted), asked=len(admitted))


def hold(budget, order):
    """Reserve, and say so."""
    budget.reserve(_entry(), _limits(order), Decimal(order["usd"]), 0.0)
    say(held=True)


def churn(budget, order):
    """Reserve and settle at random, some twice, some after the sweeper: until killed, or for so many rounds."""
    dice, held = random.Random(order["seed"]), []
    for turn in range(order["rounds"]):
        entry, usd = _entry(), Decimal(dice.randrange(1, 10**12)).scaleb(-12)
        if isinstance(budget.reserve(entry, _limits(order), usd, order["lease"]), Reserved):
            held.append((entry, usd))
        dice.shuffle(held)
        while held and dice.random() < 0.6:
            entry, usd = held.pop()
            settlement = Settlement(Status.ANSWERED, cost=(usd * dice.randrange(11) / 10))
            for _ in range(dice.randrange(1, 3)):
                budget.settle(entry.token, settlement)
        if turn % 10 == 0:
            say(turn=turn)
    say(done=True)


def main():
    budget = Budget(Door(lambda: psycopg2.connect(os.environ["L10N_CL_AI_DSN"], connection_factory=SideConnection)))
    say(ready=True)
    for line in sys.stdin:
        order = json.loads(line)
        {"rush": rush, "hold": hold, "churn": churn}[order["do"]](budget, order)


if __name__ == "__main__":
    main()
