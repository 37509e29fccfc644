"""Group F, first part: the totals are what the lines add up to.

Each rule judges one field by what the document itself states, and keeps silent where the difference
comes from a field that another rule names: one error, one finding.
"""

import datetime
from collections.abc import Iterator
from itertools import product

from .. import sums
from ..document import Document
from ..message import _
from ..money import Number, half_up, percent, without_iva
from ..node import Hit
from ..rule import Action, SiiEffect, rule
from ..sums import Expected, legal_rate_of
from ..types import ALL, BOLETAS, EXPORTS, GUIDES, IVA_TYPES, SETTLEMENTS
from .f_taxes import signed_taxes

F25 = "Formato DTE v2.5 (2026-02)"
FB42 = "Formato Boleta v4.2 (2025-09)"
#: MntNeto and IVA became obligatory in boletas (format of 2020-07-20) when they began to be sent.
_BOLETA_WITH_NET = datetime.date(2021, 1, 1)
_MAY_LACK_EXEMPT = EXPORTS | {41}


def _states_nothing(doc: Document) -> bool:
    """Whether this is a guía that gives no more than a total, as every guía may."""
    return doc.type in GUIDES and doc.totals.net is None and doc.totals.exempt is None


@rule(
    "F01",
    title=_("Net amount is the sum of the taxable lines"),
    why=_("The net amount is %(found)s, but the taxable lines and their global discounts make %(expected)s."),
    types=IVA_TYPES | GUIDES | {39},
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"{F25}, Totales 107 <MntNeto>; {FB42}, Totales 32",
    likely_sii_code="HED-2-210",
)
def net_is_the_sum_of_lines(doc: Document) -> Iterator[Hit]:
    """A boleta may come without lines; one without MntNeto is F05's."""
    totals = doc.totals
    stated = totals.net
    if (doc.is_boleta and (stated is None or not doc.lines)) or _states_nothing(doc):
        return
    expected = sums.net(doc)
    if not expected.matches(stated):
        yield totals.wrong("net", expected.best)


@rule(
    "F02",
    title=_("Exempt amount is the sum of the exempt lines"),
    why=_(
        "The exempt amount is %(found)s, but the exempt lines and their global discounts make %(expected)s."
    ),
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"{F25}, Totales 108 <MntExe>; {FB42}, Totales 33",
    likely_sii_code="HED-2-220",
)
def exempt_is_the_sum_of_lines(doc: Document) -> Iterator[Hit]:
    """In a document that is exempt as a whole, lines need no indicator to count here."""
    totals = doc.totals
    stated = totals.exempt
    if (doc.is_boleta and not doc.lines) or _states_nothing(doc):
        return
    if stated is None and doc.type in _MAY_LACK_EXEMPT:
        return  # a boleta exenta may leave it out; in an export, F16 asks for it
    if not stated and doc.type in EXPORTS and doc.id.export_payment_form == 21:
        return
    expected = sums.exempt(doc)
    if not expected.matches(stated):
        yield totals.wrong("exempt", expected.best)


@rule(
    "F03",
    title=_("IVA and its rate come together, and the rate is the legal one"),
    why=_("The IVA rate is %(found)s %%; on the issue date it was %(expected)s %%."),
    types=IVA_TYPES | GUIDES,
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"{F25}, Totales 111 <TasaIVA> y 112 <IVA>; DL 825, art. 14",
)
def iva_and_rate_come_together(doc: Document) -> Iterator[Hit]:
    """One without the other leaves the buyer's credit in doubt; a guía may leave both out."""
    totals = doc.totals
    rate, iva, legal = totals.iva_rate, totals.iva, legal_rate_of(doc)
    if rate is not None and rate != legal:
        yield totals.wrong("iva_rate", legal)
    elif rate is None and iva:
        yield totals.wrong("iva_rate", legal, why=_("There is IVA, and its rate is missing."))
    if iva is None and totals.net and not (doc.type in GUIDES and rate is None):
        expected = percent(totals.net, legal)
        yield totals.wrong("iva", expected, why=_("There is a net amount, and its IVA is missing."))


@rule(
    "F04",
    title=_("IVA is the rate of the net amount"),
    why=_("IVA is %(found)s, but %(rate)s %% of %(net)s, rounded half up, is %(expected)s."),
    types=IVA_TYPES | GUIDES,
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"{F25}, Totales 112 <IVA>",
    fix="round_globally",
)
def iva_is_rate_of_net(doc: Document) -> Iterator[Hit]:
    """The SII does not reject for arithmetic (§2.2), but mending it costs a nota de crédito."""
    totals = doc.totals
    net, rate, iva = totals.net, totals.iva_rate, totals.iva
    if net is None or iva is None:
        return
    legal = legal_rate_of(doc)
    expected = percent(net, legal if rate is None else rate)
    if iva == expected or sums.is_right_iva(doc, net, iva):
        return  # with a wrong rate beside it, the rate is the error (F03)
    lines = sums.or_none(sums.net, doc)
    if lines and not lines.matches(net) and any(iva == percent(x, legal) for x in lines.values):
        return  # right for the lines: the net amount is the error (F01)
    # Where the stated rate is no legal one either, say what the law's would give.
    expected = percent(net, legal)
    yield totals.wrong("iva", expected, rate=legal, net=net)


@rule(
    "F05",
    title=_("Boleta: net amount and IVA come out of the gross total"),
    why=_("IVA is %(found)s; the lines make %(gross)s, which is %(net)s net and %(expected)s of IVA."),
    types=BOLETAS,
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"{FB42}, Totales 32 <MntNeto> y 34 <IVA>",
)
def boleta_splits_its_iva(doc: Document) -> Iterator[Hit]:
    """IVA is what is left of the gross amount, or 19 % of the net one: the two may differ by a peso."""
    totals = doc.totals
    net, iva = totals.net, totals.iva
    if doc.type == 41:
        for name in ("net", "iva"):
            if getattr(totals, name):
                why = _("A boleta exenta has no net amount and no IVA; this one has %(found)s.")
                yield totals.wrong(name, 0, why=why)
        return
    if net is None or iva is None:
        yield from _missing_in_boleta(doc)
        return
    right, gross = percent(net, legal_rate_of(doc)), _gross_of_boleta(doc)
    if _splits(doc, net, iva, right, gross):
        return
    lines = sums.or_none(sums.net, doc) if doc.lines else None
    if lines and not lines.matches(net) and any(_near_iva(doc, iva, x) for x in lines.values):
        return  # F01 names the net amount
    if gross is not None and lines and lines.matches(net):
        yield totals.wrong("iva", gross - net, gross=gross, net=net)
    else:
        why = _("IVA is %(found)s, but %(rate)s %% of %(net)s is %(expected)s.")
        yield totals.wrong("iva", right, why=why, rate=legal_rate_of(doc), net=net)


def _gross_of_boleta(doc: Document) -> int | None:
    """Return what the taxable lines of a boleta make, IVA included; None where it has no such lines."""
    return half_up(sums.taxable(doc).best) if doc.lines and sums.is_gross(doc) else None


def _splits(doc: Document, net: Number, iva: Number, right: int, gross: int | None) -> bool:
    """Whether net and IVA are the two parts of a gross amount, by difference or each by its formula."""
    if gross is None:
        return iva == right
    if net + iva == gross:
        return abs(iva - right) <= 1
    return iva == right and net == without_iva(gross, legal_rate_of(doc))


def _near_iva(doc: Document, iva: Number, net: Number) -> bool:
    return abs(iva - percent(net, legal_rate_of(doc))) <= 1


def _missing_in_boleta(doc: Document) -> Iterator[Hit]:
    totals = doc.totals
    day = doc.id.date
    if day is None or day < _BOLETA_WITH_NET:
        return
    # A boleta of nothing but exempt or non-billable lines has nothing to split (E07 says more).
    if doc.lines and sums.taxable(doc).matches(0):
        return
    for name in ("net", "iva"):
        if getattr(totals, name) is None:
            yield totals.wrong(name, why=_("A boleta states its net amount and its IVA; this is missing."))


@rule(
    "F06",
    title=_("Total is the sum of its parts"),
    why=_("The total is %(found)s, but net, exempt, IVA, taxes and the rest make %(expected)s."),
    types=ALL - SETTLEMENTS,
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"{F25}, Totales 124 <MntTotal>; {FB42}, Totales 35",
    likely_sii_code="HED-2-260",
)
def total_is_the_sum_of_its_parts(doc: Document) -> Iterator[Hit]:
    """The total of a liquidación-factura is F11's, that of an export without payment H03's."""
    totals = doc.totals
    total = totals.total
    if total is None:
        yield totals.wrong("total", why=_("The document has no total."), effect=SiiEffect.REJECT)
        return
    if doc.is_export and doc.id.export_payment_form == 21:
        return
    if doc.is_boleta and totals.net is None and totals.iva is None:
        expected = _gross_total(doc)
        if expected is not None and abs(total - expected) >= 1:
            yield totals.wrong("total", half_up(expected))
        return
    if not _states_nothing(doc):
        yield from total_against_parts(doc)
    elif total and doc.lines and not any(line.amount for line in doc.lines):
        yield totals.wrong("total", 0, why=_("The lines are worth 0, and the total is %(found)s."))


def _gross_total(doc: Document) -> Number | None:
    """Return what the lines of a boleta without net amount add up to, IVA included."""
    if not doc.lines or (not sums.is_gross(doc) and doc.type == 39):
        return doc.totals.exempt
    return sums.taxable(doc).best + sums.exempt(doc).best


def total_against_parts(doc: Document) -> Iterator[Hit]:
    """Compare MntTotal with the stated parts; a part that is wrong by its own rule may be right here."""
    totals = doc.totals
    net, exempt, iva = totals.net or 0, totals.exempt or 0, totals.iva or 0
    rest = _rest(doc)
    expected = net + exempt + iva + rest
    taxes = signed_taxes(doc)
    stated_taxes = sum(tax.stated for tax in taxes)
    if totals.total == expected + stated_taxes:
        return
    nets, exempts = (net, *_others(sums.net, doc, net)), (exempt, *_others(sums.exempt, doc, exempt))
    for x, y, tax in product(nets, exempts, _tax_sums(taxes)):
        if any(totals.total == x + y + each + tax + rest for each in _ivas(doc, x, iva)):
            return
    yield totals.wrong("total", expected + stated_taxes)


def _ivas(doc: Document, net: Number, iva: Number) -> tuple[Number, ...]:
    """Return the IVA as stated and as F04 or F05 would have it."""
    if doc.type in IVA_TYPES | GUIDES:
        return iva, percent(net, legal_rate_of(doc))
    if doc.type != 39:
        return (iva,)
    gross = _gross_of_boleta(doc)
    return iva, percent(net, legal_rate_of(doc)) if gross is None else gross - net


def _others(sum_, doc: Document, stated: Number) -> tuple[Number, ...]:
    """Return what a total should be when its own rule finds it wrong; nothing when it is right."""
    expected: Expected | None = sums.or_none(sum_, doc)
    return () if expected is None or expected.matches(stated) else expected.values


def _tax_sums(taxes) -> tuple[Number, ...]:
    """Return the sum of additional taxes as stated, as it should be, and with unclear signs turned."""
    stated = sum(tax.stated for tax in taxes)
    right = sum(tax.stated if tax.right is None else tax.right for tax in taxes)
    turned = sum(-tax.stated if tax.unclear else tax.stated for tax in taxes)
    return tuple({stated, right, turned})


def _rest(doc: Document) -> Number:
    """Return deposits less construction credit and commissions: parts that few documents have."""
    totals = doc.totals
    if doc.type in EXPORTS or doc.is_boleta:
        return 0
    rest = (totals.container_deposit or 0) - (totals.construction_credit or 0)
    commissions = totals.commissions
    if commissions is not None and commissions.present:
        rest -= (commissions.net or 0) + (commissions.exempt or 0) + (commissions.iva or 0)
    return rest
