"""*Look now*: which pages are looked at at once; the round itself is the cron's."""

from odoo import fields, models
from odoo.exceptions import UserError


class AiSiiWizard(models.TransientModel):
    _name = "l10n_cl_ai.sii.wizard"
    _description = "Look at the SII's Site Now"

    source_ids = fields.Many2many(
        "l10n_cl_ai.sii.source", "l10n_cl_ai_sii_wizard_source_rel", string="Pages",
        default=lambda self: self.env["l10n_cl_ai.sii.source"].search([]),
    )  # fmt: skip

    def action_look(self):
        """Have them looked at, and show how far it gets."""
        if not self.source_ids:
            raise UserError(self.env._("Choose at least one page."))
        return self.source_ids.action_look_now()
