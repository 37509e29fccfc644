"""How good suggestions are: one row a line, as it was last proposed."""

from odoo import fields, models
from odoo.tools import SQL

from .ai_suggestion import BANDS, METHODS, STATES, TARGETS


class AiSuggestionReport(models.Model):
    """Of the suggestions of a line the last one counts. What is not posted yet is neither right nor wrong."""

    _name = "l10n_cl_ai.suggestion.report"
    _description = "Precision of suggestions"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "suggestion_id"

    suggestion_id = fields.Many2one("l10n_cl_ai.suggestion", readonly=True)
    move_id = fields.Many2one("account.move", "Bill", readonly=True, aggregator="count_distinct")
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", "Supplier", readonly=True)
    target = fields.Selection(TARGETS, "What", readonly=True)
    method = fields.Selection(METHODS, readonly=True)
    band = fields.Selection(BANDS, readonly=True)
    state = fields.Selection(STATES, readonly=True)
    applied_by = fields.Selection([("person", "A person"), ("auto", "Automatic")], readonly=True)
    date = fields.Date(readonly=True, help="Of posting; before it, the day of the suggestion.")
    is_settled = fields.Boolean("Posted", readonly=True)
    lines = fields.Integer(readonly=True, aggregator="sum")
    settled = fields.Integer("Lines posted", readonly=True, aggregator="sum")
    right = fields.Integer("Lines right", readonly=True, aggregator="sum")
    precision = fields.Float(
        readonly=True, aggregator="avg", help="Right lines of those posted, where something was proposed."
    )
    coverage = fields.Float(
        readonly=True, aggregator="avg", help="Lines with a suggestion, automatic or not, of all lines."
    )
    automatic = fields.Float(
        "Coverage of the automatic band", readonly=True, aggregator="avg", help="Of all lines."
    )

    @property
    def _table_query(self):
        # Without a value where nothing is known: an average passes it over.
        return SQL(
            """
            SELECT id, id AS suggestion_id, move_id, company_id, partner_id, target, method, band, state, applied_by,
                   COALESCE(settled_on, create_date::date) AS date,
                   settled_on IS NOT NULL AS is_settled,
                   1 AS lines,
                   (label IS NOT NULL AND settled_on IS NOT NULL)::int AS settled,
                   CASE WHEN label IS NOT NULL AND settled_on IS NOT NULL THEN "right"::int ELSE 0 END AS right,
                   CASE WHEN label IS NOT NULL AND settled_on IS NOT NULL THEN "right" END AS precision,
                   (band <> 'unknown')::int::float AS coverage,
                   (band = 'auto')::int::float AS automatic
              FROM (SELECT DISTINCT ON (line_id, target) *
                      FROM l10n_cl_ai_suggestion ORDER BY line_id, target, id DESC) AS last
            """
        )
