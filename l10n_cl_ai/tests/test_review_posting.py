"""Reviews and posting: what the company wants looked at first, what is read afterwards, and what may not fail."""

from unittest.mock import patch

import psycopg2.errors

from odoo.addons.l10n_cl_ai.models.account_move_post import OVERRIDE, PostingBlocked
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import NOW
from .review_common import REMARK, ReviewCase, answer

POST_LOG = "odoo.addons.l10n_cl_ai.models.account_move_post_review"


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestReviewPosting(ReviewCase):
    def reviews(self, move):
        return self.env["l10n_cl_ai.review"].search([("move_id", "in", move.ids)])

    def post(self, move, user=None, **context):
        move.with_user(user or self.accountant).with_context(**context).action_post()
        return move.state

    # -- read afterwards -------------------------------------------------------------------------------

    def test_nothing_is_queued_unless_the_company_wants_it(self):
        move = self.furnished()
        self.post(move)
        self.assertFalse(self.reviews(move))

    def test_what_is_posted_is_queued_and_nobody_is_called(self):
        self.company.l10n_cl_ai_review_on_post = True
        move = self.furnished()
        self.post(move)
        self.assertFalse(self.reviews(move), "posting does not wait for it to be read")
        self.grant()
        review = self.reviews(move)
        self.assertEqual((review.state, review.trigger, review.user_id), ("queued", "posting", self.accountant))
        self.assertFalse(self.standin.messages)
        self.assertFalse(self.wishes())

    def test_the_queue_is_woken_once_and_not_at_each_posting(self):
        self.company.l10n_cl_ai_review_on_post = True
        cron = self.env.ref("l10n_cl_ai.cron_queue")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        triggers.unlink()
        for _n in range(3):
            self.post(self.furnished())
        self.assertEqual(self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), 1)
        self.assertEqual(len(self.wishes()), 3)

    def test_a_document_taken_back_to_draft_meanwhile_is_not_read(self):
        self.company.l10n_cl_ai_review_on_post = True
        move = self.furnished()
        self.post(move)
        move.button_draft()
        self.grant()
        self.assertFalse(self.reviews(move))

    @mute_logger("odoo.addons.l10n_cl_ai.models.ai_review_wish")
    def test_a_failure_in_granting_loses_its_own_documents_only(self):
        self.company.l10n_cl_ai_review_on_post = True
        first, second = self.furnished(), self.furnished()
        self.post(first)
        self.post(second, self.manager)
        model = self.registry["account.move"]
        real = model._l10n_cl_ai_review

        def fails_for_one(moves, *args, **options):
            if first in moves:
                raise ZeroDivisionError
            return real(moves, *args, **options)

        with patch.object(model, "_l10n_cl_ai_review", fails_for_one):
            self.grant()
        self.assertFalse(self.reviews(first))
        self.assertTrue(self.reviews(second))
        self.assertFalse(self.wishes())

    def test_documents_that_others_write_just_now_stay_wished_for(self):
        self.company.l10n_cl_ai_review_on_post = True
        self.post(self.furnished())
        wish = self.registry["l10n_cl_ai.review.wish"]
        conflict = psycopg2.errors.SerializationFailure()
        with patch.object(wish, "_review", side_effect=conflict), patch.object(self.env.cr, "rollback") as undone:
            self.grant()
        undone.assert_called_once()
        self.assertTrue(self.wishes())
        self.grant()
        self.assertFalse(self.wishes())

    def wishes(self):
        return self.env["l10n_cl_ai.review.wish"].search([])

    def grant(self):
        self.env.flush_all()
        self.env["l10n_cl_ai.review.wish"]._grant()
        self.env.invalidate_all()

    def test_who_may_not_ask_posts_all_the_same(self):
        self.company.l10n_cl_ai_review_on_post = True
        clerk = self._make_user("vendedora", "base.group_user")
        move = self.furnished()
        move.with_user(clerk).sudo().action_post()  # as a shop or a point of sale does
        self.assertEqual(move.state, "posted")
        self.assertFalse(self.reviews(move))

    @mute_logger(POST_LOG)
    def test_a_failure_of_ours_does_not_make_posting_fail(self):
        self.company.l10n_cl_ai_review_on_post = True
        wish = self.registry["l10n_cl_ai.review.wish"]
        for failure in (ZeroDivisionError, lambda model, *_a: model.env.cr.execute("SELECT 1/0")):
            move = self.furnished()
            with patch.object(wish, "_add", side_effect=failure, autospec=True), mute_logger("odoo.sql_db"):
                self.assertEqual(self.post(move), "posted")
            self.env.invalidate_all()
            self.assertEqual(move.state, "posted")
            self.assertFalse(self.reviews(move))

    def queries_of_posting(self, count):
        moves = self.env["account.move"].union(*(self.furnished() for _n in range(count)))
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        moves.with_user(self.accountant)._l10n_cl_ai_review_posted()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def assertConstant(self):
        self.queries_of_posting(1)
        one, many = self.queries_of_posting(1), self.queries_of_posting(20)
        self.assertLessEqual(many, one)

    def test_queueing_costs_no_query_more_for_each_document(self):
        self.company.l10n_cl_ai_review_on_post = True
        self.assertConstant()

    def test_nor_does_saying_that_it_is_switched_off(self):
        self.company.l10n_cl_ai_review_on_post = True
        feature = self.env["l10n_cl_ai.feature"].search([("code", "=", "dte_review")])
        feature.with_company(self.company)._switch().sudo().enabled = False
        self.assertConstant()

    # -- looked at first -------------------------------------------------------------------------------

    def warned(self, **values):
        self.company.l10n_cl_ai_require_look = True
        move = self.furnished(**values)
        review = self.reviewed(move, answer(REMARK))
        self.assertTrue(review.warning_count)
        return move

    def assertRefused(self, move, user=None, **context):
        with self.assertRaises(PostingBlocked), self.env.cr.savepoint():
            self.post(move, user, **context)
        self.assertEqual(move.state, "draft")

    def test_a_manager_who_posts_with_a_reason_is_noted_with_it_and_the_warnings(self):
        move = self.warned()
        self.post(move, self.manager, **{OVERRIDE: "El cliente lo pidió por escrito"})
        self.assertEqual(move.state, "posted")
        self.assertEqual(move.l10n_cl_ai_review_id.looked_by, self.manager)
        notes = "".join(move.message_ids.mapped("body"))
        self.assertIn("El cliente lo pidió por escrito", notes)
        self.assertIn(REMARK["reason"], notes)

    def test_an_accountant_has_no_way_round_by_the_context(self):
        move = self.warned()
        self.assertRefused(move, **{OVERRIDE: "Porque sí, y nada más"})
        self.assertFalse(move.l10n_cl_ai_review_id.looked_by)

    def test_a_warning_holds_up_until_a_manager_has_looked(self):
        move = self.warned()
        self.assertRefused(move)
        self.assertTrue(move.with_user(self.accountant).l10n_cl_ai_review_panel["needs_look"])
        move.with_user(self.manager).l10n_cl_ai_review_id.action_look()
        self.assertFalse(move.with_user(self.accountant).l10n_cl_ai_review_panel["needs_look"])
        self.assertEqual(self.post(move), "posted")
        self.assertIn(self.manager.name, "".join(move.message_ids.mapped("body")))

    def test_who_is_to_look_sees_the_warnings_also_after_asking_again(self):
        move = self.warned()
        read = move.with_user(self.manager)

        def earlier():
            self.assertTrue(read.l10n_cl_ai_review_panel["needs_look"])
            return [remark["earlier"] for remark in read.l10n_cl_ai_review_panel["remarks"]]

        self.reviewed(move)  # the same question has the same answer
        self.assertEqual(earlier(), [False], "each once")
        feature = self.env["l10n_cl_ai.feature"].search([("code", "=", "dte_review")])
        feature.with_company(self.company)._switch().sudo().enabled = False
        self.assertEqual(self.reviewed(move).state, "not_evaluated")
        self.assertEqual(earlier(), [True])
        read.l10n_cl_ai_review_id.action_look()
        self.assertEqual(read.l10n_cl_ai_review_panel["remarks"], [])

    def test_nothing_is_held_up_where_the_company_does_not_want_it(self):
        move = self.warned()
        self.company.l10n_cl_ai_require_look = False
        self.assertEqual(self.post(move), "posted")

    # -- said when it is sent --------------------------------------------------------------------------

    def alerts(self, move):
        found = self.env["account.move.send"]._l10n_cl_ai_review_alerts(move, False, True)
        return {key.removeprefix("l10n_cl_ai_review_"): alert["level"] for key, alert in found.items()}

    def test_sending_tells_how_far_the_ai_is(self):
        move = self.furnished()
        self.assertEqual(self.alerts(move), {})
        move.with_user(self.accountant)._l10n_cl_ai_review(forced=True)
        self.assertEqual(self.alerts(move), {"queued": "info"})
        self.standin.script(answer=answer(REMARK))
        self.queue()
        self.assertEqual(self.alerts(move), {"warn": "warning"})
        move.invoice_line_ids[0].name = "Arriendo de oficina"
        self.assertEqual(self.alerts(move), {"stale": "info"})

    def test_sending_tells_that_the_ai_gave_no_answer(self):
        move = self.furnished()
        lie = answer({**REMARK, "code": "J99"})
        self.reviewed(move, lie, lie)
        self.assertEqual(self.alerts(move), {"not_evaluated": "info"})

    def test_sending_is_silent_of_what_needed_no_reading(self):
        move = self.furnished()
        review = self.reviewed(move, answer())
        self.assertEqual(self.alerts(move), {})
        for reason in ("nothing_to_add", "rules_first"):
            review.write({"state": "not_evaluated", "reason": reason})
            self.env.invalidate_all()
            self.assertEqual((move.l10n_cl_ai_review_state, self.alerts(move)), ("not_evaluated", {}))

    def test_once_somebody_answered_no_estimate_is_shown(self):
        move = self.furnished()
        self.reviewed(move, answer())
        self.post(move)
        read = move.with_user(self.accountant)
        self.assertFalse(read.l10n_cl_ai_review_panel["is_answered"])
        read._l10n_cl_ai_record_outcome("rejected", ["(HED-3-846) Falta comuna"])
        self.assertTrue(read.l10n_cl_ai_review_panel["is_answered"])

    # -- what holds nothing up -------------------------------------------------------------------------

    def test_a_note_holds_nothing_up(self):
        self.company.l10n_cl_ai_require_look = True
        move = self.furnished()
        self.reviewed(move, answer({**REMARK, "confidence": 60}))
        self.assertEqual(self.post(move), "posted")

    def test_no_answer_holds_nothing_up(self):
        self.company.l10n_cl_ai_require_look = True
        move = self.furnished()
        lie = answer({**REMARK, "code": "J99"})
        self.assertEqual(self.reviewed(move, lie, lie).state, "not_evaluated")
        self.assertEqual(self.post(move), "posted")

    def test_what_was_changed_since_is_not_held_up(self):
        move = self.warned()
        move.invoice_line_ids.name = "Arriendo sin muebles"
        self.assertEqual(self.post(move), "posted")

    def test_asking_again_is_no_way_around(self):
        move = self.warned()
        again = move.with_user(self.accountant)._l10n_cl_ai_review(forced=True).sudo()
        self.assertEqual(move.l10n_cl_ai_review_id, again)
        self.assertRefused(move)
        # Another model, or another day, may be content; a manager has to look all the same.
        self.env.cr.execute("DELETE FROM l10n_cl_ai_cache_entry")
        self.standin.script(answer=answer())
        self.queue()
        self.assertEqual((again.state, again.warning_count), ("done", 0))
        self.assertRefused(move)
        move.with_user(self.manager).l10n_cl_ai_review_id.action_look()
        self.assertEqual(self.post(move), "posted")

    def test_taking_back_is_no_way_around(self):
        move = self.warned()
        again = move.with_user(self.accountant)._l10n_cl_ai_review(forced=True)
        again.action_cancel()
        move.l10n_cl_ai_review_id.with_user(self.accountant).action_cancel()
        self.assertRefused(move)

    def test_defaults_of_the_browser_forge_nothing(self):
        """An accountant may set any key of the context, and keep defaults of his own."""
        move = self.furnished()
        forged = {"default_looked_by": self.manager.id, "default_warning_count": 0, "default_signal": "clean",
                  "default_recommendation": "send", "default_state": "done", "default_not_before": "2030-01-01",
                  "default_deaths": 9, "default_batch_ref": 5, "default_ledger_ref": 5, "default_confidence": 99,
                  "default_finding_ids": [(0, 0, {"code": "J01"})]}  # fmt: skip
        self.env["ir.default"].with_user(self.accountant).set("l10n_cl_ai.review", "confidence", 99, user_id=True)
        review = move.with_user(self.accountant).with_context(**forged)._l10n_cl_ai_review(forced=True).sudo()
        self.assertEqual(review.state, "queued")
        kept = {name.removeprefix("default_"): review[name.removeprefix("default_")] for name in forged}
        kept.pop("state")
        self.assertFalse(any(kept.values()), kept)

    def test_only_a_manager_looks(self):
        move = self.warned()
        with self.assertRaises(AccessError):
            move.with_user(self.accountant).l10n_cl_ai_review_id.action_look()
        self.assertRefused(move)

    def test_a_manager_posts_with_a_reason(self):
        move = self.warned()
        self.assertRefused(move, self.accountant, **{OVERRIDE: "porque sí"})
        self.assertEqual(self.post(move, self.manager, **{OVERRIDE: "El cliente lo pidió así."}), "posted")

    def test_a_manager_without_a_reason_is_asked_for_one(self):
        move = self.warned()
        action = move.with_user(self.manager).action_post()
        self.assertEqual(action["res_model"], "l10n_cl_ai.override.wizard")
        self.assertEqual(move.state, "draft")

    # -- from draft to posted --------------------------------------------------------------------------

    def test_a_review_of_the_draft_holds_for_what_is_posted_of_it(self):
        move = self.furnished()
        review = self.reviewed(move, answer(REMARK))
        self.company.l10n_cl_ai_review_on_post = True
        self.post(move)
        self.grant()
        self.assertTrue(review.holds)
        self.assertEqual(move.l10n_cl_ai_review_state, "warn")
        self.assertEqual(self.reviews(move), review, "and is not asked again")

    def test_each_change_that_matters_makes_it_stale(self):
        for change in (
            {"invoice_line_ids": "name"}, {"partner_id": True}, {"l10n_latam_document_type_id": True},
        ):  # fmt: skip
            with self.subTest(change=change):
                move = self.furnished()
                self.reviewed(move, answer(REMARK))
                self.assertEqual(move.l10n_cl_ai_review_state, "warn")
                if "invoice_line_ids" in change:
                    move.invoice_line_ids.name = "Otra cosa"
                elif "partner_id" in change:
                    move.partner_id = self._make_partner("Otra SpA", "76418205-7", city="Arica", **{
                        "l10n_cl_activity_description": "Otra cosa"})  # fmt: skip
                else:
                    move.l10n_latam_document_type_id = self.document_type(33)
                self.assertEqual(move.l10n_cl_ai_review_state, "stale")
