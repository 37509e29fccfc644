from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..models.ai_index_learn import CORRECTION
from .common import NOW
from .suggest_common import SuggestCase


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestSuggestion(SuggestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.history()

    def label(self, account):
        return f"{account.id}:100"

    # -- what is proposed ----------------------------------------------------------------------------

    def test_words_tell_the_project_of_a_supplier_of_both(self):
        bill = self.draft("HORMIGON PREMEZCLADO H30 obra Aromos guía 900", "Arriendo de retroexcavadora, semana 9")
        found = self.suggest(bill)
        self.assertEqual(found.sorted("line_id").mapped("label"), [self.label(self.aromos), self.label(self.quillay)])
        self.assertEqual(set(found.mapped("method")), {"history"})
        self.assertEqual(found.sorted("line_id")[0].with_user(self.accountant).proposal, "Edificio Los Aromos")
        self.assertFalse(any(bill.invoice_line_ids.mapped("analytic_distribution")), "proposing writes nothing")

    def test_sources_are_the_lines_it_learned_from(self):
        found = self.suggest(self.draft("Arriendo retroexcavadora Quillay"))
        lines = self.env["account.move.line"].browse(found.source_ids)
        self.assertTrue(lines)
        self.assertEqual(set(lines.mapped("name")), {f"Arriendo retroexcavadora Quillay semana {n}" for n in range(6)})
        self.assertEqual(found.action_open_sources()["domain"], [("id", "in", found.source_ids)])

    def test_lines_of_others_are_similar_and_not_history(self):
        newcomer = self._make_partner("Áridos Itata Limitada", "76086428-5")
        found = self.suggest(self.draft("Arriendo retroexcavadora Quillay", partner=newcomer))
        self.assertEqual((found.label, found.method), (self.label(self.quillay), "similar"))

    def test_nothing_known_is_not_guessed(self):
        newcomer = self._make_partner("Áridos Itata Limitada", "76086428-5")
        found = self.suggest(self.draft("Zapallos", partner=newcomer))
        self.assertEqual((found.band, found.method, found.label), ("unknown", "none", False))

    def test_a_line_that_has_a_project_is_left_alone(self):
        self.assertFalse(self.suggest(self.draft("Arriendo retroexcavadora", accounts=self.aromos)))

    def test_rules_win(self):
        bill = self.draft("Arriendo retroexcavadora Quillay")
        self.env["account.analytic.distribution.model"].create(
            {
                "partner_id": self.supplier.id,
                "company_id": self.company.id,
                "analytic_distribution": {str(self.aromos.id): 100},
            }
        )
        bill.write({"invoice_line_ids": self.emptied(bill)})
        found = self.suggest(bill)
        self.assertEqual((found.label, found.method, found.probability), (self.label(self.aromos), "rule", 1.0))

    def test_only_drafts_of_suppliers_are_suggested_for(self):
        posted = self.posted("Arriendo retroexcavadora Quillay")
        self.assertFalse(self.suggest(posted | self.invoice()))
        with self.assertRaises(UserError):
            posted.with_user(self.accountant).action_l10n_cl_ai_suggest()

    def test_asking_again_replaces_what_is_open(self):
        bill = self.draft("Arriendo retroexcavadora Quillay")
        first = self.suggest(bill)
        again = self.suggest(bill)
        self.assertFalse(first.exists())
        self.assertEqual(len(again), 1)

    def test_asking_is_constant_in_queries(self):
        def queries(lines):
            bill = self.draft(*[f"Arriendo retroexcavadora Quillay {n}" for n in range(lines)])
            self.suggest(bill)  # caches
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.suggest(bill)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(1)
        self.assertLessEqual(queries(30), queries(3))

    # -- what may not be proposed --------------------------------------------------------------------

    def test_a_closed_project_is_forgotten(self):
        closings = {
            "archived account": lambda: self.quillay.write({"active": False}),
            "archived project": lambda: self.quillay.project_ids.write({"active": False}),
        }
        for name, close in closings.items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                close()
                found = self.suggest(self.draft("Arriendo retroexcavadora Quillay"))
                self.assertNotIn(self.label(self.quillay), [one["label"] for one in found.candidates or []])
                self.assertEqual(found.band, "unknown", "the others do not become likely by its absence")
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_project_kept_from_the_user_is_not_proposed(self):
        self.quillay.project_ids.write({"privacy_visibility": "followers"})
        user = self._make_user("jefa_obra", "account.group_account_invoice,project.group_project_user")
        bill = self.draft("Arriendo retroexcavadora Quillay")
        self.assertNotIn(self.label(self.quillay), [one["label"] for one in self.suggest(bill, user).candidates or []])
        admin = self._make_user("gerente_obras", "account.group_account_invoice,project.group_project_manager")
        self.assertEqual(self.suggest(bill, admin).label, self.label(self.quillay))

    def test_what_a_parent_company_shares_is_proposed_in_its_branches(self):
        branch = self.env["res.company"].create({"name": "Sucursal Chillán", "parent_id": self.company.id})
        other = self._make_company("Servicios Quillón SpA", "77018459-2")
        suggestions = self.env["l10n_cl_ai.suggestion"]
        for company, expected in ((branch, {self.label(self.aromos)}), (other, set())):
            with self.subTest(company.name):
                self.assertEqual(suggestions._visible("project", {self.label(self.aromos)}, company), expected)
        own = self._make_project("Obra de la sucursal", branch)
        self.assertFalse(suggestions._visible("project", {self.label(own)}, self.company))

    def test_an_account_of_another_company_is_never_proposed(self):
        other = self._make_company("Servicios Quillón SpA", "77018459-2")
        foreign = self._make_project("Obra ajena", other)
        index = self.index()
        line = self.posted("Cemento especial", accounts=self.aromos).invoice_line_ids
        self.env.cr.execute(
            "UPDATE l10n_cl_ai_index_count SET label = %s WHERE index_id = %s", [self.label(foreign), index.id]
        )
        found = self.suggest(self.draft("Cemento especial"))
        self.assertFalse(found.label)
        self.assertTrue(line)
        with self.assertRaises(UserError):
            found.with_user(self.accountant).action_choose(self.label(foreign))

    def test_who_may_not_write_the_bill_is_refused(self):
        reader = self._make_user("lectora", "account.group_account_readonly")
        bill = self.draft("Arriendo retroexcavadora Quillay")
        with self.assertRaises(AccessError):
            self.suggest(bill, reader)
        found = self.suggest(bill)
        for act in ("action_accept", "action_dismiss", "action_undo"):
            with self.subTest(act), self.assertRaises(AccessError):
                getattr(found.with_user(reader), act)()
        self.assertFalse(bill.invoice_line_ids.analytic_distribution)

    def test_nobody_writes_a_suggestion_by_hand(self):
        found = self.suggest(self.draft("Arriendo retroexcavadora Quillay")).with_user(self.accountant)
        for change in (lambda: found.write({"label": "1:100"}), found.unlink, lambda: found.create({})):
            with self.assertRaises(AccessError):
                change()

    # -- deciding ------------------------------------------------------------------------------------

    def test_accept_and_undo(self):
        bill = self.draft("Arriendo retroexcavadora Quillay")
        found = self.suggest(bill).with_user(self.accountant)
        found.action_accept()
        self.assertEqual(bill.invoice_line_ids.analytic_distribution, {str(self.quillay.id): 100.0})
        self.assertEqual((found.state, found.applied_by, found.decided_by), ("accepted", "person", self.accountant))
        found.action_undo()
        self.assertFalse(bill.invoice_line_ids.analytic_distribution)
        self.assertEqual(found.state, "undone")

    def test_another_is_chosen(self):
        bill = self.draft("Arriendo retroexcavadora Quillay")
        found = self.suggest(bill).with_user(self.accountant)
        found.action_choose(f"{self.aromos.id}:60;{self.quillay.id}:40")
        self.assertEqual(
            bill.invoice_line_ids.analytic_distribution, {str(self.aromos.id): 60.0, str(self.quillay.id): 40.0}
        )
        self.assertEqual(found.state, "changed")
        for nothing in ("", "x", "0:100", "999999999:100"):
            with self.subTest(nothing), self.assertRaises(UserError):
                found.action_choose(nothing)

    def test_what_was_changed_since_is_not_undone(self):
        bill = self.draft("Arriendo retroexcavadora Quillay")
        found = self.suggest(bill).with_user(self.accountant)
        found.action_accept()
        bill.invoice_line_ids.analytic_distribution = {str(self.aromos.id): 100}
        with self.assertRaises(UserError):
            found.action_undo()
        self.assertEqual(bill.invoice_line_ids.analytic_distribution, {str(self.aromos.id): 100.0})

    def test_a_posted_bill_is_not_changed(self):
        bill = self.draft("Arriendo retroexcavadora Quillay")
        found = self.suggest(bill).with_user(self.accountant)
        bill.action_post()
        with self.assertRaises(UserError):
            found.action_accept()

    # -- automatic -----------------------------------------------------------------------------------

    def test_nothing_is_automatic_unless_the_company_wants_it(self):
        for wanted, expected in ((False, False), (True, {str(self.aromos.id): 100.0})):
            with self.subTest(wanted):
                self.let_book(wanted)
                bill = self.draft("Arriendo retroexcavadora Quillay")
                self.env["account.analytic.distribution.model"].search([]).unlink()
                self.env["account.analytic.distribution.model"].create(
                    {"company_id": self.company.id, "analytic_distribution": {str(self.aromos.id): 100}}
                )
                bill.write({"invoice_line_ids": self.emptied(bill)})
                found = self.suggest(bill)
                self.assertEqual(found.band, "auto")
                self.assertEqual(bill.invoice_line_ids.analytic_distribution or False, expected)
                self.assertEqual(found.applied_by, "auto" if wanted else False)

    def test_a_company_that_measured_nothing_has_nothing_automatic(self):
        self.let_book()
        bill = self.draft("Arriendo retroexcavadora Quillay")
        self.assertEqual(self.suggest(bill).band, "suggested")
        self.assertFalse(bill.invoice_line_ids.analytic_distribution)

    # -- what becomes of it --------------------------------------------------------------------------

    def test_posting_says_what_was_right(self):
        right, wrong = self.draft("Arriendo retroexcavadora Quillay"), self.draft("Arriendo retroexcavadora Quillay")
        good, bad = self.suggest(right), self.suggest(wrong)
        good.with_user(self.accountant).action_accept()
        wrong.invoice_line_ids.analytic_distribution = {str(self.aromos.id): 100}
        (right | wrong).action_post()
        self.assertEqual((good.right, good.final_label, good.settled_on), (1.0, good.label, right.date))
        self.assertEqual((bad.right, bad.final_label), (0.0, self.label(self.aromos)))
        wrong.button_draft()
        self.assertFalse(bad.settled_on)

    def test_a_correction_weighs_more(self):
        bill = self.draft("Arriendo retroexcavadora Quillay")
        self.suggest(bill)
        bill.invoice_line_ids.analytic_distribution = {str(self.aromos.id): 100}
        bill.action_post()
        [weight] = [row["weight"] for row in self.rows("entry") if row["res_id"] == bill.invoice_line_ids.id]
        self.assertEqual(weight, CORRECTION)

    def test_the_next_month_is_better(self):
        text = "Consumo eléctrico cliente 4521987 suministro norte"
        before = self.suggest(self.draft(text))
        self.assertEqual(before.band, "unknown")
        for n in range(3):
            self.posted(text, accounts=self.aromos, days=20 - n)
        after = self.suggest(self.draft(text))
        self.assertEqual((after.label, after.band), (self.label(self.aromos), "suggested"))

    # -- accounts ------------------------------------------------------------------------------------

    def test_accounts_are_proposed_where_the_company_wants_it(self):
        expense = self.company.expense_account_id or self.draft("x").invoice_line_ids.account_id
        usual = self.env["account.account"].create(
            {"name": "Arriendo de maquinaria", "code": "410999", "account_type": "expense",
             "company_ids": [(6, 0, self.company.ids)]}
        )  # fmt: skip
        self.company.l10n_cl_ai_suggest_account = True
        for n in range(6):
            bill = self.draft(f"Arriendo de grúa torre {n}", accounts=self.aromos)
            bill.invoice_line_ids.account_id = usual
            bill.action_post()
        bill = self.draft("Arriendo de grúa torre 9", accounts=self.aromos)
        self.assertNotEqual(bill.invoice_line_ids.account_id, usual)
        [found] = self.suggest(bill)
        self.assertEqual((found.target, found.label), ("account", str(usual.id)))
        found.with_user(self.accountant).action_accept()
        self.assertEqual(bill.invoice_line_ids.account_id, usual)
        found.with_user(self.accountant).action_undo()
        self.assertNotEqual(bill.invoice_line_ids.account_id, usual)
        self.assertTrue(expense)
