"""Group C: what issuer and receiver must fill in, and in how many characters."""

import re

from ..document import Document, Foreigner, Issuer, Line, Receiver
from ..field import Text
from ..message import _
from ..rule import Action, Basis, SiiEffect, rule
from ..types import ALL, EXPORTS

F25 = "Formato DTE v2.5 (2026-02)"
FB42 = "Formato Boleta v4.2 (2025-09)"
XSD = "DTE_v10.xsd (2026-02-06)"

MISSING = _("This field is obligatory in this type of document, and it is not there.")
TOO_LONG = _("%(found)s has %(length)s characters; the SII's schema takes at most %(expected)s.")


def too_long(doc: Document, owner: type, names: frozenset[str], fixes: dict[str, str]):
    """Yield the texts of one part that the SII's schema refuses for their length."""
    for flaw in doc.flaws_of("too_long", owner):
        name = flaw.field.name
        if name in names:
            yield flaw.node.wrong(
                name,
                flaw.field.max,
                TOO_LONG,
                found=flaw.raw,
                effect=SiiEffect.REJECT,
                length=len(flaw.raw),
                fix=fixes.get(name, ""),
            )


_ISSUER_NAMES = frozenset({"name", "giro", "actecos"})
_ISSUER_PLACE = frozenset({"address", "comuna", "city"})
_ISSUER_FIXES = {"giro": "company_giro", "address": "company_address", "comuna": "company_comuna"}


@rule(
    "C04",
    title=_("Issuer's name, giro and economic activity"),
    types=ALL,
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source=f"{F25}, Emisor 33 <RznSoc>, 34 <GiroEmis>, 37 <Acteco>; {FB42}, 12 y 13; {XSD}",
)
def issuer_names_itself(doc: Document):
    """In a boleta all three are optional; the activity must be registered at the SII, which we can't see."""
    yield from too_long(doc, Issuer, _ISSUER_NAMES, _ISSUER_FIXES)
    if doc.is_boleta:
        return
    issuer = doc.issuer
    for name in ("name", "giro"):
        if not getattr(issuer, name):
            yield issuer.wrong(name, why=MISSING, fix=_ISSUER_FIXES.get(name, ""))
    actecos = issuer.actecos
    if not actecos:
        yield issuer.wrong("actecos", why=MISSING)
    if len(actecos) > 4:
        why = _("%(found)s economic activities are given; at most %(expected)s fit.")
        yield issuer.wrong("actecos", 4, why, found=len(actecos))
    for code in actecos:
        if not (code.isascii() and code.isdigit() and int(code[:6])):
            why = _("%(found)s is not the code of an economic activity: up to six digits.")
            yield issuer.wrong("actecos", why=why, found=code)


#: Types in which F25 marks DirOrigen and the receiver's data "1, dato obligatorio"; then CmnaOrigen.
_OBLIGATORY = frozenset({33, 34, 43, 46, 52, 110})
_COMUNA_OBLIGATORY = frozenset({33, 34, 52})


@rule(
    "C05",
    title=_("Issuer's address and comuna"),
    types=ALL,
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source=f"{F25}, Emisor 44 <DirOrigen>, 45 <CmnaOrigen>: dato obligatorio; {XSD}. "
    "Que su falta sea rechazo consta solo en informes de terceros",
)
def issuer_has_an_address(doc: Document):
    """Third parties report "RECHAZO- DTE Sin Comuna Origen"; the schema itself lets both be missing."""
    yield from too_long(doc, Issuer, _ISSUER_PLACE, _ISSUER_FIXES)
    issuer = doc.issuer
    if doc.type in _OBLIGATORY and not issuer.address:
        yield issuer.wrong("address", why=MISSING, fix="company_address", basis=Basis.FIELD)
    if doc.type in _COMUNA_OBLIGATORY and not issuer.comuna:
        yield issuer.wrong("comuna", why=MISSING, fix="company_comuna", basis=Basis.FIELD)


_RECEIVER_MAIN = frozenset({"name", "giro", "address", "comuna", "city"})
_RECEIVER_FIXES = {
    "name": "partner_name",
    "giro": "partner_giro",
    "address": "partner_address",
    "comuna": "partner_comuna",
    "city": "partner_address",
}


@rule(
    "C06",
    title=_("Receiver's name, giro, address and comuna"),
    types=ALL,
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source=f"{F25}, Receptor 52, 57, 60, 61: dato obligatorio; {FB42}, 24 y 25; {XSD}. "
    "Que la falta de giro, dirección o comuna sea rechazo consta solo en informes de terceros",
    likely_sii_code="HED-3-845",
)
def receiver_is_complete(doc: Document):
    """In notes the norm makes giro, address and comuna optional ("3"), so only the name is asked for."""
    yield from too_long(doc, Receiver, _RECEIVER_MAIN, _RECEIVER_FIXES)
    receiver, required, effect = doc.receiver, (), SiiEffect.REJECT
    if not doc.is_boleta:
        required = ("name", "giro", "address", "comuna") if doc.type in _OBLIGATORY else ("name",)
    elif doc.id.service in (1, 2):
        required, effect = ("address", "comuna"), SiiEffect.REPARO
    for name in required:
        if not getattr(receiver, name):
            # Exporters leave these out and are accepted; the schema asks for the name alone.
            mild = doc.is_export and name != "name"
            yield receiver.wrong(
                name,
                why=MISSING,
                effect=SiiEffect.REPARO if mild else effect,
                fix=_RECEIVER_FIXES[name],
                basis=None if name == "name" else Basis.FIELD,
            )


@rule(
    "C07",
    title=_("Cities and foreign receiver of an export document"),
    types=EXPORTS,
    effect=SiiEffect.REPARO,
    action=Action.WARN,
    source=f"{F25}, Emisor 46 <CiudadOrigen>, Receptor 54 <Nacionalidad>, 62 <CiudadRecep>; {XSD}",
)
def export_parties_have_cities(doc: Document):
    """The norm asks both cities of a 110 only; NumId and Nacionalidad are optional."""
    yield from too_long(doc, Foreigner, frozenset({"id_number", "nationality"}), {})
    if doc.type == 110:
        for party, fix in ((doc.issuer, "company_address"), (doc.receiver, "partner_address")):
            if not party.city:
                yield party.wrong("city", why=MISSING, fix=fix)
    foreigner = doc.receiver.foreigner
    nationality = foreigner.nationality if foreigner.present else None
    if nationality and not (nationality.isascii() and nationality.isdigit()):
        why = _("%(found)s is not a country code of Aduanas (three digits, 225 for the United States).")
        yield foreigner.wrong("nationality", why=why)


#: Texts whose type in the schema is a number or a list of values: white space is no value of it.
_CODED = frozenset(
    {
        "Acteco",
        "CodImpAdic",
        "FolioRef",
        "HraSalida",
        "MedioPago",
        "TipoDocID",
        "TipoMovim",
        "TpoDocLiq",
        "TpoDocRef",
        "TpoImpresion",
        "TpoMoneda",
        "TpoMov",
        "TpoValor",
    }
)
#: Texts with a minimal length of one; white space has it.
_AT_LEAST_ONE = frozenset({"GiroEmis", "Glosa", "IT1", "NumId", "Nacionalidad", "RS", "RSR"})


@rule(
    "C09",
    title=_("No empty elements"),
    why=_("An empty element says nothing: leave it out."),
    types=ALL,
    effect=SiiEffect.NONE,
    action=Action.WARN,
    source=f"{XSD} y EnvioBOLETA_v11.xsd: tipos sin largo mínimo admiten el elemento vacío, los demás no",
    xml_only=True,
)
def no_element_is_empty(doc: Document):
    """The schema takes an empty text of most kinds, and the SII has accepted such documents.

    An empty name of an item is rule A04's.
    """
    for flaw in doc.flaws_of("empty"):
        if isinstance(flaw.node, Line) and flaw.field.name == "name":
            continue
        refused = _refuses_empty(doc, flaw)
        why = _("The SII's schema takes no empty element here.") if refused else None
        effect = SiiEffect.REJECT if refused else SiiEffect.NONE
        yield flaw.node.wrong(flaw.field.name, why=why, effect=effect)


def _refuses_empty(doc: Document, flaw) -> bool:
    """Whether an empty element is a violation of the schema, and so a reject."""
    field = flaw.field
    if not isinstance(field, Text) or field.tag in _CODED:
        return not (doc.is_boleta and field.tag in ("FolioRef", "TpoDocRef"))
    if doc.is_boleta or flaw.raw:
        return False
    return field.tag in _AT_LEAST_ONE or (field.tag == "RznSoc" and doc.type in EXPORTS | {43})


_EMAIL = re.compile(r"[^@\s,;<>()]+@[^@\s,;<>()]+\.[^@\s,;<>().]{2,}")
_MAIN = _ISSUER_NAMES | _ISSUER_PLACE | _RECEIVER_MAIN


@rule(
    "C11",
    title=_("Contact data"),
    types=ALL,
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source=f"{F25}, Emisor 35, 36, 41, 47 y Receptor 51, 58, 59, 63 a 65; {XSD}",
)
def contact_data_fit(doc: Document):
    """Lengths are the schema's; that an address of e-mail be one is only good sense ("sin validación")."""
    for owner in (Issuer, Receiver) if doc.flaws else ():
        others = frozenset(f.field.name for f in doc.flaws_of("too_long", owner)) - _MAIN
        yield from too_long(doc, owner, others, {})
    issuer = doc.issuer
    if issuer.knows("phones") and len(issuer.phones) > 2:
        why = _("%(found)s telephones are given; at most %(expected)s fit.")
        yield issuer.wrong("phones", 2, why, found=len(issuer.phones))
    for party in (issuer, doc.receiver) if issuer.knows("email") else (doc.receiver,):
        email = party.email
        if email and not _EMAIL.fullmatch(email):
            why = _("%(found)s is not one e-mail address.")
            yield party.wrong("email", why=why, effect=SiiEffect.NONE, action=Action.WARN)
