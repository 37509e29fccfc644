"""What alerts measure: each kind fires at its limit and stays silent below, of its own company alone."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL, mute_logger

from ..watch.alert import Measure
from .alert_common import AlertCase
from .common import NOW
from .ledger_common import TODAY

RUN = "odoo.addons.l10n_cl_ai.models.ai_alert_run"


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestAlertMeasures(AlertCase):
    def test_old_thresholds_are_the_first(self):
        limits = {kind: (self.alert(kind).threshold, self.alert(kind).samples) for kind in
                  ("cost_day", "errors_hour", "latency_p95", "requests_hour")}  # fmt: skip
        self.assertEqual(
            limits,
            {"cost_day": (100, 0), "errors_hour": (10, 0), "latency_p95": (5000, 20), "requests_hour": (1000, 0)},
        )

    def test_cost_of_a_day(self):
        # 03:00 UTC is midnight in Chile's summer: what was asked a minute earlier is yesterday's.
        self.rows(1, cost="500", asked_at="2026-11-18 02:59:00")
        self.rows(1, cost="99.99", asked_at="2026-11-18 03:01:00")
        self.rows(1, cost="50", simulated=True)
        self.rows(1, cost="80", company=self.other)
        alert = self.assertSilent("cost_day")
        self.assertEqual(alert.value, 99.99)
        self.rows(1, cost="0.01")
        self.assertFires("cost_day")
        self.assertEqual(self.alert("cost_day", self.other).state, "quiet")

    def test_errors_of_an_hour(self):
        self.rows(9, status="not_evaluated", reason="unreachable")
        for reason in ("rate_limited", "over_budget", "no_key", "too_large"):
            self.rows(3, status="not_evaluated", reason=reason)
        self.rows(5, status="not_evaluated", reason="overloaded", asked_at=self.ago(minutes=61))
        self.rows(5, status="not_evaluated", reason="truncated", stopped=True)
        self.rows(5, company=self.other, status="not_evaluated", reason="overloaded")
        self.assertEqual(self.assertSilent("errors_hour").value, 9)
        self.rows(1, status="not_evaluated", reason="auth")
        self.assertFires("errors_hour")

    def test_slow_answers(self):
        self.rows(19, call_ms=9000)
        self.assertSilent("latency_p95")  # too few to judge by
        self.rows(1, call_ms=9000)
        self.rows(400, call_ms=100)
        self.assertSilent("latency_p95")
        self.rows(2, call_ms=5000)
        self.rows(50, call_ms=900_000, batch=True)
        self.rows(50, status="cached")
        alert = self.assertFires("latency_p95")
        self.assertEqual((alert.value, alert.value_samples), (5000, 422))

    def test_limits_hit(self):
        self.rows(19, status="not_evaluated", reason="rate_limited")
        self.rows(30, status="not_evaluated", reason="unreachable")
        self.assertSilent("limits_hour")
        self.rows(1, status="not_evaluated", reason="over_budget")
        self.assertFires("limits_hour")

    def test_questions_of_an_hour(self):
        self.alert("requests_hour").write({"threshold": 30, "clear_threshold": 20})
        self.rows(29)
        self.rows(30, asked_at=self.ago(hours=2))
        self.rows(30, company=self.other)
        self.assertSilent("requests_hour")
        self.rows(1)
        self.assertFires("requests_hour")
        self.assertEqual(self.alert("requests_hour", self.other).value, 30)

    def test_cost_not_confirmed(self):
        self.rows(1, cost="0.99", unconfirmed=True)
        self.rows(1, cost="9", unconfirmed=True, asked_at=self.ago(hours=25))
        self.rows(9, cost="9")
        self.assertSilent("unconfirmed")
        self.rows(1, cost="0.01", unconfirmed=True)
        self.assertFires("unconfirmed")

    def test_a_provider_at_rest(self):
        for minutes in (9, 4):
            self.rows(1, status="not_evaluated", reason="breaker_open", asked_at=self.ago(minutes=minutes))
        self.assertEqual(self.assertSilent("breaker").value, 9)
        self.rows(1, status="not_evaluated", reason="breaker_open", asked_at=self.ago(minutes=20))
        self.assertFires("breaker")
        self.rows(1, asked_at=self.ago(minutes=1))  # an answer: it works again
        self.assertSilent("breaker")

    def test_a_rest_that_nobody_asks_about_any_more_is_over(self):
        for minutes in (40, 16):
            self.rows(1, status="not_evaluated", reason="breaker_open", asked_at=self.ago(minutes=minutes))
        self.assertSilent("breaker")

    def test_models_that_end(self):
        switch = self.feature.with_company(self.company)._switch().sudo()
        switch.enabled = True
        model = self.feature.model_id
        models = self.feature.model_id | self.feature.escalation_model_id
        models.write({"retires_on": TODAY + timedelta(days=61), "lifecycle": "active"})
        self.assertSilent("retiring_model")
        model.retires_on = TODAY + timedelta(days=60)
        alert = self.assertFires("retiring_model")
        self.assertIn(model.label, alert.value_words)
        self.assertFalse(self.events(alert).activity_user_ids, "the managers have an activity on the model itself")
        self.assertEqual(self.alert("retiring_model", self.other).state, "quiet")
        switch.enabled = False
        self.assertSilent("retiring_model")

    # -- work that waits -------------------------------------------------------------------------------

    def waiting(self, minutes, **values):
        """Put a review into the queue that waits for so long."""
        move = self.invoice()
        values = {"move_id": move.id, "company_id": self.company.id, "user_id": self.user.id, "state": "queued",
                  "digest": "x", **values}  # fmt: skip
        known = self.env["l10n_cl_ai.review"]._fields
        review = self.env["l10n_cl_ai.review"].create({name: value for name, value in values.items() if name in known})
        self.env.flush_all()
        self.env.cr.execute(
            SQL("UPDATE l10n_cl_ai_review SET create_date = %s WHERE id = %s", self.ago(minutes=minutes), review.id))
        return review

    def test_work_that_waits(self):
        self.waiting(29)
        self.waiting(600, state="done")
        self.waiting(600, not_before=fields.Datetime.now() + timedelta(minutes=5))
        self.waiting(600, batch_ref=7)
        self.waiting(600, state="running", lease_until=fields.Datetime.now() + timedelta(minutes=5))
        self.assertEqual(self.assertSilent("stuck_queue").value, 29)
        self.waiting(30)
        alert = self.assertFires("stuck_queue")
        self.assertEqual(alert.words, "l10n_cl_ai.review")
        self.assertNotIn("l10n_cl_ai", alert.value_words)
        self.assertEqual(self.alert("stuck_queue", self.other).state, "quiet")

    def test_a_claim_that_nobody_takes_up(self):
        self.waiting(600, state="running", lease_until=fields.Datetime.now() - timedelta(minutes=30))
        self.assertFires("stuck_queue")

    def test_each_place_where_work_waits(self):
        since = fields.Datetime.now() - timedelta(minutes=45)
        webhook = self.env["l10n_cl_ai.webhook"].create(
            {"name": "x", "url": "https://hooks.example.cl/", "company_id": self.company.id})
        places = {
            "l10n_cl_ai.article.import": lambda model: model.create(
                {"url": "https://www.sii.cl/", "company_id": self.company.id, "user_id": self.user.id}),
            "l10n_cl_ai.webhook.delivery": lambda model: webhook._deliver("test", {}),
            "l10n_cl_ai.batch": lambda model: model.create(
                {"name": "Octubre", "company_id": self.company.id, "user_id": self.user.id, "state": "submitted",
                 "next_look": since}),
        }  # fmt: skip
        for name, make in places.items():
            with self.subTest(name):
                row = make(self.env[name])
                self.env.flush_all()
                column = {"l10n_cl_ai.article.import": "write_date", "l10n_cl_ai.webhook.delivery": "next_at"}.get(
                    name, "next_look")
                self.env.cr.execute(SQL("UPDATE %s SET %s = %s WHERE id = %s", SQL.identifier(row._table),
                                        SQL.identifier(column), since, row.id))  # fmt: skip
                self.env.invalidate_all()
                alert = self.assertFires("stuck_queue")
                self.assertEqual((alert.words, alert.value), (name, 45))
                self.env.cr.execute(SQL("DELETE FROM %s WHERE id = %s", SQL.identifier(row._table), row.id))
                self.env.invalidate_all()
                self.assertSilent("stuck_queue")

    # -- all together ----------------------------------------------------------------------------------

    def test_one_that_cannot_be_measured_stops_no_other_and_is_told_once(self):
        self.rows(10, status="not_evaluated", reason="auth")

        def broken(alerts):
            alerts.env.cr.execute("SELECT nothing FROM nowhere")

        failing = patch.object(self.registry["l10n_cl_ai.alert"], "_measure_cost_day", broken)
        with failing, mute_logger("odoo.sql_db"), self.assertLogs(RUN, "ERROR"):
            self.measure()
        self.assertEqual(self.alert("errors_hour").state, "firing")
        broken_one = self.alert("cost_day")
        self.assertTrue(broken_one.problem_since)
        self.assertEqual((broken_one.state, broken_one.measured_at), ("quiet", False))
        self.assertEqual(broken_one.activity_ids.user_id, self.manager)
        with failing, mute_logger("odoo.sql_db", RUN):
            self.measure()
        self.assertEqual(len(broken_one.activity_ids), 1)
        self.measure()
        self.assertFalse(broken_one.problem_since)

    def test_one_statement_a_kind_however_many_companies(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            counts = {}
            for kind in self.alerts._kinds():
                alerts = self.alerts.search([("kind", "=", kind)])
                alerts.mapped("company_id.active")
                self.env.flush_all()
                before = self.env.cr.sql_log_count
                getattr(alerts, f"_measure_{kind}")()
                counts[kind] = self.env.cr.sql_log_count - before
            return counts

        queries()
        self.assertEqual(set(queries().values()), {1})
        self.env["res.company"].create([{"name": f"Filial {number}"} for number in range(5)])
        self.assertEqual(set(queries().values()), {1})

    def test_another_addon_adds_a_kind(self):
        """What docs/extending.md promises: the method alone is asked."""
        def measure(alerts):
            return {self.company.id: Measure(3.0, None, "Circulares")}

        alert = self.alert("requests_hour")
        with patch.object(self.registry["l10n_cl_ai.alert"], "_measure_requests_hour", measure):
            alert.write({"threshold": 3, "clear_threshold": 1})
            self.measure()
        self.assertEqual((alert.state, alert.value_words), ("firing", "3 · Circulares"))
