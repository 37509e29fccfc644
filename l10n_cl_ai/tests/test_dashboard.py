"""The panel's figures against a ledger made by hand: each fires, and each stays silent."""

import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import json_default

from ..models.ai_dashboard import DOMAINS, MOST_USERS
from .common import NOW
from .dashboard_common import ALL, DashboardCase


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(NOW)
class TestDashboardFigures(DashboardCase):
    def behind(self, board, *more):
        """Return the rows that a figure opens, as the manager sees them."""
        domain = [tuple(leaf) for leaf in [*board["domain"], *(leaf for part in more for leaf in part)]]
        return self.seen_by(self.manager, self.env["l10n_cl_ai.request"]).search(domain)

    def one_of_each(self):
        self.ask(cost="0.5", user_id=self.colleague.id)
        self.ask(cost="0.25", unconfirmed=True, asked_at="2026-11-03 12:00:00")
        self.cached()
        self.cached(wait_ms=12.5)
        self.refused("rate_limited")
        self.refused("over_budget")
        self.refused("unreachable", attempts=2)
        self.ask(state="running", status=None, settled_at=None, cost=0, reserved="0.125", call_ms=None, attempts=0)

    def test_nothing_asked_is_nothing(self):
        board = self.board()
        self.assertEqual({board["totals"][key] for key in (*ALL, "cost", "saved", "unconfirmed")}, {0})
        self.assertFalse(board["results"] + board["by"]["user"] + board["by"]["feature"] + board["breakers"]["models"])
        self.assertFalse(board["times"])
        self.assertEqual(len(board["days"]), 18)
        self.assertEqual(board["elsewhere"], {"asks": 0, "cost": 0})

    def test_each_figure_counts_what_it_says(self):
        self.one_of_each()
        totals = self.board()["totals"]
        self.assertEqual({key: totals[key] for key in ALL}, {
            "asks": 8, "called": 3, "answered": 2, "cached": 2, "waited": 1, "failed": 3, "errors": 1, "limited": 2,
            "running": 1})  # fmt: skip
        self.assertEqual((totals["cost"], totals["saved"], totals["unconfirmed"]), (0.75, 0.5, 0.25))

    def test_each_figure_opens_the_rows_it_counts(self):
        self.one_of_each()
        self.ask(asked_at="2026-10-31 12:00:00")
        self.ask(company_id=self.other.id)
        board = self.board()
        for key in ALL:
            self.assertEqual(len(self.behind(board, DOMAINS[key])), board["totals"][key], key)
        for key in ("cost", "saved", "unconfirmed"):
            field = "cost" if key == "unconfirmed" else key
            self.assertEqual(sum(self.behind(board, DOMAINS[key]).mapped(field)), board["totals"][key], key)
        for kind, field in (("call", "call_ms"), ("first", "first_token_ms")):
            self.assertEqual(board["times"][kind]["n"], len(self.behind(board, DOMAINS[kind]).filtered(field)))
        groups = [*board["days"], *(row for rows in board["by"].values() for row in rows), *board["results"]]
        for row in groups:
            self.assertEqual(len(self.behind(board, row["domain"])), row["asks"], row)
        self.assertEqual(sum(row["asks"] for row in board["days"]), board["totals"]["asks"])

    def test_it_travels_as_json(self):
        self.one_of_each()
        self.assertIn('"2026-11-03"', json.dumps(self.board(), default=json_default))

    def test_errors_by_reason_say_which_are_limits(self):
        self.one_of_each()
        self.refused("unreachable")
        reasons = [(row["key"], row["asks"], row["limit"]) for row in self.board()["results"]]
        self.assertEqual(reasons, [("unreachable", 2, False), ("over_budget", 1, True), ("rate_limited", 1, True)])

    def test_simulated_rows_are_told_apart(self):
        self.ask()
        self.ask(simulated=True, cost="7")
        real, simulated = self.board(), self.board(simulated=True)
        self.assertEqual((real["totals"]["cost"], real["elsewhere"]), (0.25, {"asks": 1, "cost": 7.0}))
        self.assertEqual((simulated["totals"]["cost"], simulated["elsewhere"]), (7.0, {"asks": 1, "cost": 0.25}))
        self.assertEqual([row["cost"] for row in simulated["by"]["model"]], [7.0])
        self.assertEqual(simulated["times"]["call"]["n"], 1)

    def test_by_feature_user_and_model_the_dearest_first(self):
        self.ask(feature="chat", model="modelo-2", cost="1")
        self.ask(user_id=self.colleague.id)
        by = self.board()["by"]
        self.assertEqual([row["key"] for row in by["feature"]], ["chat", "dte_review"])
        self.assertEqual([row["key"] for row in by["model"]], ["modelo-2", "modelo-1"])
        self.assertEqual([row["name"] for row in by["user"]], [self.user.name, self.colleague.name])
        self.assertEqual([row["name"] for row in by["company"]], [self.company.name])

    def test_a_feature_alone(self):
        self.ask(feature="chat", cost="1")
        self.ask()
        board = self.board(feature="chat")
        self.assertEqual((board["totals"]["asks"], board["totals"]["cost"]), (1, 1.0))
        self.assertEqual(board["times"]["call"]["n"], 1)
        self.assertEqual(len(self.behind(board)), 1)

    def test_many_users_are_summed_up(self):
        for number in range(MOST_USERS + 3):
            self.ask(user_id=900_000 + number, cost=f"{1 + number / 1000:.3f}")
        board = self.board()
        users = board["by"]["user"]
        self.assertEqual((len(users), users[-1]["asks"], users[-1]["key"]), (MOST_USERS + 1, 3, 0))
        self.assertEqual(len(self.behind(board, users[-1]["domain"])), 3)
        self.assertIn("900022", users[0]["name"])

    def test_sums_are_exact_to_the_last_digit(self):
        for _row in range(10):
            self.ask(cost="0.100000000001")
        self.assertEqual(self.board()["totals"]["cost"], 1.00000000001)

    # -- times -----------------------------------------------------------------------------------------

    def test_percentiles_are_off_by_two_percent_at_most(self):
        for number in range(1, 201):
            self.ask(call_ms=number**2.5, first_token_ms=None)
        times = self.board()["times"]
        self.env.cr.execute("SELECT percentile_disc(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY call_ms)"
                            " FROM l10n_cl_ai_request WHERE company_id = %s", [self.company.id])  # fmt: skip
        for found, exact in zip((times["call"]["p50"], times["call"]["p95"]), self.env.cr.fetchone()[0], strict=True):
            self.assertLess(abs(found / exact - 1), 0.02)
        self.assertNotIn("first", times)

    def test_times_of_a_day_and_a_feature(self):
        self.ask(call_ms=100.0)
        self.ask(asked_at="2026-11-05 15:00:00", feature="chat", call_ms=9000.0, first_token_ms=0.2)
        board = self.board()
        days = {str(row["day"]): row for row in board["days"]}
        self.assertAlmostEqual(days["2026-11-05"]["call_p95"], 9000, delta=180)
        self.assertAlmostEqual(days["2026-11-18"]["call_p50"], 100, delta=2)
        self.assertEqual(days["2026-11-05"]["first_p50"], 1.0)
        self.assertIsNone(days["2026-11-06"]["call_p50"])
        slow = {row["key"]: row["call_p95"] for row in board["by"]["feature"]}
        self.assertAlmostEqual(slow["chat"], 9000, delta=180)

    # -- when ------------------------------------------------------------------------------------------

    def test_a_day_begins_at_midnight_where_the_user_is(self):
        late = self.ask(asked_at="2026-11-18 02:59:59.999")  # 23:59:59 of the 17th in Chile
        early = self.ask(asked_at="2026-11-18 03:00:00")
        today = self.board("today")
        self.assertEqual(self.behind(today), early)
        week = {str(row["day"]): row["asks"] for row in self.board("7days")["days"]}
        self.assertEqual((week["2026-11-17"], week["2026-11-18"]), (1, 1))
        self.manager.tz = "Europe/Madrid"
        self.assertEqual(self.board("today")["totals"]["asks"], 2)
        self.assertTrue(late)

    def test_days_on_which_clocks_are_changed(self):
        self.ask(asked_at="2026-09-06 03:59:59")  # the 5th, 23:59:59; then it is one o'clock
        self.ask(asked_at="2026-09-06 04:00:00")
        self.ask(asked_at="2026-04-05 03:30:00")  # the 4th, 23:30 for the second time
        self.ask(asked_at="2026-04-05 04:00:00")
        for first, last in (("2026-09-05", "2026-09-06"), ("2026-04-04", "2026-04-05")):
            board = self.board("custom", date_from=first, date_to=last)
            self.assertEqual([row["asks"] for row in board["days"]], [1, 1], first)

    def test_periods(self):
        known = {
            "today": ("2026-11-18", "2026-11-18"), "7days": ("2026-11-12", "2026-11-18"),
            "30days": ("2026-10-20", "2026-11-18"), "month": ("2026-11-01", "2026-11-18"),
            "last_month": ("2026-10-01", "2026-10-31"),
        }  # fmt: skip
        for name, days in known.items():
            board = self.board(name)
            self.assertEqual((str(board["first"]), str(board["last"])), days, name)
        board = self.board("custom", date_from="2026-11-09", date_to="2026-11-02")
        self.assertEqual((str(board["first"]), len(board["days"])), ("2026-11-02", 8))

    def test_no_period_and_one_too_long_are_refused_in_words(self):
        with self.assertRaises(UserError):
            self.board("forever")
        with self.assertRaises(UserError):
            self.board("custom", date_from="2025-10-14", date_to="2026-11-18")
        self.assertEqual(len(self.board("custom", date_from="2025-10-15", date_to="2026-11-18")["days"]), 400)

    # -- who -------------------------------------------------------------------------------------------

    def test_only_managers_and_administrators_see_it(self):
        for user in (self.user, self.colleague, self.employee):
            with self.assertRaises(AccessError):
                self.board(user=user)
        system = self._make_user("sistemas", "base.group_system")
        self.ask()
        board = self.board(user=system)
        self.assertEqual((board["totals"]["asks"], board["can_open"]), (1, False))
        self.assertTrue(self.board()["can_open"])

    def test_a_manager_never_sees_another_company(self):
        self.ask()
        self.ask(company_id=self.other.id, cost="99", user_id=self.stranger.id)
        own, theirs = self.board(), self.board(user=self.stranger)
        self.assertEqual((own["totals"]["cost"], theirs["totals"]["cost"]), (0.25, 99.0))
        self.assertEqual([one["id"] for one in own["companies"]], self.company.ids)
        self.assertNotIn(self.stranger.name, str(own["by"]))
        with self.assertRaises(AccessError):
            self.board(company_ids=self.other.ids)
        with self.assertRaises(AccessError):
            self.board(companies=self.company | self.other)
        self.sum_up()
        self.assertEqual(self.board()["totals"]["cost"], 0.25)

    def test_of_two_companies_only_those_selected(self):
        self.manager.company_ids |= self.other
        self.ask()
        self.ask(company_id=self.other.id, cost="1")
        both, one = self.company | self.other, self.other
        self.assertEqual(self.board(companies=both)["totals"]["cost"], 1.25)
        self.assertEqual(self.board(companies=both, company_ids=one.ids)["totals"]["cost"], 1.0)
        self.assertEqual(self.board(companies=one)["totals"]["cost"], 1.0)
        with self.assertRaises(AccessError):
            self.board(companies=one, company_ids=self.company.ids)

    def test_the_menu_is_shown_to_those_who_see_the_panel(self):
        menu = self.env.ref("l10n_cl_ai.ai_dashboard_menu")
        self.assertIn(menu.id, self.env["ir.ui.menu"].with_user(self.manager)._visible_menu_ids())
        self.assertNotIn(menu.id, self.env["ir.ui.menu"].with_user(self.user)._visible_menu_ids())
