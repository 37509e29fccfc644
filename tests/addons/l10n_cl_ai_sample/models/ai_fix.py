from odoo import api, models
from odoo.addons.l10n_cl_ai.models.ai_fix import Plan


class Fix(models.AbstractModel):
    _inherit = "l10n_cl_ai.fix"

    @api.model
    def _can_order_number(self, finding):
        return bool(finding.move_id.invoice_origin)

    @api.model
    def _fix_order_number(self, finding):
        """Take the order from the document the invoice was made of."""
        move = finding.move_id
        return Plan(move, {"ref": move.invoice_origin}, self.env._("order of the client"))
