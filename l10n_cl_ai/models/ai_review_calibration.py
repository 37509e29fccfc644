"""What experience says of a signal: how many documents judged by it went through."""

from odoo import api, models

from .. import review


class AiReviewCalibration(models.AbstractModel):
    _name = "l10n_cl_ai.review.calibration"
    _description = "Confidence of reviews, from recorded outcomes"

    @api.model
    def _judge(self, signal, move):
        """Return the verdict (``review.Verdict``) of a document of which a signal is known."""
        return self._verdicts({move: signal})[move]

    @api.model
    def _verdicts(self, signals):
        """Return {document: verdict} of documents of which signals are known, in a constant number of queries."""
        moves = self.env["account.move"].union(*signals)
        history = moves._l10n_cl_ai_history()
        recorded = {company: self._recorded(company) for company in moves.company_id}
        return {
            move: review.judge(signal, history[move.id], recorded[move.company_id]) for move, signal in signals.items()
        }

    @api.model
    def _recorded(self, company):
        """Return {signal: (went through, judged)} of a company's reviewed documents whose outcome is known."""
        return {}
