"""Group C: who issues and who receives. What must be filled in, and how, stands in c_contents."""

from ..comuna import code_of, meant, swapped
from ..document import Document
from ..message import _
from ..norms import since
from ..rule import Action, Basis, SiiEffect, rule
from ..rut import ANONYMOUS, FOREIGN, fault, normalize, repaired
from ..text import fold
from ..types import ALL, NATIONAL_NOTES
from .c_contents import F25, FB42, MISSING

_RUT_WHY = {
    "form": _("%(found)s is not written as a RUT: digits without dots, a hyphen and the check digit."),
    "digit": _("%(found)s is not a valid RUT: to its number belongs the check digit of %(expected)s."),
    "range": _("The number of RUT %(found)s is below 100.000, the smallest that the SII takes."),
}


@rule(
    "C01",
    title=_("RUT well written and with the right check digit"),
    types=ALL,
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source=f"{F25}, Emisor 32, Receptor 50 y Encabezado 49, 66, 68, 69; SiiTypes v10, RUTType",
)
def rut_has_its_check_digit(doc: Document):
    """The XSD checks the pattern of a RUT (a reject in any field), not its check digit.

    Only issuer and receiver are looked up by the SII; a wrong digit elsewhere is an error of content,
    for which no document is rejected (§2.2).
    """
    for node, name in _ruts(doc):
        rut = getattr(node, name)
        if rut is None or (kind := fault(rut)) is None:
            continue
        if node is doc.receiver and doc.is_boleta and rut in ("0", "0-0"):
            if not node.internal_code:
                yield node.wrong(name, why=_("RUT 0 asks for an internal code of the customer."))
            continue
        expected = repaired(rut) if kind != "range" else None
        party = node is doc.issuer or node is doc.receiver
        effect = SiiEffect.REJECT if kind == "form" or party else SiiEffect.REPARO
        fix = "partner_vat" if node is doc.receiver else ""
        action = None if effect is SiiEffect.REJECT else Action.WARN
        yield node.wrong(name, expected, _RUT_WHY[kind], effect=effect, action=action, fix=fix)


def _ruts(doc: Document):
    """Return (node, name) of each RUT written by the issuer; TED and cover are compared elsewhere."""
    header = doc.header
    ruts = [(doc.issuer, "rut"), (doc.receiver, "rut")]
    ruts += [(header, name) for name in ("buyer_agent", "requester") if header.knows(name)]
    if header.knows("transport") and header.transport.present:
        ruts += [(header.transport, "carrier_rut"), (header.transport.driver, "rut")]
    if doc.knows("references"):
        ruts += [(reference, "other_rut") for reference in doc.references]
    return ruts


@rule(
    "C02",
    title=_("Issuer and receiver are who they should be"),
    types=ALL,
    effect=SiiEffect.NONE,
    action=Action.BLOCK,
    source=f"{F25}, Emisor 32 y Receptor 50",
    basis=Basis.INFERRED,
)
def parties_are_the_right_ones(doc: Document):
    """The norm doesn't forbid a document to oneself; but for a guía of internal transfer it is a slip."""
    issuer, receiver = doc.issuer.rut, doc.receiver.rut
    if issuer and issuer == receiver and doc.type != 52:
        yield doc.receiver.wrong(
            "rut", why=_("Issuer and receiver are the same, %(found)s."), fix="partner_vat"
        )
    elif issuer and issuer == receiver and doc.id.knows("transfer") and doc.id.transfer == 1:
        yield doc.receiver.wrong("rut", why=_("A sale cannot be made to oneself (%(found)s)."))
    context = doc.context
    company, party, effect = normalize(context.company_rut), doc.receiver, SiiEffect.NONE
    why = _("This document was issued to %(found)s, not to this company (%(expected)s).")
    if context.role == "issuer":
        party, effect = doc.issuer, SiiEffect.REJECT
        why = _("The issuer is %(found)s, but this company's RUT is %(expected)s.")
    if company and party.rut and party.rut != ANONYMOUS and normalize(party.rut) != company:
        yield party.wrong("rut", company, why, effect=effect)


@rule(
    "C03",
    title=_("Generic RUTs only where they are allowed"),
    types=ALL,
    effect=SiiEffect.REJECT,
    action=Action.WARN,
    source=f"{FB42}, 18 <RUTRecep>; {F25}, Receptor 50",
    fix="partner_vat",
)
def generic_rut_where_allowed(doc: Document):
    """66666666-6 is for boletas (and notes on them), 55555555-5 for buyers without a Chilean RUT.

    A guía may travel without a buyer, and nationals sell to foreigners: there it is odd, not wrong.
    """
    rut = doc.receiver.rut
    if rut == ANONYMOUS:
        yield from _anonymous(doc)
    elif rut == FOREIGN and doc.type in (33, 34, 43, 52) and doc.id.special_kind != 1:
        why = _(
            "%(found)s is for export documents, the tourist invoice and buyers without a Chilean RUT; "
            "a Chilean buyer loses the IVA credit."
        )
        yield doc.receiver.wrong("rut", why=why, effect=SiiEffect.NONE)


def _anonymous(doc: Document):
    if doc.is_boleta:
        if doc.id.service in (1, 2):
            why = _("A boleta for periodic services names its customer; %(found)s is for other sales.")
            yield doc.receiver.wrong("rut", why=why, effect=SiiEffect.REPARO)
        return
    if doc.type in NATIONAL_NOTES:
        if any(reference.type in ("35", "38", "39", "41") for reference in doc.references):
            return
        effect = SiiEffect.REPARO
    else:
        effect = SiiEffect.REPARO if doc.type == 52 else SiiEffect.REJECT
    why = _("%(found)s, the RUT of an unknown buyer, is only for boletas and the notes on them.")
    yield doc.receiver.wrong("rut", why=why, effect=effect)


_UNKNOWN_COMUNA = _("%(found)s is not a comuna of Chile; the nearest official name is %(expected)s.")
_NO_COMUNA = _("%(found)s is not a comuna of Chile.")
_CITY = _("%(found)s is a town or city, not a comuna; it lies in the comuna of %(expected)s.")
_REGION = _("%(found)s is a region or a group of comunas, not a comuna.")
_SWAPPED = _(
    "Comuna %(found)s with city %(city)s: the comuna seems to be %(expected)s, and the city the other."
)


@rule(
    "C08",
    title=_("Comuna that exists"),
    types=ALL,
    effect=SiiEffect.NONE,
    action=Action.WARN,
    source="Código Único Territorial (Subdere), 346 comunas; el SII no publica una validación",
    basis=Basis.INFERRED,
)
def comuna_exists(doc: Document):
    """The norm says "sin validación"; but papers and guías go astray with an invented comuna."""
    for node, fix in _national_places(doc):
        comuna = node.comuna
        if not comuna:
            continue
        if code_of(comuna) is None:
            place = meant(comuna)
            if place.is_place:
                why = _CITY if place.comuna else _REGION
            else:
                why = _UNKNOWN_COMUNA if place.comuna else _NO_COMUNA
            yield node.wrong("comuna", place.comuna, why, fix=fix)
        elif node.knows("city") and node.city and (other := swapped(comuna, node.city)):
            yield node.wrong("comuna", other, _SWAPPED, city=node.city, fix=fix)


def _national_places(doc: Document):
    """Return (node, fix) of the parts whose comuna is one of Chile."""
    places = []
    if not doc.is_export:
        if doc.receiver.rut != FOREIGN:
            places.append((doc.receiver, "partner_comuna"))
        header = doc.header
        if header.knows("transport") and header.transport.present and doc.id.transfer not in (8, 9):
            places.append((header.transport, ""))
    places.append((doc.issuer, "company_comuna"))
    return places


#: The free zone where a tourist may ask for the IVA back (Formato DTE v2.5, IdDoc 31).
TOURIST_COMUNAS = frozenset({"15101", "15102", "15201", "15202"})


@rule(
    "C10",
    title=_("Tourist invoice"),
    types=ALL,
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source=f"{F25}, IdDoc 31 <TipoFactEsp>, Receptor 50, 52, 53 <NumId> y 55 <TipoDocID>",
    since=since("factura_turista"),
)
def tourist_invoice_is_complete(doc: Document):
    """A 33 (or its 61) with TipoFactEsp 1: foreign RUT, identity document, one of four comunas."""
    identification, receiver = doc.id, doc.receiver
    if identification.special_kind is None:
        return
    if doc.type not in (33, 61) or identification.special_kind != 1:
        why = _("Special type %(found)s exists as 1 (tourist) alone, in documents 33 and 61.")
        yield identification.wrong("special_kind", why=why)
        return
    if receiver.rut != FOREIGN:
        yield receiver.wrong("rut", FOREIGN, _("A tourist invoice goes to RUT %(expected)s."))
    if not doc.issuer.comuna or code_of(doc.issuer.comuna) not in TOURIST_COMUNAS:
        why = _("Tourist invoices are issued only in %(expected)s.")
        yield doc.issuer.wrong("comuna", "Arica, Camarones, Putre, General Lagos", why)
    if receiver.foreigner.id_kind not in ("1", "2"):
        why = _("A tourist invoice says the identity document: 1 passport, 2 national document.")
        yield receiver.foreigner.wrong("id_kind", why=why)
    if not receiver.foreigner.id_number:
        yield receiver.foreigner.wrong("id_number", why=MISSING)
    if receiver.name and fold(receiver.name) != "extranjerosinrut":
        why = _("A tourist invoice names its receiver %(expected)s.")
        yield receiver.wrong("name", "Extranjero sin RUT", why, effect=SiiEffect.REPARO)
