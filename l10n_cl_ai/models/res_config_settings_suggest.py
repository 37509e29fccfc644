from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_cl_ai_suggest_auto = fields.Boolean(related="company_id.l10n_cl_ai_suggest_auto", readonly=False)
    l10n_cl_ai_suggest_account = fields.Boolean(related="company_id.l10n_cl_ai_suggest_account", readonly=False)
    l10n_cl_ai_suggest_on_import = fields.Boolean(related="company_id.l10n_cl_ai_suggest_on_import", readonly=False)
    l10n_cl_ai_suggest_words = fields.Text(related="company_id.l10n_cl_ai_suggest_words")
    l10n_cl_ai_suggest_auto_since = fields.Datetime(related="company_id.l10n_cl_ai_suggest_auto_since")
    l10n_cl_ai_suggest_stopped_on = fields.Date(related="company_id.l10n_cl_ai_suggest_stopped_on")

    def action_l10n_cl_ai_measure(self):
        """Have the company's history measured anew in the background."""
        return self.company_id.action_l10n_cl_ai_measure()
