"""What a person decided or typed, and what a document says, is kept: by what books itself, and by every click."""

from odoo import Command
from odoo.tests import freeze_time, tagged

from .common import NOW
from .received_common import COMPANY, SUPPLIER, ReceivedCase, dte, line, totals
from .suggestion_run_common import RunCase


class KeptCase(RunCase):
    def ruled_bill(self):
        """A bill of which the rule is certain, its line without a project."""
        return self.bare("Gravilla", partner=self.ruled)

    def account(self, code, **values):
        return self.env["account.account"].create(
            {"name": f"Gasto {code}", "code": code, "account_type": "expense",
             "company_ids": [Command.set(self.company.ids)], **values}
        )  # fmt: skip

    def usual_account(self, text="Arriendo de grúa torre", **values):
        """An account on which such lines were always booked, of which the company is certain."""
        usual = self.account("410999", **values)
        self.company.l10n_cl_ai_suggest_account = True
        for n in range(6):
            bill = self.draft(f"{text} {n}", accounts=self.aromos)
            bill.invoice_line_ids.account_id = usual
            bill.action_post()
        return usual

    def propose_account(self, bill, account, band="suggested"):
        return self.env["l10n_cl_ai.suggestion"].create(
            {
                "company_id": bill.company_id.id, "move_id": bill.id, "line_id": bill.invoice_line_ids[:1].id,
                "target": "account", "label": str(account.id), "band": band, "method": "history", "probability": 0.99,
            }
        )  # fmt: skip


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestSuggestionKept(KeptCase):
    # -- what books itself -----------------------------------------------------------------------------

    def test_what_was_undone_is_not_booked_by_itself_again(self):
        self.let_book()
        bill = self.ruled_bill()
        self.suggest(bill).with_user(self.accountant).action_undo()
        again = self.suggest(bill)
        self.assertEqual((again.band, again.state), ("auto", "open"), "it is proposed: who asks may accept it")
        self.assertFalse(bill.invoice_line_ids.analytic_distribution)

    def test_what_was_taken_off_or_dismissed_is_not_booked_by_itself_again(self):
        bill, other = self.ruled_bill(), self.ruled_bill()
        self.let_book()
        self.suggest(bill)
        bill.with_user(self.accountant).write({"invoice_line_ids": self.emptied(bill)})
        self.let_book(False)
        self.suggest(other).with_user(self.accountant).action_dismiss()
        self.let_book()
        self.suggest(bill | other)
        self.assertEqual(self.projects(bill | other), [{}, {}])

    def test_the_other_lines_of_the_bill_are_booked_all_the_same(self):
        self.let_book()
        bill = self.bare("Gravilla", "Bolones", partner=self.ruled)
        first = self.suggest(bill).sorted("line_id")[0]
        first.with_user(self.accountant).action_undo()
        bill.write({"invoice_line_ids": [Command.create({"name": "Arena", "price_unit": 5})]})
        bill.invoice_line_ids[2:].with_context(l10n_cl_ai_deciding=True).analytic_distribution = False
        self.suggest(bill)
        self.assertEqual([bool(booked) for booked in self.projects(bill)], [False, True, True])

    def test_a_typed_account_is_not_booked_over_by_itself(self):
        self.let_book()
        usual, typed = self.account("410999"), self.account("410998")
        bill = self.draft("Arriendo de grúa torre", accounts=self.aromos)
        bill.invoice_line_ids.account_id = typed
        self.propose_account(bill, usual, "auto").with_user(self.accountant)._apply_automatic()
        self.assertEqual(bill.invoice_line_ids.account_id, typed)

    def test_the_account_that_odoo_puts_is_booked_over(self):
        self.let_book()
        usual = self.account("410999")
        bill = self.draft("Arriendo de grúa torre", accounts=self.aromos)
        found = self.propose_account(bill, usual, "auto").with_user(self.accountant)
        found._apply_automatic()
        self.assertEqual((bill.invoice_line_ids.account_id, found.applied_by), (usual, "auto"))

    # -- a click ---------------------------------------------------------------------------------------

    def test_accepting_all_passes_over_lines_that_got_a_project_meanwhile(self):
        bill = self.bare("Arriendo retroexcavadora Quillay", "Hormigón premezclado H30 Aromos")
        self.suggest(bill)
        # As a recomputation does it, which is no decision.
        bill.invoice_line_ids[0].with_context(l10n_cl_ai_deciding=True).analytic_distribution = {self.aromos.id: 100}
        bill.with_user(self.accountant).action_l10n_cl_ai_accept_all()
        self.assertEqual(self.projects(bill), [{str(self.aromos.id): 100}] * 2)

    def test_what_is_not_known_is_not_accepted_among_many(self):
        bills = self.bills()
        run = self.run_of(bills)
        # sudo: written by methods only
        run.unknown_ids.sudo().write({"label": f"{self.aromos.id}:100", "probability": 0.3})
        said = run.suggestion_ids.with_context(lang="en_US").action_accept_many()["params"]["message"]
        self.assertEqual([bool(booked) for booked in self.projects(bills)], [True, True, False])
        self.assertRegex(said, r"^2\b.* 1 were left")

    def test_where_the_ai_is_off_a_line_does_not_speak_of_it(self):
        bill = self.bills()[2]
        found = self.suggest(bill).with_user(self.accountant)
        self.assertEqual((found.band, found.ai_state), ("unknown", "not_asked"))
        self.assertFalse(bill.invoice_line_ids.with_user(self.accountant).l10n_cl_ai_suggestion["question"])

    def test_accepting_an_account_keeps_taxes_project_and_total(self):
        other_tax = self.purchase_iva.copy({"name": "IVA otro", "amount": 10})
        usual = self.account("410999", tax_ids=[Command.set(other_tax.ids)])
        self.env["account.analytic.distribution.model"].create(
            {"company_id": self.company.id, "account_prefix": "410999",
             "analytic_distribution": {str(self.aromos.id): 100}}
        )  # fmt: skip
        bill = self.draft("Arriendo de grúa torre", accounts=self.quillay)
        before, taxes = bill.amount_total, bill.invoice_line_ids.tax_ids
        found = self.propose_account(bill, usual).with_user(self.accountant)
        for act in ("action_accept", "action_undo"):
            getattr(found, act)()
            with self.subTest(act):
                self.assertEqual((bill.amount_total, bill.invoice_line_ids.tax_ids), (before, taxes))
                self.assertEqual(self.projects(bill), [{str(self.quillay.id): 100}])

    def test_undoing_a_run_keeps_what_a_person_chose(self):
        bills = self.bills()
        run = self.run_of(bills)
        run.action_accept_auto()
        chosen = run.suggestion_ids.filtered(lambda one: one.band == "unknown")
        chosen.action_choose(f"{self.aromos.id}:60;{self.quillay.id}:40")
        said = run.with_context(lang="en_US").action_undo_all()["params"]["message"]
        split = {str(self.aromos.id): 60, str(self.quillay.id): 40}
        self.assertEqual(self.projects(bills), [{}, {}, split])
        self.assertRegex(said, r"^1\b.* 1 keep")
        chosen.action_undo_many()
        self.assertEqual(self.projects(bills), [{}, {}, {}])

    def test_dollars_credit_notes_sections_and_notes_keep_their_amounts(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": dollar.id, "company_id": self.company.id, "name": "2026-01-01", "inverse_company_rate": 950}
        )
        for values in ({"currency_id": dollar.id}, {"code": 61, "move_type": "in_refund"}):
            with self.subTest(values):
                bill = self.bare("Arriendo retroexcavadora Quillay", price=1000.37, **values)
                bill.write({"invoice_line_ids": [
                    Command.create({"display_type": kind, "name": "Obra"}) for kind in ("line_section", "line_note")
                ]})  # fmt: skip
                before = {line: (line.amount_currency, line.balance) for line in bill.line_ids}
                found = self.suggest(bill).with_user(self.accountant)
                self.assertEqual(len(found), 1, "sections and notes belong to no project")
                self.assertEqual(found.amount, abs(found.line_id.balance))
                found.action_accept()
                self.assertTrue(found.line_id.analytic_distribution)
                self.assertEqual({line: (line.amount_currency, line.balance) for line in bill.line_ids}, before)

    # -- what is said ----------------------------------------------------------------------------------

    def said(self, bill):
        context = {"lang": "en_US", "allowed_company_ids": self.company.ids}
        return bill.with_user(self.accountant).with_context(**context).action_l10n_cl_ai_suggest()["params"]["message"]

    def test_lines_are_counted_once_where_accounts_are_proposed_too(self):
        self.usual_account()
        self.index("account")._compact()
        bill = self.bare("Arriendo de grúa torre 9")
        self.assertTrue(self.said(bill).startswith("1 of 1 lines"), self.said(bill))

    def test_what_books_itself_says_so(self):
        bill = self.ruled_bill()
        self.assertNotIn("itself", self.said(bill))
        self.let_book()
        self.assertIn("1 booked by itself", self.said(self.ruled_bill()))


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestImportedTotalIsKept(ReceivedCase):
    def test_accepting_keeps_the_peso_by_which_the_document_rounds_otherwise(self):
        self.company.l10n_cl_ai_suggest_on_import = False
        account = self.env["account.analytic.account"].create(
            {"name": "Liceo", "plan_id": self.env["account.analytic.plan"].create({"name": "Obras"}).id,
             "company_id": self.company.id}
        )  # fmt: skip
        bill = self.read_one(dte(lines=[line(quantity=1, price=10503)], sums=totals(10503, iva=1995)))
        self.assertEqual((bill.amount_total, bill.amount_tax), (12498, 1995))
        usual = bill.sudo().invoice_line_ids.account_id.copy({"code": "410999"})
        rows = [
            {"company_id": bill.company_id.id, "move_id": bill.id, "line_id": bill.invoice_line_ids.id,
             "target": target, "label": label, "band": "suggested", "method": "history", "probability": 0.9}
            for target, label in (("project", f"{account.id}:100"), ("account", str(usual.id)))
        ]  # fmt: skip
        user = self._make_user("contadora", "account.group_account_invoice,analytic.group_analytic_accounting")
        found = self.env["l10n_cl_ai.suggestion"].create(rows).with_user(user)
        for act in ("action_accept", "action_undo"):
            for one in found:
                getattr(one, act)()
                with self.subTest(act, target=one.target):
                    self.assertEqual((bill.amount_total, bill.amount_tax), (12498, 1995))
        self.assertEqual((COMPANY, SUPPLIER), (bill.company_id.vat, bill.partner_id.vat))
