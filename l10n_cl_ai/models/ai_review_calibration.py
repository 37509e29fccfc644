"""What experience says of a signal: how many documents judged by it went through."""

from odoo import api, fields, models
from odoo.tools import SQL, ormcache

from .. import review
from .account_move_outcome import CLAIMS
from .account_move_outcome_history import HISTORY
from .move_facts import chilean_day

#: Seconds for which what was learnt serves: learning reads all answers of a year, and each review is judged by it.
LEARNT = 600


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
        recorded = {company: self._learnt(company) for company in moves.company_id}
        return {
            move: review.judge(signal, history[move.id], recorded[move.company_id]) for move, signal in signals.items()
        }

    @api.model
    def _learnt(self, company):
        """Return what :meth:`_recorded` told of a company in the last minutes."""
        return self._recorded_at(company.id, int(fields.Datetime.now().timestamp() // LEARNT))

    @api.model
    @ormcache("company_id", "moment")
    def _recorded_at(self, company_id, moment):
        return self._recorded(self.env["res.company"].browse(company_id))

    @api.model
    def _recorded(self, company):
        """Return {signal: (went through, judged)} of a company's reviewed documents whose outcome is known.

        Of the last review before the first answer. A document went through when the SII accepted it without reparo
        and the customer has not claimed it and can't any more.
        """
        now = fields.Datetime.now()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT signal, count(*) FILTER (WHERE NOT objected), count(*)
                  FROM (SELECT DISTINCT ON (review.move_id) review.signal, said.objected
                          FROM l10n_cl_ai_review review
                          JOIN account_move move ON move.id = review.move_id
                         CROSS JOIN LATERAL (
                            SELECT min(at) AS first, bool_or(kind = 'accepted') AS accepted,
                                   bool_or(kind IN ('reparo', 'rejected')
                                           OR COALESCE(event = ANY(%(claims)s), FALSE)) AS objected
                              FROM l10n_cl_ai_outcome
                             WHERE move_id = review.move_id AND is_verified) said
                         WHERE review.company_id = %(company)s
                           AND review.create_date BETWEEN %(since)s AND said.first
                           AND review.signal IS NOT NULL
                           AND (said.objected OR said.accepted AND (
                                move.l10n_cl_ai_claim_state IS NOT NULL
                                OR move.l10n_cl_ai_accept_until IS NULL
                                OR move.l10n_cl_ai_accept_until < %(today)s))
                         ORDER BY review.move_id, review.id DESC) judged
                 GROUP BY signal
                """,
                claims=list(CLAIMS),
                company=company.id,
                since=now - HISTORY,
                today=chilean_day(now),
            )
        )
        return {review.Signal(signal): (went, judged) for signal, went, judged in rows}
