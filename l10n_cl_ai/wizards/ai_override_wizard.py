"""Posting in spite of what blocks: a manager's decision, with its reason, kept in the chatter."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

#: A reason shorter than this says nothing to whoever reads it in a year.
SHORTEST_REASON = 10


class AiOverrideWizard(models.TransientModel):
    _name = "l10n_cl_ai.override.wizard"
    _description = "Post a DTE with findings"

    move_ids = fields.Many2many("account.move", string="Documents", required=True)
    finding_ids = fields.Many2many("l10n_cl_ai.finding", compute="_compute_finding_ids")
    remark_ids = fields.Many2many(
        "l10n_cl_ai.review.finding", string="Warnings of the AI", compute="_compute_remark_ids"
    )
    reason = fields.Text(required=True, help="Kept in the chatter of each document, with your name.")

    @api.depends("move_ids")
    def _compute_finding_ids(self):
        for wizard in self:
            # In the dialog the moves are not those of the database yet, and have no checks.
            wizard.finding_ids = wizard.move_ids._origin.l10n_cl_ai_finding_ids.filtered(
                lambda finding: finding.action != "info"
            )

    @api.depends("move_ids")
    def _compute_remark_ids(self):
        for wizard in self:
            unseen = wizard.move_ids._origin._l10n_cl_ai_unseen().l10n_cl_ai_review_ids._unseen()
            wizard.remark_ids = unseen.finding_ids.filtered(lambda remark: remark.action == "warn")

    def action_post(self):
        """Post the documents with the reason; the policy checks the manager's right once more."""
        self.ensure_one()
        if not self.env.user.has_group("l10n_cl_ai.group_manager"):
            raise AccessError(self.env._("Only a manager of AI Chile may post in spite of findings."))
        reason = (self.reason or "").strip()
        if len(reason) < SHORTEST_REASON:
            raise UserError(
                self.env._("Give a reason of at least %(length)s characters.", length=SHORTEST_REASON)
            )
        return self.move_ids.with_context(l10n_cl_ai_override_reason=reason).action_post()
