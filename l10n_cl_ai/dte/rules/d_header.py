"""Group D: how the sale is paid and what kind of operation it is. Transport stands in d_transport."""

from ..document import Document, Identification
from ..message import _
from ..norms import since
from ..rule import Action, Basis, SiiEffect, rule
from ..types import ALL, BOLETAS, EXPORTS, INVOICES, NOT_BOLETA
from .c_contents import F25, FB42, MISSING, XSD, too_long

#: FmaPago (Formato DTE v2.5, IdDoc 13).
CASH, CREDIT, FREE = 1, 2, 3
#: FmaPagExp "pago anticipado a la fecha de embarque" (Aduanas, tabla Formas de pago).
ADVANCE = 32
MOST_PAYMENTS = 30


@rule(
    "D01",
    title=_("Form of payment"),
    types=NOT_BOLETA,
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source=f"{F25}, IdDoc 13 <FmaPago>; {XSD}",
    since=since("forma_pago"),
)
def payment_form_is_given(doc: Document):
    """Obligatory in 33, 34 and 43 since 2017-05-31; left out, the SII takes credit (2) for granted."""
    form = doc.id.payment_form
    if form is None:
        if doc.type in (33, 34, 43):
            why = _("The form of payment is obligatory; without it the SII assumes credit (%(expected)s).")
            yield doc.id.wrong("payment_form", CREDIT, why, effect=SiiEffect.NONE, action=Action.WARN)
    elif form not in (CASH, CREDIT, FREE):
        why = _("Form of payment %(found)s does not exist: 1 cash, 2 credit, 3 free of charge.")
        yield doc.id.wrong("payment_form", why=why)


@rule(
    "D02",
    title=_("Due date and instalments agree with the form of payment"),
    types=INVOICES | {43},
    effect=SiiEffect.NONE,
    action=Action.WARN,
    source=f"Ley 19.983, art. 2; {F25}, IdDoc 13, 18, 19 y 30",
    basis=Basis.LAW,
)
def payments_agree(doc: Document):
    """Without a date an invoice falls due 30 days after its receipt, and cedes badly."""
    identification = doc.id
    credit = identification.payment_form == CREDIT
    payments = identification.payments if identification.knows("payments") else ()
    if credit and not payments and identification.due_date is None:
        why = _("A sale on credit without a due date is payable 30 days after receipt.")
        yield identification.wrong("due_date", why=why, action=Action.INFO)
    if not payments:
        return
    if len(payments) > MOST_PAYMENTS:
        why = _("%(found)s instalments are given; at most %(expected)s fit.")
        yield identification.wrong(
            "payments", MOST_PAYMENTS, why, found=len(payments), effect=SiiEffect.REJECT
        )
    totals, total = doc.totals, sum(payment.amount or 0 for payment in payments)
    # The balance of earlier periods may be part of what is to be paid.
    payable = totals.payable if totals.knows("payable") else None
    if total not in (totals.total, payable):
        why = _("The instalments add up to %(found)s, but the document's total is %(expected)s.")
        yield identification.wrong("payments", totals.total, why, found=total)
    for payment in payments:
        if credit and payment.date and identification.date and payment.date < identification.date:
            why = _("This instalment of a sale on credit is due before the issue date, %(expected)s.")
            yield payment.wrong("date", identification.date, why)


#: IndServicio by type (IdDoc 9; Formato Boleta 5). The rest of the types takes none.
_SERVICES = {
    **dict.fromkeys((33, 34, 43, 46, 56, 61), frozenset({1, 2, 3})),
    **dict.fromkeys(BOLETAS, frozenset({1, 2, 3, 4})),
    **dict.fromkeys(EXPORTS, frozenset({3, 4, 5, 6})),
}


@rule(
    "D07",
    title=_("Service indicator"),
    types=ALL,
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source=f"{F25}, IdDoc 9 <IndServicio>; {FB42}, 5; {XSD} y EnvioBOLETA_v11.xsd",
)
def service_indicator_exists(doc: Document):
    """The schema lists the values; a boleta must carry one, a guía none (field "0, no corresponde")."""
    service = doc.id.service
    if service is None:
        if doc.is_boleta:
            yield doc.id.wrong("service", why=MISSING)
        return
    allowed = _SERVICES.get(doc.type)
    if allowed is None:
        if doc.type == 52:
            why = _("A guía carries no service indicator.")
            yield doc.id.wrong("service", why=why, effect=SiiEffect.REPARO)
    elif service not in allowed:
        why = _("Service indicator %(found)s does not exist for this type; it may be %(expected)s.")
        yield doc.id.wrong("service", ", ".join(map(str, sorted(allowed))), why)


@rule(
    "D08",
    title=_("Period of a periodic service"),
    types=INVOICES | BOLETAS,
    effect=SiiEffect.REPARO,
    action=Action.WARN,
    source=f"{FB42}, 7 a 9; {F25}, IdDoc 21 y 22",
)
def periodic_service_has_its_period(doc: Document):
    """Optional in an invoice ("3"), where only half a period is odd; conditional ("2") in a boleta.

    The codes cross over: "domiciliario" is 2 in a boleta and 1 in an invoice.
    """
    identification = doc.id
    if identification.service not in (1, 2):
        return
    start, end = identification.period_from, identification.period_to
    why = _("A periodic service says the period it bills, from and to.")
    if doc.is_boleta or (start is None) != (end is None):
        effect = SiiEffect.REPARO if doc.is_boleta else SiiEffect.NONE
        if start is None:
            yield identification.wrong("period_from", why=why, effect=effect)
        if end is None:
            yield identification.wrong("period_to", why=why, effect=effect)
    if doc.is_boleta and identification.service == 2 and identification.due_date is None:
        yield identification.wrong("due_date", why=MISSING)


#: Additional and specific taxes (Formato DTE v2.5, §4), which gross lines can't carry; the other codes
#: are advances and retentions of IVA.
_ADDITIONAL = frozenset({23, 24, 25, 26, 27, 271, 28, 35, 44, 45, 51, 52})


@rule(
    "D09",
    title=_("Gross amounts"),
    types=ALL,
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"{F25}, IdDoc 10 <MntBruto>: solo documentos sin impuestos adicionales; {XSD}",
)
def gross_amounts_are_allowed(doc: Document):
    """The schema knows no MntBruto in exports and boletas; in guías the norm says "no corresponde"."""
    gross = doc.id.gross
    if gross is None:
        return
    if gross != 1 or doc.is_export or doc.is_boleta or doc.type == 52:
        why = _("Gross amounts are marked with 1, and not in guías, boletas and export documents.")
        effect = SiiEffect.REPARO if gross == 1 and doc.type == 52 else SiiEffect.REJECT
        yield doc.id.wrong("gross", why=why, effect=effect)
    for tax in doc.totals.taxes:
        if tax.code in _ADDITIONAL:
            why = _("A document with additional taxes (%(tax)s) gives net amounts in its lines.")
            yield doc.id.wrong("gross", why=why, tax=tax.code)
            return


@rule(
    "D10",
    title=_("No-rebate indicator"),
    types=ALL,
    effect=SiiEffect.REPARO,
    action=Action.WARN,
    source=f"{F25}, IdDoc 5 <IndNoRebaja>: solo notas de crédito; {XSD}",
)
def only_credit_notes_deny_the_rebate(doc: Document):
    """It marks a nota de crédito past the term of art. 70 DL 825; 43, exports and boletas lack the field."""
    indicator = doc.id.no_rebate
    if indicator is None:
        return
    if doc.type != 61:
        why = _("Only a nota de crédito (61) carries the no-rebate indicator.")
        known = doc.type in (33, 34, 46, 52, 56)
        yield doc.id.wrong("no_rebate", why=why, effect=SiiEffect.REPARO if known else SiiEffect.REJECT)
    elif indicator != 1:
        why = _("The no-rebate indicator is %(expected)s or absent.")
        yield doc.id.wrong("no_rebate", 1, why, effect=SiiEffect.REJECT)


_TERMS = frozenset({"payment_term_code", "payment_term"})


@rule(
    "D11",
    title=_("Terms of payment"),
    types=NOT_BOLETA,
    effect=SiiEffect.REPARO,
    action=Action.WARN,
    source=f"{F25}, IdDoc 14 <FmaPagExp>, 15 <FchCancel>, 27 y 28 <TermPagoGlosa>; {XSD}; "
    "Aduanas, tabla Formas de pago",
)
def payment_terms_are_told(doc: Document):
    """In exports the code of the terms asks for its text, and payment in advance for its date."""
    yield from too_long(doc, Identification, _TERMS, {})
    if not doc.is_export:
        return
    identification = doc.id
    if identification.payment_term_code and not identification.payment_term:
        why = _("The code of the payment terms, %(code)s, needs its description.")
        yield identification.wrong("payment_term", why=why, code=identification.payment_term_code)
    advance = doc.type == 110 and identification.export_payment_form == ADVANCE
    if advance and identification.settled_on is None:
        why = _("An export paid in advance (%(form)s) says the day it was settled.")
        yield identification.wrong("settled_on", why=why, form=ADVANCE)
