"""Attacks on suggestions: to see another company's bills, to poison the history, to stop what watches over it."""

import random
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import NOW
from .received_common import ReceivedCase, dte, line, reference
from .suggest_common import SuggestCase

LEARNING = "odoo.addons.l10n_cl_ai.models.ai_index_learn"
BOOKKEEPER = "account.group_account_invoice,analytic.group_analytic_accounting"


def noise(letters, first=0x4E00):
    """Return a word that can't be compressed, of letters of three bytes each."""
    dice = random.Random(letters)
    return "".join(chr(first + dice.randrange(20_000)) for _n in range(letters))


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestOfAnotherCompany(SuggestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.history()
        cls.secret = cls.draft("Demolición secreta Aromos")
        cls.suggestion = cls.secret.with_user(cls.accountant)._l10n_cl_ai_suggest("button")
        other = cls._make_company("Competencia SpA", "77018459-2")
        cls.spy = cls._make_user("espia", f"{BOOKKEEPER},l10n_cl_ai.group_manager", other)
        cls.spied = cls.env(user=cls.spy, context={"allowed_company_ids": other.ids})

    def test_a_line_is_not_read_through_the_dialog_of_choosing(self):
        wizards = self.spied["l10n_cl_ai.choose.wizard"]
        typed = {"suggestion_id": self.suggestion.id}
        for name in ("line_name", "partner_id", "company_id", "target", "suggestion_id"):
            with self.subTest(name), self.assertRaises(AccessError):
                wizards.create(typed).read([name])
        spec = {"suggestion_id": {}, "line_name": {}, "partner_id": {"fields": {"display_name": {}}}}
        with self.assertRaises(AccessError):
            wizards.onchange(typed, ["suggestion_id"], spec)
        with self.assertRaises(AccessError):
            wizards.with_context(default_suggestion_id=self.suggestion.id).onchange({}, [], spec)
        with self.assertRaises(AccessError):
            wizards.with_context(default_suggestion_id=self.suggestion.id).onchange({}, [], {"suggestion_id": {}})

    def test_ones_own_line_is(self):
        wizard = self.env["l10n_cl_ai.choose.wizard"].with_user(self.accountant)._for(self.suggestion)
        self.assertEqual((wizard.line_name, wizard.target), ("Demolición secreta Aromos", "project"))
        self.assertEqual((wizard.company_id, wizard.partner_id), (self.company, self.supplier))

    def test_what_was_measured_is_not_read_through_the_dialog_of_booking_by_itself(self):
        wizards = self.spied["l10n_cl_ai.automatic.wizard"]
        typed = {"company_id": self.company.id}
        for name in ("words", "is_on", "since", "stopped_on", "may_turn_on"):
            with self.subTest(name), self.assertRaises(AccessError):
                wizards.create(typed).read([name])
            with self.subTest(name), self.assertRaises(AccessError):
                wizards.onchange(typed, ["company_id"], {"company_id": {}, name: {}})

    def test_another_company_is_not_made_to_measure(self):
        index = self.index()
        with self.assertRaises(AccessError):
            self.company.with_env(self.spied).action_l10n_cl_ai_measure()
        with self.assertRaises(AccessError):
            self.spied["l10n_cl_ai.automatic.wizard"].create({"company_id": self.company.id}).action_measure()
        self.assertFalse(index.measure_wanted)

    def test_another_company_is_not_made_to_book_by_itself(self):
        wizard = self.spied["l10n_cl_ai.automatic.wizard"].create({"company_id": self.company.id})
        for button in ("action_turn_on", "action_turn_off"):
            with self.subTest(button), self.assertRaises(AccessError):
                getattr(wizard, button)()

    def test_buttons_and_reasons_of_a_suggestion(self):
        one = self.suggestion.with_env(self.spied)
        for button in ("action_accept", "action_dismiss", "action_undo", "get_why", "action_accept_many",
                       "action_undo_many", "action_open_choices"):  # fmt: skip
            with self.subTest(button), self.assertRaises(AccessError):
                getattr(one, button)()
        with self.assertRaises(UserError):
            one.action_choose(f"{self.aromos.id}:100")
        self.assertFalse(self.secret.invoice_line_ids.analytic_distribution)


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestForged(SuggestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.history()

    def test_what_a_browser_adds_to_the_context_is_not_what_was_proposed(self):
        said = {"state": "accepted", "applied_by": "auto", "right": 1.0, "settled_on": "2026-01-01", "reason": "!",
                "final_label": "1:100"}  # fmt: skip
        bill = self.draft("Zapallos", partner=self.customer).with_user(self.accountant)
        bill.with_context(**{f"default_{name}": value for name, value in said.items()}).action_l10n_cl_ai_suggest()
        for name, value in said.items():
            self.env["ir.default"].with_user(self.accountant).set("l10n_cl_ai.suggestion", name, value, user_id=True)
        bill.action_l10n_cl_ai_suggest()
        found = bill.l10n_cl_ai_suggestion_ids.sudo()
        self.assertEqual((found.state, found.applied_by, found.right), ("open", False, 0))
        self.assertFalse(found.settled_on or found.reason or found.final_label)

    def test_a_bill_does_not_bring_its_own_suggestions(self):
        bill = self.draft("Hormigón premezclado H30 Aromos").with_user(self.accountant)
        values = {"company_id": self.company.id, "line_id": bill.invoice_line_ids.id, "method": "rule", "band": "auto"}
        with self.assertRaises(AccessError):
            bill.write({"l10n_cl_ai_suggestion_ids": [Command.create(values)]})
        bill.action_l10n_cl_ai_suggest()
        found = bill.l10n_cl_ai_suggestion_ids
        for command in (Command.update(found.id, {"band": "auto"}), Command.delete(found.id)):
            with self.subTest(command), self.assertRaises(AccessError):
                bill.write({"l10n_cl_ai_suggestion_ids": [command]})

    def test_labels_that_nobody_proposed(self):
        bill = self.draft("Hormigón premezclado H30 Aromos")
        [one] = self.suggest(bill)
        mine = self.aromos.id
        for label in ("", "x", None, True, "[]", f"{mine}", f"{mine}:nan", f"{mine}:1e999", f"{mine}:100;", "0:100",
                      f"-{mine}:100", f"{2**31}:100", f"{10**30}:100", "9" * 5000 + ":100", f"{mine},{10**9}:100",
                      "'; DROP TABLE res_users; --:100", f"{mine}:100\n{mine}:100"):  # fmt: skip
            with self.subTest(label), self.assertRaises(UserError):
                one.action_choose(label)
        self.assertFalse(bill.invoice_line_ids.analytic_distribution)

    def test_who_may_only_read_bills_decides_nothing(self):
        bill = self.draft("Hormigón premezclado H30 Aromos")
        self.suggest(bill)
        reader = self._make_user("auditora", "account.group_account_readonly,l10n_cl_ai.group_user")
        one = bill.l10n_cl_ai_suggestion_ids.with_user(reader)
        for button in ("action_accept", "action_dismiss", "action_accept_many"):
            with self.subTest(button), self.assertRaises(AccessError):
                getattr(one, button)()
        with self.assertRaises(AccessError):
            bill.with_user(reader).action_l10n_cl_ai_suggest()

    def test_what_the_ai_says_of_a_hidden_project_is_hidden(self):
        bill = self.draft("Zapallos", partner=self.customer)
        [one] = self.suggest(bill)
        secret = self._make_project("Torre Reservada", privacy_visibility="followers")
        one.sudo().write({"method": "ai", "label": f"{secret.id}:100", "band": "suggested", "reason": "Es la torre"})
        planner = self._make_user("jefe_obras", f"{BOOKKEEPER},project.group_project_user")
        self.assertEqual(one.with_user(planner).get_why()["reason"], "")
        one.sudo().label = f"{self.aromos.id}:100"
        self.assertEqual(one.with_user(self.accountant).get_why()["reason"], "Es la torre")


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestPoison(SuggestCase):
    def test_an_orders_number_adds_no_terms_of_other_suppliers(self):
        forged = f"1\nV{self.customer.id}\r\nP7\u2028A15"
        self.posted("Papel", accounts=self.aromos, invoice_origin=forged)
        [entry] = self.rows("entry")
        self.assertNotIn(f"V{self.customer.id}", entry["terms"])
        self.assertEqual([term for term in entry["terms"] if term[0] in "VP"][:1], [f"V{self.supplier.id}"])
        self.assertIn(f"O1 V{self.customer.id} P7 A15", entry["terms"])
        self.assertEqual(len(set(entry["terms"][: entry["distinct_words"]])), entry["distinct_words"])

    def test_words_that_cannot_be_indexed_keep_nothing_from_being_learned(self):
        hostile = f"{noise(480)} {noise(479)} {noise(20)}"
        bill = self.posted("Papel", hostile, "Tinta", accounts=self.aromos)
        self.assertEqual({row["res_id"] for row in self.rows("entry")}, set(bill.invoice_line_ids.ids))

    def test_a_split_too_long_to_be_indexed_is_not_learned_and_stops_nothing(self):
        many = self.env["account.analytic.account"].create(
            [{"name": str(n), "plan_id": self.plan.id, "company_id": self.company.id} for n in range(700)]
        )
        bill = self.draft("Papel", "Tinta", accounts=self.aromos)
        dice = random.Random(1)
        shares = {str(one.id): dice.randrange(1, 49) / 100 for one in many}
        bill.invoice_line_ids[0].analytic_distribution = shares
        bill.action_post()
        self.assertEqual([row["res_id"] for row in self.rows("entry")], bill.invoice_line_ids[1].ids)

    def test_a_line_that_cannot_be_learned_stops_no_building(self):
        bill = self.posted("Papel", "Tinta", "Clips", accounts=self.aromos)
        index = self.index()
        index._clear()
        index.write({"built_at": False, "built_up_to": 0})
        bad, lines = bill.invoice_line_ids[1], self.registry["account.move.line"]
        features = lines._l10n_cl_ai_features

        def fail(line):
            if line == bad:
                raise ValueError
            return features(line)

        goes_on = patch.object(self.registry["ir.cron"], "_commit_progress", lambda *_args, **_more: 1.0)
        with patch.object(lines, "_l10n_cl_ai_features", fail), goes_on, mute_logger(LEARNING):
            index._build()
        self.assertTrue(index.built_at)
        self.assertEqual({row["res_id"] for row in self.rows("entry")}, set((bill.invoice_line_ids - bad).ids))

    def test_hostile_texts_are_read_all_the_same(self):
        for text in ("\ufffe\uffff \u202e", "#lines #words #pairs", "V12|papel", "a" * 100_000, "- " * 50_000,
                     "' OR 1=1; --", "%s %(index)s {0}", "😀" * 2000, "a|b"):  # fmt: skip
            with self.subTest(text[:20]):
                bill = self.draft(text, accounts=False)
                self.suggest(bill)


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestHostileDocument(ReceivedCase):
    def test_numbers_that_no_bill_has_leave_no_empty_draft_without_a_word(self):
        written_so = (("9" * 40, "1", 10500), ("0." + "0" * 37 + "1", "1", 1), ("10", "1050", "9" * 18),
                      ("-10", "1050", -10500), ("9" * 27, "9" * 27, 1))  # fmt: skip
        for quantity, price, amount in written_so:
            with self.subTest(quantity=quantity, price=price):
                bill = self.read_one(dte(lines=[line(quantity=quantity, price=price, amount=amount)]))
                self.assertIn(bill.l10n_cl_ai_import_state, ("look", "refused"))
                self.assertTrue(bill.l10n_cl_ai_import_note)
                bill.unlink()

    def test_what_a_document_says_is_text_in_the_chatter(self):
        hostile = "&lt;img src=x onerror=alert(1)&gt;"
        for text in (dte(name=hostile), dte(name=hostile, receiver="77018459-2"), dte(more=reference("HES", hostile)),
                     dte(more=reference("801", hostile), lines=[line(hostile)])):  # fmt: skip
            bill = self.read_one(text)
            self.assertNotIn("<img", self.said(bill))
            bill.unlink()

    def test_a_line_break_in_an_orders_number(self):
        bill = self.read_one(dte(more=reference("801", "1\nV7\nP8")))
        bill.invoice_line_ids.analytic_distribution = False
        terms = self.env["l10n_cl_ai.index"]._terms([bill.invoice_line_ids._l10n_cl_ai_features()])[0]
        self.assertFalse([term for term in terms.counted if "\n" in term])
        self.assertFalse({"V7", "P8"} & set(terms.counted))
