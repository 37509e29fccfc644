"""Typing what was answered about a document."""

from odoo import api, fields, models

from ..models.answer_facts import EVENTS, KINDS


class AiOutcomeWizard(models.TransientModel):
    _name = "l10n_cl_ai.outcome.wizard"
    _description = "Record an answer about a DTE"

    move_id = fields.Many2one("account.move", "Document", required=True)
    kind = fields.Selection(KINDS, "Answer", required=True)
    event = fields.Selection(EVENTS)
    reasons = fields.Text(help="One reason a line, with its code, as received.")
    at = fields.Datetime("Answered on", required=True, default=fields.Datetime.now)
    received_at = fields.Datetime(
        "Received by the SII", help="From it the customer has 8 calendar days to claim, until midnight in Chile."
    )
    recorded_until = fields.Date(compute="_compute_recorded_until", string="The customer may claim until")

    @api.depends("received_at", "kind", "move_id")
    def _compute_recorded_until(self):
        for wizard in self:
            wizard.recorded_until = wizard.kind in ("accepted", "reparo") and wizard.move_id._l10n_cl_ai_term_from(
                wizard.received_at
            )

    def action_record(self):
        """Record the answer; typed twice, it is recorded once."""
        self.ensure_one()
        of_customer = self.kind == "claim"
        self.move_id._l10n_cl_ai_record_outcome(
            self.kind,
            [line.strip() for line in (self.reasons or "").splitlines() if line.strip()],
            event=self.event if of_customer else None,
            at=self.at,
            received_at=None if of_customer else self.received_at or None,
            source="typed",
        )
        return {"type": "ir.actions.act_window_close"}
