"""The circuit breaker in PostgreSQL: shared, and free of writes while nothing fails."""

from unittest.mock import patch

from odoo.tests import tagged

from ..llm.postgres import breaker
from .contract_breaker import BreakerContract
from .store_common import PostgresStores


@tagged("post_install_l10n", "post_install", "-at_install")
class TestBreaker(BreakerContract, PostgresStores):
    def row(self):
        return self.sql("SELECT ctid, xmin::text, * FROM l10n_cl_ai_breaker WHERE key = %s", self.key)

    def test_health_is_not_written_down(self):
        for _ in range(3):
            self.breaker.admit(self.key)
            self.breaker.record(self.key, True)
        self.assertEqual(self.row(), [])

    def test_health_after_an_old_fault_is_not_written_down(self):
        self.fault()
        self.age(61)
        before = self.row()
        self.breaker.admit(self.key)
        self.breaker.record(self.key, True)
        self.assertEqual(self.row(), before)

    def test_no_more_outcomes_are_kept_than_needed(self):
        self.fault()
        self.sql("UPDATE l10n_cl_ai_breaker SET outcomes = array_fill(-outcomes[1], ARRAY[5000]) || outcomes"
                 " WHERE key = %s", self.key)
        self.breaker.record(self.key, True)
        [(kept,)] = self.sql("SELECT cardinality(outcomes) FROM l10n_cl_ai_breaker WHERE key = %s", self.key)
        self.assertEqual(kept, breaker.KEPT)

    def test_what_was_admitted_while_we_looked_again_is_closed(self):
        """Between our look and our wish for the probe another closed it."""
        self.opened()
        self.age(31)
        run = self.door.run

        def meanwhile(statement, params=()):
            if statement is breaker._PROBE:
                run(breaker._PROBE, (self.key, 60))
                run(breaker._CLOSE, (self.key,))
            return run(statement, params)

        with patch.object(self.door, "run", meanwhile):
            self.assertEqual(self.state(), "closed")
