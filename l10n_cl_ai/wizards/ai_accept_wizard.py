"""The dialog that shows what a feature sends, before a company switches it on."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class AiAcceptWizard(models.TransientModel):
    _name = "l10n_cl_ai.accept.wizard"
    _description = "Accept what an AI feature sends"

    switch_id = fields.Many2one("l10n_cl_ai.feature.switch", required=True, readonly=True, ondelete="cascade")
    feature_id = fields.Many2one("l10n_cl_ai.feature", compute="_compute_shown")
    company_id = fields.Many2one("res.company", compute="_compute_shown")
    state_note = fields.Char(compute="_compute_shown")
    statement = fields.Text("What is sent", compute="_compute_shown")
    digest = fields.Char(readonly=True)
    accepted = fields.Boolean("I have read it, and accept it for the company")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        switch = self.env["l10n_cl_ai.feature.switch"].browse(values.get("switch_id", ()))
        # What is shown now is what is accepted: were it changed meanwhile, the digest would tell.
        return {**values, "digest": switch.feature_id._digest() if switch else False}

    @api.depends("switch_id")
    @api.depends_context("lang", "uid")
    def _compute_shown(self):
        for wizard in self:
            switch = wizard.switch_id
            # Any id may be typed: of another company's switch not even its state is shown.
            switch.check_access("read")
            wizard.feature_id = switch.feature_id
            wizard.company_id = switch.company_id
            wizard.state_note = switch.state_note
            wizard.statement = switch.feature_id._statement() if switch else ""

    def action_accept(self):
        """Switch the feature on in the name of the current user. Raises UserError until the box is ticked."""
        self.ensure_one()
        if not self.accepted:
            raise UserError(self.env._("Read what is sent, and tick the box, to switch the feature on."))
        self.switch_id._accept(self.digest)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
