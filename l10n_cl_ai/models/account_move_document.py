"""Mapping of moves to DTE documents, in batch: queries do not grow with the number of moves."""

from odoo import api, fields, models
from odoo.tools import SQL

from .. import dte
from ..dte.rut import normalize
from ..dte.types import EXPORTS
from .move_document import MoveDocument
from .move_facts import Around, chilean_day, decimal, folio_of, issued_by_us, tax_facts

MOVE_FIELDS = (
    "move_type", "state", "posted_before", "name", "company_id", "commercial_partner_id", "currency_id",
    "invoice_date", "invoice_date_due", "invoice_currency_rate", "amount_total", "amount_total_signed",
    "l10n_latam_document_type_id", "reversed_entry_id", "debit_origin_id", "l10n_cl_ai_sii_state",
)  # fmt: skip
LINE_FIELDS = (
    "move_id", "display_type", "name", "product_id", "product_uom_id", "quantity", "price_unit",
    "discount", "price_total", "balance", "amount_currency", "tax_ids", "tax_line_id",
)  # fmt: skip
PARTNER_FIELDS = (
    "name", "vat", "street", "street2", "city", "country_id", "l10n_cl_activity_description",
)  # fmt: skip
#: The SII's last answer → state of a document as the rules read it: with reparos it is accepted.
SII_STATES = {"accepted": "accepted", "reparo": "accepted", "rejected": "rejected"}
#: Field of Odoo Enterprise's emitting module that holds the references.
ENTERPRISE_REFERENCES = "l10n_cl_reference_ids"


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_cl_ai_documents(self):
        """Return a ``dte.Document`` per move, in order. All must be DTEs (``l10n_cl_ai_applies``).

        Amounts are CLP, those of export documents in their currency.
        """
        # sudo: a check is worth nothing without all the document is made of (folios of documents of
        # other users, origins of notes); what is shown of it follows the rights of who reads.
        # In one language, whoever reads: in another, names of units would make it another document, and what was said
        # of this one would not hold.
        moves = self.sudo().with_context(lang=self._l10n_cl_ai_language())
        moves.fetch(MOVE_FIELDS)
        partners = moves.commercial_partner_id | moves.company_id.partner_id
        partners.fetch(PARTNER_FIELDS)
        origins = moves.reversed_entry_id | moves.debit_origin_id
        origins.fetch(MOVE_FIELDS)
        lines, taxes = moves._l10n_cl_ai_lines()
        companies = {company: company._l10n_cl_ai_facts() for company in moves.company_id}
        taken = moves._l10n_cl_ai_taken_folios()
        today = chilean_day(fields.Datetime.now())
        documents = []
        for move in moves:
            company = companies[move.company_id]
            context = move._l10n_cl_ai_context(company, today, taken)
            around = Around(company, taxes, lines.get(move.id, ()), context)
            documents.append(MoveDocument(move, around).build())
        return documents

    @api.model
    def _l10n_cl_ai_language(self):
        """Return the language of what is sent to the SII; None, the source's, where that of Chile is not installed."""
        return "es_CL" if self.env["res.lang"]._get_data(code="es_CL") else None

    def _l10n_cl_ai_lines(self):
        """Return ({move id: [lines]}, {tax id: facts})."""
        all_lines = self.env["account.move.line"].search_fetch(
            [("move_id", "in", self.ids), ("display_type", "in", ("product", "tax"))],
            LINE_FIELDS,
            order="move_id, sequence, id",
        )
        lines = {}
        for line in all_lines:
            lines.setdefault(line.move_id.id, []).append(line)
        taxes = all_lines.tax_ids | all_lines.tax_line_id
        return lines, {tax.id: tax_facts(tax) for tax in taxes}

    def _l10n_cl_ai_taken_folios(self):
        """Return {(company id, document type id, folio): {move id: state}} of the folios other moves may have.

        Only what the company issues: suppliers share folios freely. The state is that of ``dte.Context.issued``.
        """
        taken = {}
        for company, kind, folio, ids in self._l10n_cl_ai_shared_folios():
            taken[company, kind, folio] = dict.fromkeys(ids, "unknown")
        for company, kind, folio, move_id, state in self._l10n_cl_ai_answered_folios():
            taken.setdefault((company, kind, folio), {})[move_id] = SII_STATES[state]
        return taken

    def _l10n_cl_ai_shared_folios(self):
        """Return (company id, document type id, folio, ids) where more than one move has a folio."""
        self.env["account.move"].flush_model(
            ["company_id", "l10n_latam_document_type_id", "sequence_number", "state", "move_type"]
        )
        vendor_types = self.l10n_latam_document_type_id.filtered(lambda kind: kind.code == "46").ids
        return self.env.execute_query(
            SQL(
                """
                SELECT company_id, l10n_latam_document_type_id, sequence_number, array_agg(id)
                  FROM account_move
                 WHERE company_id = ANY(%(companies)s)
                   AND l10n_latam_document_type_id = ANY(%(types)s)
                   AND sequence_number = ANY(%(folios)s)
                   AND (state = 'posted' OR id = ANY(%(ids)s))
                   AND (move_type IN ('out_invoice', 'out_refund')
                        OR l10n_latam_document_type_id = ANY(%(vendor_types)s))
                 GROUP BY 1, 2, 3
                HAVING count(*) > 1
                """,
                companies=self.company_id.ids,
                types=self.l10n_latam_document_type_id.ids,
                folios=[folio for folio in map(folio_of, self) if folio],
                ids=self.ids,
                vendor_types=vendor_types,
            )
        )

    def _l10n_cl_ai_answered_folios(self):
        """Return (company id, document type id, folio, move id, last answer) of what the SII answered about folios.

        A rejected document may have got another folio since: the one it used stays used.
        """
        self.env["l10n_cl_ai.outcome"].flush_model()
        folios = [str(folio) for folio in map(folio_of, self) if folio]
        if not folios:
            return []
        return self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (said.move_id, kind.id, said.folio)
                       said.company_id, kind.id, said.folio::bigint, said.move_id, said.kind
                  FROM l10n_cl_ai_outcome said
                  JOIN l10n_latam_document_type kind ON kind.code = said.document_type
                 WHERE said.company_id = ANY(%(companies)s)
                   AND kind.id = ANY(%(types)s)
                   AND said.folio = ANY(%(folios)s)
                   AND said.kind != 'claim'
                   AND said.is_verified
                 ORDER BY said.move_id, kind.id, said.folio, said.at DESC, said.id DESC
                """,
                companies=self.company_id.ids,
                types=self.l10n_latam_document_type_id.ids,
                folios=folios,
            )
        )

    def _l10n_cl_ai_context(self, company, today, taken):
        """Return what is known around this move, as a ``dte.Context``."""
        context = dte.Context(
            today=today,
            role="issuer" if issued_by_us(self) else "receiver",
            rounding=company.rounding,
        )
        if company.rut:
            context.put(company_rut=company.rut)
        if context.role == "issuer":
            if self.state == "draft":
                context.put(sent=None)
            if company.cafs is not None:
                context.put(cafs=company.cafs)
            kind, folio = self.l10n_latam_document_type_id, folio_of(self)
            states = {**taken.get((self.company_id.id, kind.id, folio), {})}
            states.pop(self.id, None)
            # The SII's word tells more than that another document has the folio.
            state = next((each for each in ("accepted", "rejected") if each in states.values()), "unknown")
            context.put(issued={(int(kind.code), folio): state} if states else {})
            context.put(originals=self._l10n_cl_ai_originals())
        return context

    def _l10n_cl_ai_originals(self):
        """Return {(type, folio): dte.Original} of the document that this one corrects."""
        origin = self.reversed_entry_id or self.debit_origin_id
        code, folio = origin.l10n_latam_document_type_id.code, origin and folio_of(origin)
        if not folio or not code or not code.isdecimal():
            return {}
        total = round(abs(origin.amount_total_signed))
        if int(code) in EXPORTS:
            total = decimal(origin.amount_total, 4)
        rut = normalize(origin.commercial_partner_id.vat)
        state = SII_STATES.get(origin.l10n_cl_ai_sii_state, "unknown")
        return {(int(code), folio): dte.Original(total, rut, state, origin.invoice_date or None)}
