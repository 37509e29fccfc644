from odoo.tests import freeze_time, tagged

from .common import NOW
from .received_common import ReceivedCase, dte, line, totals
from .suggest_common import SuggestCase


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestSuggestionOnImport(ReceivedCase, SuggestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.history()

    def imported(self):
        rent = line("Arriendo retroexcavadora Quillay semana 12", 1, 100_000)
        return self.read_one(dte(folio=9001, lines=[rent], sums=totals(100_000)))

    def test_a_bill_read_from_xml_has_its_suggestions_at_once(self):
        bill = self.imported()
        [found] = bill.l10n_cl_ai_suggestion_ids
        self.assertEqual((found.label, found.band), (f"{self.quillay.id}:100", "suggested"))
        self.assertFalse(bill.invoice_line_ids.analytic_distribution)

    def test_a_company_that_wants_none_has_none(self):
        self.company.l10n_cl_ai_suggest_on_import = False
        self.assertFalse(self.imported().l10n_cl_ai_suggestion_ids)

    def test_an_error_of_ours_does_not_keep_a_bill_from_being_imported(self):
        def broken(*args):
            raise ValueError("broken")

        self.patch(self.registry["l10n_cl_ai.index"], "_predict", broken)
        with self.assertLogs("odoo.addons.l10n_cl_ai.models.account_move_suggest", "ERROR"):
            bill = self.imported()
        self.assertEqual(len(bill.invoice_line_ids), 1)
