"""What a received DTE says, as a vendor bill is written: from a Document to plain values.

Amounts are whole pesos. The lines add up to the document's totals wherever it is arithmetically right;
where it is not, ``notes`` says so and the lines stay as they were written.
"""

import datetime
from decimal import Decimal
from typing import NamedTuple

from . import sums
from .bill_lines import BillLine, bill_lines
from .document import Document
from .field import NotKnown
from .message import Message, _
from .money import half_up, percent
from .rut import normalize
from .tables import load

#: Types of documents that are booked as a vendor bill.
BILLS = frozenset({33, 34, 46, 56, 61})
CREDIT_NOTE, PURCHASE, ORDER = 61, 46, "801"
#: Ten digits (Formato DTE v2.5, IdDoc 2 <Folio>).
LARGEST_FOLIO = 10**10
_TAXES = load("tax_codes")


class Party(NamedTuple):
    """Who is on the other side."""

    rut: str | None
    name: str | None
    giro: str | None = None
    address: str | None = None
    comuna: str | None = None
    city: str | None = None
    email: str | None = None
    phone: str | None = None


class BillTax(NamedTuple):
    """A tax beside IVA, as the document's totals state it.

    :param amount: without sign; :param sign: -1 where it is retained, and so lowers the total
    :param everywhere: it bears on all that bears IVA, not on the lines that carry its code
    """

    code: int
    name: str
    rate: Decimal | None
    amount: int
    sign: int
    everywhere: bool


class Bill(NamedTuple):
    """A vendor bill.

    :param ours: the company itself issued it (a factura de compra, or a note on one)
    :param orders: numbers of the purchase orders it names; :param origin: (type, folio) of what a note corrects
    :param others: the other references, as (type, number, date)
    :param notes: what an accountant should know, in words
    """

    type: int
    folio: int
    ours: bool
    party: Party
    date: datetime.date
    due_date: datetime.date | None
    lines: tuple[BillLine, ...]
    net: int
    exempt: int
    iva_rate: Decimal
    iva: int
    taxes: tuple[BillTax, ...]
    total: int
    orders: tuple[str, ...]
    origin: tuple[str, str] | None
    others: tuple[tuple[str, str, datetime.date | None], ...]
    notes: tuple[Message, ...]


def refusal(doc: Document, company_rut: str | None) -> Message | None:
    """Return why a document is no vendor bill of a company, None when it is one."""
    if doc.type not in BILLS:
        return _("Documents of type %(type)s are not imported as vendor bills.", type=doc.type or "?")
    if not company_rut:
        return _("The company has no RUT; without it nobody can tell to whom the document was issued.")
    try:
        issuer, receiver = normalize(doc.issuer.rut), normalize(doc.receiver.rut)
        missing = next((part for part in _needed(doc) if part[1] is None), None)
    except NotKnown as unknown:
        return _("%(path)s can't be read.", path=unknown.path)
    if missing:
        return _("%(path)s is missing.", path=missing[0])
    if not 0 < doc.id.folio < LARGEST_FOLIO:
        return _("Folio %(folio)s can't be one.", folio=doc.id.folio)
    if is_ours(doc):
        if issuer == company_rut:
            return None
        if receiver == company_rut:
            return _("The customer %(rut)s issued it: for this company it is a sale, not a vendor bill.", rut=issuer)
        return _("It was issued by %(rut)s, and the RUT of this company is %(mine)s.", rut=issuer, mine=company_rut)
    if issuer == company_rut:
        return _("This company issued it: it is a sale, not a vendor bill.")
    if receiver != company_rut:
        return _(
            "It was issued to RUT %(rut)s (%(name)s), and the RUT of this company is %(mine)s.",
            rut=receiver or "?",
            name=doc.receiver.name or "?",
            mine=company_rut,
        )
    return None


def _needed(doc: Document):
    """Yield (path, value) of what no bill can do without."""
    for node, name in ((doc.id, "folio"), (doc.id, "date"), (doc.totals, "total"), (doc.issuer, "rut")):
        yield node.path_of(name), getattr(node, name)


def is_ours(doc: Document) -> bool:
    """Whether the buyer issues such a document: facturas de compra and the notes on them."""
    return doc.type == PURCHASE or (doc.type in (56, 61) and any(r.type == "46" for r in doc.references))


def read_bill(doc: Document, quantity_places: int = 2) -> Bill:
    """Return a document that was not refused as a bill.

    :param quantity_places: decimals that the books keep of a quantity
    :raises NotKnown: an amount of the document can't be read
    """
    totals, ours = doc.totals, is_ours(doc)
    lines, notes = bill_lines(doc, quantity_places)
    return Bill(
        type=doc.type,
        folio=doc.id.folio,
        ours=ours,
        party=_party(doc.receiver if ours else doc.issuer),
        date=doc.id.date,
        due_date=doc.id.__dict__.get("due_date"),
        lines=tuple(lines),
        net=half_up(totals.net or 0),
        exempt=half_up(totals.exempt or 0),
        iva_rate=totals.iva_rate or Decimal(sums.legal_rate_of(doc)),
        iva=half_up(totals.iva or 0),
        taxes=tuple(map(_tax, totals.taxes)),
        total=half_up(totals.total),
        orders=tuple(dict.fromkeys(r.folio.strip() for r in doc.references if r.type == ORDER and r.folio)),
        origin=_origin(doc),
        others=tuple((r.type, r.folio, r.date) for r in doc.references if r.type != ORDER and r.folio and r.type),
        notes=tuple(notes),
    )


def _party(node) -> Party:
    phones = node.__dict__.get("phones") or ()
    return Party(
        rut=normalize(node.rut),
        name=node.name,
        giro=node.giro,
        address=node.address,
        comuna=node.comuna,
        city=node.city,
        email=node.email,
        phone=phones[0] if phones else None,
    )


def _origin(doc: Document) -> tuple[str, str] | None:
    """Return the document that a note corrects."""
    if doc.type not in (56, 61):
        return None
    kinds = {str(kind) for kind in BILLS}
    return next(((r.type, r.folio.strip()) for r in doc.references if r.type in kinds and r.folio), None)


def _tax(tax) -> BillTax:
    row = _TAXES.get(str(tax.code)) or {}
    return BillTax(
        code=tax.code or 0,
        name=row.get("name") or "?",
        rate=tax.rate,
        amount=half_up(tax.amount or 0),
        sign=-1 if row.get("kind") == "retention" else 1,
        everywhere=row.get("base") == "iva",
    )


def largest(bill: Bill) -> int:
    """Return the largest amount of a bill, in pesos without sign."""
    amounts = (*(tax.amount for tax in bill.taxes), *(line.amount for line in bill.lines))
    return max(map(abs, (bill.net, bill.exempt, bill.iva, bill.total, *amounts)))


def expected_iva(bill: Bill) -> int:
    """Return the IVA that the rate gives on the net amount."""
    return percent(bill.net, bill.iva_rate)
