from unittest.mock import patch

from odoo.addons.l10n_cl_ai.models.account_move_post import OVERRIDE
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import NOW, DteCase
from .test_check import CHECK_LOG, broken_engine


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestSend(DteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.email = "compras@araucania.example"
        cls.company.l10n_cl_ai_post_on_block = "nothing"

    def posted(self, lines=None):
        move = self.invoice(33, lines)
        move.action_post()
        return move

    def wrong(self):
        return self.posted([self.line(f"Producto {number}") for number in range(61)])

    def alerts(self, moves):
        if len(moves) == 1:
            wizard = self.env["account.move.send.wizard"].create({"move_id": moves.id})
        else:
            wizard = self.env["account.move.send.batch.wizard"].create({"move_ids": moves.ids})
        alerts = wizard.alerts or {}
        return {key: alert for key, alert in alerts.items() if key.startswith("l10n_cl_ai")}

    def levels(self, moves):
        return {key.removeprefix("l10n_cl_ai_"): alert["level"] for key, alert in self.alerts(moves).items()}

    def test_nothing_to_say_of_a_right_document(self):
        move = self.posted()
        move._l10n_cl_ai_check()
        self.assertEqual(self.levels(move), {})

    def test_level_of_each_state(self):
        unchecked, blocked, outdated = self.posted(), self.wrong(), self.posted()
        (blocked | outdated)._l10n_cl_ai_check()
        self.assertEqual(self.levels(unchecked), {"unchecked": "warning"})
        self.assertEqual(self.levels(blocked), {"block": "warning"})
        self.company.street = "Calle Nueva 1"
        self.assertEqual(self.levels(outdated), {"stale": "warning"})

    @mute_logger(CHECK_LOG)
    def test_not_evaluated_is_information(self):
        move = self.posted()
        with broken_engine():
            move._l10n_cl_ai_check()
        self.assertEqual(self.levels(move), {"error": "info"})

    def test_warnings(self):
        self.env["l10n_cl_ai.rule"].search([("code", "=", "E01")]).company_action = "warn"
        move = self.wrong()
        move._l10n_cl_ai_check()
        self.assertEqual(self.levels(move), {"warn": "warning"})

    def test_where_policy_blocks_it_is_not_sent(self):
        move = self.wrong()
        move._l10n_cl_ai_check()
        self.company.l10n_cl_ai_post_on_block = "block"
        self.assertEqual(self.levels(move), {"refused": "danger"})
        with self.assertRaises(UserError):
            self.env["account.move.send"]._raise_danger_alerts(self.alerts(move))

    def test_what_a_manager_let_pass_is_not_stopped_again(self):
        self.company.l10n_cl_ai_post_on_block = "block"
        lines = [self.line(f"Producto {number}") for number in range(61)]
        move = self.invoice(33, lines)
        manager = self._make_user("gerente", "account.group_account_invoice,l10n_cl_ai.group_manager")
        move.with_user(manager).with_context(**{OVERRIDE: "Acordado con el cliente"}).action_post()
        self.assertEqual(self.levels(move), {"block": "warning"})

    def test_a_batch_names_the_documents_and_leads_to_the_findings(self):
        right, wrong = self.posted(), self.wrong()
        (right | wrong)._l10n_cl_ai_check()
        alert = self.alerts(right | wrong)["l10n_cl_ai_block"]
        self.assertIn(wrong.display_name, alert["message"])
        self.assertNotIn(right.display_name, alert["message"])
        action = alert["action"]
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, wrong.l10n_cl_ai_finding_ids)

    def test_other_documents_are_left_alone(self):
        partner = self.customer.copy({"vat": False})
        journal = self.env["account.journal"].create(
            {
                "name": "Otro",
                "code": "OTRO",
                "type": "sale",
                "company_id": self.company.id,
                "l10n_latam_use_documents": False,
                "default_account_id": self._chart("account_310115").id,
            }
        )
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "journal_id": journal.id,
                "invoice_line_ids": [self.line()],
            }
        )
        move.action_post()
        self.assertEqual(self.levels(move), {})

    def test_looking_does_not_check(self):
        move = self.posted()
        with patch.object(type(move), "_l10n_cl_ai_check", side_effect=AssertionError):
            self.alerts(move)
