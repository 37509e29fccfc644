"""What an emitting module asks before it takes a folio."""

from unittest.mock import patch

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..models.account_move_post import OVERRIDE, PostingBlocked
from .common import NOW, DteCase
from .review_common import REMARK, ReviewCase, answer
from .test_check import CHECK_LOG, broken_engine

ACCOUNTANT = "account.group_account_invoice"


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestBeforeSend(DteCase):
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

    def ask(self, move, user=None, **options):
        return move.with_user(user or self.accountant)._l10n_cl_ai_check_before_send(**options)[move.id]

    def test_a_right_document_is_let_go(self):
        self.policy("block", "block")
        result = self.ask(self.invoice(33))
        self.assertTrue(result.allowed)
        self.assertEqual((result.recommendation, result.confidence), ("not_evaluated", None))
        self.assertEqual(result.reasons, ())
        self.assertIn(result.check.verdict, ("ok", "info"))

    def test_policies_and_findings(self):
        rule = self.env["l10n_cl_ai.rule"].search([("code", "=", "E01")])
        # policy of blocks, policy of warnings, severity found → allowed, recommendation
        for on_block, on_warn, severity, allowed, recommendation in (
            ("nothing", "nothing", "block", True, "reject"),
            ("warn", "nothing", "block", True, "reject"),
            ("block", "nothing", "block", False, "reject"),
            ("block", "nothing", "warn", True, "review"),
            ("nothing", "block", "warn", False, "review"),
        ):
            with self.subTest(on_block=on_block, on_warn=on_warn, severity=severity):
                self.policy(on_block, on_warn)
                rule.company_action = severity
                move = self.wrong()
                result = self.ask(move, raise_refused=False)
                self.assertEqual((result.allowed, result.recommendation), (allowed, recommendation))
                self.assertTrue(any("E01" in reason for reason in result.reasons))
                self.assertIn("E01", result.findings.mapped("rule_code"))
                if allowed:
                    self.assertTrue(self.ask(move).allowed)
                else:
                    with self.assertRaisesRegex(PostingBlocked, "Not sent.*(?s:.)*E01"), self.env.cr.savepoint():
                        self.ask(move)

    def test_what_is_no_dte_of_ours_is_let_go_without_a_word(self):
        self.policy("block", "block")
        bill = self.bill(lines=[self.line("😀" * 100, taxes=self.purchase_iva)])
        entry = self.env["account.move"].create({"move_type": "entry"})
        for move in (bill, entry):
            result = self.ask(move)
            self.assertEqual((result.allowed, result.recommendation, result.reasons), (True, None, ()))
            self.assertFalse(result.check)
            self.assertFalse(result.findings)

    def test_what_a_manager_let_pass_at_posting_passes_until_it_changes(self):
        self.policy("block")
        move = self.wrong()
        move.with_user(self.manager).with_context(**{OVERRIDE: "El cliente lo pidió así"}).action_post()
        self.assertTrue(self.ask(move).allowed)
        move.button_draft()
        move.invoice_line_ids[0].quantity = 99
        with self.assertRaises(PostingBlocked):
            self.ask(move)

    def test_only_a_manager_lets_pass_with_a_reason(self):
        self.policy("block")
        move = self.wrong().with_context(**{OVERRIDE: "porque sí"})
        self.assertFalse(self.ask(move, raise_refused=False).allowed)
        self.assertTrue(self.ask(move, self.manager).allowed)

    def test_a_check_that_holds_is_not_made_again(self):
        move = self.invoice(33)
        check = move._l10n_cl_ai_check()
        self.assertEqual(self.ask(move).check, check)
        move.invoice_line_ids[0].quantity = 11
        self.assertNotEqual(self.ask(move).check, check)

    def test_what_fails_for_our_fault_holds_nothing_up(self):
        self.policy("block", "block")
        with broken_engine(), mute_logger(CHECK_LOG):
            result = self.ask(self.invoice(33))
        self.assertTrue(result.allowed)
        self.assertEqual((result.recommendation, result.confidence), ("not_evaluated", None))

    def test_who_may_not_read_checks_is_bound_by_them(self):
        self.policy("block")
        ours = self.env.ref("l10n_cl_ai.group_accountant")
        self.env.ref(ACCOUNTANT).implied_ids -= ours
        user = self._make_user("vendedor", ACCOUNTANT)
        with self.assertRaisesRegex(PostingBlocked, "E01"):
            self.ask(self.wrong(), user)

    def test_a_refusal_names_who_is_refused_and_the_right_ones_go_in_a_call_of_their_own(self):
        self.policy("block")
        moves = self.invoice(33) | self.wrong() | self.invoice(33, ref="otra")
        results = moves._l10n_cl_ai_check_before_send(raise_refused=False)
        self.assertEqual(list(results), moves.ids)
        self.assertEqual([result.allowed for result in results.values()], [True, False, True])

    def test_queries_do_not_grow_with_the_documents(self):
        def queries(count):
            moves = self.env["account.move"].union(*(self.invoice(33) for _each in range(count)))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            moves._l10n_cl_ai_check_before_send()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(2)
        self.assertLessEqual(queries(40), queries(10) + 5)

    def test_no_network_is_asked(self):
        with patch("socket.create_connection", side_effect=AssertionError("the network was asked")):
            self.assertTrue(self.ask(self.invoice(33)).allowed)


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestBeforeSendReview(ReviewCase):
    """What the AI said of a document is told while it holds; it holds up none but where the company wants that."""

    def ask(self, move, **options):
        return move.with_user(self.accountant)._l10n_cl_ai_check_before_send(**options)[move.id]

    def test_what_the_ai_said_is_told_while_it_holds(self):
        move = self.furnished()
        review = self.reviewed(move, answer(REMARK))
        result = self.ask(move)
        self.assertTrue(result.allowed)
        self.assertEqual((result.recommendation, result.confidence), ("review", review.confidence))
        self.assertEqual(result.review, review)
        self.assertTrue(any(reason.startswith("J05 · ") for reason in result.reasons))
        move.invoice_line_ids.price_unit = 460000
        result = self.ask(move)
        self.assertEqual((result.recommendation, result.confidence), ("not_evaluated", None))
        self.assertFalse(result.review)
        self.assertFalse(any(reason.startswith("J05 · ") for reason in result.reasons))

    def test_nothing_found_by_both_is_sent(self):
        move = self.furnished()
        self.reviewed(move, answer())
        self.assertEqual(self.ask(move).recommendation, "send")

    def test_an_ai_that_found_nothing_takes_no_block_away(self):
        move = self.invoice(33, [self.line(f"Producto {number}") for number in range(61)])
        review = self.reviewed(move, answer())
        self.assertEqual(review.state, "done", review.reason_message)
        self.assertEqual(self.ask(move).recommendation, "reject")

    def test_where_the_company_wants_a_look_a_warning_waits_for_it(self):
        move = self.furnished()
        review = self.reviewed(move, answer(REMARK))
        self.assertTrue(self.ask(move).allowed)
        self.company.l10n_cl_ai_require_look = True
        self.assertFalse(self.ask(move, raise_refused=False).allowed)
        with self.assertRaisesRegex(PostingBlocked, "Not sent.*manager"):
            self.ask(move)
        review.with_user(self.manager).action_look()
        self.assertTrue(self.ask(move).allowed)

    def test_an_ai_that_did_not_answer_holds_up_nothing(self):
        self.company.l10n_cl_ai_require_look = True
        move = self.furnished()
        self.reviewed(move, "hola", "hola")
        result = self.ask(move)
        self.assertTrue(result.allowed)
        self.assertEqual((result.recommendation, result.confidence), ("not_evaluated", None))

    def test_queries_do_not_grow_with_the_reviews(self):
        def queries(count):
            moves = self.env["account.move"].union(*(self.furnished() for _each in range(count)))
            moves.with_user(self.accountant)._l10n_cl_ai_review(forced=True)
            self.queue()
            self.assertEqual(set(moves.sudo().l10n_cl_ai_review_id.mapped("state")), {"done"})
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            moves.with_user(self.accountant)._l10n_cl_ai_check_before_send(raise_refused=False)
            return self.env.cr.sql_log_count - before

        queries(2)
        self.assertLessEqual(queries(15), queries(5) + 5)
