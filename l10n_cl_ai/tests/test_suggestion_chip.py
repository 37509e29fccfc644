"""The chip beside a line: what it shows to whom, what its buttons do, and what becomes of it by hand."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .chip_common import ChipCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChip(ChipCase):
    def setUp(self):
        super().setUp()
        self.bill_ = self.draft()
        self.first, self.second, self.third = self.bill_.invoice_line_ids

    def mine(self, suggestion, user=None):
        return suggestion.with_user(user or self.accountant)

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

    def test_why_shows_no_line_that_the_user_may_not_read(self):
        plain = self._make_user("secretaria", "l10n_cl_ai.group_user")
        suggestion = self.propose(self.first, self.aromos, source_ids=self.second.ids)
        why = self.mine(suggestion, plain).get_why()
        self.assertEqual((why["count"], why["sources"]), (1, []))

    # -- deciding --------------------------------------------------------------------------------------

    def test_accept_books_the_line_and_undo_gives_it_back(self):
        suggestion = self.propose(self.first, self.aromos)
        self.mine(suggestion).action_accept()
        self.assertEqual(self.booked(self.first), {str(self.aromos.id): 100})
        self.assertEqual((suggestion.state, suggestion.decided_by), ("accepted", self.accountant))
        chip = self.chip(self.first)
        self.assertEqual((chip["applied"], chip["may_undo"], chip["by_hand"]), ("Edificio Los Aromos", True, False))
        self.mine(suggestion).action_undo()
        self.assertFalse(self.booked(self.first))
        self.assertEqual(suggestion.state, "undone")

    def test_choose_books_another(self):
        suggestion = self.propose(self.first, self.aromos, self.quillay)
        self.mine(suggestion).action_choose(self.all_on(self.quillay))
        self.assertEqual(self.booked(self.first), {str(self.quillay.id): 100})
        self.assertEqual((suggestion.state, self.chip(self.first)["applied"]), ("changed", "Puente Quillay"))

    def test_choose_may_be_any_open_project_that_was_no_candidate(self):
        suggestion = self.propose(self.first, band="unknown")
        self.mine(suggestion).action_choose(self.all_on(self.canelo))
        self.assertEqual(self.booked(self.first), {str(self.canelo.id): 100})

    def test_dismiss_leaves_the_line_as_it_is(self):
        suggestion = self.propose(self.first, self.aromos)
        self.mine(suggestion).action_dismiss()
        self.assertFalse(self.booked(self.first))
        self.assertEqual(suggestion.state, "dismissed")

    def test_nothing_is_decided_or_undone_on_a_posted_bill(self):
        accepted, still = self.propose(self.first, self.aromos), self.propose(self.second, self.aromos)
        self.mine(accepted).action_accept()
        self.bill_.action_post()
        for attempt in (
            self.mine(still).action_accept,
            self.mine(accepted).action_undo,
            self.bill_.with_user(self.accountant).action_l10n_cl_ai_undo_all,
        ):
            with self.assertRaises(UserError):
                attempt()
        self.assertEqual(self.booked(self.first), {str(self.aromos.id): 100})
        self.assertFalse(self.booked(self.second))

    def test_accept_all_leaves_what_is_not_known(self):
        self.propose(self.first, self.aromos)
        self.propose(self.second, self.quillay, band="auto", probability=0.99)
        self.propose(self.third, self.canelo, band="unknown", probability=0.2)
        bill = self.bill_.with_user(self.accountant)
        bar = bill.l10n_cl_ai_suggestion_bar
        self.assertEqual((bar["suggested"], bar["unknown"], bar["acceptable"], bar["undoable"]), (2, 1, 2, 0))
        bill.action_l10n_cl_ai_accept_all()
        self.assertEqual([self.booked(line) for line in self.bill_.invoice_line_ids],
                         [{str(self.aromos.id): 100}, {str(self.quillay.id): 100}, {}])  # fmt: skip
        bar = bill.l10n_cl_ai_suggestion_bar
        self.assertEqual((bar["suggested"], bar["decided"], bar["undoable"]), (0, 2, 2))
        bill.action_l10n_cl_ai_undo_all()
        self.assertFalse(any(map(self.booked, self.bill_.invoice_line_ids)))

    def test_accept_all_says_so_where_there_is_nothing(self):
        self.propose(self.first, self.aromos, band="unknown", probability=0.2)
        with self.assertRaises(UserError):
            self.bill_.with_user(self.accountant).action_l10n_cl_ai_accept_all()

    def test_what_was_booked_by_itself_is_marked(self):
        self.company.l10n_cl_ai_suggest_auto = True
        suggestion = self.propose(self.first, self.aromos, band="auto", probability=0.99)
        suggestion._apply_automatic()
        chip = self.chip(self.first)
        self.assertEqual((chip["automatic"], chip["may_undo"], chip["by_hand"]), (True, True, False))
        self.assertEqual(self.bill_.l10n_cl_ai_suggestion_bar["automatic"], 1)

    # -- by hand ---------------------------------------------------------------------------------------

    def test_another_project_by_hand_is_a_decision(self):
        suggestion = self.propose(self.first, self.aromos)
        self.set_by_hand(self.bill_.with_user(self.accountant), self.first, {str(self.quillay.id): 100})
        self.assertEqual((suggestion.state, suggestion.applied_by, suggestion.decided_by),
                         ("changed", "person", self.accountant))  # fmt: skip
        self.assertTrue(self.chip(self.first)["by_hand"])

    def test_the_same_project_by_hand_accepts_it(self):
        suggestion = self.propose(self.first, self.aromos)
        self.set_by_hand(self.bill_.with_user(self.accountant), self.first, {str(self.aromos.id): 100.0})
        self.assertEqual(suggestion.state, "accepted")

    def test_cleared_by_hand_dismisses_it(self):
        suggestion = self.propose(self.first, self.aromos)
        self.mine(suggestion).action_accept()
        self.set_by_hand(self.bill_.with_user(self.accountant), self.first, False)
        self.assertEqual((suggestion.state, suggestion.applied_by), ("dismissed", False))

    def test_what_was_changed_by_hand_since_is_kept_by_undo(self):
        suggestions = self.propose(self.first, self.aromos) | self.propose(self.second, self.aromos)
        self.mine(suggestions).action_accept()
        bill = self.bill_.with_user(self.accountant)
        self.set_by_hand(bill, self.first, {str(self.quillay.id): 100})
        with self.assertRaises(UserError):
            self.mine(suggestions[0]).action_undo()
        bill.action_l10n_cl_ai_undo_all()
        self.assertEqual(self.booked(self.first), {str(self.quillay.id): 100})
        self.assertFalse(self.booked(self.second))

    def test_writing_something_else_or_the_same_again_decides_nothing(self):
        suggestion = self.propose(self.first, self.aromos)
        bill = self.bill_.with_user(self.accountant)
        bill.write({"invoice_line_ids": [Command.update(self.first.id, {"name": "Hormigón H25", "price_unit": 5})]})
        self.set_by_hand(bill, self.first, False)
        self.assertEqual(suggestion.state, "open")
        self.mine(suggestion).action_accept()
        self.set_by_hand(bill, self.first, {str(self.aromos.id): 100.0})
        self.assertTrue(self.chip(self.first)["may_undo"])

    def test_another_account_by_hand_is_a_decision_too(self):
        account = self.first.account_id.copy({"code": "410299", "name": "Fletes"})
        suggestion = self.propose(self.first, str(account.id), target="account")
        other = self.first.account_id.copy({"code": "410298", "name": "Varios"})
        self.bill_.write({"invoice_line_ids": [Command.update(self.first.id, {"account_id": other.id})]})
        self.assertEqual(suggestion.state, "changed")

    def test_a_dismissed_one_stays_dismissed(self):
        suggestion = self.propose(self.first, self.aromos)
        self.mine(suggestion).action_dismiss()
        self.set_by_hand(self.bill_.with_user(self.accountant), self.first, {str(self.quillay.id): 100})
        self.assertEqual(suggestion.state, "dismissed")

    # -- the form --------------------------------------------------------------------------------------

    def test_the_form_of_a_bill_opens_for_all_and_a_new_one_shows_nothing(self):
        self.propose(self.first, self.aromos)
        readonly = self._make_user("lectora", "account.group_account_readonly")
        for user in (self.accountant, readonly):
            view = self.bill_.with_user(user).get_view(view_type="form")
            self.assertIn("l10n_cl_ai_suggestion", view["arch"])
        form = Form(self.env["account.move"].with_user(self.accountant).with_context(default_move_type="in_invoice"))
        form.partner_id = self.supplier
        with form.invoice_line_ids.new() as line:
            line.name = "Nuevo"
            self.assertFalse(line.l10n_cl_ai_suggestion)
        self.assertFalse(form.l10n_cl_ai_suggestion_bar)

    def test_editing_the_form_keeps_the_chip(self):
        suggestion = self.propose(self.first, self.aromos)
        with Form(self.bill_.with_user(self.accountant)) as form, form.invoice_line_ids.edit(0) as line:
            line.price_unit = 7
            self.assertEqual(line.l10n_cl_ai_suggestion["id"], suggestion.id)
        self.assertEqual(suggestion.state, "open")
