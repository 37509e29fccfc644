"""A review from the button to the remark, and everything that may come between."""


from odoo.tests import freeze_time, tagged

from .common import NOW
from .review_common import REMARK, ReviewCase, answer


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestReview(ReviewCase):
    def test_a_remark_is_kept_beside_the_rules(self):
        move = self.furnished()
        review = self.reviewed(move, answer(REMARK))
        self.assertEqual(review.state, "done", review.reason_message)
        self.assertEqual(review.finding_ids.mapped("code"), ["J05"])
        self.assertEqual(review.finding_ids.move_line_id, move.invoice_line_ids)
        self.assertEqual((review.recommendation, review.signal), ("review", "ai_warn"))
        self.assertEqual(move.l10n_cl_ai_review_state, "warn")
        self.assertGreater(review.cost, 0)

    def test_nothing_found_and_rules_content_is_send(self):
        review = self.reviewed(self.furnished(), answer())
        self.assertEqual((review.state, review.recommendation), ("done", "send"))
