"""How much may be spent on the AI, by whom, on what and in which time."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from . import ai_base  # noqa: F401 - what it inherits is defined first
from .ai_usd import CompanyMoney

PERIODS = [("day", "Daily"), ("month", "Monthly")]
#: Share of a limit at which the managers are told.
ALERT_PERCENT = 80
#: A counter counts one thing from its first ask to the end of its period.
_FIXED = ("company_id", "user_id", "feature_id", "period")


class AiBudget(models.Model):
    _name = "l10n_cl_ai.budget"
    _inherit = ["mail.thread", "mail.activity.mixin", "l10n_cl_ai.guarded"]
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
    simulated = fields.Float(
        "Simulated (USD)",
        digits=(16, 6),
        compute="_compute_usage",
        help="What a stand-in for the provider answered would have cost. Nobody pays for it: it is counted apart, by "
        "the same limit.",
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
    # Archived ones too: a second one would count from nothing what the first has counted.
    _one_of_a_kind = models.UniqueIndex(
        "(company_id, COALESCE(user_id, 0), COALESCE(feature_id, 0), period)",
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
        usage, simulated = self._usage(), self._usage(simulated=True)
        for budget in self:
            budget.period_start = budget._period_start(budget.period, self._today(budget.company_id))
            key = budget._origin.id, budget.period_start
            spent, reserved = usage.get(key, (0.0, 0.0))
            budget.simulated = sum(simulated.get(key, (0.0, 0.0)))
            budget.spent, budget.reserved = spent, reserved
            budget.left = max(budget.limit_usd - spent - reserved, 0.0)
            # A limit of nothing is used up from the start.
            budget.used_percent = (spent + reserved) / budget.limit_usd * 100 if budget.limit_usd else 100.0

    def _usage(self, simulated=False):
        """Return {(budget id, period start): (spent, reserved)} in USD: paid, or what a stand-in answered."""
        rows = self.env.execute_query(
            SQL(
                "SELECT budget_id, period_start, spent, reserved FROM l10n_cl_ai_budget_counter"
                " WHERE budget_id = ANY(%s) AND simulated = %s",
                self._origin.ids,
                simulated,
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

    @api.model_create_multi
    def create(self, vals_list):
        """Make budgets. One of whose kind there is an archived one is that one, with all that it has counted."""
        budgets = self.browse()
        for vals in vals_list:
            archived = self._archived(vals)
            if archived:
                archived.write({"alert_percent": ALERT_PERCENT, "active": True, **vals})
            budgets += archived or super().create([vals])
        return budgets

    def _archived(self, vals):
        """Return the archived budget of the kind that values are of, if any."""
        kind = {**self.default_get(list(_FIXED)), **vals}
        domain = [(name, "=", kind.get(name) or False) for name in _FIXED]
        return self.search([*domain, ("active", "=", False)])

    def write(self, vals):
        for budget in self:
            if budget._changes(vals, ["company_id"]):
                # Rights were looked at for the company it has, not for the one it would get.
                raise UserError(self.env._("A budget stays with its company: make another."))
            if budget._changes(vals, _FIXED) and budget.counter_ids:
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
        """Delete budgets; those that have counted are archived, so that nothing spent is forgotten."""
        counted = self.filtered("counter_ids")
        counted.check_access("unlink")
        counted.active = False
        companies = (self - counted).company_id
        result = super(AiBudget, self - counted).unlink()
        self._tell_unprotected(companies)
        return result

    def _changes(self, vals, names):
        """Tell whether values change any of the fields with these names."""
        self.ensure_one()
        fixed = [self._fields[name] for name in names if name in vals]
        return any(
            field.convert_to_cache(vals[field.name], self) != field.convert_to_cache(self[field.name], self)
            for field in fixed
        )
