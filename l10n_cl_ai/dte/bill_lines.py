"""The lines of a received DTE as a vendor bill's, each worth to the peso what the document says.

Global discounts become lines, prices with IVA lose it, and amounts that were rounded here are made to add up to
the document's totals. What is off by more than rounding is said, and stays as it was written.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from . import sums
from .document import Document
from .field import NotKnown
from .message import Message, _
from .money import half_up, without_iva

#: Decimals that a unit price keeps where it is not written as such in the document.
PRICE_PLACES = 6


class BillLine(NamedTuple):
    """One line. ``quantity × price × (1 − discount %)`` is ``amount`` within a thousandth of a peso.

    :param taxed: it bears IVA; :param codes: codes of the additional taxes it bears
    :param note: nothing is owed for it: only its text counts
    """

    name: str | Message
    amount: int
    quantity: Decimal = Decimal(1)
    price: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    taxed: bool = False
    codes: tuple[int, ...] = ()
    note: bool = False


def bill_lines(doc: Document, quantity_places: int) -> tuple[list[BillLine], list[Message]]:
    """Return the lines with the global discounts as lines of their own, and what is to be said about them."""
    default = sums.EXEMPT_CLASS if sums.is_exempt_as_a_whole(doc) else sums.TAXABLE
    gross, rate = sums.is_gross(doc), sums.legal_rate_of(doc)
    drafts, notes = [], []
    for line in doc.lines:
        class_ = default if line.exempt_code is None else line.exempt_code
        drafts.append(_Draft(class_, _amount(line, gross and class_ == sums.TAXABLE, rate), line))
    drafts += _discounts(doc, gross, rate)
    stated = {sums.TAXABLE: doc.totals.net or 0, sums.EXEMPT_CLASS: doc.totals.exempt or 0}
    for class_, total in stated.items():
        notes += _fit([draft for draft in drafts if draft.class_ == class_], half_up(total), class_)
    if gross:
        notes.append(_("The prices of the document include IVA; they were entered without it."))
    lines = [draft.line(quantity_places) for draft in drafts]
    return lines + _beside_the_lines(doc), notes


class _Draft:
    """A line, or a global discount, while the sums are being made."""

    def __init__(self, class_, amount, node, name=None):
        self.class_, self.amount, self.node, self.name = class_, amount, node, name

    def line(self, quantity_places: int) -> BillLine:
        if self.name is not None:
            codes, values = (), (Decimal(1), Decimal(self.amount), Decimal(0))
            return BillLine(self.name, self.amount, *values, self.class_ == sums.TAXABLE, codes)
        name, line = _name(self.node), self.node
        if self.class_ not in (sums.TAXABLE, sums.EXEMPT_CLASS, sums.DEPOSIT):
            label = _("%(name)s (not billable: %(amount)s)", name=name, amount=line.amount or 0)
            return BillLine(label, 0, note=True)
        quantity, price, discount = _priced(line, self.amount, quantity_places)
        if line.quantity and quantity != line.quantity:
            name = f"{name} ({line.quantity} {line.unit or ''}".rstrip() + ")"
        codes = tuple(int(code) for code in line.tax_codes or () if code.isdecimal())
        return BillLine(name, self.amount, quantity, price, discount, self.class_ == sums.TAXABLE, codes)


def _amount(line, gross: bool, rate: int) -> int:
    """Return a line's amount without IVA."""
    if line.amount is None:
        raise NotKnown(line.path_of("amount"))
    return without_iva(line.amount, rate) if gross else half_up(line.amount)


def _name(line) -> str:
    """NmbItem, and DscItem where it says more."""
    name, more = line.name or "?", (line.description or "").strip()
    return f"{name}\n{more}" if more and more != name else name


def _discounts(doc: Document, gross: bool, rate: int) -> list[_Draft]:
    """Return the global discounts and surcharges, each of what it is worth on the sum of its class."""
    by_class, drafts = sums.by_class(doc), []
    for discount in doc.discounts:
        class_ = sums.class_of(doc, discount)
        if class_ == sums.NOT_BILLABLE:
            continue
        worth = sums.applied(discount, by_class[class_]) - by_class[class_]
        amount = without_iva(worth, rate) if gross and class_ == sums.TAXABLE else half_up(worth)
        plain = _("Global discount") if discount.movement == "D" else _("Global surcharge")
        drafts.append(_Draft(class_, amount, discount, name=discount.gloss or plain))
    return drafts


def _fit(drafts: list[_Draft], total: int, class_: int) -> list[Message]:
    """Make amounts that were rounded here add up to the stated total. What is more than rounding is said."""
    difference = total - sum(draft.amount for draft in drafts)
    if not difference:
        return []
    rounded = [draft for draft in drafts if draft.name is not None] or drafts
    if drafts and abs(difference) <= len(drafts):
        max(rounded, key=lambda draft: abs(draft.amount)).amount += difference
        return []
    text = (
        _("The taxable lines add up to %(sum)s, and the document says %(total)s.", sum=total - difference, total=total)
        if class_ == sums.TAXABLE
        else _("The exempt lines add up to %(sum)s, and the document says %(total)s.",
               sum=total - difference, total=total)
    )  # fmt: skip
    return [text]


def _priced(line, amount: int, quantity_places: int) -> tuple[Decimal, Decimal, Decimal]:
    """Return (quantity, unit price, discount %) that give the line's amount to the peso.

    The price is the document's, or where that does not give the amount (rounding, a surcharge, prices with
    IVA, a quantity with more decimals than the books keep), the one that does.
    """
    step = Decimal(1).scaleb(-quantity_places)
    quantity = (line.quantity or Decimal(1)).quantize(step, ROUND_HALF_UP)
    if quantity <= 0:
        quantity = Decimal(1)
    discount = _discount(line)
    worth = quantity * (100 - discount) / 100
    price = line.price
    if price is None or quantity * price * (100 - discount) != amount * 100:
        price = (Decimal(amount) / worth).quantize(Decimal(1).scaleb(-PRICE_PLACES), ROUND_HALF_UP)
    return quantity, price, discount


def _discount(line) -> Decimal:
    """Return a line's discount in percent, two decimals; 0 where a surcharge makes it meaningless."""
    if line.surcharge or not line.discount or not line.quantity or not line.price:
        return Decimal(0)
    share = line.discount_percent or 100 * Decimal(line.discount) / (line.quantity * line.price)
    share = share.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return share if 0 < share < 100 else Decimal(0)


def _beside_the_lines(doc: Document) -> list[BillLine]:
    """Return what moves the total and is no line: the construction companies' credit."""
    credit = half_up(doc.totals.construction_credit or 0)
    if not credit:
        return []
    return [BillLine(_("Construction companies' credit"), -credit, price=Decimal(-credit))]
