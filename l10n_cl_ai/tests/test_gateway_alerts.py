"""Who hears, once, that a budget is nearly used up or used up."""

import re

from odoo.tests import freeze_time, tagged
from odoo.tools import html2plaintext

from .common import NOW
from .ledger_common import TODAY, BudgetCase

TAGS = ("post_install_l10n", "post_install", "-at_install")


@freeze_time(NOW)
@tagged(*TAGS)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestAlerts(BudgetCase):
    def alert(self):
        """Run the cron as Odoo does, and return the activities that it made."""
        before = self.env["mail.activity"].search([])
        with self.enter_registry_test_mode():
            self.env.ref("l10n_cl_ai.cron_alert").method_direct_trigger()
        self.env.invalidate_all()
        return self.env["mail.activity"].search([]) - before

    def spend(self, counter, usd):
        self.env.cr.execute("UPDATE l10n_cl_ai_budget_counter SET spent = %s WHERE id = %s", (usd, counter))

    def refuse(self, budget, asked_at="2026-11-18 14:00:00"):
        self.row(status="not_evaluated", reason="over_budget", refused_by=budget.id, asked_at=asked_at)

    def test_the_managers_hear_once_at_each_threshold(self):
        counter = self.counter(self.daily, spent="3.99")
        self.assertFalse(self.alert())
        self.spend(counter, "4")
        activity = self.alert()
        self.assertEqual(activity.user_id, self.manager)
        self.assertEqual((activity.res_model, activity.res_id), ("l10n_cl_ai.budget", self.daily.id))
        self.assertIn("80", activity.summary)
        self.assertFalse(self.alert())
        self.spend(counter, "5")
        used_up = self.alert()
        self.assertEqual(used_up.user_id, self.manager)
        self.assertNotEqual(used_up.summary, activity.summary)
        self.assertFalse(self.alert())

    def test_a_budget_that_jumps_over_both_alerts_once(self):
        self.counter(self.daily, spent="6")
        self.assertEqual(len(self.alert()), 1)
        self.assertFalse(self.alert())

    def test_a_refused_ask_is_a_budget_used_up(self):
        counter = self.counter(self.daily, spent="4.9")
        self.refuse(self.daily, "2026-11-18 02:00:00")
        self.alert()
        self.assertEqual(self.alerted(counter), 80, "that was yesterday in Chile")
        self.refuse(self.daily)
        self.assertEqual(len(self.alert()), 1)
        self.assertEqual(self.alerted(counter), 100)

    def test_what_one_budget_refused_has_not_used_up_another(self):
        daily, monthly = self.counter(self.daily, spent="4.9"), self.counter(self.monthly, spent="43")
        self.refuse(self.daily)
        self.alert()
        self.assertEqual((self.alerted(daily), self.alerted(monthly)), (100, 80))

    def test_what_a_lower_limit_refused_has_not_used_up_the_higher_one(self):
        counter = self.counter(self.daily, spent="4.9")
        self.refuse(self.daily)
        self.daily.limit_usd = 5.5
        self.alert()
        self.assertEqual(self.alerted(counter), 80)
        self.refuse(self.daily, "2026-11-18 15:10:00")
        self.alert()
        self.assertEqual(self.alerted(counter), 100)

    def test_yesterday_is_chile_s_whatever_the_company_s_contact_says(self):
        self.company.partner_id.tz = "Pacific/Kiritimati"
        counter = self.counter(self.daily, spent="4.9")
        self.refuse(self.daily, "2026-11-18 02:00:00")
        self.alert()
        self.assertEqual(self.alerted(counter), 80)

    def alerted(self, counter):
        self.env.cr.execute("SELECT alerted FROM l10n_cl_ai_budget_counter WHERE id = %s", (counter,))
        return self.env.cr.fetchone()[0]

    def test_a_user_s_refusal_is_not_another_s(self):
        mine, theirs = (self.make(user_id=user.id, alert_percent=50) for user in (self.user, self.colleague))
        counters = [self.counter(budget, spent="0.9") for budget in (mine, theirs)]
        self.refuse(mine)
        self.alert()
        self.assertEqual([self.alerted(counter) for counter in counters], [100, 50])

    def test_what_is_over_alerts_nobody(self):
        self.counter(self.daily, spent="5", period_start="2026-11-17")
        self.counter(self.monthly, spent="50", period_start="2026-10-01")
        archived = self.make(user_id=self.user.id)
        self.counter(archived, spent="1")
        archived.active = False
        self.assertFalse(self.alert())

    def test_the_safe_default_alerts_too(self):
        self.defaults.unlink()
        daily = self.Budget._default_limits(self.company, TODAY)[1]
        self.insert(
            "budget_counter",
            {
                "budget_id": daily.budget_id,
                "company_id": self.company.id,
                "period_start": TODAY,
                "limit_usd": "5",
                "spent": "4.5",
            },
        )
        activity = self.alert()
        self.assertEqual(activity.user_id, self.manager)
        self.assertFalse(activity.res_id, "who may write the contact would read it, in other companies too")
        self.assertIn("4.50", html2plaintext(activity.note).replace(",", "."))

    def test_without_managers_the_administrators_hear(self):
        self.manager.group_ids -= self.env.ref("l10n_cl_ai.group_manager")
        self.counter(self.daily, spent="4.5")
        administrators = self.env.ref("base.group_system").all_user_ids.filtered("active")
        told = self.alert().user_id
        self.assertTrue(told)
        self.assertLessEqual(told, administrators | self.env.ref("l10n_cl_ai.group_manager").all_user_ids)

    # -- what it says --------------------------------------------------------------------------------

    def amounts(self, activity):
        """Return the amounts of money that an activity speaks of."""
        note = html2plaintext(activity.note).replace("\N{NO-BREAK SPACE}", " ")
        return re.findall(r"\$ [\d.,]*\d|[\d.,]+ USD", note)

    def test_amounts_below_a_cent_are_told_apart_from_nothing(self):
        self.daily.limit_usd = 0.0014
        self.counter(self.daily, spent="0.0012")
        self.assertEqual(self.amounts(self.alert()), ["0,0012 USD", "0,0014 USD"])

    def test_amounts_are_said_in_the_company_s_currency_where_a_rate_is_known(self):
        self.counter(self.daily, spent="4.5")
        rates = self.env["res.currency.rate"]
        rates.search([]).unlink()
        self.assertEqual(self.amounts(self.alert()), ["4,50 USD", "5,00 USD"])
        rates.create(
            {"currency_id": self.env.ref("base.USD").id, "name": "2026-11-17", "rate": 0.001, "company_id": False}
        )
        self.counter(self.monthly, spent="45")
        told = self.alert()
        self.assertEqual(self.amounts(told), ["45,00 USD", "50,00 USD", "$ 45.000", "$ 50.000"])
        self.assertIn("17-11-2026", told.note)

    # -- a higher limit ------------------------------------------------------------------------------

    def used_up(self):
        """Use the daily budget up, and let it be told."""
        counter = self.counter(self.daily, spent="5")
        activity = self.alert()
        self.assertEqual(self.alerted(counter), 100)
        return counter, activity

    def raised(self, limit_usd):
        """Raise the limit as the manager does."""
        self.seen_by(self.manager, self.daily).limit_usd = limit_usd

    def test_a_higher_limit_ends_the_alarm_and_the_next_stop_is_told(self):
        counter, activity = self.used_up()
        self.raised(6)
        self.assertFalse(activity.exists().active)
        self.assertIn("limit was raised", self.daily.message_ids[0].body)
        self.assertFalse(self.alert(), "whoever raised it to that knows that 83 % are spent")
        self.assertEqual(self.alerted(counter), 80)
        self.spend(counter, "6")
        self.assertEqual(len(self.alert()), 1)
        self.assertEqual(self.alerted(counter), 100)
        self.assertFalse(self.alert())

    def test_a_much_higher_limit_tells_every_threshold_again(self):
        counter, _activity = self.used_up()
        self.raised(50)
        self.assertFalse(self.alert())
        self.assertEqual(self.alerted(counter), 0)
        self.spend(counter, "41")
        self.assertIn("80", self.alert().summary)

    def test_a_stop_before_the_cron_has_seen_the_higher_limit_is_told(self):
        counter, _activity = self.used_up()
        self.raised(6)
        self.spend(counter, "6")
        self.assertEqual(len(self.alert()), 1)
        self.assertFalse(self.alert())

    def test_a_limit_raised_and_lowered_again_is_told(self):
        _counter, _activity = self.used_up()
        self.raised(50)
        self.daily.limit_usd = 5
        self.assertEqual(len(self.alert()), 1)
        self.assertFalse(self.alert())

    def test_a_limit_that_still_does_not_do_leaves_the_alarm_on(self):
        counter, activity = self.used_up()
        self.spend(counter, "5.5")
        self.raised(5.2)
        self.assertTrue(activity.exists().active)
        self.assertFalse(self.alert())
        self.assertEqual(self.alerted(counter), 100)

    def test_a_lower_limit_leaves_the_alarm_on(self):
        counter, activity = self.used_up()
        self.daily.limit_usd = 4
        self.assertTrue(activity.exists().active)
        self.assertFalse(self.alert())
        self.assertEqual(self.alerted(counter), 100)

    def test_a_higher_limit_is_nothing_to_the_next_period(self):
        self.used_up()
        self.raised(50)
        self.daily.limit_usd = 5
        self.alert()
        with freeze_time("2026-11-19 15:00:00"):
            self.env.invalidate_all()
            self.counter(self.daily, spent="5")
            self.assertEqual(len(self.alert()), 1)
            self.assertFalse(self.alert())
