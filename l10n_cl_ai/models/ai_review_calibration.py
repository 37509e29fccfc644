"""What experience says of a signal: how many documents judged by it went through."""

from odoo import api, models

from .. import review


class AiReviewCalibration(models.AbstractModel):
    _name = "l10n_cl_ai.review.calibration"
    _description = "Confidence of reviews, from recorded outcomes"

    @api.model
    def _judge(self, signal, move):
        """Return the verdict (``review.Verdict``) of a document of which a signal is known."""
        history = move._l10n_cl_ai_history()[move.id]
        return review.judge(signal, history, self._recorded(move.company_id))

    @api.model
    def _recorded(self, company):
        """Return {signal: (went through, judged)} of a company's reviewed documents whose outcome is known."""
        return {}
