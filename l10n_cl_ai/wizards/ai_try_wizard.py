"""Trying a feature: a manager's question, asked the way the feature asks."""

from dataclasses import replace

from odoo import fields, models
from odoo.exceptions import UserError

#: Seconds that somebody waits in front of a dialog: the feature itself may take longer.
_WAIT = 30.0


class AiTryWizard(models.TransientModel):
    _name = "l10n_cl_ai.try.wizard"
    _inherit = ["l10n_cl_ai.answer.mixin"]
    _description = "Try an AI feature"

    feature_id = fields.Many2one("l10n_cl_ai.feature", required=True, ondelete="cascade")
    text = fields.Text(
        "Question", required=True, default=lambda self: self.env._("What is a nota de crédito used for in Chile?")
    )
    state_note = fields.Char(related="feature_id.state_note")

    def action_ask(self):
        """Ask, wait for the answer, and show it with what it cost.

        Nothing is written before the answer is there: the gateway keeps no transaction open during the call.
        """
        self.ensure_one()
        handler = self.feature_id._handler()
        if handler is None:
            raise UserError(self.feature_id.state_note)
        question = replace(handler._l10n_cl_ai_example(self.feature_id, self.text), deadline=_WAIT)
        self._keep_answer(self.env["l10n_cl_ai.gateway"].ask(question))
        return {**self._reopen(), "name": self.env._("Try: %(feature)s", feature=self.feature_id.name)}
