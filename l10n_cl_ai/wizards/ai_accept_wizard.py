"""The dialog that shows what a feature sends, before a company switches it on."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..llm.endpoint import shown


class AiAcceptWizard(models.TransientModel):
    _name = "l10n_cl_ai.accept.wizard"
    _description = "Accept what an AI feature sends"

    switch_id = fields.Many2one("l10n_cl_ai.feature.switch", required=True, readonly=True, ondelete="cascade")
    feature_id = fields.Many2one(related="switch_id.feature_id")
    company_id = fields.Many2one(related="switch_id.company_id")
    state_note = fields.Char(related="switch_id.state_note")
    statement = fields.Text("What is sent", compute="_compute_statement")
    recipient = fields.Char(compute="_compute_statement")
    digest = fields.Char(readonly=True)
    accepted = fields.Boolean("I have read it, and accept it for the company")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        switch = self.env["l10n_cl_ai.feature.switch"].browse(values.get("switch_id", ()))
        # What is shown now is what is accepted: were it changed meanwhile, the digest would tell.
        return {**values, "digest": switch.feature_id._digest() if switch else False}

    @api.depends("switch_id")
    @api.depends_context("lang")
    def _compute_statement(self):
        for wizard in self:
            wizard.statement = wizard.feature_id._statement() if wizard.feature_id else ""
            wizard.recipient = shown(self.env["l10n_cl_ai.secret"]._base_url())

    def action_accept(self):
        """Switch the feature on in the name of the current user. Raises UserError until the box is ticked."""
        self.ensure_one()
        if not self.accepted:
            raise UserError(self.env._("Read what is sent, and tick the box, to switch the feature on."))
        self.switch_id._accept(self.digest)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
