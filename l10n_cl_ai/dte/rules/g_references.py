"""Group G, first part: how references to other documents are written."""

import datetime
from collections.abc import Iterator

from ..document import Document, Reference
from ..message import _
from ..node import Hit
from ..rule import Action, SiiEffect, rule
from ..tables import load
from ..types import ALL, BOLETAS, EXPORTS, NOT_BOLETA, NOTES, PURCHASES

F25 = "Formato DTE v2.5 (2026-02)"
#: Reference types by code, and what a note may do with each.
KINDS = {code: row["family"] for code, row in load("reference_types").items()}
#: Codes that the Formato Boleta lists.
IN_BOLETA = frozenset(code for code, row in load("reference_types").items() if row["boleta"])
#: Reference types that are tax documents; those of the 800s are not.
TAX_DOCUMENTS = frozenset(code for code, family in KINDS.items() if family != "other")
GUIDES = frozenset(code for code, family in KINDS.items() if family == "guide")
MAX_REFERENCES = 40
#: What is odd but for the SII all right.
_UNUSUAL = {"effect": SiiEffect.NONE, "action": Action.WARN}
#: Referencias 7: valid dates of a reference.
FIRST_DATE, LAST_DATE = datetime.date(2002, 8, 1), datetime.date(2050, 12, 31)


def months(since: datetime.date, until: datetime.date) -> int:
    """Return how many calendar months lie between two days, whatever the day of the month."""
    return (until.year - since.year) * 12 + until.month - since.month


def tax_references(doc: Document) -> list[Reference]:
    """Return the references to tax documents, dispatch guides aside: what a note can act on."""
    return [r for r in doc.references if r.type in TAX_DOCUMENTS and r.type not in GUIDES]


def original_key(reference: Reference) -> tuple[int, int] | None:
    """Return (type, folio) as ``Context.originals`` has it; None for a global or odd reference."""
    kind, folio = reference.type, reference.folio
    if not (kind and folio and len(folio) <= 18 and kind in KINDS and folio.isdecimal()):
        return None
    return (int(kind), int(folio)) if int(folio) else None


def too_long(doc: Document, *names: str) -> Iterator[Hit]:
    """Yield these fields of the references where they are longer than the schema takes."""
    if doc.flaws:
        for flaw in doc.flaws_of("too_long", Reference):
            if flaw.field.name in names:
                yield flaw.node.wrong(
                    flaw.field.name, flaw.field.max, _TOO_LONG,
                    found=flaw.raw, effect=SiiEffect.REJECT, fix="",
                )


_TOO_LONG = _("«%(found)s» is longer than the %(expected)s characters allowed.")


@rule(
    "G01",
    title=_("References counted, numbered, of their length, and present in notes"),
    types=ALL,
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source=f"{F25}, Referencias 1 <NroLinRef>, 9 <RazonRef> y tabla de obligatoriedad de zonas",
    fix="reference_origin",
)
def references_are_numbered(doc: Document):
    """A note that modifies nothing is no note; the XSD lets it pass."""
    references = doc.references
    if len(references) > MAX_REFERENCES:
        yield doc.wrong(
            "references", MAX_REFERENCES, _("There are %(found)s references; at most %(expected)s fit."),
            found=len(references), fix="",
        )
    if doc.type in NOTES and not any(map(_may_act, references)):
        yield doc.wrong("references", why=_("A note must refer to the tax document that it modifies."))
    yield from too_long(doc, "reason", "code")
    for expected, reference in enumerate(references, 1):
        if reference.knows("number") and reference.number != expected:
            yield reference.wrong(
                "number", expected,
                _("References are numbered 1, 2, 3…: this one should be %(expected)s."),
                # The schema asks for a number, not for its order.
                effect=SiiEffect.REJECT if reference.number is None else SiiEffect.REPARO,
                fix="",
            )
            return


def _may_act(reference: Reference) -> bool:
    """A guide that a note acts on is wrong (G09, G11), but it is a reference."""
    return reference.type in TAX_DOCUMENTS and (reference.type not in GUIDES or bool(reference.code))


@rule(
    "G02",
    title=_("Reference type in the SII's list"),
    why=_("%(found)s is not among the SII's reference types."),
    types=ALL,
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"{F25}, Referencias 2 <TpoDocRef>; Formato Boleta v4.2, Referencias 2",
)
def reference_type_is_listed(doc: Document):
    """Numeric types must be listed; alphabetic ones (SET, HES, OC…) are free: "no hay validación"."""
    references = doc.references
    if not references:
        return
    boleta = doc.type in BOLETAS
    yield from too_long(doc, "type")
    for reference in references:
        kind = reference.type
        if kind is None:
            if not boleta:
                yield reference.wrong(
                    "type", why=_("A reference must say which type of document it is to."),
                    effect=SiiEffect.REJECT,
                )
        elif kind.strip().isdecimal() and kind not in (IN_BOLETA if boleta else KINDS) and len(kind) <= 3:
            yield reference.wrong("type")


@rule(
    "G03",
    title=_("Folio of the reference"),
    types=ALL,
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"{F25}, Referencias 3 <IndGlobal> y 4 <FolioRef>",
)
def reference_has_its_folio(doc: Document):
    """Zero stands for "more than 20 documents" and nothing else; only tax documents need digits."""
    references = doc.references
    if not references:
        return
    yield from too_long(doc, "folio")
    for reference in references:
        yield from _folio_hits(doc, reference)


def _folio_hits(doc: Document, reference: Reference):
    folio = reference.folio
    if folio is None:
        if doc.type not in BOLETAS or reference.type:
            yield reference.wrong(
                "folio", why=_("The reference has no folio."),
                effect=SiiEffect.REJECT if doc.type not in BOLETAS else None,
            )
    elif not folio.strip("0"):
        if reference.is_global != 1:
            yield reference.wrong("folio", why=_(
                "Folio 0 means more than 20 documents and needs IndGlobal = 1; otherwise give the folio."
            ))
    elif reference.type in TAX_DOCUMENTS and not folio.isdecimal():
        yield reference.wrong("folio", why=_("%(found)s: the folio of a tax document has digits only."))
    if reference.knows("is_global") and reference.is_global not in (None, 1):
        yield reference.wrong(
            "is_global", 1, _("IndGlobal can only be 1 or left out."), effect=SiiEffect.REJECT
        )


@rule(
    "G04",
    title=_("Date of the reference"),
    types=NOT_BOLETA,
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"{F25}, Referencias 7 <FchRef>",
)
def reference_has_its_date(doc: Document):
    """The schema demands the date. Nothing refers to a later document; orders are dated late at times."""
    references = doc.references
    if not references:
        return
    issued = doc.id.date
    for reference in references:
        day = reference.date
        if day is None:
            yield reference.wrong("date", why=_("The reference has no date."), effect=SiiEffect.REJECT)
        elif issued is not None and day > issued:
            late = {} if reference.type in TAX_DOCUMENTS else _UNUSUAL
            yield reference.wrong("date", issued, _(
                "The referenced document is dated %(found)s, after this one (%(expected)s)."
            ), **late)
        elif not FIRST_DATE <= day <= LAST_DATE:
            yield reference.wrong("date", why=_(
                "%(found)s is outside the dates a reference may have, %(first)s to %(last)s."
            ), first=FIRST_DATE, last=LAST_DATE)


@rule(
    "G12",
    title=_("RUT of another taxpayer in a reference"),
    types=NOT_BOLETA,
    effect=SiiEffect.REPARO,
    action=Action.WARN,
    source=f"{F25}, Referencias 5 <RUTOtr> y nota 12",
)
def other_rut_only_where_it_belongs(doc: Document):
    """For guides of the seller in a factura de compra, and for DTEs of a merged company in notes."""
    for reference in doc.references:
        rut = reference.other_rut
        if rut is None:
            continue
        if doc.type not in NOTES | PURCHASES | EXPORTS:
            yield reference.wrong("other_rut", why=_(
                "RUTOtr is only for notes, facturas de compra and exports; take it out."
            ))
        elif reference.type not in TAX_DOCUMENTS:
            yield reference.wrong("other_rut", why=_(
                "RUTOtr is only for references to tax documents, which %(kind)s is not."
            ), kind=reference.type)
        elif rut == doc.issuer.rut:
            yield reference.wrong("other_rut", why=_(
                "RUTOtr is for documents of another taxpayer; %(found)s issues this one."
            ))
