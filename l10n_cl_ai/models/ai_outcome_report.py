"""Why we are rejected: the reasons of the answers, by code, customer, product and month."""

from odoo import fields, models
from odoo.tools import SQL

from .answer_facts import EVENTS, KINDS, SOURCES


class AiOutcomeReport(models.Model):
    """One row per reason and product.

    A reason that names a line counts for that line's product. One that does not is of the whole document: it is
    shared in equal parts among the products of its lines, so that the parts of any grouping add up to the number
    of reasons. Which product it was really about, nobody said.
    """

    _name = "l10n_cl_ai.outcome.report"
    _description = "Why documents are rejected"
    _auto = False
    _order = "at desc, id desc"
    _rec_name = "code"

    outcome_id = fields.Many2one("l10n_cl_ai.outcome", "Answer", readonly=True)
    move_id = fields.Many2one("account.move", "Document", readonly=True, aggregator="count_distinct")
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    document_type = fields.Char("DTE type", readonly=True)
    kind = fields.Selection(KINDS, "Kind of answer", readonly=True)
    event = fields.Selection(EVENTS, readonly=True)
    code = fields.Char("Reason", readonly=True, help="The SII's code, or the customer's event.")
    meaning = fields.Text(related="outcome_id.meaning")
    gloss = fields.Char(readonly=True)
    at = fields.Datetime("Answered on", readonly=True)
    source = fields.Selection(SOURCES, readonly=True)
    is_verified = fields.Boolean("Counts", readonly=True)
    names_line = fields.Boolean(
        "Names the line", readonly=True, help="Else the reason is shared among the products of the document."
    )
    reasons = fields.Float("Number of reasons", readonly=True, digits=(16, 2), aggregator="sum")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT row_number() OVER (ORDER BY said.id, item.product_id) AS id,
                   said.id AS outcome_id, said.move_id, said.company_id, said.partner_id, item.product_id,
                   said.document_type, said.kind, said.event, COALESCE(said.code, said.event) AS code,
                   said.gloss, said.at, said.source, said.is_verified,
                   said.move_line_id IS NOT NULL AS names_line,
                   1.0 / count(*) OVER (PARTITION BY said.id) AS reasons
              FROM l10n_cl_ai_outcome said
              LEFT JOIN LATERAL (
                   SELECT DISTINCT line.product_id
                     FROM account_move_line line
                    WHERE line.id = said.move_line_id
                       OR (said.move_line_id IS NULL AND line.move_id = said.move_id
                           AND line.display_type = 'product')
                   ) item ON TRUE
            """
        )
