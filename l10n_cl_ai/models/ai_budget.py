"""How much may be spent on the AI, by whom, on what and in which time."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .ai_usd import CompanyMoney

PERIODS = [("day", "Daily"), ("month", "Monthly")]
#: Share of a limit at which the managers are told.
ALERT_PERCENT = 80
#: A counter counts one thing from its first ask to the end of its period.
_FIXED = ("company_id", "user_id", "feature_id", "period")


class AiBudget(models.Model):
    _name = "l10n_cl_ai.budget"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "AI Budget"
    _order = "company_id, user_id, feature_id, period"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users", check_company=True, ondelete="cascade", help="Empty: all users of the company together."
    )
    feature_id = fields.Many2one(
        "l10n_cl_ai.feature", ondelete="cascade", help="Empty: all features together."
    )
    period = fields.Selection(PERIODS, required=True, default="month")
    limit_usd = fields.Float(
        "Limit (USD)",
        digits=(16, 6),
        required=True,
        tracking=True,
        help="The provider bills in US dollars. 0 stops the AI for whom this budget is of.",
    )
    alert_percent = fields.Integer(
        "Alert at (%)",
        default=ALERT_PERCENT,
        required=True,
        help="Share of the limit at which the managers get an activity.",
    )
    active = fields.Boolean(default=True, tracking=True)
    period_start = fields.Date("Current period from", compute="_compute_usage")
    spent = fields.Float("Spent (USD)", digits=(16, 6), compute="_compute_usage")
    reserved = fields.Float(
        "Reserved (USD)",
        digits=(16, 6),
        compute="_compute_usage",
        help="The most that asks under way may yet cost.",
    )
    left = fields.Float("Left (USD)", digits=(16, 6), compute="_compute_usage")
    used_percent = fields.Float("Used (%)", digits=(16, 1), compute="_compute_usage", aggregator=None)
    limit_words = fields.Char("Limit in company currency", compute="_compute_words")
    spent_words = fields.Char("Spent in company currency", compute="_compute_words")
    unprotected = fields.Char("Notice", compute="_compute_unprotected")
    counter_ids = fields.One2many("l10n_cl_ai.budget.counter", "budget_id", "Periods", readonly=True)

    _limit_not_negative = models.Constraint("CHECK (limit_usd >= 0)", "A limit is not negative.")
    _alert_is_a_share = models.Constraint(
        "CHECK (alert_percent BETWEEN 1 AND 100)", "An alert comes between 1 and 100 % of the limit."
    )
    _one_of_a_kind = models.UniqueIndex(
        "(company_id, COALESCE(user_id, 0), COALESCE(feature_id, 0), period) WHERE active",
        "There is already such a budget: change its limit.",
    )

    # -- computes ------------------------------------------------------------------------------------

    @api.depends("company_id", "user_id", "feature_id", "period")
    @api.depends_context("lang")
    def _compute_display_name(self):
        periods = dict(self._fields["period"]._description_selection(self.env))
        for budget in self:
            owner = (budget.user_id.name, budget.feature_id.display_name if budget.feature_id else False)
            parts = [periods.get(budget.period), budget.company_id.name, *owner]
            budget.display_name = " · ".join(filter(None, parts))

    @api.depends("company_id", "period", "limit_usd")
    def _compute_usage(self):
        usage = self._usage()
        for budget in self:
            budget.period_start = budget._period_start(budget.period, self._today(budget.company_id))
            spent, reserved = usage.get((budget._origin.id, budget.period_start), (0.0, 0.0))
            budget.spent, budget.reserved = spent, reserved
            budget.left = max(budget.limit_usd - spent - reserved, 0.0)
            # A limit of nothing is used up from the start.
            budget.used_percent = (spent + reserved) / budget.limit_usd * 100 if budget.limit_usd else 100.0

    def _usage(self):
        """Return {(budget id, period start): (spent, reserved)} in USD."""
        rows = self.env.execute_query(
            SQL(
                "SELECT budget_id, period_start, spent, reserved FROM l10n_cl_ai_budget_counter"
                " WHERE budget_id = ANY(%s)",
                self._origin.ids,
            )
        )
        return {(budget_id, start): (spent, reserved) for budget_id, start, spent, reserved in rows}

    @api.depends("limit_usd", "company_id")
    @api.depends_context("lang")
    def _compute_words(self):
        money = CompanyMoney(self.env)
        for budget in self:
            day = self._today(budget.company_id)
            budget.limit_words = money.words(budget.limit_usd, budget.company_id, day)
            budget.spent_words = money.words(budget.spent, budget.company_id, day)

    @api.depends("company_id", "active", "user_id", "feature_id")
    @api.depends_context("lang")
    def _compute_unprotected(self):
        covered = self._covered(self.company_id)
        for budget in self:
            unprotected = budget.company_id and budget.company_id not in covered
            budget.unprotected = self._unprotected_words(budget.company_id) if unprotected else False

    # -- CRUD ----------------------------------------------------------------------------------------

    def write(self, vals):
        for budget in self:
            if budget._changes_meaning(vals) and budget.counter_ids:
                raise UserError(
                    self.env._(
                        "%(budget)s has counted already what was spent. Archive it and make another.",
                        budget=budget.display_name,
                    )
                )
        result = super().write(vals)
        if "active" in vals:
            self._tell_unprotected(self.company_id)
        return result

    def unlink(self):
        companies = self.company_id
        result = super().unlink()
        self._tell_unprotected(companies)
        return result

    def _changes_meaning(self, vals):
        """Tell whether values make a counter, which counts one thing over one period, say something else."""
        self.ensure_one()
        fixed = [self._fields[name] for name in _FIXED if name in vals]
        return any(
            field.convert_to_cache(vals[field.name], self) != field.convert_to_cache(self[field.name], self)
            for field in fixed
        )
