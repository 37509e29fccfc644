"""Group B: which document it is, and when it was issued."""

import datetime
from collections import Counter

from ..document import Document
from ..field import NotKnown
from ..message import _
from ..rule import Action, Basis, SiiEffect, rule
from ..types import ALL

F25 = "Formato DTE v2.5 (2026-02)"
FIRST_DAY, LAST_DAY = datetime.date(2003, 4, 1), datetime.date(2050, 12, 31)
LAST_FOLIO = 9_999_999_999
#: A document that is sent so many days after its date has a wrong date.
LONG_AGO = datetime.timedelta(days=365)


def sending_day(doc: Document) -> datetime.date:
    """Return the day a document was signed, or today for one that is known not to be sent yet.

    :raises NotKnown: neither is known. An old move may have been sent in its time.
    """
    if doc.knows("signed_at") and doc.signed_at is not None:
        return doc.signed_at.date()
    if doc.context.__dict__.get("sent", doc) is None:
        return doc.context.today
    raise NotKnown("sent")


@rule(
    "B01",
    title=_("The type is one of a DTE"),
    why=_("%(found)s is not the type of a DTE."),
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source=f"{F25}, IdDoc 2 <TipoDTE>; SiiTypes v10, DTEType",
)
def type_is_of_a_dte(doc: Document):
    """Paper documents (30, 32, 35, 38…) are only referred to, never issued as DTE."""
    kind = doc.id.type
    if kind is None:
        yield doc.id.wrong("type", why=_("The document does not say its type."))
    elif kind not in ALL:
        yield doc.id.wrong("type")


@rule(
    "B02",
    title=_("The folio is a number from 1 to 9,999,999,999"),
    why=_("%(found)s is not a folio: 1 to 9,999,999,999."),
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source=f"{F25}, IdDoc 3 <Folio>; SiiTypes v10, FolioType",
    fix="folio_digits",
)
def folio_is_in_range(doc: Document):
    """The folio is among the fields without which a document is not validly issued (§2.2)."""
    folio = doc.id.folio
    if folio is None:
        yield doc.id.wrong("folio", why=_("The document has no folio."))
    elif not 1 <= folio <= LAST_FOLIO:
        yield doc.id.wrong("folio")


_STATES = {
    "annulled": _("Folio %(found)s was annulled at the SII, so no document can use it."),
    "rejected": _("Folio %(found)s was used by a document that the SII rejected; it is taken for used."),
}


@rule(
    "B03",
    title=_("The folio was not used before"),
    why=_("Folio %(found)s of type %(type)s is already taken by another document."),
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source="Informes de emisores: DTE-3-100, DTE-3-101; DTE-3-601 para un folio anulado",
    basis=Basis.FIELD,
    likely_sii_code="DTE-3-101",
)
def folio_is_new(doc: Document):
    """Within an envelope, and among what the company issued (which only Odoo knows)."""
    kind, folio = doc.id.type, doc.id.folio
    if folio is None or kind is None:
        return
    envelope = doc.xml and doc.xml.envelope
    if envelope and _folios(envelope)[kind, folio, doc.issuer.rut] > 1:
        why = _("The envelope holds folio %(found)s of type %(type)s more than once.")
        yield doc.id.wrong("folio", why=why, type=kind)
    context = doc.context
    if context.__dict__.get("role") == "receiver":
        return
    state = context.issued.get((kind, folio))
    if state is not None and context.__dict__.get("company_rut", doc.issuer.rut) == doc.issuer.rut:
        yield doc.id.wrong("folio", why=_STATES.get(state), type=kind)


def _folios(envelope) -> Counter:
    if "folios" not in envelope.__dict__:
        envelope.folios = Counter(map(_name, envelope.documents))
    return envelope.folios


def _name(doc: Document) -> tuple:
    known = doc.header.identification.__dict__
    return known.get("type"), known.get("folio"), doc.header.issuer.__dict__.get("rut")


@rule(
    "B08",
    title=_("The date of issue is possible"),
    why=_("%(found)s is not between 2003-04-01 and 2050-12-31."),
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source=f"{F25}, IdDoc 4 <FchEmis>: entre 2003-04-01 y 2050-12-31; posterior a hoy: deducción nuestra",
    needs=("today",),
)
def date_is_possible(doc: Document):
    """The schema takes any date from 2000 on. That the date may not lie ahead is our inference."""
    date = doc.id.date
    if date is None:
        yield doc.id.wrong("date", why=_("The document has no date of issue."))
        return
    if not FIRST_DAY <= date <= LAST_DAY:
        yield doc.id.wrong("date")
        return
    if date > doc.context.today:
        why = _("The document is dated %(found)s, ahead of today (%(expected)s).")
        yield doc.id.wrong("date", doc.context.today, why, effect=SiiEffect.NONE, fix="future_date")
    elif _known_sending_day(doc, date) - date > LONG_AGO:
        why = _("The document is dated %(found)s, more than a year before it is sent.")
        yield doc.id.wrong("date", why=why, effect=SiiEffect.NONE, action=Action.WARN)


def _known_sending_day(doc: Document, otherwise: datetime.date) -> datetime.date:
    """An old move may have been sent in its time: where that is not known, its age says nothing."""
    try:
        return sending_day(doc)
    except NotKnown:
        return otherwise


@rule(
    "B09",
    title=_("The document is sent within its tax period"),
    why=_("The document of %(found)s is sent on %(day)s, when its period is closed (limit %(expected)s)."),
    types=(33, 34, 56, 61),
    effect=SiiEffect.REPARO,
    action=Action.WARN,
    source="DL 825, art. 55 (cita por verificar); informes de emisores: DTE-1-650",
    basis=Basis.LAW,
    likely_sii_code="DTE-1-650",
)
def document_is_sent_in_time(doc: Document):
    """IVA belongs to the month of the date of issue; art. 55 leaves ten days of the next."""
    date = doc.id.date
    if date is None or date > LAST_DAY:  # B08 names it
        return
    limit = (date.replace(day=1) + datetime.timedelta(days=32)).replace(day=10)
    day = sending_day(doc)
    if day > limit:
        yield doc.id.wrong("date", limit, day=day)


@rule(
    "B10",
    title=_("Due date and period follow the date of issue"),
    why=_("The due date, %(found)s, is before the date of issue, %(expected)s."),
    effect=SiiEffect.REPARO,
    action=Action.WARN,
    source=f"{F25}, IdDoc <FchVenc>, <PeriodoDesde>, <PeriodoHasta>",
)
def dates_are_in_order(doc: Document):
    """A period that ends before it begins is as wrong as a debt due before it exists."""
    head = doc.id
    if head.due_date is not None and head.date is not None and head.due_date < head.date:
        yield head.wrong("due_date", head.date)
    if head.period_from is not None and head.period_to is not None and head.period_to < head.period_from:
        why = _("The period ends on %(found)s, before it begins on %(expected)s.")
        yield head.wrong("period_to", head.period_from, why)
