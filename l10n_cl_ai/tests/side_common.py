"""The gateway's tables alone, in a schema of their own of the test database, and processes that use them."""

import itertools
import json
import os
import subprocess
import sys
import threading
import time
import uuid
from datetime import date
from decimal import Decimal
from pathlib import Path

import psycopg2
from psycopg2.extensions import make_dsn

from odoo.sql_db import connection_info_for
from odoo.tests import BaseCase
from odoo.tests.common import get_db_name

from ..llm.postgres import schema
from ..llm.postgres.budget import Budget, Limit
from ..llm.postgres.door import Door, SideConnection
from ..llm.postgres.ledger import Entry, Settlement
from ..llm.question import Status

DAY = date(2026, 11, 22)
ADDON = Path(__file__).resolve().parents[1]
_ids = itertools.count(1)


class SideCase(BaseCase):
    """A door to empty tables: what one test class writes, sums and sweeps is its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.schema = f"l10n_cl_ai_{cls.__name__.lower()}"
        _name, parameters = connection_info_for(get_db_name())
        # Backends are looked for, and killed, by this name: others work on the same server.
        cls.name = f"{get_db_name()[-30:]}_{cls.__name__.lower()}"
        cls.dsn = make_dsn(**{**parameters, "application_name": cls.name}, options=f"-c search_path={cls.schema}")
        cls.addClassCleanup(cls.sql, f"DROP SCHEMA {cls.schema} CASCADE")
        cls.sql(f"CREATE SCHEMA {cls.schema}; {';'.join(schema.TABLES)}")
        cls.door = Door(cls.connect)
        cls.addClassCleanup(cls.door.close)

    @classmethod
    def connect(cls):
        return psycopg2.connect(cls.dsn, connection_factory=SideConnection)

    @classmethod
    def sql(cls, query, *params):
        """Run a query on a connection that no test shares."""
        connection = psycopg2.connect(cls.dsn)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(query, params or None)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def eventually(self, look, seconds=20.0):
        """Return what ``look`` finds in another process, as soon as it finds something."""
        pause, end = threading.Event(), time.monotonic() + seconds
        while not (found := look()):
            self.assertLess(time.monotonic(), end, "it never came")
            pause.wait(0.005)
        return found

    def blocked(self, count=1):
        """Wait until so many of our statements wait for a row, and return their backends as (pid,)."""
        return self.eventually(lambda: len(rows := self.backends("wait_event_type = 'Lock'")) >= count and rows)

    def backends(self, which="true"):
        """Return the backends of this class's connections, but for the one that asks, as (pid,)."""
        query = f"SELECT pid FROM pg_stat_activity WHERE application_name = %s AND pid <> pg_backend_pid() AND {which}"
        return self.sql(query, self.name)

    def terminate(self, *pids):
        """End backends as an administrator would, and wait until they are gone."""
        for pid in pids:
            self.sql("SELECT pg_terminate_backend(%s, 10000)", pid)

    def python(self, source, *arguments):
        """Start a Python without Odoo that sees the addon's pure packages; ``source`` is a file or a program."""
        how = [str(source)] if isinstance(source, Path) else ["-c", source]
        process = subprocess.Popen(
            [sys.executable, *how, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            bufsize=1,
            env={**os.environ, "L10N_CL_AI_FOLDER": str(ADDON), "L10N_CL_AI_DSN": self.dsn},
        )
        self.addCleanup(process.stdin.close)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process


class BudgetCase(SideCase):
    """Budgets of their own for each test."""

    def setUp(self):
        super().setUp()
        self.budget = Budget(self.door)
        self.budget_id = next(_ids)

    def entry(self, **values):
        return Entry(**{"token": uuid.uuid4(), "company_id": 1, "user_id": 2, "feature": "dte_review", **values})

    def limit(self, usd, budget_id=None, day=DAY):
        return Limit(budget_id or self.budget_id, 1, day, Decimal(usd), f"budget {usd}")

    def reserve(self, usd, *limits, lease=3600.0, **values):
        """Return (entry, what became of its reservation)."""
        entry = self.entry(**values)
        return entry, self.budget.reserve(entry, limits, Decimal(usd), lease)

    def settlement(self, usd, **values):
        return Settlement(**{"status": Status.ANSWERED, "cost": Decimal(usd), **values})

    def counter(self, budget_id=None):
        """Return (spent, reserved) of a budget, exactly."""
        query = "SELECT spent::text, reserved::text FROM l10n_cl_ai_budget_counter WHERE budget_id = %s"
        [(spent, reserved)] = self.sql(query, budget_id or self.budget_id)
        return Decimal(spent), Decimal(reserved)

    def row(self, entry, columns):
        return self.sql(f"SELECT {columns} FROM l10n_cl_ai_request WHERE token = %s", str(entry.token))[0]


class Worker:
    """A process of ``budget_worker.py``: it does what it is told, a line each way."""

    def __init__(self, case):
        self.process = case.python(ADDON / "tests" / "budget_worker.py")
        self.hear()

    def tell(self, **order):
        self.process.stdin.write(json.dumps(order) + "\n")

    def hear(self):
        return json.loads(self.process.stdout.readline())

    def kill(self):
        """End it as the kernel would: nothing is said to anybody."""
        self.process.kill()
        self.process.wait()
