from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_cl_ai_suggest_ask_limit = fields.Integer(
        "Lines asked of the AI in a day",
        default=200,
        help="Of the lines whose project the history does not tell, so many different ones are asked of the AI in 24 "
        "hours at most, however many bills come. 0: none.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_cl_ai_suggest_ask_limit = fields.Integer(related="company_id.l10n_cl_ai_suggest_ask_limit", readonly=False)
