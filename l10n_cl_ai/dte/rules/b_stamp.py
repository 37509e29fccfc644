"""Group B: the electronic stamp (TED), a signed copy of what matters of a document."""

import datetime
import re
import unicodedata

from .. import ted
from ..document import Document
from ..message import _
from ..money import half_up
from ..rule import Action, Basis, SiiEffect, rule
from .a_signature import refuse_draft
from .b_folios import caf_of

F25 = "Formato DTE v2.5 (2026-02)"
#: Characters of a name that the stamp and the CAF keep.
COPIED = 40
_DAY = datetime.timedelta(days=1)

_UNLIKE = _("The stamp says %(found)s, the document %(expected)s.")
_NO_STAMP = _("The document has no electronic stamp (TED).")


@rule(
    "B11",
    title=_("The stamp copies the document"),
    why=_UNLIKE,
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source=f"{F25}, G Timbre; Instructivo de generación, DD: RE, TD, F, FE, RR, RSR, MNT, IT1",
    likely_sii_code="TED-2-510",
    xml_only=True,
)
def stamp_copies_the_document(doc: Document):
    """Names of the receiver and of the first item are cut at 40 characters."""
    refuse_draft(doc)
    stamp = doc.ted.stamp
    if not stamp.present:
        yield doc.wrong("ted", why=_NO_STAMP)
        return
    head, total = doc.id, doc.totals.total
    for name, wanted in (
        ("rut", doc.issuer.rut), ("type", head.type), ("folio", head.folio), ("date", head.date),
        ("receiver_rut", doc.receiver.rut),
    ):
        if wanted is not None and getattr(stamp, name) != wanted:
            yield stamp.wrong(name, wanted)
    # The stamp knows no decimals; an export may have them.
    if total is not None and (stamp.total is None or abs(stamp.total - total) >= 1):
        yield stamp.wrong("total", half_up(total))
    first = doc.lines[0].name if doc.lines else None
    for name, text in (("receiver_name", doc.receiver.name), ("first_item", first)):
        if text is not None and _cut(getattr(stamp, name)) != _cut(text):
            yield stamp.wrong(name, _cut(text), effect=SiiEffect.REPARO)


def _cut(text: str | None) -> str:
    return (text or "").strip()[:COPIED].rstrip()


_WHY = {
    "missing": _("The stamp has no data (DD)."),
    "key": _("The key of the CAF, or the stamp itself, cannot be read."),
    "value": _("The stamp was not made with the key of its CAF, or it was changed afterwards."),
}


@rule(
    "B12",
    title=_("The stamp is signed with the key of its CAF"),
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source=f"{F25}, G Timbre; Instructivo de generación, FRMT: SHA1withRSA",
    likely_sii_code="TED-2-510",
    xml_only=True,
)
def stamp_is_signed(doc: Document):
    """A document without stamp is B11's part."""
    refuse_draft(doc)
    if not doc.ted.stamp.present:
        return
    key = doc.ted.stamp.caf.data.key
    reason = ted.failure_of(doc.xml, key.modulus, key.exponent, doc.ted.signature)
    if reason is not None:
        yield doc.ted.wrong("signature", why=_WHY[reason], found="")


@rule(
    "B13",
    title=_("The document was stamped and signed after its date, and not ahead of now"),
    why=_("%(found)s is before the date of issue, %(expected)s."),
    effect=SiiEffect.REPARO,
    action=Action.WARN,
    source="Deducción: nadie puede firmar antes de que exista el documento, ni mañana",
    basis=Basis.INFERRED,
)
def moments_are_possible(doc: Document):
    """A document signed on the eve of its date is known to have been accepted: only a hint."""
    date = doc.id.date
    moments = [(doc, "signed_at", doc.signed_at)]
    if doc.knows("ted") and doc.ted.stamp.present:
        moments.append((doc.ted.stamp, "stamped_at", doc.ted.stamp.stamped_at))
    today = doc.context.today if doc.context.knows("today") else datetime.date.max
    for node, name, moment in moments:
        if moment is None:
            continue
        if date is not None and moment.date() < date:
            eve = moment.date() == date - _DAY
            yield node.wrong(
                name, date, effect=SiiEffect.NONE if eve else None, action=Action.INFO if eve else None
            )
        if moment.date() > today:
            yield node.wrong(name, today, _("%(found)s is ahead of today, %(expected)s."))


@rule(
    "B14",
    title=_("The issuer's name is the one of its CAF"),
    why=_("The issuer is called «%(found)s» here, «%(expected)s» in the CAF."),
    effect=SiiEffect.REPARO,
    action=Action.INFO,
    source="Informes de emisores: HED-1-863, solo informado",
    basis=Basis.FIELD,
    likely_sii_code="HED-1-863",
)
def issuer_is_called_as_in_the_caf(doc: Document):
    """Capitals, accents, points and the cut at 40 characters do not count."""
    caf = caf_of(doc)
    name = doc.issuer.name
    if caf is None or not caf.name or not name:
        return
    ours, theirs = _bare(name), _bare(caf.name)
    if not (ours.startswith(theirs) or theirs.startswith(ours)):
        yield doc.issuer.wrong("name", caf.name)


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text[:COPIED].casefold())
    return re.sub(r"[^a-z0-9]", "", plain)


