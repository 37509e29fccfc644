from odoo import fields, models


class AiBudgetCounter(models.Model):
    """What a budget has spent and reserved in one period, counted by :mod:`..llm.postgres.budget`.

    ``budget_id`` is a plain number: a counter outlives its budget, and the safe default of a company without any
    has a negative one.
    """

    _name = "l10n_cl_ai.budget.counter"
    _inherit = "l10n_cl_ai.side.row"
    _description = "Use of an AI budget"
    _auto = False
    _log_access = False
    _order = "period_start desc, id desc"

    budget_id = fields.Integer("Id of the budget", readonly=True, aggregator=None)
    company_id = fields.Many2one("res.company", readonly=True)
    period_start = fields.Date("Period from", readonly=True)
    limit_usd = fields.Float("Limit (USD)", digits=(16, 6), readonly=True)
    spent = fields.Float("Spent (USD)", digits=(16, 6), readonly=True)
    reserved = fields.Float("Reserved (USD)", digits=(16, 6), readonly=True)
    simulated = fields.Boolean(readonly=True, help="Answered by a stand-in for the provider: nobody paid for it.")
    alerted = fields.Integer("Alerted at (%)", readonly=True, aggregator=None)
    alerted_raise = fields.Datetime(
        "Raise known", readonly=True, help="The last raise of the limit that the alerts of this period know of."
    )
