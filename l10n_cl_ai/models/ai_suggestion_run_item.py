from odoo import fields, models

STATES = [("waiting", "Waiting"), ("done", "Done"), ("skipped", "Left out")]


class AiSuggestionRunItem(models.Model):
    _name = "l10n_cl_ai.suggestion.run.item"
    _inherit = "l10n_cl_ai.evidence"
    _description = "Bill of many that get suggestions"
    _order = "id"
    _rec_name = "move_id"

    run_id = fields.Many2one("l10n_cl_ai.suggestion.run", required=True, readonly=True, index=True, ondelete="cascade")
    move_id = fields.Many2one("account.move", "Bill", required=True, readonly=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(related="move_id.commercial_partner_id", string="Supplier")
    state = fields.Selection(STATES, required=True, readonly=True, default="waiting")
    reason = fields.Char("Why it was left out", readonly=True)
