"""Group K: a received XML against the vendor bill in the books.

``Context.counterpart`` is the other picture of the same document, usually made from the bill, so
much of it may be unknown: what can't be compared is not evaluated. The SII doesn't see the bill;
what is wrong here is our purchase register.
"""

import functools
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from ..document import Document
from ..message import _
from ..rule import Action, Basis, SiiEffect, rule
from ..rut import normalize
from ..types import ALL

#: Odoo may distribute a rounding of one peso over the lines.
LINE_TOLERANCE = 1

#: What the rules of this group share: the SII sees none of it, and the comparison is ours.
crosscheck = functools.partial(
    rule,
    types=ALL,
    effect=SiiEffect.NONE,
    source="Comparación nuestra del XML recibido con la factura registrada",
    basis=Basis.INFERRED,
    needs=("counterpart",),
)


@crosscheck("K01", title=_("Type and folio of the bill"), action=Action.BLOCK)
def folio_is_the_bills(doc: Document):
    """Another folio or type means that the XML was attached to another bill, or typed wrong."""
    other = doc.context.counterpart
    if doc.type is not None and other.type is not None and doc.type != other.type:
        yield doc.id.wrong("type", other.type, _(
            "The document is of type %(found)s, and the bill of type %(expected)s."
        ), found=doc.type)
    folio, expected = doc.id.folio, other.id.folio
    if folio != expected:
        yield doc.id.wrong("folio", expected, _(
            "The document's folio is %(found)s, and the bill's %(expected)s."
        ))


@crosscheck("K02", title=_("Issuer and receiver of the bill"), action=Action.BLOCK)
def parties_are_the_bills(doc: Document):
    """The bill must be of who issued the document, in the company it was issued to."""
    other = doc.context.counterpart
    pairs = ((doc.issuer, other.issuer), (doc.receiver, other.receiver))
    for mine, theirs in pairs:
        rut, expected = mine.rut, theirs.rut
        if (normalize(rut) or rut) != (normalize(expected) or expected):
            yield mine.wrong("rut", expected, _(
                "The document says %(found)s, and the bill %(expected)s."
            ))


@crosscheck("K03", title=_("Totals of the bill"), action=Action.BLOCK)
def totals_are_the_bills(doc: Document):
    """The purchase register is filled from the documents: the books must say the same pesos."""
    mine, theirs = doc.totals, doc.context.counterpart.totals
    for name in ("total", "net", "exempt", "iva"):
        amount, expected = getattr(mine, name) or 0, getattr(theirs, name) or 0
        if amount != expected:
            yield mine.wrong(name, expected, _(
                "The document says %(found)s, and the bill %(expected)s."
            ), found=amount)


@crosscheck("K04", title=_("Issue date of the bill"), action=Action.WARN)
def date_is_the_bills(doc: Document):
    """The date decides the month in which the IVA credit is used."""
    expected = doc.context.counterpart.id.date
    if doc.id.date != expected:
        yield doc.id.wrong("date", expected, _(
            "The document is dated %(found)s, and the bill %(expected)s."
        ))


@crosscheck("K05", title=_("Lines of the bill"), action=Action.INFO)
def lines_are_the_bills(doc: Document):
    """Bills are booked by account, not by item: merged lines that add up to the same are right."""
    other = doc.context.counterpart
    mine = [line.amount or 0 for line in doc.lines]
    theirs = [line.amount or 0 for line in other.lines]
    if len(mine) == len(theirs):
        yield from _lines_that_differ(doc, mine, theirs)
    elif not _adds_up(doc, mine, theirs):
        yield doc.wrong("lines", len(theirs), _(
            "The document has %(found)s lines for %(mine)s, and the bill %(expected)s for %(theirs)s."
        ), found=len(mine), mine=sum(mine), theirs=sum(theirs))


def _lines_that_differ(doc: Document, mine: Sequence, theirs: Sequence):
    """Yield the lines whose amount no line of the bill has, whatever their order."""
    booked = Counter(theirs)
    unmatched = []
    for line, amount in zip(doc.lines, mine, strict=True):
        if booked[amount]:
            booked[amount] -= 1
        else:
            unmatched.append((amount, line))
    unmatched.sort(key=lambda pair: pair[0])
    for (amount, line), expected in zip(unmatched, sorted(booked.elements()), strict=True):
        if abs(amount - expected) > LINE_TOLERANCE:
            yield line.wrong("amount", expected, _(
                "No line of the bill has this amount, %(found)s; %(expected)s is there and not in the "
                "document."
            ), found=amount)


def _adds_up(doc: Document, mine: Sequence, theirs: Sequence) -> bool:
    """Whether the bill's lines are the document's, merged or after its global discounts."""
    booked = sum(theirs)
    taxable = (doc.totals.net or 0) + (doc.totals.exempt or 0)
    return abs(booked - sum(mine)) <= LINE_TOLERANCE or abs(booked - Decimal(taxable)) <= LINE_TOLERANCE
