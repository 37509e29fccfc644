"""What waits: put off, held back, given up, taken back, taken over."""

from datetime import timedelta
from unittest.mock import patch

import psycopg2.errors

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models import ai_queued_run
from ..models.ai_queued_run import AT_ONCE, MOST_DEATHS, PATIENCE, PATIENCE_RATE, SIDE_BY_SIDE, jobs_of
from .review_common import REMARK, QueueCase, answer


@tagged("post_install_l10n", "post_install", "-at_install")
class TestReviewQueue(QueueCase):
    # -- put off ---------------------------------------------------------------------------------------

    def limited(self):
        """Leave the accountant no question this minute."""
        feature = self.env["l10n_cl_ai.feature"].search([("code", "=", "dte_review")])
        feature.rate_per_minute = 1
        self.standin.script(answer=answer())
        used = self.ask("Una", env=self.env(user=self.accountant.id), version="x", schema=None, parse=None)
        self.assertTrue(used.evaluated, used.detail)
        self.standin.reset()

    def test_too_many_questions_is_put_off_and_the_others_are_held_back(self):
        first, second = self.waiting(), self.waiting(self.document("Otro"))
        others = self.waiting(self.document("De otra persona"), self.manager)
        self.limited()
        with patch.object(ai_queued_run, "AT_ONCE", 1):
            queue = self.env["l10n_cl_ai.review"]
            self.env.flush_all()
            queue._work(queue._claim())
        self.env.invalidate_all()
        for review in first + second:
            self.assertEqual(review.state, "queued")
            self.assertGreaterEqual(review.not_before, self.now + timedelta(seconds=60))
        self.assertEqual((first.reason, second.reason), ("rate_limited", False))
        self.assertTrue(first.reason_message)
        self.assertFalse(others.not_before)
        self.assertFalse(first.cost)
        at = self.env["ir.cron.trigger"].search([("cron_id", "=", self.env.ref("l10n_cl_ai.cron_queue").id)])
        woken = [when.replace(microsecond=0) for when in at.mapped("call_at")]
        self.assertIn(first.not_before.replace(microsecond=0), woken)

    def test_what_is_put_off_is_not_claimed_before(self):
        review = self.waiting()
        review.not_before = self.now + timedelta(minutes=5)
        self.env.flush_all()
        self.assertFalse(self.env["l10n_cl_ai.review"]._claim())
        review.not_before = self.now - timedelta(hours=1)
        self.env.flush_all()
        self.assertEqual(list(self.env["l10n_cl_ai.review"]._claim()), review.ids)

    def test_a_wait_already_longer_is_left_as_it_is(self):
        first, second = self.waiting(), self.waiting(self.document("Otro"))
        second.not_before = later = fields.Datetime.now().replace(microsecond=0) + timedelta(hours=1)
        self.limited()
        self.queue()
        self.assertEqual((first.state, second.not_before), ("queued", later))

    def age(self, review, age):
        self.env.flush_all()
        query = "UPDATE l10n_cl_ai_review SET create_date = (now() AT TIME ZONE 'UTC') - %s WHERE id = %s"
        self.env.cr.execute(query, [age, review.id])
        self.env.invalidate_all()

    def test_patience_has_an_end(self):
        self.standin.script("overloaded", times=0)
        patient, tired = self.waiting(), self.waiting(self.document("Otro"))
        self.age(patient, PATIENCE - timedelta(minutes=5))
        self.age(tired, PATIENCE + timedelta(minutes=5))
        with patch.object(ai_queued_run, "AT_ONCE", 1):
            for _turn in range(2):
                self.env.cr.execute("UPDATE l10n_cl_ai_review SET not_before = NULL")
                self.env.cr.execute("DELETE FROM l10n_cl_ai_breaker")
                queue = self.env["l10n_cl_ai.review"]
                rows = (patient, tired)[_turn].ids
                queue._work(queue._claim(rows))
        self.env.invalidate_all()
        self.assertEqual(patient.state, "queued")
        self.assertEqual((tired.state, tired.reason), ("not_evaluated", "overloaded"))
        self.assertNotEqual(tired.recommendation, "send")

    def test_our_own_limit_is_waited_for_longer_than_a_provider_at_rest(self):
        review = self.waiting()
        self.age(review, PATIENCE + timedelta(hours=1))
        self.limited()
        self.queue()
        self.assertEqual(review.state, "queued")
        self.age(review, PATIENCE_RATE + timedelta(hours=1))
        self.env.cr.execute("UPDATE l10n_cl_ai_review SET not_before = NULL")
        self.queue()
        self.assertEqual((review.state, review.reason), ("not_evaluated", "rate_limited"))

    def test_no_more_is_claimed_than_may_be_whatever_plan_the_database_makes(self):
        for number in range(3):
            self.waiting(self.document(f"Documento {number}"))
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;"
                            "SET LOCAL enable_hashagg = off; SET LOCAL enable_sort = off;"
                            "SET LOCAL enable_material = off; SET LOCAL enable_indexscan = off;"
                            "SET LOCAL enable_bitmapscan = off")  # fmt: skip
        with patch.object(ai_queued_run, "AT_ONCE", 1):
            self.assertEqual(len(self.env["l10n_cl_ai.review"]._claim()), 1)

    def test_none_waits_for_a_place_while_its_lease_runs(self):
        self.assertLessEqual(AT_ONCE, SIDE_BY_SIDE)

    # -- taken back ------------------------------------------------------------------------------------

    def test_who_asked_may_take_it_back(self):
        review = self.waiting()
        review.with_user(self.accountant).action_cancel()
        self.queue()
        self.assertEqual(review.state, "cancelled")
        self.assertFalse(self.standin.messages)
        self.assertFalse(review.move_id.l10n_cl_ai_review_id)

    def test_others_may_not_but_for_a_manager(self):
        review = self.waiting()
        other = self._make_user("otra", "account.group_account_invoice,l10n_cl_ai.group_accountant")
        with self.assertRaises(UserError):
            review.with_user(other).action_cancel()
        self.assertEqual(review.state, "queued")
        review.with_user(self.manager).action_cancel()
        self.assertEqual(review.state, "cancelled")

    def test_another_companys_is_out_of_reach(self):
        review = self.waiting()
        stranger = self._make_user("ajena", "l10n_cl_ai.group_manager", self.other_company)
        with self.assertRaises(AccessError):
            review.with_user(stranger).action_cancel()

    def test_what_is_done_is_not_taken_back(self):
        review = self.reviewed(self.document(), answer(REMARK))
        review.with_user(self.accountant).action_cancel()
        self.assertEqual(review.state, "done")

    def test_taken_back_while_it_is_asked(self):
        review = self.waiting()
        queue = self.env["l10n_cl_ai.review"]
        self.env.flush_all()
        claims = queue._claim()
        jobs, _not_asked = jobs_of(queue.browse(claims))
        self.standin.script(answer=answer(REMARK))
        result = jobs[review.id]()
        review.with_user(self.accountant).action_cancel()
        queue._finish(review.id, claims[review.id], result)
        self.assertEqual((review.state, review.finding_count), ("cancelled", 0))

    # -- taken over ------------------------------------------------------------------------------------

    def lapse(self, review):
        self.env.flush_all()
        self.env.cr.execute("UPDATE l10n_cl_ai_review SET lease_until = 'epoch' WHERE id = %s", review.ids)
        self.env.invalidate_all()

    def test_a_late_worker_does_not_overwrite_who_took_over(self):
        review = self.waiting()
        queue = self.env["l10n_cl_ai.review"]
        self.env.flush_all()
        first = queue._claim()
        jobs, _not_asked = jobs_of(queue.browse(first))
        self.standin.script(answer=answer())
        late = jobs[review.id]()
        self.lapse(review)
        second = queue._claim()
        self.assertEqual((first[review.id], second[review.id], review.deaths), (1, 2, 1))
        queue._finish(review.id, first[review.id], late)
        self.assertEqual(review.state, "running")
        queue._finish(review.id, second[review.id], late)
        self.assertEqual(review.state, "done")
        queue._finish(review.id, first[review.id], None, "internal")
        self.assertEqual(review.state, "done")

    def finished(self, failures):
        """Finish a row while others write it so many times."""
        review = self.waiting()
        queue = self.env["l10n_cl_ai.review"]
        self.env.flush_all()
        claims = queue._claim()
        mine, left = self.registry["l10n_cl_ai.queued"]._mine, iter(range(failures))

        def met(model, *which):
            if next(left, None) is not None:
                raise psycopg2.errors.SerializationFailure
            return mine(model, *which)

        # The test's transaction is not to be rolled back.
        with patch.object(self.env.cr, "rollback", lambda: None), patch.object(
            self.registry["l10n_cl_ai.queued"], "_mine", met
        ):
            queue._finish(review.id, claims[review.id], None, "gone")
        return review

    def test_who_writes_at_the_same_time_makes_it_begin_anew(self):
        self.assertEqual(self.finished(ai_queued_run._TRIES - 1).state, "not_evaluated")

    def test_where_that_never_ends_the_row_is_left_to_its_lease(self):
        with self.assertLogs(ai_queued_run._logger.name, "WARNING"):
            review = self.finished(ai_queued_run._TRIES)
        self.assertEqual(review.state, "running")
        self.assertTrue(review.lease_until)

    def test_a_claim_within_its_lease_is_not_taken_over(self):
        self.waiting()
        self.env.flush_all()
        queue = self.env["l10n_cl_ai.review"]
        self.assertTrue(queue._claim())
        self.assertFalse(queue._claim())

    def test_the_third_death_is_the_last(self):
        review = self.waiting()
        queue = self.env["l10n_cl_ai.review"]
        for death in range(MOST_DEATHS):
            self.env.flush_all()
            self.assertTrue(queue._claim())
            self.assertEqual((review.state, review.deaths), ("running", death))
            self.lapse(review)
        self.queue()
        self.assertEqual((review.state, review.reason, review.deaths), ("not_evaluated", "worker_died", MOST_DEATHS))
        self.assertEqual(review.recommendation, "not_evaluated")
        self.assertFalse(self.standin.messages)

    def test_two_deaths_are_forgiven(self):
        review = self.waiting()
        queue = self.env["l10n_cl_ai.review"]
        for _death in range(MOST_DEATHS - 1):
            self.env.flush_all()
            queue._claim()
            self.lapse(review)
        self.standin.script(answer=answer(REMARK))
        self.queue()
        self.assertEqual((review.state, review.deaths), ("done", MOST_DEATHS - 1))

    def test_rows_of_a_mass_review_are_not_the_queues(self):
        review = self.waiting()
        review.batch_ref = 7
        self.queue()
        self.assertEqual(review.state, "queued")
        self.assertEqual(self.env["l10n_cl_ai.review"]._waiting(), 0)
        review.with_user(self.accountant).action_cancel()
        self.assertEqual(review.state, "queued", "the batch's own cancel does that")
