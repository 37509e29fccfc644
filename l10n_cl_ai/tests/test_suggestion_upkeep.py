"""What is kept of suggestions, and for how long."""

from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from ..models.ai_suggestion_upkeep import KEPT_DAYS, RUNS_KEPT_DAYS
from .common import NOW
from .suggestion_run_common import RunCase


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestSuggestionUpkeep(RunCase):
    def aged(self, record, days):
        """Let a record be so many days old."""
        self.env.flush_all()
        then = fields.Datetime.to_datetime(NOW) - timedelta(days=days)
        self.env.cr.execute(f"UPDATE {record._table} SET create_date = %s WHERE id = %s", [then, record.id])
        record.invalidate_recordset()
        return record

    def test_suggestions_of_bills_posted_long_ago_go(self):
        bill, draft = self.bare("Gravilla", partner=self.ruled), self.bare("Gravilla", partner=self.ruled)
        posted, waiting = self.suggest(bill), self.suggest(draft)
        bill.action_post()
        for record, days, stays in (
            (posted, KEPT_DAYS - 1, True), (waiting, KEPT_DAYS + 1, True), (posted, KEPT_DAYS + 1, False),
        ):  # fmt: skip
            with self.subTest(record=record, days=days):
                self.aged(record, days)
                self.env["l10n_cl_ai.retention"]._sweep("suggestions")
                self.assertEqual(bool(record.exists()), stays)

    def test_runs_of_long_ago_go_and_what_they_proposed_stays(self):
        run = self.run_of(self.bare("Gravilla", partner=self.ruled)).sudo()
        made = run.suggestion_ids
        for days, stays in ((RUNS_KEPT_DAYS - 1, True), (RUNS_KEPT_DAYS + 1, False)):
            with self.subTest(days=days):
                self.aged(run, days)
                self.env["l10n_cl_ai.retention"]._sweep("suggestion_runs")
                self.assertEqual(bool(run.exists()), stays)
        made.invalidate_recordset()
        self.assertTrue(made.exists())
        self.assertFalse(made.run_id)
