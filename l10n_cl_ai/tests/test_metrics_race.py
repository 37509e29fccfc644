"""Counting beside settling and reading: no reading misses a row or counts it twice, and no counter goes back."""

import threading
from datetime import date
from decimal import Decimal

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ

from odoo.tests import tagged

from ..llm.metrics import Line, Names, ledger_families
from ..llm.postgres import schema, totals
from ..llm.postgres.budget import Budget
from ..llm.postgres.ledger import Settlement
from ..llm.question import Reason, Status
from .side_common import BudgetCase

_EACH, _WRITERS = 60, 4
WHEN = {"today": date(2026, 11, 22), "month": date(2026, 11, 1)}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCountingBeside(BudgetCase):
    def setUp(self):
        super().setUp()
        self.sql("TRUNCATE l10n_cl_ai_request, l10n_cl_ai_total, l10n_cl_ai_total_day")

    def work(self, number):
        """Ask and settle as workers do: some cost, some are free, some are swept and settled late."""
        budget = Budget(self.door)
        for n in range(_EACH):
            entry = self.entry(feature=f"f{n % 3}")
            if n % 3 == 0:
                budget.note(entry, Settlement(Status.CACHED, timings={"wait_ms": 5.0}), saved=Decimal("0.01"))
                continue
            budget.reserve(entry, [], Decimal("0.5"), 0.0 if n % 5 == 0 else 60.0)
            if n % 5 == 0:
                budget.sweep()
            if n % 7:
                budget.settle(entry.token, Settlement(
                    Status.ANSWERED, cost=Decimal(f"0.00{n + number:04d}"), attempts=1, timings={"call_ms": 7.5 * n}))
            else:
                budget.settle(entry.token, Settlement(Status.NOT_EVALUATED, reason=Reason.OVERLOADED))

    def reading(self, connection):
        """Return (what is told, what the ledger holds) of one snapshot: of questions and USD."""
        with connection, connection.cursor() as cursor:
            cursor.execute(totals.READ, WHEN)
            lines = [Line(*row[:7], Decimal(row[7]), row[8]) for row in cursor.fetchall()]
            cursor.execute("SELECT count(*), coalesce(sum(cost), 0), coalesce(sum(saved), 0)"
                           " FROM l10n_cl_ai_request WHERE settled_at IS NOT NULL")
            n, cost, saved = cursor.fetchone()
            cursor.execute(totals.COSTS, ("2000-01-01", "2000-01-01"))
            by_day = sum(Decimal(row[4]) for row in cursor.fetchall())
            cursor.execute("SELECT coalesce(sum(cost), 0) FROM l10n_cl_ai_request WHERE state = 'done'")
            [charged] = cursor.fetchone()
        families = ledger_families(lines, Names(lines))
        told = {
            name: dict(families[f"l10n_cl_ai_{name}_total"].samples)
            for name in ("requests", "cost_usd", "saved_usd", "cache_requests")
        }
        sums = [sum(samples.values()) for samples in list(told.values())[:3]]
        return told, (*sums, by_day), (n, cost, saved, charged)

    def connection(self):
        connection = psycopg2.connect(self.dsn)
        connection.set_session(isolation_level=ISOLATION_LEVEL_REPEATABLE_READ, readonly=True)
        psycopg2.extensions.register_type(psycopg2.extensions.DECIMAL, connection)
        self.addCleanup(connection.close)
        return connection

    def test_every_reading_is_the_ledger_of_its_moment(self):
        done, failures = threading.Event(), []

        def until_done(job):
            try:
                while not done.is_set():
                    job()
            except Exception as problem:  # noqa: BLE001 - told below
                failures.append(problem)

        connection, before = self.connection(), [{}]

        def look():
            told, sums, ledger = self.reading(connection)
            self.assertEqual(sums, ledger)
            for name, samples in before[0].items():
                for labels, value in samples.items():
                    self.assertGreaterEqual(told[name][labels], value, (name, labels))
            before[0] = told

        counting = [threading.Thread(target=until_done, args=(lambda: self.door.run(totals.COUNT),)) for _n in "ab"]
        looking = threading.Thread(target=until_done, args=(look,))
        writing = [threading.Thread(target=self.work, args=(number,)) for number in range(_WRITERS)]
        for thread in (looking, *counting, *writing):
            thread.start()
        for thread in writing:
            thread.join(120)
        done.set()
        for thread in (looking, *counting):
            thread.join(60)
        self.assertEqual(failures, [])
        look()
        self.assertEqual(self.sql("SELECT count(*) FROM l10n_cl_ai_request"), [(_EACH * _WRITERS,)])
        self.door.run(totals.COUNT)
        look()
        self.assertEqual(self.sql("SELECT count(*) FROM l10n_cl_ai_request WHERE settled_at IS NOT NULL"
                                  " AND NOT counted"), [(0,)])

    def test_a_reading_begun_before_the_count_sees_what_was(self):
        entry = self.entry()
        self.budget.note(entry, Settlement(Status.CACHED))
        connection = self.connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM l10n_cl_ai_total")  # its snapshot is taken
            self.assertEqual(self.door.run(totals.COUNT), [(1,)])
            self.sql("DELETE FROM l10n_cl_ai_request WHERE counted")
            cursor.execute(totals.READ, WHEN)
            self.assertEqual(sum(row[6] for row in cursor.fetchall() if row[3] == "calls"), 1)
        connection.rollback()
        told, *_sums = self.reading(connection)
        self.assertEqual(sum(told["requests"].values()), 1)

    def test_a_row_that_somebody_holds_is_counted_the_next_time(self):
        for _row in range(2):
            self.budget.note(self.entry(), Settlement(Status.CACHED))
        connection = psycopg2.connect(self.dsn)
        self.addCleanup(connection.close)
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM l10n_cl_ai_request ORDER BY id LIMIT 1 FOR UPDATE")
            self.assertEqual(self.door.run(totals.COUNT), [(1,)])
        connection.rollback()
        self.assertEqual(self.door.run(totals.COUNT), [(1,)])

    def test_an_interrupted_count_counted_nothing(self):
        self.budget.note(self.entry(), Settlement(Status.CACHED))
        blocker = psycopg2.connect(self.dsn)
        self.addCleanup(blocker.close)
        with blocker.cursor() as cursor:
            cursor.execute("LOCK TABLE l10n_cl_ai_total IN ACCESS EXCLUSIVE MODE")
            counting = threading.Thread(target=self.count_and_fail)
            counting.start()
            [(pid,)] = self.blocked()
            self.terminate(pid)
            counting.join(30)
        blocker.rollback()
        told, sums, ledger = self.reading(self.connection())
        self.assertEqual(sums, ledger)
        self.assertEqual(sum(told["requests"].values()), 1)

    def test_an_older_ledger_is_counted_from_its_beginning(self):
        for _row in range(3):
            self.budget.note(self.entry(), Settlement(Status.CACHED))
        self.sql("ALTER TABLE l10n_cl_ai_request DROP COLUMN counted;"
                 " DROP TABLE l10n_cl_ai_total, l10n_cl_ai_total_day")
        self.sql(";".join(schema.UPGRADE))
        told, sums, ledger = self.reading(self.connection())
        self.assertEqual((sum(told["requests"].values()), sums), (3, ledger))
        self.assertEqual(self.door.run(totals.COUNT), [(3,)])

    def test_an_upgrade_keeps_the_totals(self):
        self.budget.note(self.entry(), Settlement(Status.CACHED))
        self.door.run(totals.COUNT)
        self.sql("DELETE FROM l10n_cl_ai_request")
        self.sql(";".join(schema.UPGRADE))
        told, *_sums = self.reading(self.connection())
        self.assertEqual(sum(told["requests"].values()), 1)

    def count_and_fail(self):
        connection = psycopg2.connect(self.dsn)
        try:
            with connection.cursor() as cursor:
                cursor.execute(totals.COUNT.sql)
                connection.commit()
        except psycopg2.OperationalError:
            return
        finally:
            connection.close()
