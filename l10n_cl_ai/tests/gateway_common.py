"""The gateway's engine on the test database and the stand-in: real rows, real HTTP, real SDK."""

import atexit
import functools
import itertools
import os
import sys
import threading
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from unittest.mock import patch

import anthropic  # noqa: F401 - must not be first imported under a frozen clock
import psycopg2.extensions

from odoo.modules.registry import Registry
from odoo.tests import BaseCase, TransactionCase
from odoo.tests.common import get_db_name

from ..llm.answers import StrictAnswer
from ..llm.cost import Prices, Rate, Usage
from ..llm.gateway import Gateway
from ..llm.heartbeat import Heartbeat
from ..llm.plan import ModelSpec, Plan
from ..llm.postgres.budget import Limit
from ..llm.postgres.limiter import Denials
from ..llm.question import Ask
from ..llm.transport import Transport
from ..models import side_door

# The stand-in lives with the other tools of the repository, not in the addon.
sys.path.append(str(Path(__file__).resolve().parents[2] / "dev"))

import standin

HAIKU, SONNET = "claude-haiku-5-5", "claude-sonnet-5-5"
DAY = date(2026, 11, 22)
SCHEMA = {
    "type": "object",
    "properties": {"verdict": {"type": "string", "enum": ["good", "bad"]}, "why": {"type": "string"}},
    "required": ["verdict", "why"],
    "additionalProperties": False,
}
GOOD = '{"verdict": "good", "why": "nada que objetar"}'
_ids = itertools.count(900_000_000)


class Verdict(StrictAnswer):
    verdict: str
    why: str


def rate(model, *usd, threshold=0, since=date(2026, 1, 1)):
    return Rate(model, since, threshold, *map(Decimal, usd))


PRICES = Prices([
    rate(HAIKU, "0.10", "0.50", "0.125", "0.20", "0.01"),
    rate(SONNET, "2", "10", "2.5", "4", "0.10"),
])


@functools.cache
def stand_in():
    """The stand-in of this test process; it ends with it."""
    context = standin.running()
    atexit.register(context.__exit__, None, None, None)
    return context.__enter__()


class GatewayCase(BaseCase):
    """An engine over the real door: what it writes stays in this scratch database, under ids no one else has."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dbname = get_db_name()
        Registry(cls.dbname)
        cls.door = side_door.door(cls.dbname)

    @classmethod
    def tearDownClass(cls):
        # Rows written through a real door stay: whoever comes next must find the tables as they were.
        with cls.door.connection() as connection, connection.cursor() as cursor:
            cursor.execute(
                "TRUNCATE l10n_cl_ai_request, l10n_cl_ai_budget_counter, l10n_cl_ai_cache_entry, l10n_cl_ai_flight,"
                " l10n_cl_ai_rate, l10n_cl_ai_breaker")
        super().tearDownClass()

    def setUp(self):
        super().setUp()
        self.standin = stand_in()
        self.standin.reset()
        self.addCleanup(self.standin.reset)
        self.gateway = Gateway(side_door.stores(self.door), Transport())
        self.company_id = next(_ids)
        for table in ("l10n_cl_ai_breaker", "l10n_cl_ai_flight"):
            self.sql(f"DELETE FROM {table}")

    # --- asking ---------------------------------------------------------------------------------------------------

    def plan(self, **changes):
        plan = Plan(
            company_id=self.company_id, user_id=7, feature="dte_review", prompt_version="1",
            models=(ModelSpec(HAIKU, max_output=64_000),), prices=PRICES, day=DAY,
            limits=(self.limit("5"),), per_minute=1000, ttl=900, deadline=20.0, max_tokens=400,
            key=self.standin.key, base_url=self.standin.url,
        )
        return replace(plan, **changes)

    def limit(self, usd, budget_id=None):
        return Limit(budget_id or self.company_id, self.company_id, DAY, Decimal(usd), "Diario")

    def question(self, text="¿Qué falta en esta factura?", **changes):
        ask = Ask("dte_review", system=["Revisa la factura."], content=[text], schema=SCHEMA, parse=Verdict.from_json)
        return replace(ask, **changes)

    def ask(self, text="¿Qué falta en esta factura?", plan=None, **changes):
        return self.gateway.ask(self.question(text, **changes), plan or self.plan())

    def gated(self, **step):
        """Hold the next call back. Return (set when it has arrived, to be set so that it is answered)."""
        arrived, gate = threading.Event(), threading.Event()
        self.addCleanup(gate.set)
        self.standin.script(when=lambda _call: arrived.set() or True, gate=gate, **step)
        return arrived, gate

    def side_by_side(self, *jobs):
        """Run jobs in threads at once, and return what they returned."""
        results = [None] * len(jobs)

        def run(index, job):
            results[index] = job()

        threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return results

    # --- looking --------------------------------------------------------------------------------------------------

    def sql(self, query, *params):
        with self.door.connection() as connection, connection.cursor() as cursor:
            cursor.execute(query, params)
            return cursor.fetchall() if cursor.description else []

    def ledger(self, columns="status, reason, cost"):
        return self.sql(f"SELECT {columns} FROM l10n_cl_ai_request WHERE company_id = %s ORDER BY id", self.company_id)

    def counter(self, budget_id=None):
        """Return (spent, reserved) of a budget."""
        rows = self.sql(
            "SELECT spent, reserved FROM l10n_cl_ai_budget_counter WHERE budget_id = %s", budget_id or self.company_id)
        return rows[0] if rows else (Decimal(0), Decimal(0))


class EngineCase(GatewayCase):
    def assertBooked(self):
        """The counter is the ledger's sum, and nothing stays reserved."""
        total = sum((cost for (cost,) in self.ledger("cost")), Decimal(0))
        self.assertEqual(self.counter(), (total, Decimal(0)))
        return total


def usage_of(call):
    """The stand-in's own bill of a call."""
    billed = call.billed
    return Usage(billed.input, billed.output, billed.cache_write_5m, billed.cache_write_1h, billed.cache_read)


class CursorDoor:
    """A door that writes on the test's own cursor, so that the ORM of the test sees it, and it is rolled back.

    Answers of the assistant come from threads: one statement at a time, on a cursor of its own.
    """

    _lock = threading.Lock()

    def __init__(self, cr):
        self._cr = cr

    def run(self, statement, params=()):
        with self._lock, self._cr.connection.cursor() as cursor:
            # Odoo reads amounts as floats; the gateway's money is exact.
            psycopg2.extensions.register_type(psycopg2.extensions.DECIMAL, cursor)
            cursor.execute("SELECT 1 FROM pg_prepared_statements WHERE name = %s", [statement.name])
            if not cursor.fetchall():
                cursor.execute(statement.preparation)
            cursor.execute(statement.execution, tuple(params))
            return cursor.fetchall() if cursor.description else []


class OrmGatewayCase(TransactionCase):
    """The gateway as features call it: records decide, the stand-in answers. Nothing survives the test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.standin = stand_in()
        cls.company = cls.env.company
        cls.other_company = cls.env["res.company"].create({"name": "Otra SpA", "country_id": cls.env.ref("base.cl").id})
        variables = {"L10N_CL_AI_API_KEY": cls.standin.key, "L10N_CL_AI_BASE_URL": cls.standin.url}
        cls.startClassPatcher(patch.dict(os.environ, variables))
        cls.engine = Gateway(side_door.stores(CursorDoor(cls.env.cr)), Transport())
        # No thread may use the test's cursor beside it.
        cls.engine.admission._heart = Heartbeat(cls.engine.stores.flights, beat=3600)
        cls.startClassPatcher(patch.object(side_door, "gateway", lambda *_where: cls.engine))
        cls.startClassPatcher(patch.object(side_door, "door", lambda _dbname: CursorDoor(cls.env.cr)))
        # A test's transaction has always written; what production does then is proven in test_gateway_transaction.
        model = cls.registry["l10n_cl_ai.gateway"]
        cls.startClassPatcher(patch.object(model, "_check_transaction", lambda self: self.env.flush_all()))
        cls.startClassPatcher(patch.object(model, "_release_transaction", lambda self: None))

    def setUp(self):
        super().setUp()
        self.standin.reset()
        self.addCleanup(self.standin.reset)
        self.env["l10n_cl_ai.request"].invalidate_model()
        # The rows of the former test are rolled back; what the process remembers of them is not.
        self.engine.stores.limiter.denials = Denials()

    def accept(self, code, company=None):
        """Switch a feature on, as its manager does."""
        company = company or self.company
        feature = self.env["l10n_cl_ai.feature"].with_company(company).search([("code", "=", code)])
        feature._switch()._accept(feature._digest())
        return feature

    def ask(self, text="¿Qué es un folio?", code="dte_review", env=None, **changes):
        env = env or self.env
        feature = self.env["l10n_cl_ai.feature"].search([("code", "=", code)])
        question = self.env["l10n_cl_ai.feature.handler"]._l10n_cl_ai_example(feature, text)
        return env["l10n_cl_ai.gateway"].ask(replace(question, **changes))

    def row(self, answer):
        """The ledger's row of an answer."""
        self.env["l10n_cl_ai.request"].invalidate_model()
        return self.env["l10n_cl_ai.request"].browse(answer.request_id)
