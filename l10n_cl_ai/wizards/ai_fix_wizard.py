"""Asks a person for what no program may guess: a giro, a comuna, the document a note speaks of."""

from odoo import api, fields, models


class AiFixWizard(models.TransientModel):
    """What is changed follows from the finding alone; only the value comes from the person."""

    _name = "l10n_cl_ai.fix.wizard"
    _description = "Correct a finding"

    finding_id = fields.Many2one("l10n_cl_ai.finding", required=True, ondelete="cascade", readonly=True)
    move_id = fields.Many2one(related="finding_id.move_id", related_sudo=False)
    # Not as root: the finding may be any, and of any company.
    message = fields.Char(related="finding_id.message", related_sudo=False)
    place = fields.Char(related="finding_id.place", related_sudo=False)
    kind = fields.Selection(
        [("text", "Text"), ("origin", "Document")], compute="_compute_kind", compute_sudo=False
    )
    label = fields.Char(compute="_compute_target", compute_sudo=False)
    record_name = fields.Char("Of", compute="_compute_target", compute_sudo=False)
    current = fields.Char("Now", compute="_compute_target", compute_sudo=False)
    limit = fields.Integer("Longest allowed", compute="_compute_target", compute_sudo=False)
    characters = fields.Integer(compute="_compute_characters")
    value = fields.Char("Should be")
    note = fields.Char(readonly=True)
    origin_domain = fields.Json(compute="_compute_origin_domain", compute_sudo=False)
    origin_id = fields.Many2one("account.move", "Document it speaks of")

    @api.depends("finding_id.fix")
    def _compute_kind(self):
        for wizard in self:
            wizard.kind = "origin" if wizard.finding_id.fix == "reference_origin" else "text"

    @api.depends("finding_id")
    def _compute_target(self):
        fixes = self.env["l10n_cl_ai.fix"]
        for wizard in self:
            wizard.label, wizard.record_name, wizard.current, wizard.limit = fixes._describe(
                wizard.finding_id
            )

    @api.depends("value")
    def _compute_characters(self):
        for wizard in self:
            wizard.characters = len((wizard.value or "").strip())

    @api.depends("move_id")
    def _compute_origin_domain(self):
        for wizard in self:
            wizard.origin_domain = self.env["l10n_cl_ai.fix"]._origins(wizard.move_id)

    def action_apply(self):
        """Make the change with the person's own rights; refuse what the rules would object to again."""
        self.ensure_one()
        answer = self.origin_id if self.kind == "origin" else self.value
        return self.env["l10n_cl_ai.fix"]._answer(self.finding_id, answer)
