from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_cl_ai_watch = fields.Boolean(related="company_id.l10n_cl_ai_watch", readonly=False)
    l10n_cl_ai_watch_user_id = fields.Many2one(related="company_id.l10n_cl_ai_watch_user_id", readonly=False)
    l10n_cl_ai_watch_from = fields.Selection(related="company_id.l10n_cl_ai_watch_from", readonly=False)
    l10n_cl_ai_watch_words = fields.Char(related="company_id.l10n_cl_ai_watch_words", readonly=False)
    l10n_cl_ai_watch_digest = fields.Selection(related="company_id.l10n_cl_ai_watch_digest", readonly=False)
    l10n_cl_ai_watch_digest_user_ids = fields.Many2many(
        related="company_id.l10n_cl_ai_watch_digest_user_ids", readonly=False
    )
