"""Alerts as records: hysteresis, patience, silence, who may set them, and measuring by hand."""

import psycopg2
from freezegun import freeze_time as at

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .alert_common import AlertCase
from .common import NOW


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestAlert(AlertCase):
    def errors(self, count, when=NOW):
        """Let the ledger have so many errors of the last hour, and measure at a time."""
        with at(when):
            self.empty()
            self.rows(count, status="not_evaluated", reason="auth", asked_at=self.ago(minutes=5))
            self.measure()
        return self.alert("errors_hour").state

    def test_it_is_over_only_below_the_lower_limit(self):
        alert = self.alert("errors_hour")
        self.assertEqual(self.errors(10), "firing")
        self.assertEqual(self.errors(25, "2026-11-18 15:05:00"), "firing")
        self.assertEqual(self.errors(5, "2026-11-18 15:10:00"), "firing")
        self.assertEqual(self.errors(4, "2026-11-18 15:15:00"), "quiet")
        [event] = self.events(alert)
        self.assertEqual((event.value, event.peak, event.threshold), (10, 25, 10))
        self.assertEqual(str(event.fired_at), NOW)
        self.assertEqual(str(event.cleared_at), "2026-11-18 15:15:00")
        self.assertTrue(event.told_at)

    def test_it_waits_for_its_minutes(self):
        self.alert("errors_hour").minutes = 10
        self.assertEqual(self.errors(10), "waiting")
        self.assertEqual(self.errors(10, "2026-11-18 15:05:00"), "waiting")
        self.assertFalse(self.events(self.alert("errors_hour")))
        self.assertEqual(self.errors(10, "2026-11-18 15:10:00"), "firing")

    def test_within_its_silence_nobody_is_told_again(self):
        alert = self.alert("errors_hour")
        self.errors(10)
        self.errors(0, "2026-11-18 15:05:00")
        self.assertEqual(self.errors(10, "2026-11-18 15:30:00"), "firing")
        first, second = self.events(alert)
        self.assertTrue(first.told_at)
        self.assertFalse(second.told_at)
        self.assertFalse(alert.activity_ids)
        self.errors(10, "2026-11-18 16:00:00")
        self.assertEqual(str(second.told_at), "2026-11-18 16:00:00")
        self.assertEqual(alert.activity_ids.user_id, self.manager)

    def test_two_companies_are_two(self):
        self.rows(10, company=self.other, status="not_evaluated", reason="auth")
        self.measure()
        theirs = self.alert("errors_hour", self.other)
        self.assertEqual((self.alert("errors_hour").state, theirs.state), ("quiet", "firing"))
        self.assertEqual(theirs.activity_ids.user_id, self.stranger)
        self.assertFalse(self.alert("errors_hour").activity_ids)

    # -- records ---------------------------------------------------------------------------------------

    def test_each_company_has_one_of_each_kind(self):
        fresh = self.env["res.company"].create({"name": "Filial Sur"})
        kinds = set(self.alerts._kinds())
        for company in (self.company, fresh):
            alerts = self.alerts.search([("company_id", "=", company.id)])
            self.assertEqual((len(alerts), set(alerts.mapped("kind"))), (len(kinds), kinds))
        self.alert("cost_day", fresh).active = False
        self.assertFalse(self.alerts._create_defaults(), "neither again, nor in place of one that was archived")

    def test_limits_that_make_no_sense(self):
        alert = self.alert("errors_hour")
        for values in ({"threshold": 0, "clear_threshold": 0}, {"clear_threshold": 11}, {"clear_threshold": 0}):
            with self.subTest(values), self.assertRaises(ValidationError):
                alert.write(values)
        with self.assertRaises(ValidationError) as refused:
            alert.threshold = 1
        self.assertRegex(str(refused.exception), "fires at 1 .*: 5 is none")
        for values in ({"minutes": -1}, {"silence": -1}, {"samples": -1}):
            with self.subTest(values), mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError):
                alert.write(values)
                self.env.flush_all()
        with self.assertRaises(ValidationError):
            alert.user_ids = self.stranger

    def test_an_alert_stays_what_it_is(self):
        alert = self.alert("errors_hour")
        for values in ({"kind": "breaker"}, {"company_id": self.other.id}):
            with self.subTest(values), self.assertRaises(UserError):
                alert.write(values)
        alert.write({"kind": "errors_hour", "company_id": self.company.id, "threshold": 12})

    def test_a_new_one_begins_with_the_limits_of_its_kind(self):
        alerts = self.seen_by(self.manager, self.alerts)
        with Form(alerts) as form:
            form.kind = "latency_p95"
            form.name = "Muy lento"
            form.threshold = 20000
        made = form.record
        self.assertEqual((made.threshold, made.clear_threshold, made.samples), (20000, 4000, 20))
        self.assertEqual(made.display_name, "Muy lento")

    def test_switched_off_it_is_over(self):
        alert = self.alert("errors_hour")
        self.errors(10)
        alert.active = False
        [event] = self.events(alert)
        self.assertTrue(event.cleared_at)
        self.assertEqual(alert.state, "quiet")
        self.assertFalse(alert.activity_ids)
        self.errors(10, "2026-11-18 15:05:00")
        self.assertEqual(len(self.events(alert)), 1)

    def test_managers_set_those_of_their_companies(self):
        alert = self.alert("errors_hour")
        self.seen_by(self.manager, alert).threshold = 12
        self.assertEqual(alert.threshold, 12)
        for user in (self.user, self.employee, self.stranger):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.seen_by(user, alert).threshold = 13
        with self.assertRaises(AccessError):
            self.seen_by(self.manager, alert).unlink()
        with self.assertRaises(AccessError):
            self.seen_by(self.manager, self.alerts).create({"kind": "breaker", "company_id": self.other.id})

    def test_events_are_nobodys_to_write(self):
        self.errors(10)
        event = self.events(self.alert("errors_hour"))
        self.assertEqual(self.seen_by(self.manager, event).value, 10)
        for attempt in (lambda mine: mine.write({"value": 1}), lambda mine: mine.unlink(), lambda mine: mine.copy()):
            with self.assertRaises(AccessError):
                attempt(self.seen_by(self.manager, event))
        self.assertFalse(self.seen_by(self.stranger, event).search([("id", "=", event.id)]))

    def test_old_events_are_deleted(self):
        self.errors(10)
        self.errors(0, "2026-11-18 15:05:00")
        self.errors(10, "2026-11-18 17:00:00")
        alert = self.alert("errors_hour")
        with at("2028-01-01 12:00:00"):
            self.env["l10n_cl_ai.retention"]._sync()
            self.assertEqual(self.env["l10n_cl_ai.retention"]._sweep("alert_events"), (1, False))
        self.assertEqual(len(self.events(alert)), 1, "what still fires is kept")

    # -- by hand ---------------------------------------------------------------------------------------

    def test_measured_now(self):
        self.rows(10, status="not_evaluated", reason="auth")
        alert = self.alert("errors_hour")
        self.seen_by(self.manager, alert).action_measure()
        self.assertEqual((alert.state, alert.value), ("firing", 10))
        self.assertFalse(self.alert("requests_hour").measured_at, "only what was asked for")
        self.assertEqual(alert.activity_ids.user_id, self.manager)
        with self.assertRaises(AccessError):
            self.seen_by(self.user, alert).action_measure()

    def test_who_works_in_two_companies_measures_for_those_who_work_in_one(self):
        self.rows(10, status="not_evaluated", reason="auth")
        self.stranger.company_ids |= self.company
        alert = self.alert("errors_hour")
        alert.user_ids = self.manager | self.user
        self.seen_by(self.stranger, alert).action_measure()
        self.assertEqual(alert.state, "firing")
        self.assertEqual(self.events(alert).activity_user_ids, self.manager | self.user)
        self.assertEqual(alert.activity_ids.user_id, self.manager)

    def test_what_is_being_measured_is_left_alone_and_said(self):
        alert = self.alert("errors_hour", self.env.ref("base.main_company"))
        with self.registry.cursor() as cr:
            cr.execute("SELECT id FROM l10n_cl_ai_alert WHERE id = %s FOR UPDATE", [alert.id])
            with self.assertRaises(UserError):
                alert.action_measure()
            self.assertFalse(alert._locked("errors_hour", alert.ids))
            cr.rollback()
        alert.action_measure()
        self.assertTrue(alert.measured_at)

    def test_values_are_shown_in_their_units(self):
        cases = {"cost_day": (101.5, "101.50 USD"), "errors_hour": (1234, "1,234"),
                 "latency_p95": (5230.4, "5,230 ms"), "stuck_queue": (45, "45 min")}  # fmt: skip
        self.env["res.lang"]._activate_lang("en_US")
        for kind, (value, words) in cases.items():
            with self.subTest(kind):
                alert = self.alert(kind).with_context(lang="en_US")
                self.assertEqual(alert._value_words(value, "").replace("\N{NO-BREAK SPACE}", " "), words)
