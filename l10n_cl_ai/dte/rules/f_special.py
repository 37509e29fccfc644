"""Group F, third part: what stands beside the total, and totals of particular documents."""

import datetime
from collections.abc import Iterator

from .. import sums
from ..document import Commission, Document
from ..message import _
from ..money import Number, percent
from ..node import Hit
from ..rule import Action, SiiEffect, rule
from ..rut import ANONYMOUS
from ..sums import DEPOSIT, EXEMPT_CLASS, NOT_BILLABLE, TAXABLE
from ..types import ALL, BOLETAS, EXPORTS, GUIDES, NATIONAL, NATIONAL_NOTES, PURCHASES, SETTLEMENTS
from ..uf import LARGE, is_large, uf_of
from .f_totals import total_against_parts

F25 = "Formato DTE v2.5 (2026-02)"
FB42 = "Formato Boleta v4.2 (2025-09)"


@rule(
    "F07",
    title=_("Non-billable amount, deposits and period amount"),
    why=_("This amount is %(found)s; the lines make %(expected)s."),
    types=NATIONAL - SETTLEMENTS,
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"{F25}, Totales 120 <GrntDep>, 125 <MontoNF> y 126 <MontoPeriodo>; {FB42}, Totales 36 y 37",
)
def amounts_beside_the_total_add_up(doc: Document) -> Iterator[Hit]:
    """VlrPagar and SaldoAnterior are the issuer's affair: the norm gives them without validation."""
    totals = doc.totals
    if not (doc.type in GUIDES and totals.net is None):
        yield from _beside_the_total(doc)
    period, total = totals.period, totals.total
    if period is not None and total is not None:
        expected = total + (totals.not_billable or 0)
        if period != expected:
            why = _("The period amount is %(found)s; total plus non-billable amount is %(expected)s.")
            yield totals.wrong("period", expected, why=why)


def _beside_the_total(doc: Document) -> Iterator[Hit]:
    totals = doc.totals
    by_class = sums.by_class(doc)
    if by_class[NOT_BILLABLE] or totals.not_billable or doc.discounts:
        expected = sums.discounted(doc, NOT_BILLABLE, by_class[NOT_BILLABLE])
        if not expected.matches(totals.not_billable):
            yield totals.wrong("not_billable", expected.best)
    deposits = 0 if doc.is_boleta else by_class[DEPOSIT]
    if deposits != (0 if doc.is_boleta else totals.container_deposit or 0):
        yield totals.wrong("container_deposit", deposits)


@rule(
    "F11",
    title=_("Commissions, and the total of a liquidación-factura"),
    why=_("The totals say %(found)s of commissions; the commissions listed make %(expected)s."),
    types=SETTLEMENTS | PURCHASES | NATIONAL_NOTES,
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"{F25}, Totales 121 a 124, zona F «Comisiones y otros cargos», y tabla de zonas",
)
def commissions_add_up(doc: Document) -> Iterator[Hit]:
    """Obligatory in a liquidación-factura, optional in a factura de compra and in notes on it."""
    totals, listed = doc.totals, doc.commissions
    stated = totals.commissions
    if doc.type in SETTLEMENTS:
        if not listed:
            why = _("A liquidación-factura lists its commissions and other charges; there are none.")
            yield doc.wrong("commissions", why=why)
        if doc.discounts:
            why = _("A liquidación-factura has no global discounts or surcharges.")
            yield doc.wrong("discounts", why=why, effect=SiiEffect.REJECT)
    if listed and stated is not None:
        for name in ("net", "exempt", "iva"):
            expected = sum(getattr(commission, name) or 0 for commission in listed)
            if (getattr(stated, name) or 0) != expected:
                yield stated.wrong(name, expected)
    for flaw in doc.flaws_of("too_long", Commission):
        limit = flaw.field.max
        yield flaw.node.wrong(flaw.field.name, limit, found=flaw.raw, why=TOO_LONG, effect=SiiEffect.REJECT)
    yield from _iva_of_commissions(doc, listed)
    if doc.type in SETTLEMENTS:
        if totals.total is None:
            yield totals.wrong("total", why=_("The document has no total."), effect=SiiEffect.REJECT)
        else:
            yield from _total_of_settlement(doc)


TOO_LONG = _("This text is longer than the %(expected)s characters allowed.")


def _iva_of_commissions(doc: Document, listed: tuple[Commission, ...]) -> Iterator[Hit]:
    rate = sums.legal_rate_of(doc)
    for commission in listed:
        if commission.iva is None or commission.net is None:
            continue
        expected = percent(commission.net, rate)
        if abs(commission.iva - expected) > 1:
            why = _("The IVA of the commission is %(found)s; %(rate)s %% of %(net)s is %(expected)s.")
            yield commission.wrong("iva", expected, why=why, rate=rate, net=commission.net)


def _total_of_settlement(doc: Document) -> Iterator[Hit]:
    """Total less commissions, be they read in the totals or added up from the list."""
    hits = list(total_against_parts(doc))
    stated = doc.totals.commissions
    if hits and doc.commissions and stated is not None:
        in_totals = sum(getattr(stated, name) or 0 for name in ("net", "exempt", "iva"))
        in_list = sum((c.net or 0) + (c.exempt or 0) + (c.iva or 0) for c in doc.commissions)
        if in_list != in_totals and doc.totals.total == hits[0].expected + in_totals - in_list:
            return  # the sum of the commissions is the error, and has been named
    yield from hits


@rule(
    "F13",
    title=_("Totals not negative, and a total above zero"),
    why=_("%(found)s: amounts in the totals are not negative."),
    types=ALL - SETTLEMENTS,
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source=f"MontoType de SiiTypes_v10.xsd (2026-02); {F25}, Totales 112 y 124",
)
def totals_are_not_negative(doc: Document) -> Iterator[Hit]:
    """Zero is right for what is given away, for a correction of text and for non-billable items."""
    totals = doc.totals
    for name in ("net", "exempt", "iva", "construction_credit", "container_deposit", "total"):
        value = totals.__dict__.get(name)
        if value is not None and value < 0:
            yield totals.wrong(name)
    if doc.type in (33, 34, 39, 41, 46) and totals.total == 0 and not _is_for_nothing(doc):
        why = _("The total is 0, and nothing says that it is free of charge (FmaPago 3).")
        yield totals.wrong("total", why=why, effect=SiiEffect.REPARO)


def _is_for_nothing(doc: Document) -> bool:
    """Whether a document bills nothing and says so: given away, or with non-billable items alone."""
    if doc.totals.not_billable and not any(sums.by_class(doc)[class_] for class_ in _BILLED):
        return True
    return not doc.is_boleta and doc.id.payment_form == 3


_BILLED = (TAXABLE, EXEMPT_CLASS, DEPOSIT)


@rule(
    "F14",
    title=_("IVA rounded once, not line by line"),
    why=_(
        "The company rounds taxes line by line, which makes %(by_line)s of IVA; the SII expects %(expected)s."
    ),
    types=NATIONAL - SETTLEMENTS,
    effect=SiiEffect.REPARO,
    action=Action.WARN,
    source=f"{F25}, Totales 112 <IVA>, y columna «Tipo» de los montos: pesos enteros",
    needs=("rounding",),
    fix="round_globally",
)
def iva_is_rounded_once(doc: Document) -> Iterator[Hit]:
    """Odoo's setting shows before any document is wrong: it is said where the two ways differ."""
    totals = doc.totals
    for name in ("net", "exempt", "iva", "total"):
        value = totals.__dict__.get(name)
        if value is not None and value != int(value):
            yield totals.wrong(name, why=_("%(found)s: amounts in pesos have no decimals."))
    if doc.context.rounding != "round_per_line" or not totals.net or not totals.iva:
        return
    if sums.is_gross(doc):
        return
    rate = sums.legal_rate_of(doc)
    expected, by_line = percent(totals.net, rate), _by_line(doc, rate)
    if by_line != expected:
        yield totals.wrong("iva", expected, by_line=by_line)


def _by_line(doc: Document, rate: int) -> Number:
    return sum(percent(line.amount or 0, rate) for line in doc.lines if line.exempt_code is None)


@rule(
    "F15",
    title=_("Boleta above 135 UF: who pays, and how"),
    why=_("The total is above 135 UF (%(limit)s pesos): the means of payment must be stated."),
    types=BOLETAS,
    effect=SiiEffect.NONE,
    action=Action.WARN,
    source=f"{FB42}, Encabezado 10 <MedioPago> y 18 <RUTRecep>; Ley 21.713, art. 92 ter CT",
    since=datetime.date(2025, 9, 1),
)
def large_boletas_say_who_pays(doc: Document) -> Iterator[Hit]:
    """The law is after cash: the seller answers for it, no document is rejected."""
    if not is_large(doc):
        return
    limit = int(LARGE * uf_of(doc))
    # The buyer first: a move knows no means of payment, which ends the rule.
    rut = doc.receiver.rut
    if rut is None or rut in (ANONYMOUS, "0"):
        why = _("The total is above 135 UF (%(limit)s pesos): the RUT of the buyer must be stated.")
        yield doc.receiver.wrong("rut", why=why, limit=limit)
    means = doc.id.payment_means
    if means is None:
        yield doc.id.wrong("payment_means", limit=limit)
    elif means not in ("1", "2", "3", "4", "5"):
        why = _("%(found)s is no means of payment of a boleta (1 to 5).")
        yield doc.id.wrong("payment_means", why=why, effect=SiiEffect.REJECT)


@rule(
    "F16",
    title=_("Totals of an export document"),
    why=_("This field is obligatory in the totals of an export document, and is missing."),
    types=EXPORTS,
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source=f"{F25}, Totales 106, 108 y 124, Otra Moneda 129 a 138; DTE_v10.xsd (2026-02)",
    likely_sii_code="HED-3-834",
)
def export_totals_are_complete(doc: Document) -> Iterator[Hit]:
    """The schema asks for the first three; the pesos beside them are asked for by the format alone."""
    totals = doc.totals
    for name in ("currency", "exempt"):
        if getattr(totals, name) is None:
            yield totals.wrong(name)
    for name in ("net", "iva", "iva_rate"):
        if getattr(totals, name):
            why = _("An export document has no net amount and no IVA; this one has %(found)s.")
            yield totals.wrong(name, why=why)
    day = doc.id.date
    # Obligatory since the format of 2017-05-31; an export in pesos needs no other currency.
    if totals.currency == PESOS or (day and day < datetime.date(2017, 5, 31)):
        return
    other = doc.header.other_currency
    if not other.present:
        why = _("An export document states its amounts in pesos too (OtraMoneda); they are missing.")
        yield doc.header.wrong("other_currency", why=why, effect=SiiEffect.REPARO)
        return
    if other.currency != PESOS:
        why = _("The other currency of an export document is %(expected)s, not %(found)s.")
        yield other.wrong("currency", PESOS, why=why, found=other.currency or "-", effect=SiiEffect.REPARO)
    for name in ("rate", "exempt", "total"):
        if getattr(other, name) is None:
            yield other.wrong(name, effect=SiiEffect.REPARO)


PESOS = "PESO CL"
