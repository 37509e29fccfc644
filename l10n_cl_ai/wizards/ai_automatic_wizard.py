"""Where a manager, who need not be an administrator of the system, lets a company book by itself."""

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..models.res_company_suggest_auto import MANAGER


class AiAutomaticWizard(models.TransientModel):
    _name = "l10n_cl_ai.automatic.wizard"
    _description = "Booking by itself"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, readonly=True)
    is_on = fields.Boolean("On", compute="_compute_shown")
    since = fields.Datetime("Books by itself since", compute="_compute_shown")
    stopped_on = fields.Date(
        "Booking by itself was stopped on",
        compute="_compute_shown",
        help="By the measurement of what it had booked.",
    )
    words = fields.Text("Measured", compute="_compute_shown")
    may_turn_on = fields.Boolean(compute="_compute_shown")

    @api.depends("company_id")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_shown(self):
        for wizard in self:
            company = wizard.company_id
            # Any id may be typed: of another company nothing is shown. Related fields would read as root.
            company.check_access("read")
            wizard.is_on = company.l10n_cl_ai_suggest_auto
            wizard.since = company.l10n_cl_ai_suggest_auto_since
            wizard.stopped_on = company.l10n_cl_ai_suggest_stopped_on
            wizard.words = company.l10n_cl_ai_suggest_words
            targets = company._l10n_cl_ai_targets() if company else ()
            wizard.may_turn_on = any(map(company._l10n_cl_ai_may_auto, targets))

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
