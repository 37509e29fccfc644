"""The managers hear when a budget nears its limit, and when it is used up, minutes after the ask."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import pytz
from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..llm.postgres.door import Statement
from .ai_budget import ALERT_PERCENT
from .ai_budget_limits import TIMEZONE
from .ai_usd import CompanyMoney

#: Marked beside the asks that count on the same row, so not in the cron's own transaction. Only the cron marks.
_ALERTED = Statement(
    "l10n_cl_ai_budget_alerted",
    "UPDATE l10n_cl_ai_budget_counter SET alerted = $2, alerted_raise = $3 WHERE id = $1",
    ("integer", "integer", "timestamp"),
    repeatable=True,
)
_USED_UP = 100
_ACTIVITY = "mail.mail_activity_data_warning"


@dataclass(frozen=True)
class Alert:
    """A threshold that a counter has passed, or that it has left by a higher limit.

    :param budget: the budget; empty for the safe default
    :param level: percent of the limit
    :param told: what the managers know already, in percent
    :param raised_at: when the limit was last raised, if ever
    :param spent: USD, as is ``limit``
    """

    counter_id: int
    budget: Any
    company: Any
    name: str
    period_start: date
    level: int
    told: int
    raised_at: datetime | None
    spent: float
    limit: float


class AiBudget(models.Model):
    _inherit = "l10n_cl_ai.budget"

    limit_raised_at = fields.Datetime("Limit raised on", readonly=True, copy=False)
    level_at_raise = fields.Integer(
        "Level at the raise (%)",
        readonly=True,
        copy=False,
        aggregator=None,
        help="Which alert the higher limit still was due when it was set: that one is not given again.",
    )

    def write(self, vals):
        if "limit_usd" not in vals:
            return super().write(vals)
        limits = {budget: budget.limit_usd for budget in self}
        result = super().write(vals)
        self.filtered(lambda budget: budget.limit_usd > limits[budget])._end_alarm()
        return result

    def _end_alarm(self):
        """Close the alerts that a higher limit has settled, and let the next threshold alert again.

        The counters' marks are left to the cron, which compares them with this raise: whatever is spent before it
        comes by, and whether or not this transaction is committed, no stop goes untold.
        """
        for budget in self:
            level = budget._spent_level(budget.spent, budget.limit_usd, budget.alert_percent)
            # sudo: l10n_cl_ai.budget - the code's to write; the right was looked at where the limit was raised
            budget.sudo().write({"limit_raised_at": fields.Datetime.now(), "level_at_raise": level})
            if level < _USED_UP:
                budget.activity_feedback([_ACTIVITY], feedback=self.env._("The limit was raised."))

    @api.model
    def _cron_alert(self):
        """Give the managers an activity for each threshold passed, once per period and threshold."""
        door, cron = self.env["l10n_cl_ai.gateway"]._door(), self.env["ir.cron"]
        due = self._due_alerts()
        cron._commit_progress(remaining=len(due))
        for alert in due:
            if alert.level > alert.told:
                self._alert(alert)
            seconds_left = cron._commit_progress(1)
            # Only now, with the activity committed: killed between the two, it comes twice rather than never.
            door.run(_ALERTED, (alert.counter_id, max(alert.level, alert.told), alert.raised_at))
            if not seconds_left:
                break

    @api.model
    def _due_alerts(self):
        """Return the alerts of current periods that nobody was told of, and those that a higher limit took back.

        What a stand-in answered is no money: nobody is told of it.
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.id, c.budget_id, c.company_id, c.period_start, c.spent, c.limit_usd, c.alerted,
                       b.limit_raised_at IS DISTINCT FROM c.alerted_raise
                  FROM l10n_cl_ai_budget_counter c LEFT JOIN l10n_cl_ai_budget b ON b.id = c.budget_id
                 WHERE (c.alerted < %s OR b.limit_raised_at IS DISTINCT FROM c.alerted_raise)
                   AND c.spent > 0 AND NOT c.simulated AND c.period_start > now() - interval '33 days'
                 ORDER BY c.id
                """,
                _USED_UP,
            )
        )
        return [alert for row in rows if (alert := self._due_alert(*row))]

    def _due_alert(self, counter_id, budget_id, company_id, period_start, spent, limit, alerted, raised):
        """Return the alert that a counter is due, or None; a period or a budget that is over has none.

        :param raised: the limit was raised since the counter was marked ``alerted``
        """
        company = self.env["res.company"].browse(company_id).exists()
        budget = self.search([("id", "=", budget_id)])
        if not company or not (budget or self._is_default(budget_id)):
            return None
        period = budget.period or self._default_period(budget_id)
        if period_start != self._period_start(period, self._today(company)):
            return None
        limit, share = (budget.limit_usd, budget.alert_percent) if budget else (limit, ALERT_PERCENT)
        level, told = self._spent_level(spent, limit, share), alerted
        if 0 < level < _USED_UP and self._has_refused(company, budget_id, budget.limit_raised_at, period_start):
            level = _USED_UP
        if raised:
            told = min(alerted, budget.level_at_raise)
        name = budget.display_name or f"{company.name}: {self._limit_name(period, False, False)}"
        raised_at = budget.limit_raised_at or None
        alert = Alert(counter_id, budget, company, name, period_start, level, told, raised_at, spent, limit)
        return alert if level > told or told < alerted else None

    def _spent_level(self, spent, limit, share):
        """Return the highest threshold that what is spent has passed, in percent; 0 for none."""
        if spent < limit * share / 100:
            return 0
        return _USED_UP if spent >= limit else share

    def _has_refused(self, company, budget_id, raised_at, period_start):
        """Tell whether an ask found the budget too small as it is: it may never be spent to the last cent."""
        midnight = pytz.timezone(TIMEZONE).localize(datetime.combine(period_start, time()))
        since = midnight.astimezone(pytz.utc).replace(tzinfo=None)
        domain = [
            ("company_id", "=", company.id),
            ("asked_at", ">=", max(since, raised_at or since)),
            ("reason", "=", "over_budget"),
            ("refused_by", "=", budget_id),
            ("simulated", "=", False),
        ]
        return bool(self.env["l10n_cl_ai.request"].search(domain, limit=1))

    def _alert(self, alert):
        for user in self._managers(alert.company):
            summary, note = self.with_context(lang=user.lang)._alert_words(alert)
            values = {"summary": summary, "note": note, "user_id": user.id}
            if alert.budget:
                alert.budget.with_context(lang=user.lang).activity_schedule(_ACTIVITY, **values)
            else:
                # Of the safe default there is no record: on the contact, who may write that would read it, whichever
                # company he works in.
                self.env["mail.activity"].create({"activity_type_id": self.env.ref(_ACTIVITY).id, **values})

    def _alert_words(self, alert):
        """Return summary and note of an alert, in the language of the context."""
        usd = CompanyMoney(self.env)
        money = {
            "budget": alert.budget.with_env(self.env).display_name or alert.name,
            "spent": usd.dollars(alert.spent),
            "limit": usd.dollars(alert.limit),
            "day": format_date(self.env, alert.period_start),
        }
        note = [self.env._("%(budget)s: %(spent)s of %(limit)s spent since %(day)s.", **money)]
        note += self._own_currency_words(alert, usd)
        if alert.level < _USED_UP:
            summary = self.env._("AI budget: %(percent)s %% spent", percent=alert.level)
        else:
            summary = self.env._("AI budget used up")
            note.append(
                self.env._("Nothing more is asked that does not fit, until the next period or a higher limit.")
            )
        return summary, Markup().join(Markup("<p>%s</p>") % line for line in note)

    def _own_currency_words(self, alert, usd):
        """Return a line with the amounts in the company's currency, or none where no rate is known."""
        company, day = alert.company, self._today(alert.company)
        spent = usd.amount(alert.spent, company, day)
        if not spent:
            return []
        limit = usd.words(alert.limit, company, day)
        return [self.env._("In company currency: %(spent)s of %(limit)s.", spent=spent, limit=limit)]

    @api.model
    def _managers(self, company):
        """Return who is told: the company's managers of the AI, else the system's administrators."""
        for group in ("l10n_cl_ai.group_manager", "base.group_system"):
            users = self.env.ref(group).all_user_ids.filtered("active")
            found = users.filtered(lambda user: company in user.company_ids)
            if found:
                return found
        return users
