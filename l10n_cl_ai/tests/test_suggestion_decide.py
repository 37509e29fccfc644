"""What a person does about a suggestion: by its buttons, for a whole bill, and by hand."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .chip_common import ChipCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDecide(ChipCase):
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
        self.let_book()
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
