"""Budgets as records: which limits an ask gets, and what people see and hear of them."""

from datetime import date
from decimal import Decimal
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import NOW
from .ledger_common import TODAY, BudgetCase

TAGS = ("post_install_l10n", "post_install", "-at_install")


@freeze_time(NOW)
@tagged(*TAGS)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestLimits(BudgetCase):
    def test_every_company_has_limits_from_the_first_minute(self):
        for company in self.env["res.company"].search([]):
            with self.subTest(company=company.name):
                found = {budget.period: budget.limit_usd for budget in self.of(company)}
                self.assertEqual(found, {"day": 5, "month": 50})

    def test_defaults_are_made_once(self):
        self.defaults.active = False
        self.assertFalse(self.Budget._create_defaults(self.company))

    def test_an_ask_falls_under_its_company_its_user_and_its_feature(self):
        other_feature = self.feature.copy({"code": "another"})
        mine = self.make(user_id=self.user.id)
        of_feature = self.make(feature_id=self.feature.id, period="day")
        both = self.make(user_id=self.user.id, feature_id=self.feature.id)
        self.make(user_id=self.colleague.id)
        self.make(feature_id=other_feature.id)
        self.make(user_id=self.colleague.id, feature_id=self.feature.id)
        self.Budget.create({"company_id": self.other.id, "limit_usd": 1, "feature_id": self.feature.id})
        limits = self.limits()
        self.assertEqual(
            [limit.budget_id for limit in limits], sorted((self.defaults | mine | of_feature | both).ids)
        )
        self.assertEqual({limit.company_id for limit in limits}, {self.company.id})
        self.assertEqual(len({limit.name for limit in limits}), 5)

    def test_limits_are_exact_and_of_the_current_period(self):
        self.daily.limit_usd = 0.1
        limits = {limit.budget_id: limit for limit in self.limits()}
        self.assertEqual(limits[self.daily.id].limit, Decimal("0.1"))
        self.assertEqual(limits[self.daily.id].period_start, TODAY)
        self.assertEqual(limits[self.monthly.id].period_start, date(2026, 11, 1))

    def test_limits_cost_one_query(self):
        self.limits()
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.limits()

    def test_without_a_budget_of_the_company_the_safe_default_holds(self):
        mine = self.make(user_id=self.user.id)
        self.defaults.active = False
        limits = self.limits()
        self.assertEqual([limit.limit for limit in limits], [50, 5, 1])
        self.assertEqual(limits[-1].budget_id, mine.id)
        ids = [limit.budget_id for limit in limits]
        self.assertEqual(ids, sorted(ids))
        self.defaults.unlink()
        self.assertEqual([limit.budget_id for limit in self.limits()], ids)
        theirs = self.Budget._default_limits(self.other, TODAY)
        self.assertFalse({limit.budget_id for limit in theirs} & set(ids))

    def test_one_budget_of_the_company_takes_the_place_of_the_default(self):
        self.daily.unlink()
        self.assertEqual([limit.budget_id for limit in self.limits()], self.monthly.ids)

    def test_the_safe_default_is_a_parameter_that_cannot_open_the_gate(self):
        parameters = self.env["ir.config_parameter"]
        self.defaults.unlink()
        for value, limit in (("7.5", "7.5"), ("0", "0")):
            parameters.set_param("l10n_cl_ai.budget_day_usd", value)
            self.assertEqual(self.limits()[1].limit, Decimal(limit))
        for value in ("mucho", "-1", "Infinity", "NaN", False):
            parameters.set_param("l10n_cl_ai.budget_day_usd", value)
            with self.subTest(value=value), self.assertLogs("odoo.addons.l10n_cl_ai", "WARNING"):
                self.assertEqual(self.limits()[1].limit, 5)

    def test_a_day_begins_at_midnight_in_chile_whoever_s_time_zone_says_otherwise(self):
        """A company's contact, with its time zone, is written by people without rights on budgets."""
        for timezone in (False, "America/Santiago", "Pacific/Kiritimati", "Etc/GMT+12"):
            self.company.partner_id.tz = self.env.user.tz = timezone
            budgets = self.Budget.with_context(tz=timezone)
            for hour, day in (("02:59:59", 17), ("03:00:00", 18)):
                with self.subTest(timezone=timezone), freeze_time(f"2026-11-18 {hour}"):
                    self.assertEqual(budgets._today(self.company), date(2026, 11, day))


@freeze_time(NOW)
@tagged(*TAGS)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestBudget(BudgetCase):
    def test_there_is_one_budget_of_a_kind(self):
        self.make(user_id=self.user.id)
        for values in ({}, {"user_id": self.user.id}):
            with (
                self.subTest(values=values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.make(**values)

    def test_a_new_budget_of_a_kind_is_its_archived_one(self):
        for values in ({}, {"user_id": self.user.id}, {"feature_id": self.feature.id, "period": "day"}):
            with self.subTest(values=values):
                old = self.make(9, alert_percent=10, **values) if values else self.monthly
                self.counter(old, spent="4")
                old.active = False
                # Other kinds, in one go, are made as always.
                new, other = self.Budget.create(
                    [
                        {"company_id": self.company.id, "limit_usd": 7, **values},
                        {"company_id": self.company.id, "limit_usd": 1, "user_id": self.colleague.id},
                    ]
                )
                self.assertEqual(new, old)
                self.assertEqual((other.user_id, other.spent), (self.colleague, 0))
                other.unlink()
                self.assertEqual(
                    (new.active, new.limit_usd, new.alert_percent, new.spent, new.left), (True, 7, 80, 4, 3)
                )

    def test_a_budget_is_archived_where_it_has_counted_and_else_deleted(self):
        self.counter(self.daily, spent="4")
        mine = self.make(user_id=self.user.id)
        self.seen_by(self.manager, self.daily | mine).unlink()
        self.assertFalse(mine.exists())
        self.assertEqual((self.daily.exists(), self.daily.active), (self.daily, False))
        self.assertIn(self.monthly.id, [limit.budget_id for limit in self.limits()])
        again = self.seen_by(self.manager, self.Budget).create({"period": "day", "limit_usd": 5})
        self.assertEqual((again.id, again.spent), (self.daily.id, 4))

    @mute_logger("odoo.sql_db")
    def test_a_budget_cannot_become_one_that_is_archived(self):
        mine = self.make(user_id=self.user.id)
        self.monthly.active = False
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            mine.user_id = False
            self.env.flush_all()

    def test_a_budget_stays_with_its_company(self):
        """Rights are checked on the company it has: another's would have to be checked too."""
        mine = self.seen_by(self.manager, self.make(0, feature_id=self.feature.id))
        mine.write({"company_id": self.company.id, "limit_usd": 1})
        for budget in (mine, mine.sudo()):
            with self.assertRaises(UserError):
                budget.write({"company_id": self.other.id})
        self.assertEqual(mine.company_id, self.company)

    def test_limits_and_alerts_have_bounds(self):
        for values in ({"limit_usd": -0.01}, {"alert_percent": 0}, {"alert_percent": 101}):
            with (
                self.subTest(values=values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.daily.write(values)
                self.env.flush_all()
            self.env.invalidate_all()

    def test_use_is_that_of_the_current_period(self):
        self.counter(self.daily, spent="1.5", reserved="0.5")
        self.counter(self.daily, spent="4", period_start="2026-11-17")
        self.counter(self.monthly, spent="20")
        self.assertEqual(
            (self.daily.spent, self.daily.reserved, self.daily.left, self.daily.used_percent),
            (1.5, 0.5, 3, 40),
        )
        self.assertEqual((self.monthly.spent, self.monthly.left), (20, 30))
        self.assertEqual(self.daily.counter_ids.mapped("spent"), [1.5, 4])

    def test_a_budget_of_nothing_is_used_up(self):
        self.daily.limit_usd = 0
        self.assertEqual((self.daily.left, self.daily.used_percent), (0, 100))

    def test_what_has_counted_keeps_its_meaning(self):
        self.daily.user_id = self.user
        self.counter(self.daily, spent="1")
        self.daily.write({"limit_usd": 9, "user_id": self.user.id})
        for values in ({"period": "month"}, {"user_id": False}, {"feature_id": self.feature.id}):
            with self.subTest(values=values), self.assertRaises(UserError):
                self.daily.write(values)

    def test_a_user_of_another_company_has_no_budget_here(self):
        with self.assertRaises(UserError):
            self.make(user_id=self.stranger.id)

    def test_losing_the_last_budget_is_said_on_screen(self):
        told = []
        users = self.registry["res.users"]
        with patch.object(
            users, "_bus_send", lambda _user, kind, message, **_more: told.append((kind, message))
        ):
            self.daily.active = False
            self.assertFalse(told)
            self.monthly.unlink()
        ((kind, message),) = told
        self.assertEqual(kind, "simple_notification")
        self.assertIn(self.company.name, message["message"])
        mine = self.make(user_id=self.user.id)
        self.assertIn("50", mine.unprotected)
        self.daily.active = True
        mine.invalidate_recordset()
        self.assertFalse(mine.unprotected)

    def test_budgets_are_for_the_managers_of_their_company(self):
        self.assertEqual(self.seen_by(self.manager, self.daily).limit_usd, 5)
        self.seen_by(self.manager, self.daily).limit_usd = 6
        for user in (self.user, self.stranger, self.employee):
            for change in (
                lambda seen: seen.read(["limit_usd"]),
                lambda seen: seen.write({"limit_usd": 1e6}),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    change(self.seen_by(user, self.daily))
        with self.assertRaises(AccessError):
            self.seen_by(self.manager, self.Budget).create(
                {"company_id": self.other.id, "feature_id": self.feature.id, "limit_usd": 1e6}
            )

    def test_who_raised_a_limit_is_in_the_history(self):
        daily = self.seen_by(self.manager, self.daily).with_context(tracking_disable=False)
        daily.limit_usd = 7
        self.flush_tracking()
        values = self.daily.message_ids.tracking_value_ids
        self.assertEqual((values.old_value_float, values.new_value_float), (5, 7))
        self.assertEqual(self.daily.message_ids[:1].author_id, self.manager.partner_id)

    def flush_tracking(self):
        self.env.flush_all()
        self.cr.precommit.run()
