"""The queue in processes of its own, on a throw-away database: raced for, killed, late; no transaction in a call."""

import json
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import psycopg2
from psycopg2.extensions import make_dsn

from odoo.sql_db import connection_info_for
from odoo.tests import BaseCase, tagged

from ..llm.postgres.budget import Budget
from ..llm.postgres.door import Door, SideConnection
from .gateway_common import stand_in
from .review_common import REMARK, answer
from .side_common import ADDON

# The house lives with the other tools of the repository, not in the addon.
sys.path.append(str(Path(__file__).resolve().parents[2] / "dev"))

from house import database, odoo, postgres

WORKERS, ROWS = 3, 30


class Worker:
    """A process of ``review_worker.py``."""

    def __init__(self, case):
        self.process = subprocess.Popen(
            [odoo.interpreter(), str(ADDON / "tests" / "review_worker.py"), case.name], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, bufsize=1, env=case.environment,
        )  # fmt: skip
        for end in (self.process.stdin.close, self.process.stdout.close, self.process.wait, self.process.kill):
            case.addClassCleanup(end)

    def tell(self, **order):
        self.process.stdin.write(json.dumps(order) + "\n")

    def hear(self):
        return json.loads(self.process.stdout.readline())

    def kill(self):
        """End it as the kernel would."""
        self.process.kill()
        self.process.wait()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestReviewProcess(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.standin = stand_in()
        stack = ExitStack()
        cls.addClassCleanup(stack.close)
        server = stack.enter_context(postgres.running())
        cls.environment = odoo.environment(
            server, L10N_CL_AI_API_KEY=cls.standin.key, L10N_CL_AI_BASE_URL=cls.standin.url)
        cls.name = stack.enter_context(database.scratch(server, odoo.addon_template(server)))
        cls.dsn = make_dsn(**connection_info_for(cls.name)[1])
        cls.pool = []
        [worker] = cls.workers(1)
        worker.tell(do="make", count=ROWS)
        cls.made = worker.hear()

    @classmethod
    def workers(cls, count):
        """Return so many that live, and can work."""
        cls.pool[:] = [worker for worker in cls.pool if worker.process.poll() is None]
        fresh = [Worker(cls) for _n in range(count - len(cls.pool))]
        for worker in fresh:
            worker.hear()
        cls.pool += fresh
        return cls.pool[:count]

    def setUp(self):
        super().setUp()
        self.standin.reset()
        self.addCleanup(self.standin.reset)
        self.sql(
            "TRUNCATE l10n_cl_ai_request, l10n_cl_ai_budget_counter, l10n_cl_ai_cache_entry, l10n_cl_ai_flight,"
            " l10n_cl_ai_rate, l10n_cl_ai_breaker; DELETE FROM l10n_cl_ai_review")

    def sql(self, query, *params):
        connection = psycopg2.connect(self.dsn)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(query, params or None)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def eventually(self, look, seconds=60.0):
        pause, end = threading.Event(), time.monotonic() + seconds
        while not (found := look()):
            self.assertLess(time.monotonic(), end, "it never came")
            pause.wait(0.02)
        return found

    def queue(self, worker, count, commit=True):
        worker.tell(do="queue", moves=self.made["moves"][:count], user=self.made["user"], commit=commit)
        worker.hear()

    def rows(self, columns="state, attempts, deaths, coalesce(finding_count, 0)"):
        return self.sql(f"SELECT {columns} FROM l10n_cl_ai_review ORDER BY id")

    def lapse(self):
        """Let every lease of the dead be over, and forget that their questions are in flight."""
        self.sql("UPDATE l10n_cl_ai_review SET lease_until = 'epoch' WHERE state = 'running'")
        self.sql("DELETE FROM l10n_cl_ai_flight")

    def assertBooksRight(self):
        """Nothing reserved, nothing running, no difference between counters and ledger."""
        door = Door(lambda: psycopg2.connect(self.dsn, connection_factory=SideConnection))
        self.addCleanup(door.close)
        self.sql("UPDATE l10n_cl_ai_request SET lease_until = 'epoch' WHERE state = 'running'")
        budget = Budget(door)
        budget.sweep()
        self.assertEqual(budget.audit(), [])
        self.assertEqual(self.sql("SELECT count(*) FROM l10n_cl_ai_request WHERE state = 'running'"), [(0,)])
        self.assertEqual(self.sql("SELECT count(*) FROM l10n_cl_ai_budget_counter WHERE reserved <> 0"), [(0,)])

    # --------------------------------------------------------------------------------------------------

    def test_workers_race_and_each_row_is_asked_once(self):
        workers = self.workers(WORKERS)
        self.queue(workers[0], ROWS)
        self.standin.script(answer=answer(), times=0)
        for worker in workers:
            worker.tell(do="run")
        for worker in workers:
            self.assertTrue(worker.hear()["running"])
            self.assertTrue(worker.hear()["done"])
        self.assertEqual(self.rows(), [("done", 1, 0, 0)] * ROWS)
        self.assertEqual(len(self.standin.messages), ROWS)
        [(ledger,)] = self.sql("SELECT count(*) FROM l10n_cl_ai_request WHERE status = 'answered'")
        self.assertEqual(ledger, ROWS)
        self.assertEqual(self.sql("SELECT count(DISTINCT ledger_ref) FROM l10n_cl_ai_review"), [(ROWS,)])
        self.assertBooksRight()

    def held(self, worker, **step):
        """Have a worker ask, and keep the answer back. Return what lets it come."""
        gate = threading.Event()
        self.addCleanup(gate.set)
        self.standin.script(gate=gate, **step)
        worker.tell(do="run")
        self.assertTrue(worker.hear()["running"])
        self.eventually(lambda: self.standin.messages)
        return gate

    def test_no_transaction_is_open_during_a_call(self):
        [worker] = self.workers(1)
        self.queue(worker, 1)
        gate = self.held(worker, answer=answer())
        still_open = self.sql(
            "SELECT state, query FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL")
        self.assertEqual(self.rows("state"), [("running",)])
        self.assertTrue(self.sql(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"))
        gate.set()
        self.assertTrue(worker.hear()["done"])
        self.assertEqual(still_open, [])
        self.assertEqual(self.rows("state"), [("done",)])

    def test_what_a_killed_worker_held_is_taken_up_again_and_finished_once(self):
        first, second = self.workers(2)
        self.queue(first, 1)
        self.held(first, answer=answer())
        first.kill()
        second.tell(do="run")
        self.assertEqual((second.hear(), second.hear()), ({"running": True}, {"done": True}))
        self.assertEqual(self.rows(), [("running", 1, 0, 0)], "its lease is not over")
        self.lapse()
        self.standin.script(answer=answer(REMARK))
        second.tell(do="run")
        self.assertEqual((second.hear(), second.hear()), ({"running": True}, {"done": True}))
        self.assertEqual(self.rows(), [("done", 2, 1, 1)])
        self.assertEqual(len(self.standin.messages), 2)
        self.assertBooksRight()

    def test_a_late_worker_overwrites_nothing(self):
        first, second = self.workers(2)
        self.queue(first, 1)
        gate = self.held(first, answer=answer(REMARK))
        self.lapse()
        self.standin.script(answer=answer())
        second.tell(do="run")
        self.assertEqual((second.hear(), second.hear()), ({"running": True}, {"done": True}))
        self.assertEqual(self.rows(), [("done", 2, 1, 0)])
        gate.set()
        self.assertTrue(first.hear()["done"])
        self.assertEqual(self.rows(), [("done", 2, 1, 0)])
        self.assertEqual(self.sql("SELECT count(*) FROM l10n_cl_ai_review_finding"), [(0,)])
        self.assertBooksRight()

    def met(self, query):
        """Have a worker come with its answer while another transaction holds the row. Return (that one, worker)."""
        [worker] = self.workers(1)
        self.queue(worker, 1)
        gate = self.held(worker, answer=answer(REMARK))
        holder = psycopg2.connect(self.dsn)
        self.addCleanup(holder.close)
        with holder.cursor() as cursor:
            cursor.execute(query)
        gate.set()
        self.eventually(lambda: self.sql(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"))
        return holder, worker

    def test_a_row_locked_by_another_costs_no_answer(self):
        holder, worker = self.met("SELECT FROM l10n_cl_ai_review FOR UPDATE")
        holder.rollback()
        self.assertTrue(worker.hear()["done"])
        self.assertEqual(self.rows(), [("done", 1, 0, 1)])

    def test_what_is_taken_back_just_as_its_answer_comes_stays_so(self):
        holder, worker = self.met("UPDATE l10n_cl_ai_review SET state = 'cancelled'")
        holder.commit()
        self.assertTrue(worker.hear()["done"])
        self.assertEqual(self.rows(), [("cancelled", 1, 0, 0)])
        self.assertBooksRight()

    def test_a_commit_wakes_the_cron_and_a_rollback_does_not(self):
        [worker] = self.workers(1)
        triggers = "SELECT count(*) FROM ir_cron_trigger t JOIN ir_cron c ON c.id = t.cron_id JOIN ir_act_server a" \
                   " ON a.id = c.ir_actions_server_id WHERE a.code = 'model._cron_run()'"  # fmt: skip
        before = self.sql(triggers)[0][0]
        self.queue(worker, 1, commit=False)
        self.assertEqual((self.sql(triggers), self.rows()), ([(before,)], []))
        self.queue(worker, 1)
        self.assertEqual((self.sql(triggers), self.rows("state")), ([(before + 1,)], [("queued",)]))
        self.assertFalse(self.standin.messages)
