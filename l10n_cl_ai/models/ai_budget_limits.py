"""The limits that the gateway reserves against, and the safe default where nobody has set any."""

import logging
from datetime import date
from decimal import Decimal, InvalidOperation

from odoo import api, fields, models
from odoo.tools import SQL

from ..llm.postgres.budget import Limit

_logger = logging.getLogger(__name__)

#: Where the days of budgets begin and end: the addon is for companies in Chile. A company's contact has a time zone
#: too, but people without any right on budgets write it, and each move of it would begin another day's money.
TIMEZONE = "America/Santiago"
#: USD that a company may spend that has no budgets, where the system parameters say nothing that can be read.
_DEFAULTS = {"day": Decimal(5), "month": Decimal(50)}


class AiBudget(models.Model):
    _inherit = "l10n_cl_ai.budget"

    @api.model
    def _limits(self, company, user, feature, today: date) -> list[Limit]:
        """Return the limits an ask has to fit into: the company's, that user's and that feature's, by id.

        A company without an active budget for all its users and features has the safe default beside them: an empty
        table would stop nothing.

        :param today: the day in Chile, see :meth:`_today`
        """
        rows = self._limit_rows(company, user, feature)
        limits = [
            Limit(
                budget_id=row_id,
                company_id=company.id,
                period_start=self._period_start(period, today),
                limit=Decimal(limit),
                name=self._limit_name(period, user_id, feature_id),
            )
            for row_id, period, limit, user_id, feature_id in rows
        ]
        if any(not user_id and not feature_id for *_row, user_id, feature_id in rows):
            return limits
        return self._default_limits(company, today) + limits

    def _limit_rows(self, company, user, feature):
        """Return (id, period, limit as text, user id, feature id) of the budgets an ask falls under."""
        self.flush_model(["company_id", "user_id", "feature_id", "period", "limit_usd", "active"])
        return self.env.execute_query(
            SQL(
                """
                SELECT id, period, limit_usd::text, user_id, feature_id
                  FROM l10n_cl_ai_budget
                 WHERE active AND company_id = %s
                   AND (user_id IS NULL OR user_id = %s)
                   AND (feature_id IS NULL OR feature_id = %s)
                 ORDER BY id
                """,
                company.id,
                user.id,
                feature.id or None,
            )
        )

    def _limit_name(self, period, user_id, feature_id):
        """Return which limit it is, as the answer to an ask over budget names it."""
        names = {
            ("day", False, False): self.env._("daily budget of the company"),
            ("day", True, False): self.env._("daily budget of the user"),
            ("day", False, True): self.env._("daily budget of the feature"),
            ("day", True, True): self.env._("daily budget of the user for the feature"),
            ("month", False, False): self.env._("monthly budget of the company"),
            ("month", True, False): self.env._("monthly budget of the user"),
            ("month", False, True): self.env._("monthly budget of the feature"),
            ("month", True, True): self.env._("monthly budget of the user for the feature"),
        }
        return names[period, bool(user_id), bool(feature_id)]

    # -- periods -------------------------------------------------------------------------------------

    @api.model
    def _today(self, company) -> date:
        """Return the day of a company's budgets, which renew at its midnight.

        :param company: the day is Chile's whatever is written in its records
        """
        return fields.Date.context_today(self.with_context(tz=TIMEZONE))

    @api.model
    def _period_start(self, period, today: date) -> date:
        return today.replace(day=1) if period == "month" else today

    # -- the safe default ----------------------------------------------------------------------------

    @api.model
    def _default_limits(self, company, today: date) -> list[Limit]:
        return [
            Limit(
                budget_id=self._default_id(company, period),
                company_id=company.id,
                period_start=self._period_start(period, today),
                limit=self._default_usd(period),
                name=self._limit_name(period, False, False),
            )
            for period in ("month", "day")  # in order of their ids: rows are always locked in one order
        ]

    @api.model
    def _default_id(self, company, period) -> int:
        """Return the id under which a company's default is counted: negative, so that no budget has it."""
        return -2 * company.id - (period == "month")

    def _is_default(self, budget_id) -> bool:
        return budget_id < 0

    def _default_period(self, budget_id):
        return "month" if budget_id % 2 else "day"

    @api.model
    def _default_usd(self, period) -> Decimal:
        name = f"l10n_cl_ai.budget_{period}_usd"
        # sudo: ir.config_parameter - two amounts, no secret
        text = self.env["ir.config_parameter"].sudo().get_param(name)
        try:
            limit = Decimal(text or "NaN")
        except InvalidOperation:
            limit = Decimal("NaN")
        if limit.is_finite() and limit >= 0:
            return limit
        _logger.warning("System parameter %s is no amount of USD: %s is taken", name, _DEFAULTS[period])
        return _DEFAULTS[period]

    @api.model
    def _create_defaults(self, companies=None):
        """Give companies that never had a budget their default ones, to be seen and changed on screen.

        :param companies: all where None
        """
        # sudo: res.company, l10n_cl_ai.budget - who makes a company makes its limits, without rights on budgets
        budgets = self.sudo().with_context(active_test=False)
        domain = [("id", "in", companies.ids)] if companies else []
        known = [company.id for (company,) in budgets._read_group([], ["company_id"])]
        return budgets.create(
            [
                {"company_id": company.id, "period": period, "limit_usd": float(self._default_usd(period))}
                for company in budgets.env["res.company"].search([*domain, ("id", "not in", known)])
                for period in ("day", "month")
            ]
        )

    @api.model
    def _covered(self, companies):
        """Return those companies that have an active budget for all their users and features."""
        domain = [("company_id", "in", companies.ids), ("user_id", "=", False), ("feature_id", "=", False)]
        return self.search(domain).company_id

    def _unprotected_words(self, company):
        return self.env._(
            "%(company)s has no active budget for all users and features, so the safe default holds: %(day)s USD a "
            "day and %(month)s USD a month.",
            company=company.name,
            day=f"{self._default_usd('day').normalize():f}",
            month=f"{self._default_usd('month').normalize():f}",
        )

    def _tell_unprotected(self, companies):
        """Say on the user's screen which companies have fallen back to the safe default."""
        for company in companies - self._covered(companies):
            message = {"type": "warning", "sticky": True, "message": self._unprotected_words(company)}
            self.env.user._bus_send("simple_notification", message)
