"""Answers in a real browser: typed, explained, and mended with the button beside them."""

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import DteCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestOutcomeTours(DteCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        new_test_user(
            cls.env,
            "contadora",
            groups="account.group_account_invoice",
            lang="en_US",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.move = cls.invoice()
        cls.move.action_post()

    def tour(self, name):
        url = f"/odoo/action-account.action_move_out_invoice_type/{self.move.id}"
        self.start_tour(url, name, login="contadora")

    def test_a_rejected_invoice_is_taken_back(self):
        self.tour("l10n_cl_ai_rejected")
        self.assertEqual((self.move.state, self.move.l10n_cl_ai_sii_state), ("draft", "rejected"))
        self.assertEqual(self.move.l10n_cl_ai_outcome_ids.code, "HED-3-846")

    def test_a_claimed_invoice_opens_its_credit_note(self):
        self.move._l10n_cl_ai_record_outcome("claim", ["No indica orden de compra"], event="RCD")
        self.tour("l10n_cl_ai_claimed")
        self.assertEqual(self.move.state, "posted")
