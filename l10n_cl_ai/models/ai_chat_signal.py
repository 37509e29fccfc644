"""What others want of an answer that a worker is writing: that it stops, or that it goes on, for somebody reads it."""

from odoo import api, fields, models

from . import ai_base  # noqa: F401 - what it inherits is defined first

KINDS = [("stop", "Stop"), ("read", "Somebody reads along")]


class AiChatSignal(models.Model):
    """Rows are only added: whoever asks for something never waits for the worker, nor it for him."""

    _name = "l10n_cl_ai.chat.signal"
    _inherit = "l10n_cl_ai.evidence"
    _description = "Signal to an answer under way"
    _log_access = True

    message_id = fields.Many2one(
        "l10n_cl_ai.message", required=True, readonly=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)

    @api.model
    def _send(self, message, kind):
        # sudo: l10n_cl_ai.chat.signal - whose message it is was checked by who calls
        self.sudo().create({"message_id": message.id, "kind": kind})

    @api.autovacuum
    def _gc_signals(self):
        self.search([("create_date", "<", "now -1d")], limit=10000).unlink()
