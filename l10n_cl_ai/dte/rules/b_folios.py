"""Group B: the CAF, by which the SII authorised the folio."""

import calendar
import datetime

from ..document import CafData, Document
from ..field import NotKnown
from ..message import _
from ..rule import Action, Basis, SiiEffect, rule
from ..types import ALL

#: Since this day CAFs expire (Res. Ex. 58 of 2017 and the SII's FAQ).
EXPIRY_BEGINS, OLD_CAFS_END = datetime.date(2018, 7, 1), datetime.date(2018, 12, 31)
KEY_OF = {"certification": 100, "production": 300}


def caf_of(doc: Document) -> CafData | None:
    """Return the CAF of a document: the one in its stamp, else the company's for its folio.

    :raises NotKnown: there is no stamp, and the company's CAFs are not known
    """
    if doc.knows("ted") and doc.ted.present:
        return doc.ted.stamp.caf.data
    return next((caf for caf in doc.context.cafs if _covers(caf, doc)), None)


def _covers(caf: CafData, doc: Document) -> bool:
    folio, first, last = doc.id.folio, caf.range.first, caf.range.last
    if folio is None or first is None or last is None:
        return False
    return caf.type == doc.id.type and first <= folio <= last


@rule(
    "B04",
    title=_("The folio is one that the SII authorised"),
    why=_("Folio %(found)s of type %(type)s is in no CAF of the company."),
    types=ALL,
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source="Formato DTE v2.5 (2026-02), G Timbre; Instructivo de generación, CAF: RE, TD, RNG",
    likely_sii_code="TED-2-510",
)
def folio_is_authorised(doc: Document):
    """The CAF is of this issuer and type, and its range holds the folio."""
    if doc.id.folio is None:
        return
    caf = caf_of(doc)
    if caf is None:
        yield doc.id.wrong("folio", type=doc.id.type)
        return
    if caf.rut != doc.issuer.rut:
        why = _("The CAF is of %(found)s, the document of %(expected)s.")
        yield caf.wrong("rut", doc.issuer.rut, why)
    if caf.type != doc.id.type:
        why = _("The CAF is for type %(found)s, the document is a %(expected)s.")
        yield caf.wrong("type", doc.id.type, why)
    elif not _covers(caf, doc):
        expected = f"{caf.range.first}–{caf.range.last}"
        yield doc.id.wrong("folio", expected, _("Folio %(found)s is outside its CAF, %(expected)s."))


def expiry(authorised: datetime.date) -> datetime.date:
    """Return the last day of a CAF authorised on a day (FAQ of the SII 001.003.6968)."""
    if authorised >= EXPIRY_BEGINS:
        return _months_after(authorised, 6)
    return min(_months_after(authorised, 18), OLD_CAFS_END)


def _months_after(day: datetime.date, months: int) -> datetime.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > datetime.MAXYEAR:
        return datetime.date.max  # a date that B08 names
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@rule(
    "B05",
    title=_("The CAF has not expired"),
    why=_("The CAF of %(authorised)s expired on %(expected)s; the document is of %(found)s."),
    types=(33, 43, 46, 56, 61),
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source="SII, pregunta frecuente 001.003.6968 (2025-05-20); Res. Ex. 58 de 2017",
    likely_sii_code="CAF-3-517",
    since=EXPIRY_BEGINS,
)
def caf_is_in_force(doc: Document):
    """Six months from its authorisation until the document is signed; unused folios must be annulled."""
    caf = caf_of(doc)
    if caf is None or caf.date is None:
        return
    signed = doc.signed_at if doc.knows("signed_at") else None
    day = signed.date() if signed is not None else doc.id.date
    limit = expiry(caf.date)
    if day is not None and day > limit:
        yield caf.wrong("date", limit, found=day, authorised=caf.date)


@rule(
    "B06",
    title=_("The CAF is of the environment it is used in"),
    why=_("The CAF is of key %(found)s; here it must be %(expected)s (100 certification, 300 production)."),
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source="Informes de emisores: CAF-3-516; IDK 100 certificación, 300 producción",
    basis=Basis.FIELD,
    likely_sii_code="CAF-3-516",
)
def caf_is_of_its_environment(doc: Document):
    """A resolution number of 0 on the cover says certification where nobody said otherwise."""
    caf = caf_of(doc)
    if caf is None or caf.key_id not in KEY_OF.values():
        return
    environment = _environment(doc)
    if caf.key_id != KEY_OF[environment]:
        yield caf.wrong("key_id", KEY_OF[environment])


def _environment(doc: Document) -> str:
    if doc.context.knows("environment"):
        return doc.context.environment
    envelope = doc.xml and doc.xml.envelope
    number = envelope.cover.resolution_number if envelope else None
    if number is None:
        raise NotKnown("environment")
    return "production" if number else "certification"


@rule(
    "B07",
    title=_("The document is not older than its CAF"),
    why=_("The document is of %(found)s, but its CAF was authorised on %(expected)s."),
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source="Informes de emisores: HED-3-305",
    basis=Basis.FIELD,
    likely_sii_code="HED-3-305",
)
def document_is_not_older_than_its_caf(doc: Document):
    """No folio can have been used before it was authorised."""
    caf = caf_of(doc)
    date = doc.id.date
    if caf is not None and caf.date is not None and date is not None and date < caf.date:
        yield doc.id.wrong("date", caf.date)


