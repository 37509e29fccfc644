"""Group F, second part: additional taxes, retentions and the construction credit."""

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from .. import sums
from ..document import Document, Line, Tax
from ..field import NotKnown
from ..message import _
from ..money import Number, percent
from ..node import Hit
from ..rule import Action, SiiEffect, rule
from ..tables import load
from ..types import GUIDES, IVA_TYPES, NATIONAL_NOTES, PURCHASES

F25 = "Formato DTE v2.5 (2026-02)"
TYPES = IVA_TYPES | GUIDES
MAX_TAXES = 20
TOTAL_RETENTION = 15


class Code(NamedTuple):
    """One row of tables/tax_codes.json; its columns are explained there."""

    name: str | None
    kind: str
    rate: Decimal | None
    base: str
    since: datetime.date | None
    unclear_sign: bool


def _code(row: dict) -> Code:
    return Code(
        row["name"],
        row["kind"],
        Decimal(row["rate"]) if row["rate"] else None,
        row["base"],
        datetime.date.fromisoformat(row["since"]) if row["since"] else None,
        row.get("sign") == "either",
    )


CODES: dict[int, Code] = {int(code): _code(row) for code, row in load("tax_codes").items()}


# -- what a tax should be ------------------------------------------------------------------------------


def legal_tax_rate(doc: Document, code: Code) -> Decimal | None:
    """Return the rate of a code on the issue date; None where the norm fixes none."""
    day = doc.id.__dict__.get("date")
    if code.since and day and day < code.since:
        return None
    return code.rate


def carries(line: Line, code: int) -> bool:
    return str(code) in line.tax_codes


def tax_base(doc: Document, number: int, code: Code) -> Number | None:
    """Return what the rate is applied to (Totales 117); None where the document does not tell."""
    if code.base == "slaughter":
        return doc.totals.slaughter_base
    if code.base != "lines" or sums.is_gross(doc):
        return None
    if len(doc.totals.taxes) > MAX_TAXES:
        return None  # F08 refuses so many; reckoning each over all the lines would take minutes
    bearing = [line for line in doc.lines if carries(line, number)]
    if not bearing:
        return None  # E09
    base = sum(line.amount or 0 for line in bearing)
    for discount in doc.discounts:
        if sums.class_of(doc, discount) != sums.TAXABLE:
            continue
        if discount.value_type == "$" and len(bearing) != _taxable_lines(doc):
            return None  # how it is spread over the codes is not written anywhere (F12)
        base = sums.applied(discount, base)
    return base


def _taxable_lines(doc: Document) -> int:
    return sum(line.exempt_code is None for line in doc.lines)


def right_amount(doc: Document, tax: Tax) -> int | None:
    """Return what MontoImp should be, None where the document does not tell."""
    code = CODES.get(tax.code)
    if code is None:
        return None
    if code.base == "iva":
        return doc.totals.iva
    rate, base = legal_tax_rate(doc, code) or tax.rate, tax_base(doc, tax.code, code)
    return None if rate is None or base is None else percent(base, rate)


class Signed(NamedTuple):
    """A tax as it counts in the total.

    :param stated: MontoImp with its sign: additional taxes add, retentions subtract
    :param right: what it should be; None where the document does not tell
    :param unclear: the norm does not say which sign it has
    """

    stated: Number
    right: Number | None
    unclear: bool


def signed_taxes(doc: Document) -> list[Signed]:
    """Return the additional taxes and retentions of a document as its total counts them."""
    return [_signed(doc, tax) for tax in doc.totals.taxes] if doc.type in TYPES else []


def _signed(doc: Document, tax: Tax) -> Signed:
    code = CODES.get(tax.code)
    if code is None or code.kind == "unlisted":
        raise NotKnown(tax.path_of("code"))
    amount = tax.amount
    if amount is None:
        raise NotKnown(tax.path_of("amount"))
    right = sums.or_none(lambda doc: right_amount(doc, tax), doc)
    if code.kind == "sale":
        return Signed(amount, right, code.unclear_sign)
    return Signed(-abs(amount), None if right is None else -abs(right), False)


# -- rules ---------------------------------------------------------------------------------------------


@rule(
    "E09",
    title=_("Tax codes of the lines and of the totals are the same"),
    why=_("Tax code %(code)s stands in the lines, and the totals have no tax with it."),
    types=TYPES,
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"{F25}, Detalle 37 <CodImpAdic> y Totales 115 a 117 <ImptoReten>",
)
def tax_codes_of_lines_and_totals_agree(doc: Document) -> Iterator[Hit]:
    """Only what is reckoned on the lines must stand in them; a retention of all the IVA need not."""
    totals = doc.totals
    if doc.type in GUIDES and totals.net is None:
        return
    in_totals = {tax.code for tax in totals.taxes}
    in_lines = set()
    for line in doc.lines:
        for text in line.tax_codes:
            code = int(text) if text.isdecimal() and text.isascii() else None
            if code not in in_totals and text not in in_lines:
                yield line.wrong("tax_codes", found=text, code=text)
            in_lines.add(text)
    if doc.type == 43:
        return  # its lines carry no codes (Detalle 37)
    for tax in totals.taxes:
        code = CODES.get(tax.code)
        if code and code.base == "lines" and not code.unclear_sign and str(tax.code) not in in_lines:
            why = _("Tax %(code)s stands in the totals, and no line has its code.")
            yield tax.wrong("code", why=why, code=tax.code)


@rule(
    "F08",
    title=_("Additional taxes: code, rate and amount"),
    why=_("Tax %(code)s is %(found)s; %(rate)s %% of its lines is %(expected)s."),
    types=TYPES,
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"{F25}, Totales 115 a 117 <ImptoReten>, y punto 4",
    likely_sii_code="HED-2-300",
)
def additional_taxes_follow_the_table(doc: Document) -> Iterator[Hit]:
    """Taxes on fuels and on margins, and fixed by UTM, can't be reckoned from the document."""
    taxes = doc.totals.taxes
    if not taxes:
        return
    if len(taxes) > MAX_TAXES:
        why = _("The totals have %(found)s taxes; %(expected)s are allowed.")
        yield doc.totals.wrong("taxes", MAX_TAXES, found=len(taxes), why=why, effect=SiiEffect.REJECT)
    seen = set()
    for tax in taxes:
        code = CODES.get(tax.code)
        if code is None:
            why = _("%(found)s is no tax code of the SII.")
            yield tax.wrong("code", why=why, effect=SiiEffect.REJECT)
            continue
        if tax.code in seen:
            yield tax.wrong("code", why=_("Tax %(found)s stands twice in the totals; add both up."))
        seen.add(tax.code)
        if _is_misplaced(doc, code):
            why = _("Tax %(found)s (%(tax)s) has no place in a document of type %(type)s.")
            yield tax.wrong("code", why=why, tax=code.name or "?", type=doc.type)
        else:
            yield from _rate_and_amount(doc, tax, code)


def _is_misplaced(doc: Document, code: Code) -> bool:
    if doc.type in PURCHASES:
        return code.kind in ("sale", "retired")
    if doc.type in NATIONAL_NOTES:
        return code.kind == "retired"
    return code.kind in ("retention", "retired")


def _rate_and_amount(doc: Document, tax: Tax, code: Code) -> Iterator[Hit]:
    legal, stated, amount = legal_tax_rate(doc, code), tax.rate, tax.amount
    if amount is None:
        yield tax.wrong("amount", why=_("The tax has no amount."), effect=SiiEffect.REJECT)
        return
    if legal is not None and stated != legal:
        why = _("The rate of tax %(code)s (%(tax)s) is %(expected)s %%, not %(found)s.")
        shown = "-" if stated is None else stated
        yield tax.wrong("rate", legal, why=why, found=shown, code=tax.code, tax=code.name)
    if amount < 0 and code.base != "specific":
        yield tax.wrong("amount", why=_("%(found)s: a tax is not negative here."))
        return
    base = tax_base(doc, tax.code, code)
    rates = [rate for rate in (legal, stated) if rate is not None]
    if base is None or not rates:
        return
    if all(abs(amount - percent(base, rate)) > 1 for rate in rates):
        yield tax.wrong("amount", percent(base, rates[0]), code=tax.code, rate=rates[0])


@rule(
    "F09",
    title=_("Factura de compra: retained and not retained IVA"),
    why=_("Of an IVA of %(iva)s, %(retained)s is retained: IVANoRet should be %(expected)s, not %(found)s."),
    types=PURCHASES | NATIONAL_NOTES,
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"{F25}, Totales 117 <MontoImp> y 118 <IVANoRet>, y punto 4, códigos 15 y 30 a 49",
)
def retention_covers_the_iva(doc: Document) -> Iterator[Hit]:
    """IVANoRet is what is left of the IVA; it is not written when nothing is left."""
    totals = doc.totals
    iva = totals.iva or 0
    kept = [tax for tax in totals.taxes if (code := CODES.get(tax.code)) and code.kind == "retention"]
    if not kept:
        if doc.type in PURCHASES and iva and not totals.taxes:
            why = _("A factura de compra says how much IVA it retains; this one does not.")
            yield totals.wrong("taxes", why=why)
        return
    if any(tax.amount is None for tax in kept):
        return  # F08
    if len(kept) == 1 and kept[0].code == TOTAL_RETENTION:
        yield from _total_retention(doc, kept[0], iva)
        return
    retained = sum(abs(tax.amount) for tax in kept)
    left, stated = iva - retained, totals.iva_not_retained
    if left < 0:
        why = _("The retentions add up to %(found)s, more than the IVA of %(expected)s.")
        yield totals.wrong("taxes", iva, found=retained, why=why)
    elif (stated or 0) != left:
        shown = "-" if stated is None else stated
        yield totals.wrong("iva_not_retained", left, found=shown, iva=iva, retained=retained)
    elif stated == 0:
        yield totals.wrong("iva_not_retained", why=_NOT_WRITTEN, effect=SiiEffect.REJECT)


_NOT_WRITTEN = _("All the IVA is retained: IVANoRet is left out, it is not written as %(found)s.")


def _total_retention(doc: Document, tax: Tax, iva: Number) -> Iterator[Hit]:
    totals = doc.totals
    amount = abs(tax.amount)
    if amount != iva and not (totals.net and sums.is_right_iva(doc, totals.net, amount)):
        why = _("Code 15 retains all the IVA: %(expected)s, not %(found)s.")
        yield tax.wrong("amount", iva, why=why)
    elif totals.iva_not_retained is not None:
        effect = SiiEffect.REJECT if totals.iva_not_retained <= 0 else SiiEffect.REPARO
        yield totals.wrong("iva_not_retained", why=_NOT_WRITTEN, effect=effect)


@rule(
    "F10",
    title=_("Construction credit within its bounds"),
    why=_("The construction credit is %(found)s; 65 %% of the IVA is %(expected)s."),
    types={33, 34, 46, 52, 56, 61},
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"{F25}, Totales 119 <CredEC>; DL 910/1975, art. 21",
)
def construction_credit_is_within_bounds(doc: Document) -> Iterator[Hit]:
    """Less is right too: the law caps the credit per dwelling, and halves it since 2023 (Ley 21.420)."""
    credit = doc.totals.construction_credit
    if not credit:
        return
    if doc.type in (34, 46):
        why = _("This type of document has no construction credit.")
        yield doc.totals.wrong("construction_credit", why=why)
        return
    most = percent(doc.totals.iva or 0, 65)
    if credit > most + 1:
        yield doc.totals.wrong("construction_credit", most)
