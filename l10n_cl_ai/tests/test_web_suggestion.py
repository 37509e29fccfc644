"""The suggestions of a bill in a real browser: proposed from what was posted, accepted, changed, explained, undone."""

import datetime

from odoo import fields
from odoo.tests import HttpCase, tagged

from .chip_common import ChipCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSuggestionTours(ChipCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The tours read source texts; the databases of the tests know Spanish only.
        cls.env["res.lang"]._activate_lang("en_US")
        cls.accountant.lang = "en_US"
        cls.folios = iter(range(7000, 8000))
        for n in range(6):
            cls.posted(f"Hormigón H30 premezclado {n}", cls.aromos)
            cls.posted(f"Arriendo retroexcavadora {n}", cls.quillay)
        cls.posted("Hormigón H30 premezclado", cls.quillay)

    @classmethod
    def posted(cls, text, account):
        bill = cls.draft(text, folio=str(next(cls.folios)))
        bill.invoice_date = bill.date = fields.Date.context_today(cls.env.user) - datetime.timedelta(days=40)
        bill.invoice_line_ids.analytic_distribution = {str(account.id): 100}
        bill.action_post()

    def test_an_accountant_suggests_accepts_changes_asks_why_and_undoes(self):
        bill = self.draft("Hormigón H30 premezclado", "Arriendo retroexcavadora", folio="8123")
        place = f"/odoo/action-account.action_move_in_invoice_type/{bill.id}"
        self.start_tour(place, "l10n_cl_ai_suggest_projects", login="contadora")
        first, second = bill.invoice_line_ids
        self.assertEqual(first.name, "Hormigón H30 obra gruesa", "what was typed was saved before it was accepted")
        self.assertEqual(first.analytic_distribution, {str(self.quillay.id): 100})
        self.assertFalse(second.analytic_distribution)
        states = {one.line_id: one.state for one in bill.l10n_cl_ai_suggestion_ids}
        self.assertEqual(states, {first: "changed", second: "undone"})

    def test_by_the_keyboard_alone(self):
        bill = self.draft("Hormigón H30 premezclado", folio="8124")
        bill.with_user(self.accountant)._l10n_cl_ai_suggest("button")
        place = f"/odoo/action-account.action_move_in_invoice_type/{bill.id}"
        self.start_tour(place, "l10n_cl_ai_suggestion_by_keyboard", login="contadora")
        self.assertEqual(bill.invoice_line_ids.analytic_distribution, {str(self.canelo.id): 100})
