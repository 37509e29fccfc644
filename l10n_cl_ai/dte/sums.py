"""What the lines and global discounts of a document add up to (Formato DTE v2.5, Totales 107 to 125).

Amounts are CLP, or the currency of an export document. A line or discount whose amount or class nobody
knows makes every sum unknown: :class:`~.field.NotKnown` is raised.
"""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from .document import Discount, Document
from .field import NotKnown
from .money import Number, half_up, percent, without_iva
from .tables import load
from .types import EXEMPT, EXPORTS, GUIDES, NATIONAL_NOTES, PURCHASES, SETTLEMENTS

#: Classes of lines, numbered as IndExe does; 6 counts against NOT_BILLABLE, 4 and 5 are worth nothing.
TAXABLE, EXEMPT_CLASS, NOT_BILLABLE, DEPOSIT = 0, 1, 2, 3

#: (first day, rate), the newest first.
_IVA_RATES = [
    (datetime.date.fromisoformat(row["since"]), row["rate"]) for row in load("iva_rates")
]
#: Valid dates of a DTE begin here (Formato DTE v2.5, IdDoc 4).
_FIRST_DTE = datetime.date(2003, 4, 1)
#: Types whose lines are exempt without saying so, and those that may be exempt as a whole.
_ALWAYS_EXEMPT = EXEMPT | EXPORTS
_MAYBE_EXEMPT = NATIONAL_NOTES | GUIDES | PURCHASES | SETTLEMENTS

_EXACT, _ONE_PESO, _ONE_CENT = 0, 1, Decimal("0.01")


class Expected(NamedTuple):
    """What a total should be.

    ``values`` are the readings that the norm allows, the plainest first; ``tolerance`` is how far off
    a right total may be.
    """

    values: tuple[Number, ...]
    tolerance: Number

    def matches(self, stated: Number | None) -> bool:
        """Whether a total is right; an absent one counts as 0."""
        stated = stated or 0
        return any(abs(stated - value) <= self.tolerance for value in self.values)

    @property
    def best(self) -> Number:
        return self.values[0]


def legal_rate(day: datetime.date | None) -> int:
    """Return the IVA rate on an issue date, in percent.

    Today's rate for an unknown date, and for one before there were DTEs: there the date is the error (B08).
    """
    if day is not None and day >= _FIRST_DTE:
        for since, rate in _IVA_RATES:
            if day >= since:
                return rate
    return _IVA_RATES[0][1]


def legal_rate_of(doc: Document) -> int:
    return legal_rate(doc.id.__dict__.get("date"))


def is_gross(doc: Document) -> bool:
    """Whether the lines include IVA (IdDoc 10 <MntBruto>, Formato Boleta 6 <IndMntNeto>)."""
    if doc.type == 39:
        return doc.id.net_lines != 2
    return doc.id.gross == 1


def is_exempt_as_a_whole(doc: Document) -> bool:
    """Whether lines without IndExe are exempt ("no se usa si la factura es exenta en forma global").

    So are those of a note, guía or factura de compra that carries nothing but an exempt amount.
    """
    if doc.type in _ALWAYS_EXEMPT:
        return True
    if doc.type not in _MAYBE_EXEMPT:
        return False
    totals = doc.totals
    return bool(
        totals.exempt
        and not totals.net
        and not totals.iva
        and not any(line.exempt_code == EXEMPT_CLASS for line in doc.lines)
    )


def by_class(doc: Document) -> list[Number]:
    """Return the sums of the lines' amounts, before global discounts: [taxable, exempt, NF, deposits]."""
    sums: list[Number] = [0, 0, 0, 0]
    default = None
    for line in doc.lines:
        amount, code = line.amount, line.exempt_code
        if amount is None:
            raise NotKnown(line.path_of("amount"))
        if code is None:
            if default is None:
                default = EXEMPT_CLASS if is_exempt_as_a_whole(doc) else TAXABLE
            sums[default] += amount
        elif 1 <= code <= 3:
            sums[code] += amount
        elif code == 6:
            sums[NOT_BILLABLE] -= amount
        elif code not in (4, 5):
            raise NotKnown(line.path_of("exempt_code"))
    return sums


def class_of(doc: Document, discount: Discount) -> int:
    """Return the class of lines that a global discount or surcharge bears on (<IndExeDR>)."""
    code = discount.exempt_code
    if code is None:
        return EXEMPT_CLASS if is_exempt_as_a_whole(doc) else TAXABLE
    if code not in (EXEMPT_CLASS, NOT_BILLABLE):
        raise NotKnown(discount.path_of("exempt_code"))
    return code


def discounted(doc: Document, class_: int, base: Number) -> Expected:
    """Return what is left of a class's sum after its global discounts and surcharges.

    The norm does not say whether a second percentage applies to the sum or to what the first left:
    both are accepted.
    """
    plain = running = base
    tolerance: Number = _ONE_CENT if doc.is_export else _EXACT
    for discount in doc.discounts:
        if class_of(doc, discount) != class_:
            continue
        share, sign = _share(discount), _sign(discount)
        plain += sign * share(base)
        running += sign * share(running)
        if not doc.is_export and discount.value_type == "%":
            tolerance = _ONE_PESO
    values = (plain,) if plain == running else (plain, running)
    if not doc.is_export and any(value != int(value) for value in values):
        tolerance = _ONE_PESO
        values = tuple(half_up(value) for value in values)
    return Expected(values, tolerance)


def applied(discount: Discount, base: Number) -> Number:
    """Return what a global discount or surcharge leaves of a sum."""
    return base + _sign(discount) * _share(discount)(base)


def _share(discount: Discount) -> Callable[[Number], Number]:
    """Return the function from a sum to what a discount is worth on it."""
    kind, value = discount.value_type, discount.value
    if value is None:
        raise NotKnown(discount.path_of("value"))
    if kind == "$":
        return lambda base: value
    if kind == "%":
        return lambda base: base * value / 100
    raise NotKnown(discount.path_of("value_type"))


def _sign(discount: Discount) -> int:
    if discount.movement not in ("D", "R"):
        raise NotKnown(discount.path_of("movement"))
    return -1 if discount.movement == "D" else 1


# -- the totals ----------------------------------------------------------------------------------------


def taxable(doc: Document) -> Expected:
    """Return the sum of the taxable lines after global discounts, with IVA where the lines have it."""
    return discounted(doc, TAXABLE, by_class(doc)[TAXABLE])


def net(doc: Document) -> Expected:
    """Return what MntNeto should be (Totales 107).

    With gross lines one peso is forgiven: IVA may have been split off before or after adding up.
    """
    sum_ = taxable(doc)
    if not is_gross(doc):
        return sum_
    rate = legal_rate_of(doc)
    return Expected(tuple(without_iva(value, rate) for value in sum_.values), _ONE_PESO)


def exempt(doc: Document) -> Expected:
    """Return what MntExe should be (Totales 108)."""
    return discounted(doc, EXEMPT_CLASS, by_class(doc)[EXEMPT_CLASS])


def not_billable(doc: Document) -> Expected:
    """Return what MontoNF should be (Totales 125)."""
    return discounted(doc, NOT_BILLABLE, by_class(doc)[NOT_BILLABLE])


def or_none(sum_: Callable[[Document], Expected], doc: Document) -> Expected | None:
    """Return a sum, None when it can't be known."""
    try:
        return sum_(doc)
    except NotKnown:
        return None


def refers_to_boleta(doc: Document) -> bool:
    """Whether a note bears on a boleta, whose IVA was split off a gross amount."""
    return doc.type in NATIONAL_NOTES and any(r.type in ("35", "39") for r in doc.references)


def is_right_iva(doc: Document, net_amount: Number, iva: Number) -> bool:
    """Whether IVA is the legal rate of a net amount, a peso aside where it came out of a gross one."""
    difference = abs(iva - percent(net_amount, legal_rate_of(doc)))
    return difference == 0 or (difference == 1 and (is_gross(doc) or refers_to_boleta(doc)))
