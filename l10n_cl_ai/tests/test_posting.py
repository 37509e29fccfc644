from unittest.mock import patch

from odoo.addons.l10n_cl_ai.models.account_move_post import OVERRIDE, PostingBlocked
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import NOW, DteCase
from .test_check import CHECK_LOG, broken_engine

ACCOUNTANT = "account.group_account_invoice"


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestPosting(DteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._make_user("contador", f"{ACCOUNTANT},base.group_partner_manager")
        cls.manager = cls._make_user("gerente", f"{ACCOUNTANT},l10n_cl_ai.group_manager")

    def wrong(self, **values):
        """Return an invoice that the SII rejects: 61 lines."""
        return self.invoice(33, [self.line(f"Producto {number}") for number in range(61)], **values)

    def policy(self, on_block="nothing", on_warn="nothing"):
        self.company.l10n_cl_ai_post_on_block = on_block
        self.company.l10n_cl_ai_post_on_warn = on_warn

    def notes(self, move):
        return "".join(move.message_ids.mapped("body"))

    def test_defaults_warn_of_blocks_and_keep_silent_on_warnings(self):
        company = self.env["res.company"].new({})
        self.assertEqual(
            (company.l10n_cl_ai_post_on_block, company.l10n_cl_ai_post_on_warn), ("warn", "nothing")
        )

    def test_policies_and_findings(self):
        # policy of blocks, policy of warnings, severity found → what happens
        cases = [
            ("nothing", "nothing", "block", "silent"),
            ("warn", "nothing", "block", "noted"),
            ("block", "nothing", "block", "refused"),
            ("nothing", "warn", "block", "silent"),
            ("warn", "nothing", "warn", "silent"),
            ("nothing", "warn", "warn", "noted"),
            ("warn", "block", "warn", "refused"),
        ]
        rule = self.env["l10n_cl_ai.rule"].search([("code", "=", "E01")])
        for on_block, on_warn, severity, expected in cases:
            with self.subTest(on_block=on_block, on_warn=on_warn, severity=severity):
                self.policy(on_block, on_warn)
                rule.company_action = severity
                move = self.wrong()
                if expected == "refused":
                    with self.assertRaises(PostingBlocked), self.env.cr.savepoint():
                        move.with_user(self.accountant).action_post()
                    continue
                move.with_user(self.accountant).action_post()
                self.assertEqual(move.state, "posted")
                self.assertEqual("E01" in self.notes(move), expected == "noted")

    def test_a_refused_document_spends_no_folio(self):
        self.policy("block")
        first = self.invoice(33)
        first.with_user(self.accountant).action_post()
        with self.assertRaises(UserError) as refusal, self.env.cr.savepoint():
            self.wrong().with_user(self.accountant).action_post()
        self.assertIn("E01", str(refusal.exception))
        self.assertIn("Formato", str(refusal.exception))
        third = self.invoice(33)
        third.with_user(self.accountant).action_post()
        self.assertEqual(
            int(third.l10n_latam_document_number), int(first.l10n_latam_document_number) + 1
        )

    def test_a_right_document_is_posted_under_the_strictest_policy(self):
        self.policy("block", "block")
        move = self.invoice(33)
        move.with_user(self.accountant).action_post()
        self.assertEqual(move.state, "posted")
        self.assertIn(move.l10n_cl_ai_state, ("ok", "info"))

    def test_a_user_without_our_groups_may_post(self):
        self.policy("warn", "warn")
        ours = self.env.ref("l10n_cl_ai.group_accountant")
        self.env.ref(ACCOUNTANT).implied_ids -= ours
        user = self._make_user("vendedor", ACCOUNTANT)
        self.assertFalse(user.has_group("l10n_cl_ai.group_user"))
        move = self.wrong()
        move.with_user(user).action_post()
        self.assertIn("E01", self.notes(move))

    def test_received_bills_are_not_held_up(self):
        self.policy("block", "block")
        bill = self.bill(lines=[self.line("😀" * 100, taxes=self.purchase_iva)])
        bill.with_user(self.accountant).action_post()
        self.assertEqual(bill.state, "posted")
        self.assertFalse(bill.l10n_cl_ai_validation_id)

    def test_our_purchase_invoices_are_checked(self):
        self.policy("block")
        lines = [self.line(f"P {number}", taxes=self.purchase_iva) for number in range(61)]
        with self.assertRaises(PostingBlocked), self.env.cr.savepoint():
            self.invoice(46, lines).with_user(self.accountant).action_post()

    # -- override ------------------------------------------------------------------------------------

    def test_a_manager_is_asked_for_a_reason(self):
        self.policy("block")
        move = self.wrong().with_user(self.manager)
        action = move.action_post()
        self.assertEqual(action["res_model"], "l10n_cl_ai.override.wizard")
        self.assertEqual(action["context"]["default_move_ids"], move.ids)
        self.assertEqual(move.state, "draft")
        self.assertTrue(move.l10n_cl_ai_finding_ids)

    def test_a_manager_posts_with_a_reason_that_is_kept(self):
        self.policy("block")
        move = self.wrong().with_user(self.manager)
        move.with_context(**{OVERRIDE: "Lo pidió el cliente por escrito"}).action_post()
        self.assertEqual(move.state, "posted")
        self.assertIn("Lo pidió el cliente por escrito", self.notes(move))
        self.assertIn(self.manager.name, self.notes(move))
        self.assertIn("E01", self.notes(move))
        self.assertEqual(move.l10n_cl_ai_validation_id.override_reason, "Lo pidió el cliente por escrito")

    def test_a_reason_from_somebody_else_is_worth_nothing(self):
        self.policy("block")
        move = self.wrong().with_user(self.accountant).with_context(**{OVERRIDE: "porque sí"})
        for post in (move.action_post, move._post):
            with self.assertRaises(PostingBlocked), self.env.cr.savepoint():
                post()

    def test_an_empty_reason_is_none(self):
        self.policy("block")
        move = self.wrong().with_user(self.manager).with_context(**{OVERRIDE: "   "})
        with self.assertRaises(PostingBlocked), self.env.cr.savepoint():
            move._post()

    def test_the_reason_does_not_touch_right_documents(self):
        self.policy("block")
        move = self.invoice(33).with_user(self.manager)
        move.with_context(**{OVERRIDE: "Por si acaso, dijo"}).action_post()
        self.assertNotIn("Por si acaso", self.notes(move))
        self.assertFalse(move.l10n_cl_ai_validation_id.override_reason)

    # -- many, and by themselves ---------------------------------------------------------------------

    def test_a_hundred_at_once(self):
        self.policy("warn", "warn")
        moves = self.env["account.move"].union(*[self.invoice(33) for _each in range(99)], self.wrong())
        moves.action_post()
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        self.assertEqual(len(moves.l10n_cl_ai_validation_id), 100)
        self.assertEqual(len(moves.filtered(lambda move: "E01" in self.notes(move))), 1)

    def test_the_automatic_posting_goes_on_after_a_refused_document(self):
        self.policy("block")
        right, wrong = self.invoice(33, auto_post="at_date"), self.wrong(auto_post="at_date")
        (right | wrong).write({"date": "2026-11-18"})
        with self.enter_registry_test_mode():
            self.env.ref("account.ir_cron_auto_post_draft_entry").method_direct_trigger()
        self.assertEqual((right.state, wrong.state), ("posted", "draft"))
        self.assertIn("E01", self.notes(wrong))

    # -- failing -------------------------------------------------------------------------------------

    @mute_logger(CHECK_LOG)
    def test_a_failing_engine_never_holds_up_posting(self):
        self.policy("block", "block")
        move = self.invoice(33)
        with broken_engine():
            move.with_user(self.accountant).action_post()
        self.assertEqual((move.state, move.l10n_cl_ai_state), ("posted", "error"))
        self.assertIn("not evaluated", self.notes(move))

    @mute_logger(CHECK_LOG)
    def test_not_even_when_the_failure_cannot_be_kept(self):
        self.policy("block", "block")
        move = self.invoice(33)
        records = type(self.env["l10n_cl_ai.validation"])
        with patch.object(records, "_record", side_effect=RuntimeError("disk full")):
            move.with_user(self.accountant).action_post()
        self.assertEqual((move.state, move.l10n_cl_ai_state), ("posted", "unchecked"))
        self.assertIn("not evaluated", self.notes(move))
