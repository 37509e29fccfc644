"""A review in a real browser, on the stand-in."""

from odoo.tests import HttpCase, tagged

from .review_common import REMARK, ReviewCase, answer


@tagged("post_install_l10n", "post_install", "-at_install")
class TestReviewTours(ReviewCase, HttpCase):
    def setUp(self):
        super().setUp()
        # The tours read source texts; the databases of the tests know Spanish only.
        self.env["res.lang"]._activate_lang("en_US")
        self.accountant.lang = "en_US"

    def test_an_accountant_asks_reads_and_judges(self):
        move = self.furnished()
        place = f"/odoo/action-account.action_move_out_invoice_type/{move.id}"
        self.start_tour(place, "l10n_cl_ai_ask_for_review", login="contadora")
        self.assertEqual(move.l10n_cl_ai_review_id.state, "queued")
        self.assertFalse(self.standin.messages, "nobody may wait on the network")
        self.standin.script(answer=answer(REMARK))
        self.queue()
        self.start_tour(place, "l10n_cl_ai_judge_remark", login="contadora")
        self.assertEqual(move.l10n_cl_ai_review_id.finding_ids.feedback, "useful")
        self.assertEqual(move.l10n_cl_ai_review_id.finding_ids.feedback_by, self.accountant)
