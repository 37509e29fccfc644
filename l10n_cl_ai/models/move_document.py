"""From a prefetched ``account.move`` to a ``dte.Document``: what Odoo Community knows, and no more.

Known is what any emitting module must take from the move; absent is what the accounting shows not to
exist (a total without construction credit); everything that an emitting module decides for itself
(payment form, e-mail, dispatch, unit codes) stays unknown, so that no rule blames what nobody wrote.
"""

from ..dte.document import Document, Foreigner, Identification, Receiver, Reference
from ..dte.node import number
from ..dte.rut import ANONYMOUS, FOREIGN, normalize
from ..dte.types import NOTES
from .move_facts import address_of, comuna_of, folio_of
from .move_lines import MoveLines
from .move_totals import MoveTotals

REFERENCE_FIELDS = (
    "l10n_cl_reference_doc_type_selection",
    "l10n_cl_reference_doc_type_id",
    "reference_doc_code",
    "origin_doc_number",
    "reason",
    "date",
)


class MoveDocument(MoveLines, MoveTotals):
    """Builds the document of one move."""

    def build(self) -> Document:
        self._identify()
        self._parties()
        if self.export or self.around.company.clp:
            self.read_totals()
            self.read_lines()
        if self.ours:
            self._references()
        return self.document

    # -- who and when --------------------------------------------------------------------------------

    def _identify(self):
        move, identification = self.move, self.document.id
        identification.put(type=self.code)
        if move.invoice_date:
            identification.put(date=move.invoice_date)
        folio = move.l10n_latam_document_number
        if folio and (move.state == "posted" or move.posted_before or not self.ours):
            identification.put_text(Identification.folio, folio)
        if self.ours:
            # Odoo's lines are net, or gross in a boleta: neither has to be declared.
            identification.put(gross=None, net_lines=None)
            if not self.boleta and move.invoice_date_due:
                identification.put(due_date=move.invoice_date_due)

    def _parties(self):
        document, company = self.document, self.around.company
        if not self.ours:
            document.issuer.put(rut=self._partner_rut())
            document.receiver.put(rut=company.rut)
            return
        document.issuer.put(**company.issuer)
        partner = self.move.commercial_partner_id
        document.receiver.put(
            name=partner.name or None,
            giro=partner.l10n_cl_activity_description or None,
            **address_of(partner),
            **comuna_of(partner, company.comuna_field),
        )
        if self.export:
            self._foreign_receiver(partner)
        elif rut := self._partner_rut():
            document.receiver.put(rut=rut)
        elif self.boleta:
            document.receiver.put(rut=ANONYMOUS)

    def _partner_rut(self) -> str | None:
        vat = self.move.commercial_partner_id.vat
        return normalize(vat) or vat or None

    def _foreign_receiver(self, partner):
        """A buyer abroad goes under the SII's RUT for foreigners, his own number beside it."""
        receiver, country = self.document.receiver, partner.country_id
        foreign = country.code != "CL"
        receiver.put(rut=FOREIGN if foreign else self._partner_rut(), city=partner.city or None)
        node = Foreigner(receiver, Receiver.foreigner)
        number_abroad = partner.vat if foreign and normalize(partner.vat) != FOREIGN else None
        node.put(id_number=number_abroad or None, nationality=country.l10n_cl_customs_code or None)
        receiver.put(foreigner=node)

    # -- references ----------------------------------------------------------------------------------

    def _references(self):
        """Community knows the origin of a note; more only when an emitting module brings a field."""
        field = self.around.company.reference_field
        if field:
            rows = list(self.move[field])
            self.document.put(references=number(map(self._written_reference, rows)))
        elif self.code in NOTES:
            if origin := self.move.reversed_entry_id or self.move.debit_origin_id:
                self.document.put(references=number([self._origin_reference(origin)]))
            elif self.around.company.only_origins:
                self.document.put(references=())
        for index, node in enumerate(self.document.__dict__.get("references", ()), 1):
            node.put(number=index)

    def _origin_reference(self, origin) -> Reference:
        node = Reference(self.document, Document.references)
        if code := origin.l10n_latam_document_type_id.code:
            node.put(type=code)
        if folio := folio_of(origin):
            node.put(folio=str(folio))
        return node.put(date=origin.invoice_date or None, is_global=None, other_rut=None)

    def _written_reference(self, row) -> Reference:
        """Read a row of an emitting module's references, whose field names are Odoo Enterprise's."""
        node = Reference(self.document, Document.references)
        values = {name: row[name] for name in REFERENCE_FIELDS if name in row._fields}
        kind = values.get("l10n_cl_reference_doc_type_selection")
        if not kind and values.get("l10n_cl_reference_doc_type_id"):
            kind = values["l10n_cl_reference_doc_type_id"].code
        if kind:
            node.put(type=str(kind))
        if code := values.get("reference_doc_code"):
            node.put_text(Reference.code, str(code))
        elif "reference_doc_code" in values:
            node.put(code=None)
        for name, source in (("folio", "origin_doc_number"), ("reason", "reason"), ("date", "date")):
            if source in values:
                node.put(**{name: values[source] or None})
        return node.put(is_global=None, other_rut=None)
