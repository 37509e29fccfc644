"""Group G, second part: what a note does to the documents it refers to."""

from ..document import Document, Original, Reference
from ..message import _
from ..rule import Action, Basis, SiiEffect, rule
from ..types import CREDIT_NOTES, EXPORT_NOTES, NATIONAL_NOTES, NOT_BOLETA, NOTES
from .g_references import GUIDES, KINDS, TAX_DOCUMENTS, months, original_key, tax_references

F25 = "Formato DTE v2.5 (2026-02)"
#: CodRef: what a note does to the document it refers to.
ANNULS, CORRECTS_TEXT, CORRECTS_AMOUNTS = 1, 2, 3
NO_PAYMENT = 21
#: Liquidaciones-factura, which no note annuls.
_SETTLEMENTS = frozenset({"40", "43"})
#: Families of documents that a credit note can't lower: another credit note is annulled by a debit note.
_CREDIT = frozenset({"credit_note", "export_credit_note"})


@rule(
    "G05",
    title=_("What the note does to the document (CodRef)"),
    types=NOT_BOLETA,
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source=f"{F25}, Referencias 8 <CodRef>",
    likely_sii_code="REF-3-758",
)
def note_says_what_it_does(doc: Document):
    """Without CodRef nobody knows whether the note annuls or corrects; the XSD leaves it optional.

    References to guides and to papers that are no tax documents only inform, and need none.
    """
    for reference in doc.references:
        if not reference.knows("code") and not tax_reference(reference):
            continue
        code = reference.code
        if code is None:
            if doc.type in NOTES and tax_reference(reference):
                yield reference.wrong("code", "1, 2, 3", _(
                    "The note doesn't say what it does to the document: 1 annuls it, 2 corrects its text, "
                    "3 corrects its amounts."
                ))
        elif code not in (ANNULS, CORRECTS_TEXT, CORRECTS_AMOUNTS):
            yield reference.wrong("code", "1, 2, 3", _("CodRef is %(found)s; it can only be %(expected)s."))


def tax_reference(reference: Reference) -> bool:
    """Whether a note can act on what this refers to."""
    return reference.type in TAX_DOCUMENTS and reference.type not in GUIDES


def acting(doc: Document, code: int) -> list[Reference]:
    """Return the references by which the note does this."""
    return [r for r in doc.references if tax_reference(r) and r.code == code]


def originals_of(doc: Document, references: list[Reference]) -> list[Original] | None:
    """Return what is known of the documents referred to; None where any is a set or not found.

    Raises NotKnown where nobody looked for them.
    """
    keys = [original_key(r) for r in references]
    if not keys or None in keys or any(r.knows("is_global") and r.is_global == 1 for r in references):
        return None
    known = doc.context.originals
    return [known[key] for key in keys] if all(key in known for key in keys) else None


def one_document_only(doc: Document, references: list[Reference], why):
    """Yield a hit where a note that annuls or corrects text refers to more than one document."""
    count = len({(r.type, r.folio) for r in tax_references(doc)})
    if references and count > 1:
        yield doc.wrong("references", 1, why, found=count)


@rule(
    "G06",
    title=_("A note that annuls is of one document and its whole total"),
    types=NOTES,
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"{F25}, Referencias 8 <CodRef>; SII, pregunta frecuente 001.003.7335",
    likely_sii_code="REF-2-780",
)
def annulment_is_whole(doc: Document):
    """«Casos a) b) y c) deben tener un único documento de referencia»; the total must be the same."""
    references = acting(doc, ANNULS)
    yield from one_document_only(doc, references, _(
        "A note that annuls refers to one document; this one refers to %(found)s."
    ))
    for reference in references:
        if reference.type in _SETTLEMENTS:
            yield reference.wrong("type", why=_(
                "A liquidación-factura (%(found)s) is annulled by another one with negative amounts, not by "
                "a note."
            ), effect=SiiEffect.NONE, action=Action.WARN)
    if len(references) != 1 or doc.type in EXPORT_NOTES:
        return
    originals = originals_of(doc, references)
    if originals and originals[0].total is not None and originals[0].total != doc.totals.total:
        yield doc.totals.wrong("total", originals[0].total, _(
            "The note annuls a document of %(expected)s, but totals %(found)s. To lower part of it, use "
            "CodRef 3."
        ))


@rule(
    "G07",
    title=_("A note that corrects text carries no amounts"),
    types=NOTES,
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"{F25}, Detalle 38 <MontoItem> y Referencias 8 <CodRef>",
    likely_sii_code="REF-2-781",
)
def text_correction_has_no_amounts(doc: Document):
    """A "fe de erratas" changes words; amounts in it would change the debt too."""
    references = acting(doc, CORRECTS_TEXT)
    if not references:
        return
    yield from one_document_only(doc, references, _(
        "A note that corrects text refers to one document; this one refers to %(found)s."
    ))
    if doc.totals.total:
        yield doc.totals.wrong("total", 0, _(
            "A note that corrects text (CodRef 2) must total 0, not %(found)s. To correct amounts, use "
            "CodRef 3."
        ))
        return
    for line in doc.lines:
        if line.amount:
            yield line.wrong("amount", 0, _(
                "In a note that corrects text every line is 0; this one is %(found)s."
            ))


@rule(
    "G08",
    title=_("A note that corrects amounts has an amount"),
    types=NOTES,
    effect=SiiEffect.REPARO,
    action=Action.BLOCK,
    source=f"Informes de emisores: REF-2-768; {F25}, Referencias 8 <CodRef>",
    basis=Basis.FIELD,
    likely_sii_code="REF-2-768",
)
def amount_correction_has_an_amount(doc: Document):
    """Nothing corrected, or more taken off than was invoiced."""
    references = acting(doc, CORRECTS_AMOUNTS)
    if not references:
        return
    total = doc.totals.total
    if not total and doc.type in EXPORT_NOTES and doc.id.export_payment_form == NO_PAYMENT:
        return
    if total is not None and total <= 0:
        yield doc.totals.wrong("total", why=_(
            "A note that corrects amounts (CodRef 3) must total more than 0. To correct text, use CodRef 2."
        ))
    elif total is not None and doc.type == 61:
        originals = originals_of(doc, references)
        limits = [o.total for o in originals or ()]
        if limits and None not in limits and total > sum(limits):
            yield doc.totals.wrong("total", sum(limits), _(
                "The note takes off %(found)s, more than the %(expected)s of what it refers to."
            ))


@rule(
    "G09",
    title=_("A credit note does not annul a dispatch guide"),
    why=_("A credit note can't annul a dispatch guide (%(found)s); annul the guide itself at the SII."),
    types={61},
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source="Informes de emisores: REF-3-415",
    basis=Basis.FIELD,
    likely_sii_code="REF-3-415",
)
def guide_is_not_annulled_by_note(doc: Document):
    """A guide bears no debt that a credit note could lower."""
    for reference in doc.references:
        if reference.type in GUIDES and reference.code == ANNULS:
            yield reference.wrong("type")


@rule(
    "G10",
    title=_("The note's document was accepted, and is of the same receiver"),
    types=NATIONAL_NOTES,
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source="Informes de emisores: REF-3-750, REF-3-751",
    basis=Basis.FIELD,
    likely_sii_code="REF-3-750, REF-3-751",
    needs=("originals",),
)
def original_is_there(doc: Document):
    """What the SII rejected never existed for it: there is nothing to annul or correct."""
    receiver = doc.receiver.rut
    for reference in tax_references(doc):
        original = doc.context.originals.get(original_key(reference))
        if original is None:
            continue
        if original.state in ("rejected", "annulled"):
            yield reference.wrong("folio", why=_(
                "The SII rejected or annulled document %(kind)s number %(found)s: for it there is nothing to "
                "modify. Issue the right document instead of a note."
            ), kind=reference.type)
        elif original.receiver_rut and receiver and original.receiver_rut != receiver:
            yield doc.receiver.wrong("rut", original.receiver_rut, _(
                "The note is for %(found)s, and the document it modifies for %(expected)s."
            ))


@rule(
    "G11",
    title=_("The note may act on that type of document"),
    types=NOTES,
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source=f"{F25}, Referencias 2 <TpoDocRef> y 8 <CodRef>; SII, pregunta frecuente 001.003.7335",
)
def note_acts_on_what_it_may(doc: Document):
    """National and export documents never mix; a debit note annuls credit notes and nothing else."""
    for reference in doc.references:
        family = KINDS.get(reference.type, "other")
        if family == "other":
            continue
        if family == "guide":
            why = _guide_in_note(doc, reference)
        elif family.startswith("export") != (doc.type in EXPORT_NOTES):
            why = _("A note of this type can't refer to a document %(found)s: national and export don't mix.")
        elif family in _CREDIT:
            why = _credit_again(doc)
        else:
            why = _annulled_by_debit(doc, reference)
        if why:
            yield reference.wrong("type", why=why)


def _guide_in_note(doc: Document, reference: Reference):
    """Naming a guide informs; acting on one makes no sense (annulling it from a 61 is G09)."""
    if not reference.code or (doc.type == 61 and reference.code == ANNULS):
        return None
    return _("A note doesn't modify a dispatch guide (%(found)s); leave CodRef out or refer to the invoice.")


def _credit_again(doc: Document):
    if doc.type not in CREDIT_NOTES:
        return None
    return _("A credit note (%(found)s) is annulled by a debit note, not by another credit note.")


def _annulled_by_debit(doc: Document, reference: Reference):
    if doc.type in CREDIT_NOTES or reference.code != ANNULS:
        return None
    return _("A debit note only annuls credit notes; a document %(found)s is annulled by a credit note.")


@rule(
    "G16",
    title=_("Age of the document that a credit note lowers"),
    types={61},
    effect=SiiEffect.NONE,
    action=Action.WARN,
    source="DL 825, arts. 21 y 70; SII, pregunta frecuente 001.003.7335 (plazo de seis meses)",
    basis=Basis.LAW,
)
def credit_note_within_six_months(doc: Document):
    """After six months the issuer can't lower the fiscal debit. Deliveries aren't dated in a DTE:
    the reference's date stands for them."""
    day = doc.id.date
    if day is None or not doc.totals.iva or (doc.id.knows("no_rebate") and doc.id.no_rebate == 1):
        return
    for reference in tax_references(doc):
        if reference.date is not None and (months(reference.date, day), day.day) > (6, reference.date.day):
            yield reference.wrong("date", why=_(
                "More than six months since %(found)s: the IVA of this note may no longer be deducted. "
                "Check, and mark it with IndNoRebaja = 1."
            ))
