"""How the dialogs that ask at once show what came of it."""

import math

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..llm.question import Reason
from ..models.ai_request import REASONS, STATUSES
from ..models.ai_usd import CompanyMoney

#: Seconds up to which "a few minutes" says well enough when to ask again.
_FEW_MINUTES = 300


class AiAnswerMixin(models.AbstractModel):
    _name = "l10n_cl_ai.answer.mixin"
    _description = "Answer of the AI in a dialog"

    company_id = fields.Many2one("res.company", required=True, readonly=True, default=lambda self: self.env.company)
    status = fields.Selection(STATUSES, "Result", readonly=True)
    reason = fields.Selection(REASONS, readonly=True)
    message = fields.Text("What happened, and what to do", readonly=True)
    detail = fields.Char("Technical detail", readonly=True)
    answer = fields.Text(readonly=True)
    cost = fields.Float("Cost (USD)", digits=(16, 6), readonly=True)
    company_cost = fields.Char("In the company's currency", readonly=True)
    model = fields.Char(readonly=True)
    input_tokens = fields.Integer("Tokens sent", readonly=True)
    output_tokens = fields.Integer("Tokens answered", readonly=True)
    call_ms = fields.Integer("Answered in (ms)", readonly=True)
    first_token_ms = fields.Integer("First word in (ms)", readonly=True)
    own_ms = fields.Integer("Of it in Odoo (ms)", readonly=True)
    simulated = fields.Boolean(readonly=True)
    unconfirmed = fields.Boolean(readonly=True)
    request_id = fields.Integer("Entry of the ledger", readonly=True)

    @api.constrains("company_id")
    def _check_own_company(self):
        if self.company_id - self.env.user.company_ids:
            raise AccessError(self.env._("That is not a company of yours."))

    def _keep_answer(self, answer):
        """Write down what came of the question (``Answer``): after the call, never before it."""
        self.ensure_one()
        money = CompanyMoney(self.env)
        self.write(
            {
                "status": answer.status.value,
                "reason": answer.reason and answer.reason.value,
                "message": self._message(answer),
                "detail": answer.detail,
                "answer": str(answer.value) if answer.evaluated else False,
                "cost": float(answer.cost),
                "company_cost": money.words(answer.cost, self.company_id, fields.Date.context_today(self)),
                "request_id": answer.request_id or 0,
                **self._prepare_ledger_vals(answer.request_id),
            }
        )

    def _message(self, answer):
        """Return why there is no answer and what to do, with when to ask again where the provider said it."""
        if answer.reason is Reason.OVERLOADED and (answer.retry_after or 0) > _FEW_MINUTES:
            minutes = math.ceil(answer.retry_after / 60)
            return self.env._(
                "The provider has too much work now. Try again in about %(minutes)s minutes.", minutes=minutes
            )
        return self.env["l10n_cl_ai.gateway"]._reason_message(answer.reason)

    def _prepare_ledger_vals(self, request_id):
        """Return what the ledger knows of the question; it is the user's own."""
        # sudo: l10n_cl_ai.request - the row of the question that this user just asked, from the gateway itself
        entry = self.env["l10n_cl_ai.request"].sudo().browse(request_id or ()).exists()
        names = ("model", "input_tokens", "output_tokens", "call_ms", "first_token_ms", "simulated", "unconfirmed")
        return {**{name: entry[name] for name in names}, "own_ms": entry.admit_ms + entry.settle_ms}

    def action_open_request(self):
        """Open the entry of the ledger."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "l10n_cl_ai.request",
            "res_id": self.request_id,
            "view_mode": "form",
        }

    def _reopen(self):
        """Return the action that shows the dialog again, with what came of it."""
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
