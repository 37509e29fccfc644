"""Reading files in which the SII or customers answer."""

from odoo import Command, fields, models
from odoo.exceptions import UserError

from .. import dte
from ..dte.response import read_response
from ..models.ai_rule import translated


class AiResponseWizard(models.TransientModel):
    _name = "l10n_cl_ai.response.wizard"
    _description = "Read answers about DTEs"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    attachment_ids = fields.Many2many("ir.attachment", string="Attach XML files")
    outcome_ids = fields.Many2many("l10n_cl_ai.outcome", string="Recorded", readonly=True)
    notes = fields.Text("Not recorded", readonly=True)
    is_done = fields.Boolean(readonly=True)

    def action_read(self):
        """Record the answers of every file; what can't be read or matched is named, the rest still recorded."""
        self.ensure_one()
        outcomes = self.env["l10n_cl_ai.outcome"]
        outcomes._check_accountant()
        if not self.attachment_ids:
            raise UserError(self.env._("Attach or drop at least one XML file first."))
        rows, notes = outcomes.browse(), []
        for attachment in self.attachment_ids:
            try:
                response = read_response(attachment.raw or b"")
            except dte.Unreadable as refused:
                reason = refused.reason.text(lambda text: translated(self.env, "l10n_cl_ai", text))
                notes.append(f"{attachment.name}: {reason}")
                continue
            recorded, open_ends = outcomes._import(response, self.company_id, "xml", attachment)
            rows |= recorded
            notes += [f"{attachment.name}: {note}" for note in open_ends]
        self.write({"outcome_ids": [Command.set(rows.ids)], "notes": "\n".join(notes), "is_done": True})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Read answers"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_open_results(self):
        """Open the answers just recorded as a list to filter, group and export."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("l10n_cl_ai.ai_outcome_action")
        return {**action, "domain": [("id", "in", self.outcome_ids.ids)], "context": {}}
