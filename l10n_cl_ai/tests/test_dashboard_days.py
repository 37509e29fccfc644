"""Sums of days that are over are the ledger's at any time, whoever changes it."""

from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..llm.postgres.budget import Budget
from ..llm.postgres.ledger import Settlement
from ..llm.question import Status
from .common import NOW
from .dashboard_common import DashboardCase

PAST = "2026-11-10 15:00:00"


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(NOW)
class TestDashboardDays(DashboardCase):
    """The clock of the database is the real one, and later than the days here."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.past = [cls.ask(asked_at=PAST, call_ms=700.0), cls.cached(asked_at=PAST, wait_ms=3.0),
                    cls.refused("overloaded", asked_at=PAST), cls.ask(asked_at="2026-11-11 15:00:00", simulated=True)]
        cls.ask()

    def figures(self):
        board = self.board()
        return {key: board[key] for key in ("totals", "elsewhere", "days", "results", "times", "by")}

    def summed(self):
        self.env.cr.execute("SELECT day::text FROM l10n_cl_ai_day WHERE summed AND company_id = %s ORDER BY day",
                            [self.company.id])  # fmt: skip
        return [day for (day,) in self.env.cr.fetchall()]

    def test_with_sums_it_says_the_same_as_without(self):
        before = self.figures()
        self.assertFalse(self.summed())
        self.sum_up()
        self.assertLessEqual({"2026-11-10", "2026-11-11"}, set(self.summed()))
        self.assertEqual(self.figures(), before)
        self.assertEqual(self.board(feature="dte_review")["totals"]["asks"], 4)
        self.assertEqual(self.board(feature="chat")["totals"]["asks"], 0)

    def test_the_sums_are_what_is_read(self):
        self.sum_up()
        self.env.cr.execute("UPDATE l10n_cl_ai_day_sum SET cost = 77 WHERE answered > 0 AND NOT simulated")
        self.assertEqual(self.board("custom", date_from="2026-11-10", date_to="2026-11-10")["totals"]["cost"], 77)

    def test_summing_up_twice_changes_nothing(self):
        self.sum_up()
        before = self.figures()
        self.assertEqual(self.env["l10n_cl_ai.dashboard"]._days_to_sum(), [])
        self.sum_up()
        self.assertEqual(self.figures(), before)

    def test_a_day_with_something_under_way_is_not_summed_up(self):
        self.ask(asked_at=PAST, state="running", status=None, cost=0, reserved=1)
        self.sum_up()
        self.assertNotIn("2026-11-10", self.summed())
        self.assertIn("2026-11-11", self.summed())

    def test_whoever_changes_a_row_of_it_the_day_is_read_anew(self):
        [asked, cached, refused, _simulated] = self.past
        changes = {
            "a late row": lambda: self.ask(asked_at=PAST, cost="3"),
            "another cost": lambda: self.env.cr.execute(
                "UPDATE l10n_cl_ai_request SET cost = 4 WHERE id = %s", [asked.id]),
            "erasure of a person": lambda: self.env.cr.execute(
                "UPDATE l10n_cl_ai_request SET user_id = 0 WHERE id = %s", [cached.id]),
            "a deletion": lambda: self.env.cr.execute("DELETE FROM l10n_cl_ai_request WHERE id = %s", [refused.id]),
            "a move to another day": lambda: self.env.cr.execute(
                "UPDATE l10n_cl_ai_request SET asked_at = '2026-11-11 12:00' WHERE id = %s", [asked.id]),
        }  # fmt: skip
        for what, change in changes.items():
            self.sum_up()
            self.assertIn("2026-11-10", self.summed(), what)
            change()
            self.assertNotIn("2026-11-10", self.summed(), what)
            live = self.figures()
            self.sum_up()
            self.assertEqual(self.figures(), live, what)
        self.assertEqual(self.board()["totals"]["asks"], 4)

    def test_what_is_no_figure_leaves_the_sums(self):
        self.sum_up()
        self.env.cr.execute("UPDATE l10n_cl_ai_request SET content_sent = NULL, content_answer = NULL")
        self.ask(asked_at=self.now_of_the_database(), state="running", status=None, cost=0)
        self.assertIn("2026-11-10", self.summed())

    def test_what_was_swept_and_settled_late(self):
        swept = self.ask(asked_at=PAST, settled_at=None, swept_at=PAST, status="not_evaluated", reason="deadline",
                         cost="1", unconfirmed=True)  # fmt: skip
        self.sum_up()
        self.assertEqual(self.board()["totals"]["unconfirmed"], 1)
        self.env.cr.execute("SELECT token FROM l10n_cl_ai_request WHERE id = %s", [swept.id])
        self.assertTrue(Budget(self.door).settle(self.env.cr.fetchone()[0], Settlement(Status.ANSWERED)))
        totals = self.board()["totals"]
        self.assertEqual((totals["unconfirmed"], totals["answered"]), (0, 3))

    def test_an_emptied_ledger(self):
        self.sum_up()
        self.env.cr.execute("TRUNCATE l10n_cl_ai_request")
        self.assertEqual(self.board()["totals"]["asks"], 0)
        self.assertEqual(self.sum_up(), 0)

    def test_other_companies_days_stay(self):
        self.ask(asked_at=PAST, company_id=self.other.id)
        self.sum_up()
        self.ask(asked_at=PAST, company_id=self.other.id)
        self.assertIn("2026-11-10", self.summed())

    def test_days_are_summed_up_where_their_readers_are(self):
        self.assertIn("America/Santiago", self.env["l10n_cl_ai.dashboard"]._zones())
        self.stranger.tz = "Pacific/Easter"
        self.assertIn("Pacific/Easter", self.env["l10n_cl_ai.dashboard"]._zones())
        self.ask(asked_at="2026-11-10 04:30:00", company_id=self.other.id)  # still the 9th there
        self.sum_up()
        days = {str(row["day"]): row["asks"] for row in self.board(user=self.stranger)["days"]}
        self.assertEqual((days["2026-11-09"], days["2026-11-10"]), (1, 0))

    def now_of_the_database(self):
        self.env.cr.execute("SELECT clock_timestamp() AT TIME ZONE 'UTC'")
        return self.env.cr.fetchone()[0]

    # -- the cron --------------------------------------------------------------------------------------

    def test_the_cron_sums_up_what_is_over_and_commits_as_it_goes(self):
        with self.enter_registry_test_mode():
            self.env.ref("l10n_cl_ai.cron_dashboard").method_direct_trigger()
        self.assertLessEqual({"2026-11-10", "2026-11-11"}, set(self.summed()))
        self.assertEqual(self.board()["totals"]["asks"], 4)

    def test_few_statements_whatever_the_period(self):
        self.sum_up()
        self.board()
        for name in ("today", "month", "30days"):
            self.env.invalidate_all()
            self.env.flush_all()
            with self.assertQueryCount(35):
                self.board(name)

    def test_an_upgrade_makes_the_sums_anew(self):
        self.sum_up()
        before = self.figures()
        self.env["l10n_cl_ai.request"].init()
        self.assertFalse(self.summed())
        self.assertEqual(self.figures(), before)
        self.sum_up()
        self.assertEqual(self.figures(), before)
        self.env.cr.execute("UPDATE l10n_cl_ai_request SET cost = 9 WHERE id = %s", [self.past[0].id])
        self.assertNotIn("2026-11-10", self.summed())

    def test_in_a_hurry_it_waits_for_the_sums(self):
        for day in ("16", "17"):
            for _row in range(3):
                self.ask(f"2026-11-{day} 14:00:00")
        self.ask()
        with patch("odoo.addons.l10n_cl_ai.models.ai_dashboard.MANY_ROWS", 5):
            self.assertEqual(set(self.board(hurry=True)), {"adding"})
            self.assertEqual(self.board()["totals"]["asks"], 11)
            cron = self.env.ref("l10n_cl_ai.cron_dashboard")
            before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
            soon = self.env(user=self.manager, context={"allowed_company_ids": self.manager.company_ids.ids})
            self.assertTrue(soon["l10n_cl_ai.dashboard"].sum_up_soon())
            self.assertEqual(self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), before + 1)
            self.sum_up()
            self.assertEqual(self.board(hurry=True)["totals"]["asks"], 11)
        with self.assertRaises(AccessError):
            self.env(user=self.user)["l10n_cl_ai.dashboard"].sum_up_soon()

    def test_few_rows_are_read_in_passing(self):
        self.ask("2026-11-16 14:00:00")
        self.assertEqual(self.board(hurry=True)["totals"]["asks"], 5)
