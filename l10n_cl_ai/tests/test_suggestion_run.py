"""Suggestions for many bills: in steps, by band, with undo; each person's own."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from ..models import ai_suggestion_run_work as work
from .common import DAY, NOW
from .suggestion_run_common import RunCase


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestSuggestionRun(RunCase):
    # -- steps -----------------------------------------------------------------------------------------

    def test_it_goes_in_steps_and_says_how_far(self):
        bills = self.bills()
        run = self.env["l10n_cl_ai.suggestion.run"].with_user(self.accountant)._start(bills)
        with patch.object(work, "STEP", 2):
            first = run.work_next()
            self.assertEqual((first["done"], first["total"], first["running"]), (2, 3, True))
            self.assertEqual(len(run.suggestion_ids.move_id), 2, "what was done stays")
            last = run.work_next()
        self.assertEqual((last["done"], last["total"], last["running"]), (3, 3, False))
        self.assertEqual((run.state, run.auto_count, run.suggested_count, run.unknown_count), ("done", 1, 1, 1))
        self.assertEqual(run.suggestion_ids.move_id, bills)

    def test_a_step_after_the_end_does_nothing(self):
        run = self.run_of(self.bills())
        before = run.suggestion_ids
        self.assertFalse(run.work_next()["running"])
        self.assertEqual(run.suggestion_ids, before)

    def test_it_is_taken_up_where_it_stopped(self):
        bills = self.bills()
        run = self.env["l10n_cl_ai.suggestion.run"].with_user(self.accountant)._start(bills)
        with patch.object(work, "STEP", 2):
            run.work_next()
            with (
                patch.object(self.registry["account.move"], "_l10n_cl_ai_suggest", side_effect=SystemExit),
                self.assertRaises(SystemExit),
                self.env.cr.savepoint(),
            ):
                run.work_next()
            self.assertEqual((run.done, run.state), (2, "running"))
            run.work_next()
        self.assertEqual((run.done, run.state), (3, "done"))

    def test_a_bill_of_which_we_fail_holds_up_no_other(self):
        bills = self.bills()
        moves, broken = self.registry["account.move"], bills[1]
        suggest = moves._l10n_cl_ai_suggest

        def fail(self, trigger):
            if broken in self:
                raise ZeroDivisionError
            return suggest(self, trigger)

        self.patch(moves, "_l10n_cl_ai_suggest", fail)
        with self.assertLogs("odoo.addons.l10n_cl_ai.models.ai_suggestion_run_work", "ERROR"):
            run = self.run_of(bills)
        self.assertEqual((run.done, run.skipped, run.state), (3, 1, "done"))
        self.assertEqual(run.skipped_ids.move_id, broken)

    def test_a_bill_that_somebody_is_changing_is_left_out_alone(self):
        bills = self.bills()
        locked = bills[1]
        moves = self.registry["account.move"]
        lock = moves.try_lock_for_update
        with patch.object(moves, "try_lock_for_update", lambda self, **how: lock(self - locked, **how)):
            run = self.run_of(bills)
        self.assertEqual((run.done, run.skipped, run.state), (3, 1, "done"))
        self.assertEqual(run.skipped_ids.move_id, locked)
        self.assertIn("Somebody", run.with_context(lang="en_US").skipped_ids.reason or "Somebody")
        run.action_try_again()
        run.work_next()
        self.assertEqual((run.skipped, run.state), (0, "done"))
        self.assertEqual(run.suggestion_ids.move_id, bills)

    def test_a_bill_posted_or_refused_meanwhile_is_left_out_alone(self):
        bills = self.bills()
        run = self.env["l10n_cl_ai.suggestion.run"].with_user(self.accountant)._start(bills)
        bills[0].action_post()
        run.work_next()
        self.assertEqual((run.done, run.skipped, run.skipped_ids.move_id), (3, 1, bills[0]))
        self.assertTrue(run.skipped_ids.reason)
        self.assertEqual(run.suggestion_ids.move_id, bills[1:])

    def test_cancelling_keeps_what_was_proposed(self):
        run = self.env["l10n_cl_ai.suggestion.run"].with_user(self.accountant)._start(self.bills())
        with patch.object(work, "STEP", 1):
            run.work_next()
        run.action_cancel()
        self.assertEqual((run.state, run.skipped, len(run.suggestion_ids)), ("cancelled", 2, 1))
        self.assertFalse(run.work_next()["running"])

    def test_a_run_that_another_tab_works_on_waits(self):
        run = self.env["l10n_cl_ai.suggestion.run"].with_user(self.accountant)._start(self.bills())
        runs = self.registry["l10n_cl_ai.suggestion.run"]
        with patch.object(runs, "try_lock_for_update", lambda self, **_how: self.browse()):
            said = run.work_next()
        self.assertEqual((said["busy"], said["done"], said["running"]), (True, 0, True))

    # -- which bills -----------------------------------------------------------------------------------

    def test_only_draft_bills_are_taken(self):
        bills = self.bills()
        run = self.run_of(bills | self.invoice() | self.posted("Arriendo", accounts=self.aromos))
        self.assertEqual(run.item_ids.move_id, bills)
        with self.assertRaises(UserError):
            self.run_of(self.invoice())

    def test_the_wizard_finds_drafts_by_period_supplier_and_journal(self):
        first, second, third = self.bills()
        second.invoice_date = "2026-01-15"
        form = Form(self.env["l10n_cl_ai.suggestion.run.wizard"].with_user(self.accountant))
        self.assertEqual(form.bill_count, 3)
        form.date_from = "2026-01-01"
        form.date_to = "2026-01-31"
        self.assertEqual(form.save()._bills(), second)
        form.date_from = form.date_to = False
        form.partner_ids.add(self.ruled)
        self.assertEqual(form.save()._bills(), first)
        form.partner_ids.clear()
        form.journal_ids.add(third.journal_id)
        action = form.save().action_start()
        run = self.env["l10n_cl_ai.suggestion.run"].browse(action["res_id"])
        self.assertEqual(run.item_ids.move_id, first | second | third)

    def test_those_with_suggestions_are_asked_about_again_only_on_demand(self):
        bills = self.bills()
        self.run_of(bills[:2])
        form = Form(self.env["l10n_cl_ai.suggestion.run.wizard"].with_user(self.accountant))
        self.assertEqual(form.bill_count, 1)
        form.again = True
        self.assertEqual(form.bill_count, 3)

    def test_the_list_action_makes_a_run_a_company(self):
        other = self._make_company("Servicios Quillón SpA", "77018459-2")
        own = self.bills()
        self.accountant.company_ids |= other
        theirs = self.env["account.move"].with_company(other).create(
            {"move_type": "in_invoice", "partner_id": self.supplier.id, "invoice_date": DAY}
        )
        moves = (own | theirs).with_user(self.accountant).with_context(allowed_company_ids=(self.company | other).ids)
        action = moves.action_l10n_cl_ai_suggest_many()
        runs = moves.env["l10n_cl_ai.suggestion.run"].search(action["domain"])
        self.assertEqual(runs.company_id, self.company | other)
        self.assertEqual({run.company_id: run.item_ids.move_id for run in runs}, {self.company: own, other: theirs})

    # -- deciding --------------------------------------------------------------------------------------

    def test_a_band_is_accepted_and_all_of_it_undone(self):
        bills = self.bills()
        run = self.run_of(bills)
        run.action_accept_auto()
        self.assertEqual(self.projects(bills), [{str(self.aromos.id): 100}, {}, {}])
        run._accept_band("suggested")
        self.assertEqual(self.projects(bills), [{str(self.aromos.id): 100}, {str(self.quillay.id): 100}, {}])
        self.assertEqual((run.applied_count, set(bills.mapped("state"))), (2, {"draft"}), "nothing is posted")
        self.assertEqual(set(run.suggestion_ids.filtered("applied_by").mapped("decided_by")), {self.accountant})
        run.action_undo_all()
        self.assertEqual(self.projects(bills), [{}, {}, {}])

    def test_undo_keeps_what_was_changed_since_or_posted_and_says_how_many(self):
        bills = self.bare("Gravilla 1", "Gravilla 2", partner=self.ruled) | self.bare("Gravilla 3", partner=self.ruled)
        run = self.run_of(bills)
        run.action_accept_auto()
        bills[0].invoice_line_ids[0].analytic_distribution = {str(self.quillay.id): 100}
        bills[1].action_post()
        said = run.with_context(lang="en_US").action_undo_all()["params"]["message"]
        self.assertEqual(self.projects(bills), [{str(self.quillay.id): 100}, {}, {str(self.aromos.id): 100}])
        self.assertRegex(said, r"^1\b.* 2\b")

    def test_only_those_likely_enough_are_accepted(self):
        bill = self.bare("Arriendo retroexcavadora Quillay semana 40", "Hormigón premezclado H30 Aromos guía 7")
        run = self.run_of(bill)
        # sudo: written by methods only
        for one, chance in zip(run.suggestion_ids.sudo(), (0.8, 0.79), strict=True):
            one.probability = chance
        wizard = self.env["l10n_cl_ai.accept.band.wizard"].with_user(self.accountant).create({"run_id": run.id})
        self.assertEqual((wizard.least, wizard.line_count, wizard.expected), (80, 1, 0.8))
        wizard.least = 79
        self.assertEqual(wizard.line_count, 2)
        wizard.least = 80
        wizard.action_accept()
        self.assertEqual(run.suggestion_ids.mapped("state"), ["accepted", "open"])

    def test_a_line_that_somebody_gave_a_project_meanwhile_keeps_it(self):
        bills = self.bills()
        run = self.run_of(bills)
        bills[0].invoice_line_ids.analytic_distribution = {str(self.quillay.id): 100}
        run.action_accept_auto()
        self.assertEqual(self.projects(bills[0]), [{str(self.quillay.id): 100}])
        self.assertEqual(bills[0].l10n_cl_ai_suggestion_ids.state, "changed")

    def test_what_was_closed_meanwhile_is_not_booked(self):
        bills = self.bills()
        run = self.run_of(bills)
        self.env["project.project"].search([("account_id", "=", self.aromos.id)]).active = False
        run.action_accept_auto()
        self.assertEqual(self.projects(bills[0]), [{}])

    def test_dismissing_a_band_leaves_the_lines(self):
        bills = self.bills()
        run = self.run_of(bills)
        run.action_dismiss_suggested()
        run.action_dismiss_unknown()
        self.assertEqual((run.open_auto, run.open_suggested, run.open_unknown), (1, 0, 0))
        self.assertEqual(self.projects(bills), [{}, {}, {}])

    def test_another_is_chosen_from_the_candidates_or_by_hand(self):
        run = self.run_of(self.bare("Arriendo retroexcavadora Quillay", "Arriendo retroexcavadora Quillay semana 1"))
        first, second = run.suggestion_ids
        action = first.action_open_choices()
        wizard = self.env[action["res_model"]].with_user(self.accountant).browse(action["res_id"])
        self.assertEqual(wizard.choice_ids[0].words, "Puente Quillay")
        wizard.choice_ids[0].action_take()
        self.assertEqual((first.state, first.line_id.analytic_distribution), ("accepted", {str(self.quillay.id): 100}))
        wizard = self.env["l10n_cl_ai.choose.wizard"].with_user(self.accountant)._for(second)
        with self.assertRaises(UserError):
            wizard.action_choose()
        wizard.analytic_distribution = {str(self.aromos.id): 60, str(self.quillay.id): 40}
        wizard.action_choose()
        self.assertEqual(second.state, "changed")
        self.assertEqual(second.line_id.analytic_distribution, {str(self.aromos.id): 60, str(self.quillay.id): 40})

    # -- rights ----------------------------------------------------------------------------------------

    def test_a_run_is_its_persons_and_managers_read_it(self):
        bills = self.bills()
        run = self.run_of(bills)
        colleague = self._make_user("colega", "account.group_account_invoice,analytic.group_analytic_accounting")
        theirs = run.with_user(colleague)
        self.assertFalse(theirs.search([("id", "=", run.id)]))
        for act in (theirs.work_next, theirs.action_accept_auto, theirs.action_undo_all, theirs.action_cancel):
            with self.subTest(act=act.__name__), self.assertRaises(AccessError):
                act()
        seen = run.with_user(self.manager)
        self.assertEqual((seen.total, seen.is_mine, len(seen.item_ids)), (3, False, 3))
        with self.assertRaises(AccessError):
            seen.action_accept_auto()
        self.assertEqual(self.projects(bills), [{}, {}, {}])

    def test_nobody_writes_a_run(self):
        run = self.run_of(self.bills(), self.manager)
        for record in (run, run.item_ids[0]):
            for name, arguments in (("write", [{"state": "done"}]), ("unlink", []), ("create", [{}])):
                with self.subTest(model=record._name, by=name), self.assertRaises(AccessError):
                    getattr(record, name)(*arguments)

    def test_a_run_is_kept_to_its_company(self):
        run = self.run_of(self.bills())
        other = self._make_company("Servicios Quillón SpA", "77018459-2")
        stranger = self._make_user("ajena", "account.group_account_manager,l10n_cl_ai.group_manager", other)
        for record in (run, run.item_ids):
            theirs = record.with_user(stranger).with_context(allowed_company_ids=other.ids)
            self.assertFalse(theirs.search([("id", "in", record.ids)]))
            with self.assertRaises(AccessError):
                theirs.read(["id", "state"])

    def test_who_may_only_read_bills_starts_none(self):
        reader = self._make_user("lectora", "account.group_account_readonly")
        with self.assertRaises(AccessError):
            self.env["l10n_cl_ai.suggestion.run"].with_user(reader)._start(self.bills().with_user(reader))

    def test_words_of_a_band_say_what_was_measured_or_that_nothing_was(self):
        run = self.run_of(self.bills()).with_context(lang="en_US")
        self.assertRegex(run.auto_words, "300")
        fitted = {"chances": {"x": [0.0, 1.0], "y": [0.0, 1.0]}, "bands": {"auto": {
            "seen": 202, "right": 200, "precision": 0.990099, "lower": 0.970522, "coverage": 0.67}}}  # fmt: skip
        self.index().fitted = fitted
        run.invalidate_recordset()
        for words in ("200", "202", "99[.,]0", "97[.,]1"):
            self.assertRegex(run.auto_words, words)
