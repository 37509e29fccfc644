"""Where a manager, who need not be an administrator of the system, lets a company book by itself."""

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..models.res_company_suggest_auto import MANAGER


class AiAutomaticWizard(models.TransientModel):
    _name = "l10n_cl_ai.automatic.wizard"
    _description = "Booking by itself"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, readonly=True)
    is_on = fields.Boolean("On", related="company_id.l10n_cl_ai_suggest_auto")
    since = fields.Datetime(related="company_id.l10n_cl_ai_suggest_auto_since")
    stopped_on = fields.Date(related="company_id.l10n_cl_ai_suggest_stopped_on")
    words = fields.Text("Measured", related="company_id.l10n_cl_ai_suggest_words")
    may_turn_on = fields.Boolean(compute="_compute_may_turn_on")

    @api.depends("company_id")
    def _compute_may_turn_on(self):
        for wizard in self:
            company = wizard.company_id
            wizard.may_turn_on = any(map(company._l10n_cl_ai_may_auto, company._l10n_cl_ai_targets()))

    def action_turn_on(self):
        """Let the company book what is certain enough."""
        return self._turn(True)

    def action_turn_off(self):
        """Let it book nothing by itself any more. What it booked stays, marked."""
        return self._turn(False)

    def action_measure(self):
        """Measure anew, in the background."""
        return self.company_id.action_l10n_cl_ai_measure()

    def _turn(self, on):
        self.ensure_one()
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only managers of AI Chile let a company book by itself."))
        self.company_id.check_access("read")
        # sudo: res.company - this setting is the managers', who may not write companies
        self.company_id.sudo().l10n_cl_ai_suggest_auto = on
        return True
