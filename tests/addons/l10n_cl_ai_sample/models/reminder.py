"""A feature of our own: the words with which a client is reminded of an invoice he has not paid."""

from odoo import api, models
from odoo.addons.l10n_cl_ai.llm.answers import StrictAnswer
from odoo.addons.l10n_cl_ai.llm.question import Ask, Data
from odoo.exceptions import UserError

SYSTEM = (
    "You write reminders of unpaid invoices for a company in Chile: courteous, in Spanish, three sentences at most. "
    "Say nothing that the invoice does not say."
)
SCHEMA = {
    "type": "object",
    "properties": {"text": {"type": "string"}, "tone": {"type": "string", "enum": ["friendly", "firm"]}},
    "required": ["text", "tone"],
    "additionalProperties": False,
}


class Reminder(StrictAnswer):
    text: str
    tone: str

    def __str__(self):
        return self.text


class ReminderHandler(models.AbstractModel):
    """Named by the record of the feature, in data/ai_feature_data.xml."""

    _name = "l10n_cl_ai_sample.reminder"
    _inherit = "l10n_cl_ai.feature.handler"
    _description = "Reminders of unpaid invoices"

    @api.model
    def _l10n_cl_ai_example(self, feature, text):
        return self._question(text)

    @api.model
    def _remind(self, move):
        """Return the reminder of an invoice. Raises UserError where there is none, saying why."""
        gateway = self.env["l10n_cl_ai.gateway"]
        answer = gateway.ask(self._ask_about(move))
        if not answer.evaluated:
            raise UserError(gateway._reason_message(answer.reason))
        return answer.value

    @api.model
    def _ask_about(self, move):
        """Return what is asked about an invoice."""
        feature = self.env["l10n_cl_ai.feature"]._for("sample_reminder", self.env.company)
        values = {
            "account.move.name": move.name,
            "account.move.invoice_date_due": str(move.invoice_date_due),
            "account.move.amount_residual": str(move.amount_residual),
            "account.move.narration": move.narration,
            "res.partner.name": move.partner_id.name,
        }
        lines = [f"{name}: {value}" for name, value in feature._only_allowed(values).items()] if feature else []
        return self._question("\n".join(lines), move)

    @api.model
    def _question(self, text, record=None):
        return Ask(
            feature="sample_reminder",
            system=(SYSTEM,),
            content=(Data("invoice", text),),
            schema=SCHEMA,
            parse=Reminder.from_json,
            record=record,
        )
