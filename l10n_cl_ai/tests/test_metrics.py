"""What Prometheus is told: equal to the ledger, before, while and after rows are counted, and deleted."""

from decimal import Decimal
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from ..llm import metrics
from ..llm.postgres import totals
from .metrics_common import COST, COUNT, MetricsCase, exact, of

TAGS = ("post_install_l10n", "post_install", "-at_install")


@tagged(*TAGS)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestMetrics(MetricsCase):
    def test_counters_are_the_ledgers_sums(self):
        for n in range(1, 40):
            self.settled(
                cost=f"0.{n:012d}", saved="0.1" if n % 5 == 0 else "0", status="cached" if n % 5 == 0 else "answered",
                company_id=(self.company if n % 3 else self.other).id, feature="chat" if n % 2 else "dte_review",
                model="modelo-2" if n % 7 == 0 else "modelo-1", input_tokens=n, cache_read_tokens=2 * n,
                output_tokens=n, call_ms=n * 1.37, first_token_ms=n * 0.5,
            )
        for _before_and_after in range(2):
            told = exact(self.Metrics._scrape())
            sums = {
                COST: "sum(cost)", COUNT: "count(*)", "l10n_cl_ai_saved_usd_total": "sum(saved)",
                "l10n_cl_ai_tokens_total": "sum(input_tokens + cache_read_tokens + output_tokens)",
                "gen_ai_client_token_usage_tokens_sum": "sum(input_tokens + cache_read_tokens + output_tokens)",
                "gen_ai_client_token_usage_tokens_count": "2 * count(*)",
                "gen_ai_client_operation_duration_seconds_sum": "sum(round(call_ms * 1000)::bigint) * 0.000001",
                "gen_ai_client_operation_duration_seconds_count": "count(*)",
                "gen_ai_client_operation_time_to_first_chunk_seconds_sum":
                    "sum(round(first_token_ms * 1000)::bigint) * 0.000001",
            }
            for name, expression in sums.items():
                total = sum(value for key, value in told.items() if key.partition("{")[0] == name)
                self.assertEqual(total, self.ledger(expression), name)
            self.count()
        self.assertEqual(self.scrape()["l10n_cl_ai_uncounted_rows"][()], 0)

    def test_counting_twice_counts_once(self):
        self.settled()
        before = exact(self.Metrics._scrape())
        for _time in range(2):
            self.count()
            after = exact(self.Metrics._scrape())
            for moving in ("l10n_cl_ai_uncounted_rows", "l10n_cl_ai_scrape_seconds"):
                before.pop(moving, None)
                after.pop(moving)
            self.assertEqual(after, before)

    def test_more_rows_than_one_statement_counts(self):
        with patch.object(totals, "AT_ONCE", 1):
            for _row in range(3):
                self.settled()
            self.count()
        self.assertEqual(of(self.scrape()[COUNT]), 3)

    def test_retention_takes_rows_and_leaves_counters(self):
        self.company.l10n_cl_ai_ledger_days = self.other.l10n_cl_ai_ledger_days = 100
        old = self.settled(asked_at="2020-01-01", cost="2")
        swept = self.row(asked_at="2020-01-01", swept_at="2020-01-02", cost="3", reserved="3", status="not_evaluated",
                         reason="deadline", unconfirmed=True)
        young = self.settled(asked_at="2999-01-01", cost="0.5")
        self.assertEqual(of(self.scrape()[COST]), 2.5)
        self.env["l10n_cl_ai.request"]._gc_ledger()
        self.env.invalidate_all()
        self.assertEqual((old | swept | young).exists(), young)
        told = self.scrape()
        self.assertEqual(of(told[COST]), 5.5, "what was charged stands")
        self.assertEqual(of(told[COUNT], reason="deadline"), 1)
        self.assertEqual(of(told["l10n_cl_ai_swept_total"]), 1)

    def test_no_row_is_deleted_before_it_is_counted(self):
        self.company.l10n_cl_ai_ledger_days = 100
        old = self.settled(asked_at="2020-01-01")
        with patch.object(type(self.Metrics), "_cron_count", lambda self: None):
            self.env["l10n_cl_ai.request"]._gc_ledger()
        self.assertTrue(old.exists())

    def test_a_swept_row_is_a_counter_that_stays_when_its_word_comes(self):
        row = self.row(swept_at="2026-11-18 12:00:00", cost="3", reserved="3", status="not_evaluated",
                       reason="deadline", unconfirmed=True)
        told = self.scrape()
        self.assertEqual(of(told["l10n_cl_ai_swept_total"]), 1)
        self.assertEqual(of(told["l10n_cl_ai_unconfirmed_usd"]), 3)
        self.assertEqual(of(told.get(COST, {})), 0)
        self.count()
        self.env.execute_query(
            SQL("UPDATE l10n_cl_ai_request SET settled_at = now(), cost = 1, status = 'answered', reason = NULL"
                " WHERE id = %s RETURNING id", row.id))
        told = self.scrape()
        self.assertEqual(of(told["l10n_cl_ai_swept_total"]), 1)
        self.assertEqual(of(told.get("l10n_cl_ai_unconfirmed_usd", {})), 0)
        self.assertEqual(of(told[COST]), 1)

    def test_two_companies_are_told_apart(self):
        self.settled(cost="1")
        self.settled(cost="2", company_id=self.other.id)
        told = self.scrape()
        self.assertEqual(of(told[COST], company=str(self.company.id)), 1)
        self.assertEqual(of(told[COST], company=str(self.other.id)), 2)
        self.assertEqual(of(told["l10n_cl_ai_company_info"], company=str(self.other.id), name=self.other.name), 1)

    def test_labels_are_bounded_and_name_nobody(self):
        caps = {"company": 3, "feature": 2, "model": 2}
        with patch.dict(metrics.CAPS, caps):
            for n in range(6):
                self.settled(company_id=990_000 + n, feature=f"f{n}", model=f"m{n}",
                             settled_at=f"2026-11-18 12:00:{n:02d}")
            told = self.scrape()
        names = {name for samples in told.values() for labels in samples for name, _value in labels}
        self.assertFalse(names & {"user", "partner", "login", "res_id", "record"})
        for label, cap in caps.items():
            values = {dict(labels).get(label) for labels in told[COUNT]}
            self.assertEqual(len(values), cap + 1, values)
            self.assertIn("other", values)
        self.assertEqual(of(told[COUNT]), 6, "nothing is lost")

    def test_buckets_hold_their_bound(self):
        self.settled(call_ms=5120.0, input_tokens=4**6, output_tokens=0)
        self.settled(call_ms=5120.001, input_tokens=4**6 + 1, output_tokens=0)
        self.settled(call_ms=10**6, input_tokens=0, output_tokens=0)
        told = self.scrape()
        duration = told["gen_ai_client_operation_duration_seconds_bucket"]
        self.assertEqual([of(duration, le=le) for le in ("2.56", "5.12", "10.24", "81.92", "+Inf")], [0, 1, 2, 2, 3])
        tokens = told["gen_ai_client_token_usage_tokens_bucket"]
        self.assertEqual([of(tokens, le=str(4**n)) for n in (5, 6, 7)], [0, 1, 2])

    def test_what_hours_of_a_batch_are_is_no_duration(self):
        self.settled(batch=True, call_ms=3.6e6, cost="0.1")
        told = self.scrape()
        self.assertNotIn("gen_ai_client_operation_duration_seconds_count", told)
        self.assertEqual(of(told[COST]), 0.1)


@tagged(*TAGS)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestEachMetric(MetricsCase):
    """Each fires, and stays silent."""

    def test_denials(self):
        name = "l10n_cl_ai_quota_denied_total"
        self.settled()
        self.assertEqual(of(self.scrape()[name]), 0)
        for reason in ("rate_limited", "over_budget", "over_budget"):
            self.settled(status="not_evaluated", reason=reason, cost="0", call_ms=None, attempts=0)
        told = self.scrape()[name]
        self.assertEqual((of(told, scope="rate"), of(told, scope="budget")), (1, 2))

    def test_errors(self):
        self.settled()
        self.assertEqual(of(self.scrape()["l10n_cl_ai_errors_total"]), 0)
        self.settled(status="not_evaluated", reason="overloaded", company_id=self.other.id)
        told = self.scrape()["l10n_cl_ai_errors_total"]
        self.assertEqual((of(told, company=str(self.other.id), reason="overloaded"), of(told)), (1, 1))

    def test_cache_and_duplicates(self):
        self.settled()
        told = self.scrape()
        self.assertEqual(of(told["l10n_cl_ai_cache_requests_total"], result="miss"), 1)
        self.assertEqual(of(told["l10n_cl_ai_duplicates_avoided_total"]), 0)
        free = {"status": "cached", "cost": "0", "saved": "0.25", "attempts": 0, "call_ms": None}
        self.settled(**free)
        self.settled(**free | {"wait_ms": 800.0})
        told = self.scrape()
        self.assertEqual(of(told["l10n_cl_ai_cache_requests_total"], result="hit"), 1)
        self.assertEqual(of(told["l10n_cl_ai_cache_requests_total"], result="coalesced"), 1)
        self.assertEqual(of(told["l10n_cl_ai_duplicates_avoided_total"]), 1)
        self.assertEqual(of(told["l10n_cl_ai_saved_usd_total"]), 0.5)

    def test_reservations(self):
        running = {"state": "running", "status": None, "cost": "0", "reserved": "0.3"}
        self.assertEqual(of(self.scrape().get("l10n_cl_ai_reservations_open", {})), 0)
        self.row(**running)
        told = self.scrape()
        self.assertEqual(of(told["l10n_cl_ai_reservations_open"], company=str(self.company.id)), 1)
        self.assertEqual(of(told["l10n_cl_ai_reserved_usd"]), 0.3)
        self.assertEqual(of(told["l10n_cl_ai_reservations_expired"]), 0)
        self.row(**running, lease_until="2020-01-01")
        self.assertEqual(of(self.scrape()["l10n_cl_ai_reservations_expired"]), 1)

    def test_budgets(self):
        budgets = self.env["l10n_cl_ai.budget"].search([("company_id", "=", self.company.id)])
        day = budgets.filtered(lambda budget: budget.period == "day")
        labels = {"company": str(self.company.id), "period": "day", "scope": "company"}
        self.assertEqual(of(self.scrape()["l10n_cl_ai_budget_used_ratio"], **labels), 0)
        self.counter(day, spent="1", reserved="0.5")
        told = self.scrape()
        self.assertEqual(of(told["l10n_cl_ai_budget_used_ratio"], **labels), 1.5 / day.limit_usd)
        self.assertEqual(of(told["l10n_cl_ai_budget_spent_usd"], company=str(self.company.id), period="day"), 1)
        users = [
            self.env["l10n_cl_ai.budget"].create(
                {"company_id": self.company.id, "user_id": user.id, "limit_usd": 2, "period": "day"})
            for user in (self.user, self.colleague)
        ]
        self.counter(users[0], spent="0.2")
        self.counter(users[1], spent="1.8")
        told = self.scrape()["l10n_cl_ai_budget_used_ratio"]
        self.assertEqual(of(told, **labels | {"scope": "user"}), 0.9, "the most used, and nobody's name")

    def test_a_company_without_budgets_has_its_safe_default(self):
        self.env["l10n_cl_ai.budget"].search([("company_id", "=", self.company.id)]).active = False
        self.env.flush_all()
        Budget, today = self.env["l10n_cl_ai.budget"], self.env["l10n_cl_ai.budget"]._today(self.company)
        for period in ("day", "month"):
            self.insert("budget_counter", {
                "budget_id": Budget._default_id(self.company, period), "company_id": self.company.id,
                "period_start": Budget._period_start(period, today), "limit_usd": "5", "spent": "4",
            })
        told = self.scrape()["l10n_cl_ai_budget_used_ratio"]
        for period in ("day", "month"):
            self.assertEqual(of(told, company=str(self.company.id), period=period), 0.8)

    def test_costs_of_today_and_of_the_month(self):
        today = self.env["l10n_cl_ai.budget"]._today(self.company)
        noon = f"{today} 15:00:00"  # UTC: the same day in Chile
        self.settled(asked_at=noon, cost="1", saved="0.5")
        self.settled(asked_at=noon, cost="2", company_id=self.other.id, feature="chat")
        self.settled(asked_at="2020-01-01", cost="64")
        for _before_and_after in range(2):
            told = self.scrape()
            self.assertEqual(of(told["l10n_cl_ai_cost_today_usd"], company=str(self.company.id)), 1)
            self.assertEqual(of(told["l10n_cl_ai_cost_month_usd"]), 3)
            costs = self.Metrics._costs()
            self.assertEqual(Decimal(costs["today"]["cost"]), 3)
            self.assertEqual(costs["month"]["requests"], 2)
            self.assertEqual(Decimal(costs["month"]["by_feature"]["chat"]["cost"]), 2)
            self.assertEqual(
                [(found["id"], found["name"], Decimal(found["saved"])) for found in costs["today"]["by_company"]],
                [(self.company.id, self.company.name, Decimal("0.5")), (self.other.id, self.other.name, 0)],
            )
            self.count()

    def test_queues(self):
        queue = {"queue": "review"}
        told = self.scrape()
        self.assertEqual(of(told["l10n_cl_ai_queue_length"], **queue), 0)
        self.assertEqual(of(told["l10n_cl_ai_queue_oldest_seconds"], **queue), 0)
        values = {"company_id": self.company.id, "user_id": self.user.id}
        # Whoever asks for a review writes 0 where no batch asks it; what a batch asks waits in no queue.
        own = {"batch_ref": 0}
        rows = (("queued", own), ("queued", {}), ("running", own), ("queued", {"batch_ref": 7}))
        reviews = self.env["l10n_cl_ai.review"].create(
            [{**values, "move_id": self.invoice(33).id, "state": state, **more} for state, more in rows]
        )
        self.aged(reviews[:1], create_date="1 hour")
        told = self.scrape()
        self.assertEqual(of(told["l10n_cl_ai_queue_length"], state="queued", **queue), 2)
        self.assertEqual(of(told["l10n_cl_ai_queue_length"], state="running", **queue), 1)
        self.assertGreaterEqual(of(told["l10n_cl_ai_queue_oldest_seconds"], **queue), 3590)
        self.aged(reviews[:1], not_before="-1 hour")
        self.assertLess(of(self.scrape()["l10n_cl_ai_queue_oldest_seconds"], **queue), 3000, "put off, not stuck")

    def test_batches(self):
        self.assertEqual(of(self.scrape()["l10n_cl_ai_batches_open"]), 0)
        self.env["l10n_cl_ai.batch"].create(
            [{"name": "Noviembre", "company_id": self.company.id, "user_id": self.user.id, "state": state}
             for state in ("submitted", "done")])
        told = self.scrape()["l10n_cl_ai_batches_open"]
        self.assertEqual((of(told, state="submitted"), of(told)), (1, 1))

    def aged(self, records, **columns):
        """Move times of records into the past."""
        for column, ago in columns.items():
            self.env.flush_all()
            self.env.execute_query(SQL(
                "UPDATE %s SET %s = (now() AT TIME ZONE 'UTC') - %s::interval WHERE id = ANY(%s) RETURNING id",
                SQL.identifier(records._table), SQL.identifier(column), ago, records.ids))
        records.invalidate_recordset()

    def test_breaker(self):
        name = "l10n_cl_ai_breaker_state"
        model = self.env["l10n_cl_ai.model"].search([("lifecycle", "!=", "retired")], limit=1).name
        self.assertEqual(of(self.scrape()[name]), 0)
        self.assertIn((("model", model),), self.scrape()[name], "silent, and there")
        for state, told in (("half_open", 1), ("open", 2), ("closed", 0)):
            with patch.object(type(self.Metrics), "_breaker_states", lambda self, s=state: {model: s}):
                self.assertEqual(of(self.scrape()[name], model=model), told)

    def test_crons(self):
        cron = self.env.ref("l10n_cl_ai.cron_sweep")
        told = self.scrape()
        self.assertEqual(of(told["l10n_cl_ai_cron_active"], cron="cron_sweep"), 1)
        self.env.execute_query(SQL(
            "UPDATE ir_cron SET nextcall = (now() AT TIME ZONE 'UTC') - interval '1 hour' WHERE id = %s RETURNING id",
            cron.id))
        cron.invalidate_recordset()
        self.assertGreaterEqual(of(self.scrape()["l10n_cl_ai_cron_late_seconds"], cron="cron_sweep"), 3590)
        self.env.execute_query(SQL("UPDATE ir_cron SET active = false WHERE id = %s RETURNING id", cron.id))
        cron.invalidate_recordset()
        told = self.scrape()
        self.assertEqual(of(told["l10n_cl_ai_cron_active"], cron="cron_sweep"), 0)
        self.assertEqual(of(told["l10n_cl_ai_cron_late_seconds"], cron="cron_sweep"), 0)
