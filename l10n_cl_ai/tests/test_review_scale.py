"""What must not grow with the number of documents, and what is not kept for ever."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import freeze_time, tagged

from ..models import ai_retention, ai_review_wish
from ..models.ai_review_calibration import LEARNT
from .action_common import ActionCase
from .common import NOW
from .test_batch import BatchCase

#: Methods of the queue that none may redefine: the hooks are there for that.
QUEUES_OWN = ("_locked", "_mine", "_claim", "_claim_rows", "_work", "_finish", "_wake", "_tell", "_enqueue")


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestMassReviewGrows(BatchCase):
    def queries_of_cost(self, number):
        batch = self.started(self.documents(number))
        self.answering()
        self.cron(2)
        self.assertEqual(batch.state, "done")
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertGreater(batch._cost(), 0)
        return self.env.cr.sql_log_count - before

    def test_the_cost_of_many_takes_as_many_queries_as_that_of_few(self):
        self.assertEqual(self.queries_of_cost(2), self.queries_of_cost(4))

    def test_its_questions_are_forgotten_and_the_reviews_stay(self):
        batch = self.started(self.documents(2))
        self.answering()
        self.cron(2)
        items = batch.item_ids
        self.env["l10n_cl_ai.retention"]._sweep("batch_items")
        self.assertEqual(len(items.exists()), 2)
        batch.finished_at -= timedelta(days=31)
        self.env["l10n_cl_ai.retention"]._sweep("batch_items")
        self.assertFalse(items.exists())
        self.assertEqual(len(self.reviews(batch)), 2)

    def test_those_of_a_batch_under_way_are_kept(self):
        batch = self.started(self.documents(1))
        self.cron()
        batch.finished_at = fields.Datetime.now() - timedelta(days=31)
        self.env["l10n_cl_ai.retention"]._sweep("batch_items")
        self.assertTrue(batch.item_ids)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestLearning(BatchCase):
    def test_a_year_of_answers_is_read_once_in_a_while_and_not_for_each_review(self):
        calibration = self.env["l10n_cl_ai.review.calibration"]
        other = self._make_company("Aprende SpA", "76418205-7")
        self.env.registry.clear_cache()
        with patch.object(self.registry["l10n_cl_ai.review.calibration"], "_recorded", return_value={}) as recorded:
            with freeze_time(NOW):
                calibration._learnt(self.company)
                calibration._learnt(self.company)
                self.assertEqual(recorded.call_count, 1)
                calibration._learnt(other)
                self.assertEqual(recorded.call_count, 2)
            with freeze_time(fields.Datetime.to_datetime(NOW) + timedelta(seconds=LEARNT)):
                calibration._learnt(self.company)
        self.assertEqual(recorded.call_count, 3)


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestWishes(BatchCase):
    def test_they_are_granted_only_while_the_cron_has_time(self):
        wishes = self.env["l10n_cl_ai.review.wish"]
        wishes.with_user(self.accountant)._add(self.documents(3))
        cron = self.registry["ir.cron"]
        with patch.object(ai_review_wish, "_TOGETHER", 1), patch.object(cron, "_commit_progress", return_value=0):
            wishes._grant()
        self.assertEqual(wishes.search_count([]), 2)
        wishes._grant()
        self.assertFalse(wishes.search_count([]))


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestQueuesAlike(ActionCase):
    def test_no_queue_redefines_what_the_queue_itself_needs(self):
        base = self.registry["l10n_cl_ai.queued"]
        queues = self.env["l10n_cl_ai.queued"]._queues()
        self.assertIn("l10n_cl_ai.proposal", queues)
        for name in queues:
            for method in QUEUES_OWN:
                with self.subTest(f"{name}.{method}"):
                    self.assertIs(getattr(self.registry[name], method), getattr(base, method))

    def test_proposals_that_came_to_nothing_go_bit_by_bit(self):
        rows = self.run_action()
        rows.write({"state": "cancelled", "finished_at": fields.Datetime.now() - timedelta(days=31)})
        kept = self.run_action()
        kept.write({"state": "cancelled", "finished_at": fields.Datetime.now() - timedelta(days=29)})
        retention = self.env["l10n_cl_ai.retention"]
        with patch.object(ai_retention, "AT_ONCE", 1):
            self.assertEqual(retention._sweep("proposals_void"), (1, True))
            self.assertEqual(retention._sweep("proposals_void"), (0, False))
        self.assertFalse(rows.exists())
        self.assertTrue(kept.exists())
