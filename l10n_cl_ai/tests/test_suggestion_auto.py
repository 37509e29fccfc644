"""Booking by itself: who turns it on, when it may be, and that it stops where it is wrong too often."""

from ast import literal_eval
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import DAY, NOW
from .suggestion_run_common import RunCase

GOOD = {
    "chances": {"mean": [0.0] * 5, "scale": [1.0] * 5, "weights": [1.0, *[0.0] * 5]},
    "threshold": 0.9, "precision": 0.99, "lower": 0.9705, "coverage": 0.67, "seen": 300,
    "bands": {"auto": {"seen": 202, "right": 200, "precision": 0.99, "lower": 0.9705, "coverage": 0.67}},
}  # fmt: skip


class AutoCase(RunCase):
    def measured(self, **other):
        self.index().write({"fitted": {**GOOD, **other}, "fitted_at": NOW})

    def turn_on(self):
        self.measured()
        self.company.with_user(self.manager).sudo().l10n_cl_ai_suggest_auto = True

    def booked(self, right, wrong, days=5, **values):
        """Suggestions that booked by themselves and were posted."""
        bill = self.posted("Arriendo retroexcavadora Quillay", accounts=self.quillay)
        rows = [
            {
                "company_id": self.company.id, "move_id": bill.id, "line_id": bill.invoice_line_ids.id,
                "band": "auto", "method": "history", "label": f"{self.quillay.id}:100", "state": "accepted",
                "applied_by": "auto", "was_automatic": True, "right": float(n < right), "settled_on": DAY - timedelta(days), **values,
            }
            for n in range(right + wrong)
        ]  # fmt: skip
        return self.env["l10n_cl_ai.suggestion"].create(rows)

    def watch(self):
        self.env["res.company"]._l10n_cl_ai_watch_auto()
        return self.company.l10n_cl_ai_suggest_auto

    def activities(self):
        return self.env["mail.activity"].search(
            [("res_model", "=", "res.partner"), ("res_id", "=", self.company.partner_id.id)]
        )


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestSuggestionAuto(AutoCase):
    # -- who, and when ---------------------------------------------------------------------------------

    def test_only_managers_turn_it_on(self):
        self.measured()
        system = self._make_user("sistemas", "base.group_system")
        self.assertFalse(system.has_group("l10n_cl_ai.group_manager"))
        for user in (system, self.accountant):
            company = self.company.with_user(user)
            for name, attempt in (
                ("write", lambda company=company: company.write({"l10n_cl_ai_suggest_auto": True})),
                ("sudo", lambda company=company: company.sudo().write({"l10n_cl_ai_suggest_auto": True})),
            ):
                with self.subTest(user=user.login, by=name), self.assertRaises(AccessError):
                    attempt()
        with self.assertRaises(AccessError):
            self.env["res.config.settings"].with_user(system).create({"l10n_cl_ai_suggest_auto": True})
        with self.assertRaises(AccessError):
            self.env["l10n_cl_ai.automatic.wizard"].with_user(self.accountant).create({})
        self.assertFalse(self.company.l10n_cl_ai_suggest_auto)

    def test_a_manager_turns_it_on_and_off(self):
        self.measured()
        wizard = self.env["l10n_cl_ai.automatic.wizard"].with_user(self.manager).create({})
        self.assertEqual((wizard.company_id, wizard.is_on, wizard.may_turn_on), (self.company, False, True))
        wizard.action_turn_on()
        self.assertTrue(self.company.l10n_cl_ai_suggest_auto and self.company.l10n_cl_ai_suggest_auto_since)
        wizard.action_turn_off()
        self.assertFalse(self.company.l10n_cl_ai_suggest_auto)

    def test_not_measured_is_not_turned_on(self):
        company = self.company.with_user(self.manager).sudo()
        for fitted in (None, {**GOOD, "threshold": None}, {**GOOD, "lower": 0.949}):
            self.index().fitted = fitted
            with self.subTest(fitted=fitted), self.assertRaises(UserError):
                company.l10n_cl_ai_suggest_auto = True
        self.measured(lower=0.95)
        company.l10n_cl_ai_suggest_auto = True
        self.assertTrue(self.company.l10n_cl_ai_suggest_auto)

    def test_a_new_company_does_not_start_with_it(self):
        with self.assertRaises(UserError):
            self.env["res.company"].create({"name": "Nueva SpA", "l10n_cl_ai_suggest_auto": True})

    def test_saving_other_settings_is_no_turning_on(self):
        self.turn_on()
        since = self.company.l10n_cl_ai_suggest_auto_since
        system = self._make_user("sistemas", "base.group_system")
        self.company.with_user(system).write({"l10n_cl_ai_suggest_auto": True, "l10n_cl_ai_suggest_account": True})
        self.assertEqual(self.company.l10n_cl_ai_suggest_auto_since, since)

    # -- what it does ----------------------------------------------------------------------------------

    def test_on_it_books_the_automatic_band_alone_and_marks_it(self):
        self.turn_on()
        bills = self.bills()
        run = self.run_of(bills)
        self.assertEqual(self.projects(bills), [{str(self.aromos.id): 100}, {}, {}])
        action = self.env["ir.actions.act_window"]._for_xml_id("l10n_cl_ai.ai_suggestion_action_automatic")
        automatic = self.env["l10n_cl_ai.suggestion"].search(literal_eval(action["domain"]))
        self.assertEqual(automatic, run.auto_ids)
        automatic.with_user(self.accountant).action_undo_many()
        self.assertEqual(self.projects(bills), [{}, {}, {}])

    def test_off_it_books_nothing(self):
        self.measured()
        bills = self.bills()
        self.run_of(bills)
        self.assertEqual(self.projects(bills), [{}, {}, {}])

    def test_what_a_person_undid_is_not_booked_again(self):
        self.turn_on()
        for undo in ("action_undo", "by hand"):
            with self.subTest(undo):
                bill = self.bare("Gravilla", partner=self.ruled)
                found = self.suggest(bill).with_user(self.accountant)
                self.assertEqual((found.state, found.was_automatic), ("accepted", True))
                if undo == "by hand":
                    bill.with_user(self.accountant).write({"invoice_line_ids": self.emptied(bill)})
                else:
                    found.action_undo()
                again = self.suggest(bill)
                self.assertEqual((again.state, again.band, self.projects(bill)), ("open", "auto", [{}]))

    # -- measuring -------------------------------------------------------------------------------------

    def test_measuring_is_asked_of_the_cron(self):
        index = self.index()
        triggers = self.env["ir.cron.trigger"]
        waiting = [("cron_id", "=", self.env.ref("l10n_cl_ai.cron_index").id)]
        before = triggers.search_count(waiting)
        self.company.with_user(self.manager).action_l10n_cl_ai_measure()
        self.assertEqual(triggers.search_count(waiting), before + 1)
        self.assertEqual((index.measure_wanted, index.fitted_at), (True, False))
        index.built_at = NOW
        index._measure_when_due()
        self.assertFalse(index.measure_wanted)
        self.assertFalse(index.fitted, "too few lines")
        with self.assertRaises(AccessError):
            self.company.with_user(self.accountant).action_l10n_cl_ai_measure()

    def test_what_was_measured_stands_in_the_settings(self):
        company = self.company.with_user(self.manager).with_context(lang="en_US")
        self.assertIn("300", company.l10n_cl_ai_suggest_words)
        self.measured()
        company.invalidate_recordset()
        for words in ("99[.,]0", "97[.,][01]", "67[.,]0", "90[.,]0", "202", "300"):
            self.assertRegex(company.l10n_cl_ai_suggest_words, words)
        self.assertEqual(len(company.l10n_cl_ai_suggest_words.splitlines()), 1)
        self.company.l10n_cl_ai_suggest_account = True
        company.invalidate_recordset()
        self.assertEqual(len(company.l10n_cl_ai_suggest_words.splitlines()), 2)

    # -- the watch -------------------------------------------------------------------------------------

    def test_it_stops_where_too_little_was_right_and_tells_the_managers(self):
        self.turn_on()
        self.booked(28, 2)
        self.assertFalse(self.watch())
        self.assertEqual(str(self.company.l10n_cl_ai_suggest_stopped_on), str(DAY))
        told = self.activities()
        self.assertIn(self.manager, told.user_id)
        self.assertNotIn(self.accountant, told.user_id)
        self.assertRegex(told[0].note, "93[.,]3")
        self.watch()
        self.assertEqual(self.activities(), told, "once is enough")

    def test_the_watch_is_silent_where_enough_was_right_or_there_is_little_to_say(self):
        for name, right, wrong, days in (
            ("enough right", 38, 2, 5),
            ("too few lines", 20, 9, 5),
            ("too long ago", 0, 40, 91),
        ):
            with self.subTest(name):
                self.turn_on()
                made = self.booked(right, wrong, days)
                self.assertTrue(self.watch())
                self.assertFalse(self.activities())
                made.unlink()

    def test_what_a_person_put_right_counts_as_wrong(self):
        self.turn_on()
        corrections = {
            "another by hand": lambda line, found: line.write({"analytic_distribution": {str(self.quillay.id): 100}}),
            "taken off by hand": lambda line, found: line.write({"analytic_distribution": False}),
            "another chosen": lambda line, found: found.action_choose(f"{self.quillay.id}:100"),
            "undone": lambda line, found: found.action_undo(),
            "undone, and asked again": lambda line, found: found.action_undo() and self.suggest(line.move_id),
        }
        for seen, (name, correct) in enumerate(corrections.items(), 2):
            with self.subTest(name):
                right, wrong = (self.bare("Gravilla", partner=self.ruled) for _n in range(2))
                self.suggest(right)
                found = self.suggest(wrong).with_user(self.accountant)
                correct(wrong.invoice_line_ids.with_user(self.accountant), found)
                (right | wrong).action_post()
                self.assertEqual(self.company._l10n_cl_ai_auto_outcome(), [("project", 2 * seen - 2, seen - 1)])

    def test_what_persons_accepted_or_is_not_posted_is_not_watched(self):
        self.turn_on()
        self.booked(0, 40, applied_by="person", was_automatic=False)
        self.booked(0, 40, settled_on=False)
        self.assertTrue(self.watch())

    def test_turned_on_again_it_starts_anew(self):
        self.turn_on()
        made = self.booked(0, 40)
        self.env.cr.execute(
            "UPDATE l10n_cl_ai_suggestion SET create_date = %s WHERE id = ANY(%s)",
            [self.company.l10n_cl_ai_suggest_auto_since - timedelta(days=1), made.ids],
        )
        self.env.invalidate_all()
        self.assertTrue(self.watch())

    def test_each_target_is_watched_alone(self):
        self.turn_on()
        self.booked(400, 0)
        self.booked(0, 30, target="account", label="1")
        self.assertFalse(self.watch())
