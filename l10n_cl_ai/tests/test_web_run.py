"""Suggestions for many bills in a real browser."""

from odoo.tests import HttpCase, tagged

from .suggestion_run_common import RunCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRunTour(RunCase, HttpCase):
    def setUp(self):
        super().setUp()
        # The tour reads source texts; the databases of the tests know Spanish only.
        self.env["res.lang"]._activate_lang("en_US")
        self.accountant.lang = "en_US"

    def test_an_accountant_suggests_for_many_decides_by_band_and_undoes(self):
        bills = self.bills()
        self.start_tour("/odoo/action-l10n_cl_ai.ai_suggestion_run_wizard_action", "l10n_cl_ai_run", login="contadora")
        run = self.env["l10n_cl_ai.suggestion.run"].search([("user_id", "=", self.accountant.id)])
        self.assertEqual((run.state, run.item_ids.move_id), ("done", bills))
        self.assertEqual(set(run.suggestion_ids.mapped("state")), {"undone", "dismissed"})
        self.assertEqual(self.projects(bills), [{}, {}, {}])
        self.assertEqual(set(bills.mapped("state")), {"draft"})
