"""What a customer's and a document type's last answers say, for whoever weighs the next document."""

import dataclasses
import datetime

from odoo import fields, models
from odoo.tools import SQL

from ..review import Troubles
from .account_move_outcome import CLAIMS

#: Reasons of each kind that a history names.
HISTORY_REASONS = 5
#: How far back it looks.
HISTORY = datetime.timedelta(days=365)


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_cl_ai_history(self):
        told = self._l10n_cl_ai_outcome_history()
        return {
            move_id: dataclasses.replace(
                history,
                accepted=told[move_id]["accepted"],
                **{
                    name: tuple(Troubles(code or "", words or "", count) for code, words, count in told[move_id][name])
                    for name in ("reparos", "rejects", "claims")
                },
            )
            for move_id, history in super()._l10n_cl_ai_history().items()
        }

    def _l10n_cl_ai_outcome_history(self):
        """Return what the last 12 months' answers say of this customer and document type, for each move.

        Verified answers only. One query, whatever the number of moves.

        :return: {move id: {"accepted": documents accepted without objection, "reparos": [(code, gloss, n)…],
            "rejects": [(code, gloss, n)…], "claims": [(event, gloss, n)…]}}, the most frequent first, at most
            :data:`HISTORY_REASONS` of each
        """
        found = {}
        for company, partner, kind, *reason in self._l10n_cl_ai_outcome_rows():
            found.setdefault((company, partner, kind), []).append(reason)
        return {
            move.id: history_of(
                found.get(
                    (move.company_id.id, move.commercial_partner_id.id, move.l10n_latam_document_type_id.code), ()
                )
            )
            for move in self
        }

    def _l10n_cl_ai_outcome_rows(self):
        """Return (company, partner, type, kind, code or event, gloss, number of documents)."""
        since = fields.Datetime.now() - HISTORY
        self.env["l10n_cl_ai.outcome"].flush_model()
        # Raw SQL passes by the record rules: only the companies and customers of the moves at hand are read.
        return self.env.execute_query(
            SQL(
                """
                SELECT company_id, partner_id, document_type, kind, reason, COALESCE(words, max(gloss)),
                       count(DISTINCT move_id) AS times
                  FROM (SELECT *, CASE WHEN kind = 'claim' THEN event ELSE code END AS reason,
                               CASE WHEN kind = 'claim' OR code IS NULL THEN gloss END AS words
                          FROM l10n_cl_ai_outcome outcome
                         WHERE company_id = ANY(%(companies)s)
                           AND partner_id = ANY(%(partners)s)
                           AND document_type = ANY(%(types)s)
                           AND at >= %(since)s
                           AND is_verified
                           AND (kind != 'claim' OR event = ANY(%(claims)s))
                           AND (kind != 'accepted' OR NOT EXISTS (
                                SELECT FROM l10n_cl_ai_outcome objection
                                 WHERE objection.move_id = outcome.move_id AND objection.is_verified
                                   AND (objection.kind IN ('reparo', 'rejected')
                                        OR objection.event = ANY(%(claims)s))))) AS said
                 GROUP BY company_id, partner_id, document_type, kind, reason, words
                 ORDER BY times DESC, reason, words
                """,
                companies=self.company_id.ids,
                partners=self.commercial_partner_id.ids,
                types=[code for code in self.l10n_latam_document_type_id.mapped("code") if code],
                since=since,
                claims=list(CLAIMS),
            )
        )


def history_of(rows):
    """Return the history of one customer and type from rows of (kind, reason, gloss, times)."""
    names = {"reparo": "reparos", "rejected": "rejects", "claim": "claims"}
    history = {"accepted": 0, "reparos": [], "rejects": [], "claims": []}
    for kind, reason, gloss, times in rows:
        if kind == "accepted":
            history["accepted"] += times
        elif len(history[names[kind]]) < HISTORY_REASONS:
            history[names[kind]].append((reason, gloss, times))
    return history
