"""What the panel says of now: budgets, breakers, queues, and dollars in pesos."""

from datetime import date
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from ..models import side_door
from ..models.ai_gateway import _engine
from .common import NOW
from .dashboard_common import DashboardCase
from .store_common import PrivateRedis, RedisAge, patient


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(NOW)
class TestDashboardState(DashboardCase):
    def budget(self, period):
        return self.env["l10n_cl_ai.budget"].search(
            [("company_id", "=", self.company.id), ("period", "=", period), ("user_id", "=", False)]
        )

    def test_budgets_as_they_stand(self):
        self.counter(self.budget("month"), spent="12.5", reserved="2.5")
        self.env["l10n_cl_ai.budget"].create({"company_id": self.company.id, "user_id": self.user.id, "limit_usd": 1})
        day, month = self.board()["budgets"]
        self.assertEqual((day["period"], day["limit"], day["spent"], day["percent"]), ("day", 5.0, 0.0, 0.0))
        self.assertEqual((month["limit"], month["spent"], month["reserved"], month["percent"]), (50, 12.5, 2.5, 30))

    def test_without_a_budget_the_safe_default_is_told(self):
        (self.budget("day") | self.budget("month")).unlink()
        default = self.env["l10n_cl_ai.budget"]._default_id(self.company, "month")
        self.insert("budget_counter", {"budget_id": default, "company_id": self.company.id,
                                       "period_start": "2026-11-01", "limit_usd": 50, "spent": 5})  # fmt: skip
        day, month = self.board()["budgets"]
        self.assertEqual((day["default"], day["limit"]), (True, 5.0))
        self.assertEqual((month["spent"], month["percent"]), (5.0, 10.0))
        self.assertEqual([row["spent"] for row in self.board()["months"]], [5.0])

    def test_months_and_days_beside_the_limits_of_then(self):
        self.counter(self.budget("month"), period_start="2026-09-01", limit_usd="20", spent="19")
        self.counter(self.budget("day"), period_start="2026-11-04", limit_usd="2", spent="1")
        board = self.board()
        months = [(str(row["start"]), row["spent"], row["limit"]) for row in board["months"]]
        self.assertEqual(months, [("2026-09-01", 19, 20), ("2026-10-01", 0, 50), ("2026-11-01", 0, 50)])
        limits = {str(row["day"]): row["limit"] for row in board["days"]}
        self.assertEqual((limits["2026-11-04"], limits["2026-11-05"]), (2.0, 5.0))

    def test_budgets_of_two_companies_are_added_up(self):
        self.manager.company_ids |= self.other
        board = self.board(companies=self.company | self.other)
        self.assertEqual({row["limit"] for row in board["days"]}, {10.0})
        self.assertEqual(len(board["budgets"]), 4)

    def test_breakers(self):
        self.env.cr.execute("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
        now = self.env.cr.fetchone()[0]
        self.env.cr.execute(
            "INSERT INTO l10n_cl_ai_breaker (key, outcomes, open_until) VALUES"
            " ('https://a|resting', '{}', %(later)s), ('https://a|tried', '{}', %(before)s),"
            " ('https://a|shaky', ARRAY[%(just)s, -%(just)s]::bigint[], NULL),"
            " ('https://a|healthy', ARRAY[%(long)s]::bigint[], NULL)",
            {"later": now + 10**9, "before": now - 10**6, "just": now - 10**6, "long": now - 10**9},
        )
        found = {row["model"]: (row["state"], row["faults"]) for row in self.board()["breakers"]["models"]}
        self.assertEqual(found, {"resting": ("open", 0), "tried": ("half_open", 0), "shaky": ("faults", 1)})

    def test_breakers_in_redis(self):
        self.assertEqual(self.board()["breakers"], {"redis": "off", "models": []})
        redis = PrivateRedis()
        self.addCleanup(redis.stop)
        self.enterContext(patient(10.0))
        self.enterContext(patch("odoo.addons.l10n_cl_ai.models.ai_gateway.redis_url", lambda env: redis.url))
        # An engine of this test alone: its connection ends with it.
        self.enterContext(patch.dict(side_door._gateways))
        breaker = _engine(self.env).stores.breaker
        self.addCleanup(breaker._first.link.client.close)
        resting, shaky, *_others = sorted(self.env["l10n_cl_ai.metrics"]._breaker_keys())
        for key, faults in ((resting, 5), (shaky, 2)):
            for _fault in range(faults):
                breaker.record(key, False)
        self.env.cr.execute("SELECT count(*) FROM l10n_cl_ai_breaker")
        self.assertEqual(self.env.cr.fetchone()[0], 0, "it is Redis that knows")
        board = self.board()["breakers"]
        found = {row["model"]: (row["state"], row["faults"]) for row in board["models"]}
        expected = {resting.rpartition("|")[2]: ("open", 5), shaky.rpartition("|")[2]: ("faults", 2)}
        self.assertEqual((board["redis"], found), ("up", expected))
        [until] = [row["until"] for row in board["models"] if row["state"] == "open"]
        RedisAge(redis.client, breaker._first.link)(31)
        [tried] = [row for row in self.board()["breakers"]["models"] if row["state"] == "half_open"]
        self.assertLess(tried["until"], until)
        redis.stop()
        self.assertEqual(self.board()["breakers"], {"redis": "down", "models": []})

    def test_queues_of_the_company(self):
        self.assertFalse(self.board()["queues"])
        queue = self.env["l10n_cl_ai.review"].sudo()
        move = self.invoice(33, [self.line("Resma de papel", 10, 1050)])
        queue._enqueue([{"user_id": self.user.id, "company_id": self.company.id, "move_id": move.id}])
        [row] = self.board()["queues"]
        self.assertEqual((row["model"], row["queued"], row["running"]), ("l10n_cl_ai.review", 1, 0))
        self.assertFalse(self.board(user=self.stranger)["queues"])

    def test_batches_at_the_provider(self):
        self.env["l10n_cl_ai.batch"].sudo().create(
            {"name": "Octubre", "company_id": self.company.id, "user_id": self.user.id, "state": "submitted",
             "total": 10, "done": 4})  # fmt: skip
        [row] = self.board()["queues"]
        self.assertEqual((row["batch"], row["queued"], row["running"]), (True, 6, 1))

    def test_what_is_under_way(self):
        self.assertEqual(self.board()["running"]["asks"], 0)
        self.ask(asked_at="2026-10-01 12:00:00", state="running", status=None, cost=0, reserved="0.5")
        running = self.board("today")["running"]
        self.assertEqual((running["asks"], running["reserved"]), (1, 0.5))

    def test_pesos_by_the_rate_of_the_last_day(self):
        self.assertIsNone(self.board()["money"])
        rates = self.env["res.currency.rate"]
        usd = self.env.ref("base.USD").id
        for day, rate in (("2026-10-01", 1 / 900), ("2026-11-10", 1 / 950)):
            rates.create({"name": day, "rate": rate, "currency_id": usd, "company_id": self.company.id})
        money = self.board()["money"]
        self.assertAlmostEqual(money["rate"], 950, 3)
        self.assertEqual((money["name"], money["digits"], money["day"]), ("CLP", 0, date(2026, 11, 10)))
        self.assertAlmostEqual(self.board("last_month")["money"]["rate"], 900, 3)
        self.company.currency_id = self.env.ref("base.USD")
        self.assertIsNone(self.board()["money"])
