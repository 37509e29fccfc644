"""A queue of our own: reminders written while nobody waits for them."""

from odoo import api, fields, models


class ReminderTask(models.Model):
    """One reminder, asked in the name of who wanted it. Rows are made and written by methods only."""

    _name = "l10n_cl_ai_sample.reminder.task"
    _inherit = "l10n_cl_ai.queued"
    _description = "Reminder that waits for the AI"
    _check_company_auto = True

    move_id = fields.Many2one(
        "account.move", "Invoice", required=True, readonly=True, ondelete="cascade", index=True, check_company=True
    )
    text = fields.Text(readonly=True)

    def _l10n_cl_ai_ask(self):
        self.move_id.check_access("read")
        return self.env["l10n_cl_ai_sample.reminder"]._ask_about(self.move_id)

    def _l10n_cl_ai_take(self, answer):
        if answer is not None and answer.evaluated and not answer.abstained:
            self.text = answer.value.text

    @api.model
    def _request(self, move):
        """Queue the reminder of an invoice in the user's name."""
        move.check_access("read")
        return self._enqueue([{"move_id": move.id, "company_id": move.company_id.id}])
