"""An emitting module takes a folio only for what may be sent."""

from odoo.addons.l10n_cl_ai.tests.common import DteCase
from odoo.exceptions import UserError
from odoo.tests import tagged


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEmitter(DteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.l10n_cl_ai_post_on_block = "block"
        cls.sequence = cls.env.ref("l10n_cl_ai_sample.sequence_folio")

    def wrong(self):
        """Return an invoice that the SII rejects: 61 lines."""
        return self.invoice(33, [self.line(f"Producto {number}") for number in range(61)])

    def test_what_the_sii_would_reject_takes_no_folio(self):
        move, next_folio = self.wrong(), self.sequence.number_next
        with self.assertRaisesRegex(UserError, "E01"), self.env.cr.savepoint():
            move.action_sample_emit()
        self.assertFalse(move.sample_folio)
        self.assertEqual(self.sequence.number_next, next_folio)

    def test_a_right_document_takes_one(self):
        move = self.invoice(33, ref="OC-5512")
        move.action_sample_emit()
        self.assertTrue(move.sample_folio)

    def test_of_many_the_right_ones_go_and_the_others_say_why(self):
        moves = self.invoice(33, ref="OC-1") | self.wrong() | self.invoice(33, ref="OC-2")
        moves.action_sample_emit_all()
        first, refused, third = moves
        self.assertEqual(third.sample_folio, first.sample_folio + 1)
        self.assertFalse(refused.sample_folio)
        self.assertIn("E01", "".join(refused.message_ids.mapped("body")))

    def test_a_company_that_wants_no_policy_is_not_held_up(self):
        self.company.l10n_cl_ai_post_on_block = "nothing"
        move = self.wrong()
        move.action_sample_emit()
        self.assertTrue(move.sample_folio)
