"""Proposals in a real browser."""

from odoo.tests import HttpCase, tagged

from .action_common import ActionCase, filled


@tagged("post_install_l10n", "post_install", "-at_install")
class TestProposalTours(ActionCase, HttpCase):
    def test_an_accountant_applies_and_discards(self):
        self.env["res.lang"]._activate_lang("en_US")
        self.accountant.lang = "en_US"
        moves = self.move | self.invoice(33, [self.line("Toner")])
        first = self.proposed(filled(narration="Glosa primera"), records=moves[0])
        second = self.proposed(filled(narration="Glosa segunda"), records=moves[1])
        self.start_tour(
            "/odoo/action-l10n_cl_ai.ai_proposal_action", "l10n_cl_ai_decide_upon_proposals", login="contadora"
        )
        self.assertEqual((first | second).mapped("decision"), ["applied", "discarded"])
        self.assertIn("Glosa primera", moves[0].narration)
        self.assertFalse(moves[1].narration)
