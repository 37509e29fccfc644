from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_cl_ai_post_on_block = fields.Selection(
        related="company_id.l10n_cl_ai_post_on_block", readonly=False, required=True
    )
    l10n_cl_ai_review_on_post = fields.Boolean(related="company_id.l10n_cl_ai_review_on_post", readonly=False)
    l10n_cl_ai_require_look = fields.Boolean(related="company_id.l10n_cl_ai_require_look", readonly=False)
    l10n_cl_ai_review_activity = fields.Boolean(related="company_id.l10n_cl_ai_review_activity", readonly=False)
    l10n_cl_ai_post_on_warn = fields.Selection(
        related="company_id.l10n_cl_ai_post_on_warn", readonly=False, required=True
    )
    l10n_cl_ai_comuna_field_id = fields.Many2one(
        related="company_id.l10n_cl_ai_comuna_field_id", readonly=False
    )
    l10n_cl_ai_acteco_field_id = fields.Many2one(
        related="company_id.l10n_cl_ai_acteco_field_id", readonly=False
    )
    l10n_cl_ai_caf_field_id = fields.Many2one(related="company_id.l10n_cl_ai_caf_field_id", readonly=False)
    l10n_cl_ai_reference_field_id = fields.Many2one(
        related="company_id.l10n_cl_ai_reference_field_id", readonly=False
    )
