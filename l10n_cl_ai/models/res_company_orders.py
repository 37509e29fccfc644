from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_cl_ai_order_tolerance = fields.Float(
        "Tolerance of purchase orders (%)",
        default=2.0,
        help="A purchase order is proposed for a bill whose amount differs by no more than this.",
    )

    _l10n_cl_ai_order_tolerance_range = models.Constraint(
        "CHECK(l10n_cl_ai_order_tolerance IS NULL OR l10n_cl_ai_order_tolerance BETWEEN 0 AND 50)",
        "The tolerance of purchase orders is between 0 and 50 %.",
    )
