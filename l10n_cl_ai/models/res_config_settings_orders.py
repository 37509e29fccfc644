from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_cl_ai_order_tolerance = fields.Float(related="company_id.l10n_cl_ai_order_tolerance", readonly=False)
    l10n_cl_ai_has_orders = fields.Boolean(compute="_compute_l10n_cl_ai_has_orders")

    def _compute_l10n_cl_ai_has_orders(self):
        self.l10n_cl_ai_has_orders = "purchase.order" in self.env
