"""Each way a review ends without an answer, said in words; and the ways it ends with one."""

from unittest.mock import patch

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..models import ai_queued, ai_queued_run, ai_review
from .common import NOW
from .review_common import REMARK, ReviewCase, answer

RUN_LOG = "odoo.addons.l10n_cl_ai.models.ai_queued_run"


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestReviewStates(ReviewCase):
    def assertNotEvaluated(self, review, reason, asked=0):
        self.assertEqual((review.state, review.reason), ("not_evaluated", reason))
        self.assertEqual((review.recommendation, review.signal), ("not_evaluated", "unanswered"))
        self.assertFalse(review.finding_ids)
        self.assertNotEqual(review.reason_message, review.reason, "said in words")
        self.assertTrue(review.finished_at)
        self.assertFalse(review.lease_until)
        self.assertEqual(len(self.standin.messages), asked)

    def feature(self):
        return self.env["l10n_cl_ai.feature"].search([("code", "=", "dte_review")])

    def switch_off(self):
        self.feature().with_company(self.company)._switch().sudo().enabled = False

    # -- the gateway's reasons -------------------------------------------------------------------------

    def test_disabled_is_said_at_once(self):
        self.switch_off()
        move = self.furnished()
        review = move.with_user(self.accountant)._l10n_cl_ai_review().sudo()
        self.assertNotEvaluated(review, "disabled")
        self.assertEqual(move.l10n_cl_ai_review_state, "not_evaluated")

    def test_many_of_which_none_is_asked_are_told_of_so(self):
        moves = self.furnished() | self.furnished()
        told = moves.with_user(self.accountant).action_l10n_cl_ai_review()["params"]
        self.assertEqual((told["type"], "2 documents wait" in told["message"]), ("info", True))
        self.queue()
        self.switch_off()
        told = (self.furnished() | self.furnished()).with_user(self.accountant).action_l10n_cl_ai_review()["params"]
        self.assertEqual((told["type"], "is asked nothing" in told["message"]), ("warning", True))

    def test_switched_off_while_it_waits(self):
        move = self.furnished()
        review = move.with_user(self.accountant)._l10n_cl_ai_review(forced=True).sudo()
        self.switch_off()
        self.queue()
        self.assertNotEvaluated(review, "disabled")

    def test_no_key(self):
        with patch.dict("os.environ", {"L10N_CL_AI_API_KEY": ""}):
            self.assertNotEvaluated(self.reviewed(self.furnished()), "no_key")

    def test_over_budget(self):
        self.env["l10n_cl_ai.budget"].create(
            {"company_id": self.company.id, "user_id": self.accountant.id, "period": "day", "limit_usd": 0.000001}
        )
        self.assertNotEvaluated(self.reviewed(self.furnished()), "over_budget")

    def test_refused(self):
        self.standin.script("refusal", times=0)
        review = self.reviewed(self.furnished())
        self.assertEqual((review.state, review.reason), ("not_evaluated", "refused"))

    def test_invalid_twice(self):
        lie = answer({**REMARK, "path": "Detalle[9]/NmbItem"})
        self.assertNotEvaluated(self.reviewed(self.furnished(), lie, lie), "invalid_answer", asked=2)

    def test_invalid_once_and_mended(self):
        review = self.reviewed(self.furnished(), answer({**REMARK, "quote": "unicornio"}), answer(REMARK))
        self.assertEqual((review.state, review.finding_count), ("done", 1))

    def test_truncated(self):
        self.standin.script("max_tokens", times=0)
        review = self.reviewed(self.furnished())
        self.assertEqual((review.state, review.reason), ("not_evaluated", "truncated"))
        self.assertGreater(review.cost, 0, "paid for all the same")

    def test_deadline(self):
        self.feature().deadline = 0.4
        self.standin.script("slow", times=0)
        self.assertNotEvaluated(self.reviewed(self.furnished()), "deadline", asked=1)

    def test_abstained_and_the_escalation_answers(self):
        review = self.reviewed(self.furnished(), answer(outcome="cannot_tell"), answer(REMARK))
        self.assertEqual((review.state, review.finding_count), ("done", 1))
        self.assertEqual(len({call.model for call in self.standin.messages}), 2)

    def test_abstained_and_the_escalation_as_well(self):
        dunno = answer(outcome="cannot_tell")
        review = self.reviewed(self.furnished(), dunno, dunno)
        self.assertNotEvaluated(review, "abstained", asked=2)
        self.assertGreater(review.cost, 0)

    # -- our own ---------------------------------------------------------------------------------------

    def blocked(self):
        return self.invoice(33, [self.line(f"Producto {number}") for number in range(61)])

    def test_rules_come_first(self):
        review = self.blocked().with_user(self.accountant)._l10n_cl_ai_review().sudo()
        self.queue()
        self.assertEqual((review.state, review.reason), ("not_evaluated", "rules_first"))
        self.assertEqual((review.recommendation, review.signal), ("reject", "rules_block"))
        self.assertFalse(self.standin.messages)

    def test_a_block_stays_a_block_whatever_the_ai_says(self):
        review = self.reviewed(self.blocked(), answer())
        self.assertEqual((review.state, review.recommendation), ("done", "reject"))

    def history(self, count=3, **values):
        for _n in range(count):
            self.invoice(33, **values).action_post()

    def test_nothing_to_add_where_history_vouches(self):
        self.history()
        review = self.invoice(33).with_user(self.accountant)._l10n_cl_ai_review().sudo()
        self.queue()
        self.assertEqual((review.state, review.reason), ("not_evaluated", "nothing_to_add"))
        self.assertEqual((review.recommendation, review.signal), ("send", "vouched"))
        self.assertFalse(self.standin.messages)

    def test_what_needs_no_ai_never_waits_unless_it_is_posting(self):
        self.history()
        vouched, new = self.invoice(33), self.invoice(33, [self.line("Un producto nunca vendido")])
        moves = vouched + self.blocked() + new
        reviews = moves.with_user(self.accountant)._l10n_cl_ai_review().sudo()
        found = {review.move_id: (review.state, review.reason, review.signal) for review in reviews}
        self.assertEqual(list(map(found.get, moves)), [
            ("not_evaluated", "nothing_to_add", "vouched"), ("not_evaluated", "rules_first", "rules_block"),
            ("queued", False, False)])  # fmt: skip
        self.assertTrue(all(review.finished_at for review in reviews if review.state == "not_evaluated"))
        later = self.invoice(33).with_user(self.accountant)._l10n_cl_ai_review("posting").sudo()
        self.assertEqual(later.state, "queued")

    def test_documents_asked_for_together_leave_each_other_a_history(self):
        moves = self.env["account.move"].union(*(self.invoice(33) for _n in range(6)))
        moves.action_post()
        with patch.object(ai_review, "TOGETHER", 2):
            reviews = moves.with_user(self.accountant)._l10n_cl_ai_review().sudo()
        self.assertEqual(reviews.mapped("reason"), ["nothing_to_add"] * 6)

    def test_a_history_too_short_vouches_for_nothing(self):
        self.history(2)
        self.standin.script(answer=answer())
        review = self.invoice(33).with_user(self.accountant)._l10n_cl_ai_review().sudo()
        self.queue()
        self.assertEqual((review.state, len(self.standin.messages)), ("done", 1))

    def test_asked_by_hand_it_is_read_in_any_case(self):
        self.history()
        review = self.reviewed(self.invoice(33), answer())
        self.assertEqual((review.state, review.recommendation), ("done", "send"))

    def waiting(self, move=None):
        return (move or self.furnished()).with_user(self.accountant)._l10n_cl_ai_review(forced=True).sudo()

    def test_changed_while_it_waited(self):
        move = self.furnished()
        review = self.waiting(move)
        move.invoice_line_ids.name = "Arriendo sin muebles"
        self.queue()
        self.assertNotEvaluated(review, "changed")

    def test_no_document_any_more(self):
        move = self.furnished()
        review = self.waiting(move)
        move.l10n_latam_document_type_id = False
        self.queue()
        self.assertNotEvaluated(review, "gone")

    def test_a_deleted_document_takes_its_review_with_it(self):
        move = self.furnished()
        review = self.waiting(move)
        move.unlink()
        self.queue()
        self.assertFalse(review.exists())
        self.assertFalse(self.standin.messages)

    def test_who_asked_was_archived(self):
        review = self.waiting()
        self.accountant.active = False
        self.queue()
        self.assertNotEvaluated(review, "no_access")

    def test_who_asked_left_the_company(self):
        review = self.waiting()
        self.accountant.write({"company_id": self.other_company.id, "company_ids": [(6, 0, self.other_company.ids)]})
        self.queue()
        self.assertNotEvaluated(review, "no_access")

    def test_who_asked_may_no_longer_read_invoices(self):
        review = self.waiting()
        self.accountant.group_ids -= self.env.ref("account.group_account_invoice")
        self.accountant.group_ids = self.env.ref("base.group_user") | self.env.ref("l10n_cl_ai.group_user")
        self.queue()
        self.assertNotEvaluated(review, "no_access")

    @mute_logger(RUN_LOG)
    def test_an_error_of_ours_takes_no_other_with_it(self):
        good, bad = self.furnished(), self.furnished()
        bad.invoice_line_ids.name = "Arriendo amoblado, otro"
        first, second = self.waiting(bad), self.waiting(good)
        handler = self.registry["l10n_cl_ai.review.handler"]
        asking = handler._question

        def broken(self, move, *rest):
            if move.id == bad.id:
                self.env.cr.execute("SELECT 1/0")
            return asking(self, move, *rest)

        self.standin.script(answer=answer(REMARK))
        with patch.object(handler, "_question", broken), mute_logger("odoo.sql_db"):
            self.queue()
        self.assertNotEvaluated(first, "internal", asked=1)
        self.assertEqual(second.state, "done")

    @mute_logger(RUN_LOG)
    def test_what_cannot_be_prepared_is_an_error_of_ours(self):
        review = self.waiting()
        with patch.object(ai_queued_run.ai_gateway, "_prepared", side_effect=RuntimeError):
            rollback = patch.object(self.env.cr, "rollback", lambda: None)
            with rollback:
                self.queue()
        self.assertNotEvaluated(review, "internal")

    @mute_logger(RUN_LOG)
    def test_an_answer_that_cannot_be_written(self):
        review = self.waiting()
        self.standin.script(answer=answer(REMARK))
        with patch.object(self.registry["l10n_cl_ai.review.finding"], "_record", side_effect=ZeroDivisionError):
            self.queue()
        self.assertEqual((review.state, review.reason), ("not_evaluated", "internal"))
        self.assertFalse(review.finding_ids)
        self.assertGreater(review.cost, 0, "what was paid is not forgotten")
        self.assertTrue(review.ledger_ref)

    def test_every_reason_of_ours_has_words(self):
        for model in ("l10n_cl_ai.queued", "l10n_cl_ai.review"):
            for reason in self.env[model]._own_reasons():
                words = self.env["l10n_cl_ai.review"].new({"reason": reason, "state": "not_evaluated"}).reason_message
                self.assertGreater(len(words), 20, reason)
        self.assertLessEqual(set(ai_queued.OWN_REASONS), set(self.env["l10n_cl_ai.review"]._own_reasons()))

    # -- changed while the AI was reading --------------------------------------------------------------

    def test_changed_while_the_ai_was_reading(self):
        """The answer is kept, and shown as one about the document as it was; no line of the new one is blamed."""
        move = self.furnished()
        review = self.waiting(move)
        run = self.registry["l10n_cl_ai.queued"]

        def changed(self, jobs):
            for row_id, job in jobs.items():
                result = job()
                move.invoice_line_ids.name = "Curso de contabilidad"
                yield row_id, result

        self.standin.script(answer=answer(REMARK))
        with patch.object(run, "_side_by_side", changed):
            self.queue()
        self.assertEqual((review.state, review.finding_count), ("done", 1))
        self.assertFalse(review.finding_ids.move_line_id)
        self.assertFalse(review.holds)
        self.assertEqual(move.l10n_cl_ai_review_state, "stale")

    def test_a_document_that_is_none_any_more_when_the_answer_comes(self):
        move = self.furnished()
        review = self.waiting(move)
        run = self.registry["l10n_cl_ai.queued"]

        def changed(self, jobs):
            for row_id, job in jobs.items():
                result = job()
                move.l10n_latam_document_type_id = False
                yield row_id, result

        self.standin.script(answer=answer(REMARK))
        with patch.object(run, "_side_by_side", changed):
            self.queue()
        self.assertEqual((review.state, review.finding_count), ("done", 1), review.reason)
        self.assertFalse(review.holds)
