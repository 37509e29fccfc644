"""Group A, the envelope: what is sent to the SII around the documents."""

import re
from collections import Counter
from collections.abc import Callable

from ..document import Document
from ..message import _
from ..reader import Envelope
from ..rule import Action, Basis, SiiEffect, rule
from ..rut import SII_RUT
from ..types import BOLETAS

#: What the SII's upload takes, byte for byte.
DECLARATION = b'<?xml version="1.0" encoding="ISO-8859-1"?>'
#: Documents and SubTotDTE in an envelope (EnvioDTE_v10, EnvioBOLETA_v11).
LIMITS = {"EnvioDTE": (2000, 20), "EnvioBOLETA": (500, 2)}
#: xs:ID: a name, so no digit first and no blank.
_is_name = re.compile(r"[^\W\d][\w.\-]*").fullmatch


def _to_the_sii(envelope: Envelope) -> bool:
    """Whether the envelope is the one for the SII, not the copy that suppliers send their buyers."""
    return envelope.cover.receiver_rut == SII_RUT


def _memo(envelope: Envelope, name: str, make: Callable[[Envelope], object]):
    """Return what is said of a whole envelope, made once for its documents."""
    if name not in envelope.__dict__:
        envelope.__dict__[name] = make(envelope)
    return envelope.__dict__[name]


@rule(
    "A01",
    title=_("The file says its encoding as the SII wants it"),
    why=_("The envelope begins with «%(found)s»; the SII takes «%(expected)s», with double quotes."),
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source="Informes de emisores: CHR-00001 ante cualquier otra declaración",
    basis=Basis.FIELD,
    likely_sii_code="CHR-00001",
    xml_only=True,
)
def declaration_is_exact(doc: Document):
    """A lone DTE or a supplier's copy is not what the SII gets: only its bytes have to be right."""
    written = doc.xml
    if written.index != 1:
        return
    if written.misencoded:
        # What declares UTF-8 and is not cannot be read; the other way round, letters are garbled.
        effect = SiiEffect.REJECT if written.encoding == "UTF-8" else SiiEffect.NONE
        why = _("The file declares %(found)s, but its letters are not written in it.")
        yield _at("xml", doc, why, written.encoding, effect=effect)
    envelope = written.envelope
    if envelope is not None and written.declaration != DECLARATION and _to_the_sii(envelope):
        found = written.declaration.decode("iso-8859-1")[:80]
        yield _at("xml", doc, None, found, expected=DECLARATION.decode())


def _at(path: str, doc: Document, why, found, **options):
    return doc.wrong("header", why=why, found=found, **options)._replace(path=path)


def _ids(envelope: Envelope) -> Counter:
    return Counter(document.xml.document_id for document in envelope.documents)


@rule(
    "A06",
    title=_("The document has an ID of its own"),
    why=_("Another document of the envelope has the ID %(found)s too."),
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source="DTE_v10.xsd, Documento@ID (xs:ID, obligatorio)",
    xml_only=True,
)
def document_id_is_unique(doc: Document):
    """The ID is what the signature points to. Accepted DTEs do not keep to F{folio}T{type}."""
    written = doc.xml
    name = written.document_id
    if not name:
        yield _at("@ID", doc, _("The document has no ID, so no signature can point to it."), None)
    elif not _is_name(name):
        why = _("«%(found)s» cannot be an ID: a letter first, then letters, digits, points or hyphens.")
        yield _at("@ID", doc, why, name[:80])
    elif written.envelope is not None and _memo(written.envelope, "ids", _ids)[name] > 1:
        yield _at("@ID", doc, None, name[:80])


@rule(
    "A07",
    title=_("The envelope holds what its cover says"),
    why=_("The cover says %(found)s documents of type %(type)s; there are %(expected)s."),
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source="EnvioDTE_v10.xsd; Formato Boleta v4.2 (2025-09)",
    xml_only=True,
)
def envelope_holds_what_it_says(doc: Document):
    """Told once, with the envelope's first document."""
    envelope = doc.xml.envelope
    if envelope is None or doc.xml.index != 1:
        return
    yield from _limits(envelope)
    yield from _kinds(envelope)
    if not envelope.cover.present:
        yield envelope.wrong("cover", why=_("The envelope has no cover (Caratula)."))
        return
    there = Counter(document.type for document in envelope.documents)
    said = set()
    for each in envelope.cover.counts:
        if each.count != there[each.type] or each.type in said:
            yield each.wrong("count", there[each.type], type=each.type)
        said.add(each.type)
    for kind in sorted(set(there) - said - {None}):
        yield envelope.cover.wrong("counts", there[kind], found=0, type=kind)


def _limits(envelope: Envelope):
    documents, kinds = LIMITS[envelope.kind]
    if len(envelope.documents) > documents:
        why = _("The envelope holds %(found)s documents; at most %(expected)s may be sent together.")
        yield envelope.wrong("cover", documents, why, found=len(envelope.documents))
    if len(envelope.cover.counts) > kinds:
        why = _("The cover counts %(found)s types of documents; at most %(expected)s are allowed.")
        yield envelope.cover.wrong("counts", kinds, why, found=len(envelope.cover.counts))


def _kinds(envelope: Envelope):
    boletas = envelope.kind == "EnvioBOLETA"
    there = {document.type for document in envelope.documents} - {None}
    strangers = sorted(kind for kind in there if (kind in BOLETAS) != boletas)
    if strangers:
        why = _("Boletas go in an EnvioBOLETA, all others in an EnvioDTE; here an %(kind)s holds %(found)s.")
        yield envelope.wrong("cover", None, why, found=", ".join(map(str, strangers)), kind=envelope.kind)


@rule(
    "A08",
    title=_("The cover is of this issuer, for the SII, with its resolution"),
    why=_("The cover says %(found)s where %(expected)s was expected."),
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source="Consulta de estado de envío: RCT; informes de emisores: CRT-3-19",
    basis=Basis.FIELD,
    likely_sii_code="CRT-3-19",
    xml_only=True,
)
def cover_is_of_this_issuer(doc: Document):
    """The issuer is compared for each document; the rest is told once, with the first."""
    envelope = doc.xml.envelope
    if envelope is None or not envelope.cover.present:
        return
    cover = envelope.cover
    if cover.issuer_rut != doc.issuer.rut:
        yield cover.wrong("issuer_rut", doc.issuer.rut)
    if doc.xml.index != 1:
        return
    # The copy for a buyer names that buyer.
    if cover.receiver_rut not in (SII_RUT, doc.receiver.rut):
        yield cover.wrong("receiver_rut", SII_RUT)
    yield from _resolution(doc, cover)


def _resolution(doc: Document, cover):
    context = doc.context
    if context.knows("company_rut") and context.company_rut != cover.issuer_rut:
        return
    if context.knows("resolution"):
        date, number = context.resolution
        if cover.resolution_number != number:
            yield cover.wrong("resolution_number", number)
        if cover.resolution_date != date:
            yield cover.wrong("resolution_date", date)
    elif context.knows("environment") and (cover.resolution_number == 0) != (
        context.environment == "certification"
    ):
        why = _("Resolution number %(found)s is not of this environment: certification has 0, and no other.")
        yield cover.wrong("resolution_number", None, why)
