"""Group E: each line by itself; its texts are in e_texts, its tax codes in f_taxes."""

import datetime
from collections.abc import Iterator
from decimal import Decimal

from ..document import Document, Line
from ..message import _
from ..money import Number, half_up, places
from ..node import Hit, Node
from ..rule import Action, SiiEffect, rule
from ..types import ALL, BOLETAS, EXPORTS, GUIDES, NOT_BOLETA, NOTES, SETTLEMENTS

F25 = "Formato DTE v2.5 (2026-02)"
FB42 = "Formato Boleta v4.2 (2025-09)"
#: Lines a document may have.
MAX_LINES, MAX_BOLETA_LINES = 60, 1000
#: The format wants the unit of every line of a guía since this version.
_UNIT_OF_GUIDES = datetime.date(2026, 2, 16)


def is_written_empty(node: Node, name: str) -> bool:
    """Whether a field is absent because its element holds no text, which C09 and A04 name."""
    return any(f.node is node and f.kind == "empty" and f.field.name == name for f in node.document.flaws)


@rule(
    "E01",
    title=_("Number of lines, and their numbering"),
    why=_("Line numbers run 1, 2, 3…: this one is %(found)s and should be %(expected)s."),
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source=f"{F25}, Detalle 1 <NroLinDet>; {FB42}, Detalle 1; DTE_v10.xsd (2026-02)",
)
def lines_are_few_and_numbered(doc: Document) -> Iterator[Hit]:
    """Only a boleta may come without lines. The first number out of order stands for those after it."""
    limit = MAX_BOLETA_LINES if doc.is_boleta else MAX_LINES
    count = len(doc.lines)
    if count > limit:
        yield doc.wrong(
            "lines", limit, found=count, why=_("The document has %(found)s lines; %(expected)s are allowed.")
        )
    elif not count and not doc.is_boleta:
        yield doc.wrong("lines", why=_("The document has no line."))
    for position, line in enumerate(doc.lines, 1):
        if line.number != position:
            # The schema wants a number on each line, but not that they follow each other.
            effect = SiiEffect.REJECT if line.number is None else SiiEffect.REPARO
            yield line.wrong("number", position, effect=effect)
            return


@rule(
    "E03",
    title=_("Line amount is price times quantity, less discount, plus surcharge"),
    why=_(
        "The line amount is %(found)s, but %(price)s × %(quantity)s, less discount, plus surcharge, is"
        " %(expected)s."
    ),
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"{F25}, Detalle 38 <MontoItem>; {FB42}, Detalle 26",
    likely_sii_code="DET-2-200",
)
def line_amount_is_its_arithmetic(doc: Document) -> Iterator[Hit]:
    """Prices have six decimals and amounts none, so less than a peso is rounding (0.01 in exports)."""
    for line in doc.lines:
        amount = line.amount
        if amount is None:
            yield line.wrong("amount", why=_("The line has no amount."), effect=SiiEffect.REJECT)
            continue
        price, quantity = line.price, line.quantity
        if price is None or quantity is None:
            continue
        if line.discount_percent and line.discount is None:
            continue  # E04 names the missing amount
        if line.surcharge_percent and line.surcharge is None:
            continue
        expected = price * quantity - (line.discount or 0) + (line.surcharge or 0)
        if not _is_near(doc, amount, expected) and not _may_be_zero(doc, line):
            shown = expected if doc.is_export else half_up(expected)
            yield line.wrong("amount", shown, price=price, quantity=quantity)


def _is_near(doc: Document, amount: Number, expected: Decimal) -> bool:
    difference = abs(amount - expected)
    if doc.is_export:
        return difference <= Decimal("0.01")
    # A liquidación shows returned goods with a negative amount; its prices can't be negative.
    return difference < 1 or (doc.type in SETTLEMENTS and abs(amount + expected) < 1)


def _may_be_zero(doc: Document, line: Line) -> bool:
    """Whether the norm lets this line be worth 0 whatever its price (Detalle 38, 1 and 2)."""
    if line.amount != 0:
        return False
    if line.exempt_code in (4, 5):
        return True
    if doc.type in GUIDES:
        return doc.id.transfer != 1
    if doc.type in NOTES:
        return any(reference.code == 2 for reference in doc.references)
    return doc.type == 110 and doc.id.export_payment_form == 21


@rule(
    "E04",
    title=_("A percentage comes with its amount"),
    why=_("%(percentage)s %% of the line is about %(expected)s, not %(found)s."),
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"{F25}, Detalle 29, 30, 33 y 34; {FB42}, Detalle 22 a 25",
    types=ALL - SETTLEMENTS,
)
def percentages_come_with_amounts(doc: Document) -> Iterator[Hit]:
    """A percentage has two decimals and is often worked out from the amount: half a hundredth of the
    line, and a peso, are forgiven. A surcharge may be reckoned before or after the discount.
    """
    for line in doc.lines:
        if line.discount_percent:
            yield from _percentage(line, "discount", line.discount_percent, 0)
        if line.surcharge_percent:
            yield from _percentage(line, "surcharge", line.surcharge_percent, line.discount or 0)


def _percentage(line: Line, name: str, percentage: Decimal, discount: Number) -> Iterator[Hit]:
    amount = getattr(line, name)
    if amount is None:
        why = _("The line has a percentage, and its amount in money is missing.")
        yield line.wrong(name, why=why)
        return
    price, quantity = line.price, line.quantity
    if price is None or quantity is None:
        return
    base = price * quantity
    tolerance = 1 + abs(base) / 20000
    expected = base * percentage / 100
    if all(abs(amount - part * percentage / 100) > tolerance for part in (base, base - discount)):
        yield line.wrong(name, half_up(expected), percentage=percentage)


@rule(
    "E05",
    title=_("Quantity and unit of every line of a guía"),
    why=_("A line of a guía says how much travels: its quantity is missing."),
    types=GUIDES,
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"{F25}, Detalle 15 <QtyItem> y 21 <UnmdItem>, obligatorios en guías",
)
def guide_lines_have_quantities(doc: Document) -> Iterator[Hit]:
    """Goods travel under a guía: what, how much and in which unit is what it is for."""
    for line in doc.lines:
        if line.quantity is None:
            yield line.wrong("quantity")
        if line.unit is not None or is_written_empty(line, "unit"):
            continue
        if (doc.id.date or _UNIT_OF_GUIDES) >= _UNIT_OF_GUIDES:
            yield line.wrong("unit", why=_("A line of a guía says in which unit it is measured."))


#: IndExe by type. 3 needs GrntDep, 4 and 5 are of guías and facturas, MontoNF does not exist in exports.
_EXEMPT_CODES = {
    **dict.fromkeys((33, 34, 56, 61), frozenset({1, 2, 3, 4, 6})),
    **dict.fromkeys(BOLETAS, frozenset({1, 2, 6})),
    **dict.fromkeys(EXPORTS, frozenset({1})),
    43: frozenset({1, 2}),
    46: frozenset({1, 2, 6}),
    52: frozenset({1, 2, 3, 4, 5, 6}),
}


@rule(
    "E06",
    title=_("Exempt indicator of a line"),
    why=_("Indicator %(found)s has no place in this type of document."),
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"{F25}, Detalle 5 <IndExe> y 38 <MontoItem>; {FB42}, Detalle 4",
)
def exempt_indicator_fits_the_type(doc: Document) -> Iterator[Hit]:
    """What no schema lists is rejected; what is listed and misplaced, a reparo."""
    allowed = _EXEMPT_CODES.get(doc.type)
    listed = _EXEMPT_CODES[39] if doc.is_boleta else _EXEMPT_CODES[52]
    for line in doc.lines:
        code = line.exempt_code
        if code is None:
            continue
        if code not in listed:
            yield line.wrong("exempt_code", effect=SiiEffect.REJECT)
        elif allowed is not None and code not in allowed:
            yield line.wrong("exempt_code")
        elif code in (4, 5):
            yield from _worthless(doc, line, code)


def _worthless(doc: Document, line: Line, code: int) -> Iterator[Hit]:
    """Lines "not sold" (4) are for sales, those that lower an earlier guía (5) for guías of no sale."""
    if line.amount:
        why = _("A line with indicator %(code)s is worth 0, not %(found)s.")
        yield line.wrong("amount", 0, why=why, code=code)
    if doc.type in GUIDES:
        transfer = doc.id.transfer
        if transfer is not None and (transfer == 1) != (code == 4):
            why = _("Indicator %(found)s does not go with transfer type %(transfer)s.")
            yield line.wrong("exempt_code", why=why, transfer=transfer)


@rule(
    "E07",
    title=_("Exempt lines in an exempt document, taxable lines in a taxable one"),
    why=_("Every line is exempt: the document should be of type %(expected)s, not %(found)s."),
    types=(33, 34, 39),
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"{F25}, Detalle 5 <IndExe> y Totales 107 <MntNeto>, ausente en la exenta; {FB42}, Totales 32",
    fix="document_34",
)
def exempt_lines_make_an_exempt_document(doc: Document) -> Iterator[Hit]:
    """The IVA of a boleta exenta is F05's."""
    if doc.type == 34:
        for name in ("net", "iva"):
            if getattr(doc.totals, name):
                why = _("An exempt document has no net amount and no IVA; this one has %(found)s.")
                yield doc.totals.wrong(name, 0, why=why)
        return
    if doc.lines and all(line.exempt_code == 1 for line in doc.lines):
        yield doc.id.wrong("type", 34 if doc.type == 33 else 41, found=doc.type)


#: Types in which a line worth nothing is odd: not guías, notes that correct a text, liquidaciones.
_WORTH_SOMETHING = frozenset({33, 34, 39, 41, 46, 110})


@rule(
    "E08",
    title=_("Prices, quantities and amounts of lines above zero"),
    why=_("%(found)s: a line has no negative or zero price or quantity, and no negative amount."),
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source="Dec12_6Type y MontoType de SiiTypes_v10.xsd (2026-02); Dec5Type de EnvioBOLETA_v11.xsd",
)
def prices_and_quantities_are_positive(doc: Document) -> Iterator[Hit]:
    """What costs nothing goes without price; what lowers the document is a discount (or IndExe 6).

    A line without price and worth nothing is allowed, and only pointed out.
    """
    negative_allowed = doc.type in SETTLEMENTS
    for line in doc.lines:
        price, quantity, amount = line.price, line.quantity, line.amount
        if price is not None and price <= 0:
            yield line.wrong("price")
        if quantity is not None and quantity <= 0:
            yield line.wrong("quantity")
        if amount is not None and amount < 0 and not negative_allowed:
            yield line.wrong("amount")
        elif (
            amount == 0
            and price is None
            and doc.type in _WORTH_SOMETHING
            and line.exempt_code not in (4, 5)
        ):
            why = _("The line has no price and is worth 0: what only explains may go to a description.")
            yield line.wrong("amount", why=why, effect=SiiEffect.NONE, action=Action.INFO)


@rule(
    "E10",
    title=_("Line discounts and surcharges above zero"),
    why=_("%(found)s: discounts and surcharges of a line are written only when above zero."),
    types=NOT_BOLETA - SETTLEMENTS,
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source="MntImpType y PctType de SiiTypes_v10.xsd (2026-02)",
)
def line_discounts_are_positive(doc: Document) -> Iterator[Hit]:
    """Even in an export, whose amounts have decimals, the schema wants whole discounts."""
    for line in doc.lines:
        for name in ("discount", "surcharge", "discount_percent", "surcharge_percent"):
            value = getattr(line, name)
            if value is None:
                continue
            if value <= 0:
                yield line.wrong(name)
            elif doc.is_export and not name.endswith("percent") and places(value):
                yield line.wrong(name, half_up(value), why=_("%(found)s: must be a whole number here."))
        if doc.is_export and line.price is not None and places(line.price) > 6:
            yield line.wrong("price", why=_("%(found)s has more than six decimals."))
