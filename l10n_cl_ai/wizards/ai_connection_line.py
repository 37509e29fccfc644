from odoo import fields, models

LIFECYCLES = [("active", "Active"), ("deprecated", "Deprecated"), ("retired", "Retired"), ("unknown", "Unknown")]


class AiConnectionLine(models.TransientModel):
    _name = "l10n_cl_ai.connection.line"
    _description = "Model that the AI's key may use"
    _order = "lifecycle, name"

    wizard_id = fields.Many2one("l10n_cl_ai.connection.wizard", required=True, ondelete="cascade")
    name = fields.Char("Model", readonly=True)
    label = fields.Char("Name", readonly=True)
    lifecycle = fields.Selection(LIFECYCLES, readonly=True)
    retires_on = fields.Date("Retires on", readonly=True)
    feature_names = fields.Char("Used by", readonly=True)
