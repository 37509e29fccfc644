"""Precision by band and month, with how far it can be believed."""

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..suggest.bands import FEWEST, Z
from .ai_suggestion import BANDS, TARGETS


class AiSuggestionPrecision(models.Model):
    _name = "l10n_cl_ai.suggestion.precision"
    _description = "Precision of suggestions by band and month"
    _auto = False
    _order = "month desc, target, band"
    _rec_name = "month"

    company_id = fields.Many2one("res.company", readonly=True)
    target = fields.Selection(TARGETS, "What", readonly=True)
    band = fields.Selection(BANDS, readonly=True)
    month = fields.Date(readonly=True)
    month_name = fields.Char("In", compute="_compute_month_name")
    # A bound of bounds says nothing: these are not summed up when grouped.
    lines = fields.Integer(readonly=True, aggregator="sum")
    settled = fields.Integer("Lines posted", readonly=True, aggregator="sum")
    right = fields.Integer("Lines right", readonly=True, aggregator="sum")
    precision = fields.Float(readonly=True, aggregator=None)
    lower = fields.Float("At least", readonly=True, aggregator=None, help="One-sided 95 %, after Wilson.")
    coverage = fields.Float(readonly=True, aggregator=None, help="Of the lines of the month.")
    few = fields.Boolean(readonly=True, help="Too few lines to say much.")
    words = fields.Char("Believable", compute="_compute_words")

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_month_name(self):
        for row in self:
            row.month_name = format_date(self.env, row.month, date_format="MMMM y")

    @api.depends("settled", "few")
    @api.depends_context("lang")
    def _compute_words(self):
        for row in self:
            if not row.settled:
                row.words = self.env._("nothing posted yet")
            else:
                row.words = self.env._("few: %s lines", row.settled) if row.few else self.env._("%s lines", row.settled)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT row_number() OVER (ORDER BY company_id, month, target, band) AS id,
                   company_id, target, band, month, lines, settled, "right", settled < %(few)s AS few,
                   "right" / NULLIF(settled, 0)::float AS precision,
                   CASE WHEN settled > 0 THEN GREATEST(0, (
                       "right"::float / settled + %(zz)s / (2 * settled)
                       - sqrt(GREATEST(0, %(zz)s * ("right"::float / settled * (1 - "right"::float / settled) / settled
                                                    + %(zz)s / (4 * settled::float * settled))))
                   ) / (1 + %(zz)s / settled)) END AS lower,
                   lines / sum(lines) OVER (PARTITION BY company_id, month, target)::float AS coverage
              FROM (SELECT company_id, target, band, date_trunc('month', date)::date AS month,
                           sum(lines)::int AS lines, sum(settled)::int AS settled, sum("right")::int AS "right"
                      FROM (%(rows)s) AS row GROUP BY company_id, target, band, date_trunc('month', date)) AS summed
            """,
            few=FEWEST,
            zz=Z * Z,
            rows=self.env["l10n_cl_ai.suggestion.report"]._table_query,
        )
