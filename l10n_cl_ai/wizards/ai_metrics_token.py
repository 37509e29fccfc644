from odoo import fields, models


class AiMetricsToken(models.AbstractModel):
    """Shows a token once. Without a table: it stands nowhere but on the screen."""

    _name = "l10n_cl_ai.metrics.token"
    _description = "Token for metrics"

    # The onchange that returns the default of `token` needs it.
    id = fields.Id()
    token = fields.Char(readonly=True)
