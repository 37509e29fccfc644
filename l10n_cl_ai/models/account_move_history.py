"""What the company knows of a customer: his usual lines, and what came of earlier documents."""

from odoo import fields, models
from odoo.tools import SQL

from ..review import History, Usual

#: Months looked back.
MONTHS = 12
#: Items per customer at most.
_ITEMS = 200


class AccountMove(models.Model):
    _inherit = "account.move"

    # Odoo has none by commercial partner: each review would read all documents of a year, twice.
    _l10n_cl_ai_history_idx = models.Index(
        "(commercial_partner_id, company_id, invoice_date) WHERE commercial_partner_id IS NOT NULL"
    )

    def _l10n_cl_ai_history(self):
        """Return {move id: ``review.History``}, read with the user's rights, in a number of queries that does not grow.

        Of posted documents of the same company, commercial partner, type and direction in the last twelve months.
        """
        counts, items = self._l10n_cl_ai_history_counts(), self._l10n_cl_ai_history_items()
        return {
            move.id: History(
                documents=counts.get(move._l10n_cl_ai_history_key(), 0),
                items=items.get(move._l10n_cl_ai_history_key()[:3], ()),
            )
            for move in self
        }

    def _l10n_cl_ai_history_key(self):
        return (self.company_id.id, self.commercial_partner_id.id, self.move_type, self.l10n_latam_document_type_id.id)

    def _l10n_cl_ai_history_domain(self):
        since = fields.Date.subtract(fields.Date.context_today(self), months=MONTHS)
        return [
            ("company_id", "in", self.company_id.ids),
            ("commercial_partner_id", "in", self.commercial_partner_id.ids),
            ("state", "=", "posted"),
            ("invoice_date", ">=", since),
            ("id", "not in", self.ids),
        ]

    def _l10n_cl_ai_history_counts(self):
        rows = self._read_group(
            self._l10n_cl_ai_history_domain(),
            ["company_id", "commercial_partner_id", "move_type", "l10n_latam_document_type_id"],
            ["__count"],
        )
        return {(company.id, partner.id, kind, document.id): n for company, partner, kind, document, n in rows}

    def _l10n_cl_ai_history_items(self):
        """Return {(company id, partner id, move type): (Usual, …)} of lines in CLP, the most frequent first."""
        query = self._search(self._l10n_cl_ai_history_domain())
        rows = self.env.execute_query(
            SQL(
                """
                SELECT move.company_id, move.commercial_partner_id, move.move_type,
                       split_part(line.name, chr(10), 1) AS text, count(*),
                       min(line.price_unit), max(line.price_unit), min(line.quantity), max(line.quantity),
                       bool_and(untaxed.exempt), bool_or(untaxed.exempt)
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                 CROSS JOIN LATERAL (
                    SELECT NOT EXISTS (
                        SELECT FROM account_move_line_account_tax_rel rel
                          JOIN account_tax tax ON tax.id = rel.account_tax_id
                         WHERE rel.account_move_line_id = line.id AND tax.l10n_cl_sii_code = 14 AND tax.amount > 0
                    ) AS exempt) untaxed
                 WHERE move.id IN %(moves)s
                   AND line.display_type = 'product' AND line.name IS NOT NULL
                   AND move.currency_id = (SELECT currency_id FROM res_company WHERE id = move.company_id)
                 GROUP BY 1, 2, 3, 4
                 ORDER BY count(*) DESC, text
                """,
                moves=query.subselect(),
            )
        )
        items = {}
        for company, partner, kind, text, count, *figures in rows:
            held = items.setdefault((company, partner, kind), [])
            if len(held) < _ITEMS:
                held.append(_usual(text, count, *figures))
        return {key: tuple(held) for key, held in items.items()}


def _usual(text, count, low, high, least, most, always, ever):
    exempt = True if always else None if ever else False
    return Usual(text, count, (float(low), float(high)), (float(least), float(most)), exempt)
