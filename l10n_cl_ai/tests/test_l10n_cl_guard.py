from unittest.mock import patch

from odoo.addons.l10n_cl.models.account_move import AccountMove as ClMove
from odoo.addons.l10n_cl_ai.models import account_move_l10n_cl
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import DteCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestForeignSupplierNote(DteCase):
    """Posting a credit note (61) of a foreign supplier crashes l10n_cl in Community."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreigner.vat = "US123456789"

    def note(self, **values):
        none = self.env["account.tax"]
        lines = [self.line("Servicio", 1, 10000, taxes=none)]
        return self.bill(61, "9", lines=lines, partner=self.foreigner, move_type="in_refund", **values)

    def purchase(self):
        lines = [self.line("Servicio", 1, 10000, taxes=self.purchase_iva + self.retention)]
        move = self.invoice(46, lines, self.foreigner)
        move.action_post()
        return move

    def test_l10n_cl_alone_still_crashes(self):
        """When this fails, Odoo mended it: take the override out."""
        with self.assertRaisesRegex(AttributeError, "l10n_cl_reference_ids"):
            ClMove._check_document_types_post(self.note())

    def test_a_note_on_our_purchase_invoice_is_posted(self):
        note = self.note(reversed_entry_id=self.purchase().id)
        note.action_post()
        self.assertEqual(note.state, "posted")

    def test_the_check_is_as_strict_as_before(self):
        with self.assertRaises(ValidationError):
            self.note().action_post()

    def test_a_note_on_another_document_is_refused(self):
        bill = self.purchase()
        bill.l10n_latam_document_type_id = self.document_type(33)
        with self.assertRaises(ValidationError):
            self.note(reversed_entry_id=bill.id).action_post()

    def test_other_checks_of_l10n_cl_still_run(self):
        unknown = self._make_partner("Sin tipo", "76418205-7", l10n_cl_sii_taxpayer_type=False)
        with self.assertRaises(ValidationError):
            self.invoice(33, partner=unknown).action_post()

    def test_in_a_batch_the_note_does_not_shield_the_others(self):
        unknown = self._make_partner("Sin tipo", "76418205-7", l10n_cl_sii_taxpayer_type=False)
        batch = self.note(reversed_entry_id=self.purchase().id) | self.invoice(33, partner=unknown)
        with self.assertRaises(ValidationError):
            batch.action_post()

    def test_it_steps_aside_where_the_field_exists(self):
        note = self.note()
        with (
            patch.object(account_move_l10n_cl, "ENTERPRISE_REFERENCES", "line_ids"),
            patch.object(ClMove, "_check_document_types_post", return_value="theirs") as theirs,
        ):
            self.assertEqual(note._check_document_types_post(), "theirs")
        theirs.assert_called_once_with()
