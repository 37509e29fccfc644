"""The token by which Prometheus reads our metrics: made, made anew and removed; shown once."""

from odoo import fields, models
from odoo.exceptions import AccessError

from .ai_metrics import TOKEN
from .res_config_settings_ai import ADMINISTRATORS


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_cl_ai_metrics_since = fields.Datetime(
        "Token made on", compute="_compute_l10n_cl_ai_metrics_since", groups=ADMINISTRATORS
    )

    def _compute_l10n_cl_ai_metrics_since(self):
        # sudo: ir.config_parameter - when it was made, of the administrator who looks
        kept = self.env["ir.config_parameter"].sudo().search([("key", "=", TOKEN), ("value", "!=", False)])
        self.l10n_cl_ai_metrics_since = kept.write_date

    def action_l10n_cl_ai_make_metrics_token(self):
        """Make a token in place of any before, and show it."""
        self._l10n_cl_ai_only_administrators()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Token for metrics"),
            "res_model": "l10n_cl_ai.metrics.token",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_token": self.env["l10n_cl_ai.metrics"]._make_token()},
        }

    def action_l10n_cl_ai_remove_metrics_token(self):
        """Remove the token: there are no metrics then."""
        self._l10n_cl_ai_only_administrators()
        self.env["l10n_cl_ai.metrics"]._remove_token()
        return {"type": "ir.actions.client", "tag": "reload"}

    def _l10n_cl_ai_only_administrators(self):
        if not self.env.is_system():
            raise AccessError(self.env._("Only system administrators change the settings of the AI."))
