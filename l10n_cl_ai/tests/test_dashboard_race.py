"""Sums of a day and a late change of it at the same time, on real connections: neither misses the other."""

import contextlib
import threading

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import tagged

from .gateway_common import GatewayCase

ROW = (
    "INSERT INTO l10n_cl_ai_request (token, company_id, user_id, feature, state, status, cost, asked_at, settled_at)"
    " VALUES (gen_random_uuid(), %s, 7, 'chat', 'done', 'answered', 1, '2026-03-10 12:00', now()) RETURNING id"
)
DAY = (
    "INSERT INTO l10n_cl_ai_day (company_id, zone, day, starts, ends)"
    " VALUES (%s, 'UTC', '2026-03-10', '2026-03-10', '2026-03-11') RETURNING id"
)
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDashboardRace(GatewayCase):
    def setUp(self):
        super().setUp()
        [(self.row_id,)] = self.sql(ROW, self.company_id)
        [(self.day_id,)] = self.sql(DAY, self.company_id)
        self.addCleanup(self.sql, "DELETE FROM l10n_cl_ai_day WHERE company_id = %s", self.company_id)

    @contextlib.contextmanager
    def summing_up(self):
        """Sum the day up in a transaction of its own, which ends with the block."""
        with Registry(self.dbname).cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["l10n_cl_ai.dashboard"]._sum_days([self.day_id])
            yield

    def sum_up(self):
        with self.summing_up():
            pass

    def change(self):
        self.sql("UPDATE l10n_cl_ai_request SET cost = 5 WHERE id = %s", self.row_id)

    def summed(self):
        [(summed,)] = self.sql("SELECT summed FROM l10n_cl_ai_day WHERE id = %s", self.day_id)
        return summed

    def sums(self):
        return [cost for (cost,) in self.sql("SELECT cost FROM l10n_cl_ai_day_sum WHERE day_id = %s", self.day_id)]

    def test_a_change_that_comes_while_its_day_is_summed_up_marks_it(self):
        late = threading.Thread(target=self.change)
        with self.summing_up():
            late.start()
            while not self.sql(WAITING)[0][0] and late.is_alive():
                pass
            self.assertTrue(late.is_alive(), "it waits for the sums to be made")
        late.join(30)
        self.assertEqual(self.sums(), [1])
        self.assertFalse(self.summed(), "the sums are older than the change, and say so")
        self.sum_up()
        self.assertEqual((self.sums(), self.summed()), ([5], True))

    def test_a_day_that_is_just_being_changed_is_left_for_the_next_run(self):
        with Registry(self.dbname).cursor() as other:
            other.execute("UPDATE l10n_cl_ai_request SET cost = 5 WHERE id = %s", [self.row_id])
            self.sum_up()
            self.assertFalse(self.summed())
        self.sum_up()
        self.assertEqual((self.sums(), self.summed()), ([5], True))

    def test_a_change_rolled_back_leaves_the_sums(self):
        self.sum_up()
        with Registry(self.dbname).cursor() as other:
            other.execute("DELETE FROM l10n_cl_ai_request WHERE id = %s", [self.row_id])
            other.rollback()
        self.assertEqual((self.sums(), self.summed()), ([1], True))

    def test_a_transaction_that_may_not_write_suffices(self):
        with Registry(self.dbname).cursor() as cr:
            cr.execute("SET TRANSACTION READ ONLY")
            env = api.Environment(cr, SUPERUSER_ID, {"tz": "America/Santiago"})
            board = env["l10n_cl_ai.dashboard"].get_board("custom", date_from="2026-03-10", date_to="2026-03-10")
        self.assertEqual(len(board["days"]), 1)
        self.assertTrue(env["l10n_cl_ai.dashboard"].get_board._readonly)
