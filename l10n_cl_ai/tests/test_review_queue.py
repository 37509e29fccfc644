"""What waits: put off, held back, given up, taken back, taken over; and what need not be asked twice."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models import ai_queued_run
from ..models.ai_queued_run import AT_ONCE, MOST_DEATHS, PATIENCE, PATIENCE_RATE, SIDE_BY_SIDE
from .review_common import REMARK, ReviewCase, answer


@tagged("post_install_l10n", "post_install", "-at_install")
class TestReviewQueue(ReviewCase):
    def setUp(self):
        super().setUp()
        # Documents of the day: rows are as old as the database's clock says.
        self.now = fields.Datetime.now()

    def document(self, text="Arriendo amoblado departamento"):
        line = self.line(text, 1, 450000, taxes=self.env["account.tax"])
        return self.invoice(34, [line], invoice_date=self.now.date())

    def waiting(self, move=None, user=None, **options):
        move = move or self.document()
        return move.with_user(user or self.accountant)._l10n_cl_ai_review(**{"forced": True, **options}).sudo()

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
        jobs, _not_asked = queue._jobs(queue.browse(claims))
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
        jobs, _not_asked = queue._jobs(queue.browse(first))
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

    # -- not asked twice -------------------------------------------------------------------------------

    def test_what_waits_or_stands_is_not_asked_again(self):
        move = self.document()
        review = self.waiting(move)
        self.assertEqual(self.waiting(move, self.manager), review)
        self.standin.script(answer=answer(REMARK))
        self.queue()
        self.assertEqual(self.waiting(move, forced=False), review)
        self.assertNotEqual(self.waiting(move), review, "asked by hand, it is read anew")

    def test_a_changed_document_is_asked_again(self):
        move = self.document()
        review = self.reviewed(move, answer(REMARK))
        move.invoice_line_ids.name = "Arriendo sin muebles"
        self.assertNotEqual(self.waiting(move, forced=False), review)

    def test_what_was_not_evaluated_is_asked_again(self):
        move = self.document()
        lie = answer({**REMARK, "code": "J99"})
        review = self.reviewed(move, lie, lie)
        self.assertEqual(review.state, "not_evaluated")
        self.assertNotEqual(self.waiting(move, forced=False), review)

    def test_many_are_queued_at_once_and_say_so(self):
        moves = self.document() + self.document("Otro") + self.env["account.move"].create({"move_type": "entry"})
        action = moves.with_user(self.accountant).action_l10n_cl_ai_review()
        self.assertIn("2", action["params"]["message"])
        self.assertEqual(self.env["l10n_cl_ai.review"].search_count([("move_id", "in", moves.ids)]), 2)

    # -- told ------------------------------------------------------------------------------------------

    def notices(self):
        self.env.flush_all()
        self.env.cr.precommit.run()
        rows = self.env["bus.bus"].sudo().search([("message", "like", "l10n_cl_ai/queue")])
        return [row.message for row in rows]

    def test_the_screens_of_who_asked_learn_each_step(self):
        review = self.waiting()
        self.standin.script(answer=answer(REMARK))
        self.queue()
        said = self.notices()
        for state in ("running", "done"):
            self.assertTrue([one for one in said if f'"state":"{state}"' in one.replace(" ", "")], (state, said))
        self.assertNotIn("amoblado", "".join(said), "no content goes over the bus")
        self.assertIn(str(review.id), "".join(said))

    # -- the document is left alone --------------------------------------------------------------------

    def test_a_review_that_goes_on_writes_nothing_on_the_document(self):
        """Who edits an invoice while the AI reads it would lose his work to a conflict."""
        self.company.l10n_cl_ai_review_activity = False  # an activity is a thing of the document
        review = self.waiting()
        self.env.flush_all()
        self.standin.script(answer=answer(REMARK))
        with self.assertNoWriteOf("account_move"):
            self.queue()
        self.assertEqual(review.state, "done")

    def assertNoWriteOf(self, table):
        case, execute = self, type(self.env.cr).execute

        def watched(cr, query, *rest, **options):
            text = getattr(query, "code", query)
            text = text if isinstance(text, str) else str(text)
            case.assertFalse(text.lstrip().startswith(f'UPDATE "{table}"'), text)
            return execute(cr, query, *rest, **options)

        return patch.object(type(self.env.cr), "execute", watched)
