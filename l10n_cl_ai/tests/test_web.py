"""The screens in a real browser: an accountant's tours, and the widgets' own tests."""

from odoo import Command
from odoo.addons.web.tests.test_js import unit_test_error_checker
from odoo.tests import HttpCase, tagged
from odoo.tests.common import new_test_user

from .common import DteCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTours(DteCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = new_test_user(
            cls.env,
            "contadora",
            groups="account.group_account_invoice",
            lang="en_US",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        lines = [cls.line("Producto “x” 😀", 10, 1050), cls.line("Archivador oficio", 2, 1425)]
        cls.move = cls.invoice(33, lines)

    def test_an_accountant_checks_mends_and_undoes(self):
        self.start_tour(
            f"/odoo/action-account.action_move_out_invoice_type/{self.move.id}",
            "l10n_cl_ai_check_and_fix",
            login="contadora",
        )
        self.assertEqual(self.move.invoice_line_ids[0].name, "Producto “x” 😀")
        self.assertEqual(self.move.l10n_cl_ai_validation_ids.finding_ids.correction_ids.state, "undone")

    def test_a_refused_posting_says_why(self):
        self.company.l10n_cl_ai_post_on_block = "block"
        self.start_tour(
            f"/odoo/action-account.action_move_out_invoice_type/{self.move.id}",
            "l10n_cl_ai_posting_is_refused",
            login="contadora",
        )
        self.assertEqual(self.move.state, "draft")

    def test_an_accountant_checks_from_the_list(self):
        second = self.invoice(34, [self.line(taxes=self.env["account.tax"])])
        self.start_tour(
            "/odoo/action-account.action_move_out_invoice_type", "l10n_cl_ai_check_from_list", login="contadora"
        )
        self.assertTrue(self.move.l10n_cl_ai_validation_id)
        self.assertTrue(second.l10n_cl_ai_validation_id)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestWidgets(HttpCase):
    def test_widgets(self):
        self.browser_js(
            "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&filter=@l10n_cl_ai",
            "",
            "",
            login="admin",
            timeout=180,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=unit_test_error_checker,
        )
