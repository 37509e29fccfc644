"""The managers hear when a budget nears its limit, and when it is used up, minutes after the ask."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import pytz
from markupsafe import Markup

from odoo import api, models
from odoo.tools import SQL, format_amount, format_date

from ..llm.postgres.door import Statement
from .ai_budget import ALERT_PERCENT
from .ai_budget_limits import TIMEZONE

#: Marked beside the asks that count on the same row, so not in the cron's own transaction.
_ALERTED = Statement(
    "l10n_cl_ai_budget_alerted",
    "UPDATE l10n_cl_ai_budget_counter SET alerted = greatest(alerted, $2) WHERE id = $1",
    ("integer", "integer"),
    repeatable=True,
)
_USED_UP = 100


@dataclass(frozen=True)
class Alert:
    """A threshold that a counter has passed.

    :param budget: the budget; empty for the safe default
    :param level: percent of the limit
    :param spent: USD, as is ``limit``
    """

    counter_id: int
    budget: Any
    company: Any
    name: str
    period_start: date
    level: int
    spent: float
    limit: float


class AiBudget(models.Model):
    _inherit = "l10n_cl_ai.budget"

    @api.model
    def _cron_alert(self):
        """Give the managers an activity for each threshold passed, once per period and threshold."""
        door, cron = self.env["l10n_cl_ai.gateway"]._door(), self.env["ir.cron"]
        due = self._due_alerts()
        cron._commit_progress(remaining=len(due))
        for alert in due:
            self._alert(alert)
            seconds_left = cron._commit_progress(1)
            # Only now, with the activity committed: killed between the two, it comes twice rather than never.
            door.run(_ALERTED, (alert.counter_id, alert.level))
            if not seconds_left:
                break

    @api.model
    def _due_alerts(self):
        """Return the alerts of current periods that nobody has been told of."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.id, c.budget_id, c.company_id, c.period_start, c.spent, c.limit_usd, c.alerted
                  FROM l10n_cl_ai_budget_counter c
                 WHERE c.alerted < %s AND c.spent > 0 AND c.period_start > now() - interval '33 days'
                 ORDER BY c.id
                """,
                _USED_UP,
            )
        )
        return [alert for row in rows if (alert := self._due_alert(*row))]

    def _due_alert(self, counter_id, budget_id, company_id, period_start, spent, limit, alerted):
        """Return the alert that a counter is due, or None; a period or a budget that is over has none."""
        company = self.env["res.company"].browse(company_id).exists()
        budget = self.search([("id", "=", budget_id)])
        if not company or not (budget or self._is_default(budget_id)):
            return None
        period = budget.period or self._default_period(budget_id)
        if period_start != self._period_start(period, self._today(company)):
            return None
        limit, share = (budget.limit_usd, budget.alert_percent) if budget else (limit, ALERT_PERCENT)
        level = self._level(company, budget, period_start, spent, limit, share)
        name = budget.display_name or f"{company.name}: {self._limit_name(period, False, False)}"
        alert = Alert(counter_id, budget, company, name, period_start, level, spent, limit)
        return alert if level > alerted else None

    def _level(self, company, budget, period_start, spent, limit, share):
        """Return the highest threshold passed, in percent; 0 for none."""
        if spent < limit * share / 100:
            return 0
        used_up = spent >= limit or self._has_refused(company, budget, period_start)
        return _USED_UP if used_up else share

    def _has_refused(self, company, budget, period_start):
        """Tell whether an ask found the budget too small: it may never be spent to the last cent."""
        midnight = pytz.timezone(TIMEZONE).localize(datetime.combine(period_start, time()))
        domain = [
            ("company_id", "=", company.id),
            ("asked_at", ">=", midnight.astimezone(pytz.utc).replace(tzinfo=None)),
            ("reason", "=", "over_budget"),
        ]
        if budget.user_id:
            domain.append(("user_id", "=", budget.user_id.id))
        if budget.feature_id:
            domain.append(("feature", "=", budget.feature_id.code))
        return bool(self.env["l10n_cl_ai.request"].search(domain, limit=1))

    def _alert(self, alert):
        # The safe default is no record that an activity could hang on.
        record = alert.budget or alert.company.partner_id
        for user in self._managers(alert.company):
            told = record.with_context(lang=user.lang)
            summary, note = self.with_context(lang=user.lang)._alert_words(alert)
            told.activity_schedule(
                "mail.mail_activity_data_warning", summary=summary, note=note, user_id=user.id
            )

    def _alert_words(self, alert):
        """Return summary and note of an alert, in the language of the context."""
        money = {
            "budget": alert.budget.with_env(self.env).display_name or alert.name,
            "spent": self._usd(alert.spent),
            "limit": self._usd(alert.limit),
            "day": format_date(self.env, alert.period_start),
        }
        note = self.env._("%(budget)s: %(spent)s of %(limit)s spent since %(day)s.", **money)
        if alert.level < _USED_UP:
            return self.env._("AI budget: %(percent)s %% spent", percent=alert.level), Markup(
                "<p>%s</p>"
            ) % note
        stop = self.env._("Nothing more is asked that does not fit, until the next period or a higher limit.")
        return self.env._("AI budget used up"), Markup("<p>%s</p><p>%s</p>") % (note, stop)

    def _usd(self, amount):
        return format_amount(self.env, amount, self.env.ref("base.USD"))

    @api.model
    def _managers(self, company):
        """Return who is told: the company's managers of the AI, else the system's administrators."""
        for group in ("l10n_cl_ai.group_manager", "base.group_system"):
            users = self.env.ref(group).all_user_ids.filtered("active")
            found = users.filtered(lambda user: company in user.company_ids)
            if found:
                return found
        return users
