"""The chip beside a line: what it shows, to whom, and why."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .chip_common import ChipCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChip(ChipCase):
    # -- what it shows ---------------------------------------------------------------------------------

    def test_nothing_where_nothing_was_proposed(self):
        self.propose(self.first, self.aromos)
        self.assertFalse(self.chip(self.second))
        self.assertFalse(self.chip(self.first, field="l10n_cl_ai_suggestion_account"))

    def test_what_is_proposed_how_likely_and_by_which_method(self):
        self.propose(self.first, self.aromos, self.quillay)
        chip = self.chip(self.first)
        self.assertEqual(chip["proposal"], "Edificio Los Aromos")
        self.assertEqual((chip["percent"], chip["method"], chip["band"]), (87, "history", "suggested"))
        self.assertEqual([(one["words"], one["percent"]) for one in chip["candidates"]],
                         [("Edificio Los Aromos", 87), ("Puente Quillay", 29)])  # fmt: skip
        self.assertTrue(chip["may_decide"])
        self.assertFalse(chip["may_undo"])

    def test_a_split_is_shown_by_its_percentages(self):
        self.propose(self.first, f"{self.aromos.id}:60;{self.quillay.id}:40")
        self.assertEqual(self.chip(self.first)["proposal"], "Edificio Los Aromos 60 % · Puente Quillay 40 %")

    def test_nothing_but_a_rule_is_certain(self):
        self.propose(self.first, self.aromos, probability=0.999, band="auto")
        self.propose(self.second, self.aromos, probability=1.0, band="auto", method="rule")
        self.assertEqual(self.chip(self.first)["percent"], 99)
        self.assertEqual(self.chip(self.second)["percent"], 100)

    def test_the_newest_is_shown(self):
        self.propose(self.first, self.aromos, state="undone")
        newest = self.propose(self.first, self.quillay)
        self.assertEqual(self.chip(self.first)["id"], newest.id)

    def test_a_posted_bill_says_whether_it_was_right(self):
        suggestions = self.propose(self.first, self.aromos) | self.propose(self.second, self.aromos)
        self.mine(suggestions[0]).action_accept()
        self.second.analytic_distribution = {str(self.quillay.id): 100}
        self.bill_.action_post()
        right, wrong = self.chip(self.first), self.chip(self.second)
        self.assertEqual((right["settled"], right["right"], right["may_decide"]), (True, True, False))
        self.assertEqual((wrong["settled"], wrong["right"], wrong["final"]), (True, False, "Puente Quillay"))
        self.assertFalse(right["left"] or wrong["left"])

    def test_what_was_not_known_counts_neither_as_right_nor_as_wrong(self):
        self.mine(self.propose(self.first, self.aromos)).action_accept()
        self.propose(self.second, self.aromos, band="unknown", probability=0.2)
        self.propose(self.third, self.aromos)
        self.bill_.action_post()
        bar = self.bill_.with_user(self.accountant).l10n_cl_ai_suggestion_bar
        self.assertEqual((bar["settled"], bar["right"]), (2, 1))
        self.assertTrue(self.chip(self.third)["left"])

    def test_an_account_has_a_chip_of_its_own(self):
        account = self.first.account_id.copy({"code": "410299", "name": "Fletes"})
        self.propose(self.first, str(account.id), target="account")
        chip = self.chip(self.first, field="l10n_cl_ai_suggestion_account")
        self.assertIn("Fletes", chip["proposal"])
        self.assertFalse(self.chip(self.first))
        self.assertTrue(self.bill_.l10n_cl_ai_has_account_suggestions)
        self.assertFalse(self.bill_.l10n_cl_ai_has_suggestions)
        self.mine(self.first.l10n_cl_ai_suggestion_ids).action_accept()
        self.assertEqual(self.first.account_id, account)

    def test_the_number_of_queries_does_not_grow_with_the_lines(self):
        def cost(lines):
            bill = self.draft(*(f"Línea {n}" for n in range(lines)))
            for line in bill.invoice_line_ids:
                self.propose(line, self.aromos, f"{self.aromos.id}:60;{self.quillay.id}:40", self.canelo)
            mine = bill.with_user(self.accountant)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.assertTrue(all(line.l10n_cl_ai_suggestion for line in mine.invoice_line_ids))
            self.assertEqual(mine.l10n_cl_ai_suggestion_bar["suggested"], lines)
            return self.env.cr.sql_log_count - start

        cost(2)
        self.assertEqual(cost(3), cost(40))

    # -- who sees what ---------------------------------------------------------------------------------

    def test_no_name_of_an_account_of_another_company(self):
        other = self._make_company("Servicios Quillón SpA", "77018459-2")
        foreign = self._make_project("Secreto de Quillón", other)
        self.propose(self.first, foreign, self.aromos)
        chip = self.chip(self.first)
        self.assertNotIn("Secreto", str(chip))
        self.assertNotIn(str(foreign.id), {one["label"] for one in chip["candidates"]})
        self.assertEqual((chip["hidden"], chip["label"], chip["band"], chip["percent"]), (True, "", "unknown", 0))
        self.assertEqual([one["words"] for one in chip["candidates"]], ["Edificio Los Aromos"])
        with self.assertRaises(UserError):
            self.mine(self.first.l10n_cl_ai_suggestion_ids).action_accept()
        self.assertFalse(self.booked(self.first))

    def test_no_name_of_a_project_that_is_kept_from_the_user(self):
        private = self._make_project("Fusión reservada")
        private.project_ids.privacy_visibility = "followers"
        outsider = self._make_user("auxiliar", "account.group_account_invoice,project.group_project_user")
        self.propose(self.first, private)
        self.assertNotIn("Fusión", str(self.chip(self.first, outsider)))
        self.assertIn("Fusión", str(self.chip(self.first)), "a manager of projects may see it")
        with self.assertRaises(UserError):
            self.mine(self.first.l10n_cl_ai_suggestion_ids, outsider).action_accept()

    def test_no_name_that_a_rule_of_the_database_hides(self):
        self.env["ir.rule"].create(
            {
                "name": "Hidden",
                "model_id": self.env.ref("analytic.model_account_analytic_account").id,
                "domain_force": f"[('id', '!=', {self.aromos.id})]",
            }
        )
        self.propose(self.first, self.aromos, applied_label=self.all_on(self.aromos), state="accepted")
        self.assertNotIn("Aromos", str(self.chip(self.first)))

    def test_closed_projects_are_offered_no_more(self):
        self.propose(self.first, self.quillay, self.aromos)
        self.quillay.project_ids.active = False
        chip = self.chip(self.first)
        self.assertNotIn("Quillay", str(chip))
        self.assertEqual([one["words"] for one in chip["candidates"]], ["Edificio Los Aromos"])
        with self.assertRaises(UserError):
            self.mine(self.first.l10n_cl_ai_suggestion_ids).action_choose(self.all_on(self.quillay))

    def test_who_may_only_read_decides_nothing(self):
        reader = self._make_user("lectora", "account.group_account_readonly")
        suggestion = self.propose(self.first, self.aromos)
        self.assertFalse(self.chip(self.first, reader)["may_decide"])
        for decide in (
            lambda one: one.action_accept(),
            lambda one: one.action_choose(self.all_on(self.aromos)),
            lambda one: one.action_dismiss(),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                decide(self.mine(suggestion, reader))
        self.assertEqual(suggestion.state, "open")

    def test_who_has_no_part_in_ai_chile_has_no_chip(self):
        self.propose(self.first, self.aromos)
        outsider = self._make_user("vendedora", "base.group_user")
        with self.assertRaises(AccessError):
            self.chip(self.first, outsider)

    # -- why -------------------------------------------------------------------------------------------

    def test_why_names_the_lines_it_was_learned_from(self):
        past = self.draft("Hormigón H30 losa", folio="70")
        past.invoice_line_ids.analytic_distribution = {str(self.aromos.id): 100}
        past.action_post()
        gone = 10**9
        suggestion = self.propose(self.first, self.aromos, source_ids=[gone, *past.invoice_line_ids.ids])
        why = self.mine(suggestion).get_why()
        self.assertEqual(why["count"], 2)
        [source] = why["sources"]
        self.assertEqual((source["text"], source["supplier"], source["booked"], source["amount"]),
                         ("Hormigón H30 losa", self.supplier.display_name, "Edificio Los Aromos", 100_000))  # fmt: skip
        self.assertEqual(source["move_id"], past.id)

    def test_why_tells_how_often_the_band_was_right_and_of_how_many(self):
        suggestion = self.propose(self.first, self.aromos)
        self.assertIn("Not measured yet", self.mine(suggestion).with_context(lang="en_US").get_why()["measured"])
        self.env["l10n_cl_ai.index"]._of(self.company, "project").fitted = {
            "bands": {"suggested": {"seen": 200, "right": 170, "precision": 0.85, "lower": 0.804, "coverage": 0.4}}
        }
        measured = self.mine(suggestion).get_why()["measured"]
        for figure in ("170", "200", "80 %"):
            self.assertIn(figure, measured)

    def test_why_tells_nothing_of_a_project_that_is_kept_from_the_user(self):
        self.aromos.project_ids.privacy_visibility = "followers"
        past = self.draft("Hormigón H30 losa", folio="70")
        past.invoice_line_ids.analytic_distribution = {str(self.aromos.id): 100}
        past.action_post()
        suggestion = self.propose(self.first, self.aromos, source_ids=past.invoice_line_ids.ids)
        outsider = self._make_user("auxiliar", "account.group_account_invoice,project.group_project_user")
        self.assertNotIn("Aromos", str(self.mine(suggestion, outsider).get_why()))
        self.assertIn("Aromos", str(self.mine(suggestion).get_why()))

    def test_why_shows_no_line_that_the_user_may_not_read(self):
        plain = self._make_user("secretaria", "l10n_cl_ai.group_user")
        suggestion = self.propose(self.first, self.aromos, source_ids=self.second.ids)
        why = self.mine(suggestion, plain).get_why()
        self.assertEqual((why["count"], why["sources"]), (1, []))
