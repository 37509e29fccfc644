"""Group A, the signature of the document and the certificate it was made with."""

import datetime

from .. import signature
from ..document import Document
from ..field import NotKnown
from ..message import _
from ..rsa import Unusable
from ..rule import Action, Basis, SiiEffect, rule

#: Chile is three or four hours behind UTC; a certificate is judged by the hour that favours it.
_NEAR, _FAR = datetime.timedelta(hours=3), datetime.timedelta(hours=4)

_CERTIFICATE = "Signature/KeyInfo/X509Data/X509Certificate"
_WHY = {
    "missing": _("The document is not signed."),
    "profile": _("The signature is not made as the SII wants it: %(found)s."),
    "reference": _("The signature is of «%(found)s», not of this document («%(expected)s»)."),
    "digest": _("The document was changed after it was signed: its digest is another."),
    "value": _("The signature was not made with the key that it names."),
    "key": _("The key or the value of the signature cannot be read (%(found)s)."),
    "size": _("The document is so unlike a DTE (in size or depth) that its signature is not checked."),
}
_OF_ENVELOPE = {
    **_WHY,
    "missing": _("The envelope is not signed."),
    "digest": _("The envelope was changed after it was signed: its digest is another."),
    "value": _("The signature of the envelope was not made with the key that it names."),
}


def refuse_draft(doc: Document) -> None:
    """Raise NotKnown for a lone document that was neither stamped nor signed yet."""
    written = doc.xml
    if written.envelope is None and not doc.ted.present and signature.of_document(written).element is None:
        raise NotKnown("Signature")


@rule(
    "A09",
    title=_("The signature of the document holds"),
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source="xmldsignature_v10.xsd; informes de emisores: DTE-3-505",
    likely_sii_code="DTE-3-505",
    xml_only=True,
)
def signature_holds(doc: Document):
    """The digest is that of the document, and the signature that of its key.

    The envelope's own signature is told once, with its first document.
    """
    refuse_draft(doc)
    if doc.xml.envelope is not None and doc.xml.index == 1:
        wrong = signature.failure_of_envelope(doc.xml)
        if wrong is not None:
            found = f"{doc.xml.envelope.kind}: {wrong.detail or ''}".rstrip(": ")
            why = _OF_ENVELOPE[wrong.reason]
            yield _at(f"{doc.xml.envelope.kind}/Signature", doc, "SetDTE", why, found)
    wrong = signature.failure_of(doc.xml)
    if wrong is not None:
        expected = doc.xml.document_id if wrong.reason == "reference" else None
        yield _at("Signature", doc, expected, _WHY[wrong.reason], wrong.detail or "")


@rule(
    "A10",
    title=_("The certificate was good, and its holder may sign"),
    why=_("%(found)s is not among those who may sign for the issuer."),
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source="Informes de emisores: “Rut No Autorizado a Firmar”, DTE-3-505",
    basis=Basis.FIELD,
    likely_sii_code="DTE-3-505",
    xml_only=True,
    # The SII's own example of 2003 is signed with another key than its certificate's.
    since=datetime.date(2004, 1, 1),
)
def certificate_is_good(doc: Document):
    """Whether the certificate was revoked, only the certifier knows."""
    refuse_draft(doc)
    found = signature.of_document(doc.xml)
    if found.element is None:
        return
    try:
        certificate = found.certificate()
    except Unusable:
        yield _at(_CERTIFICATE, doc, None, _("The certificate cannot be read."), "")
        return
    if found.key() not in (None, certificate.key):
        why = _("The certificate is of another key than the one that signed.")
        yield _at(_CERTIFICATE, doc, None, why, "")
    yield from _validity(doc, certificate)
    context = doc.context
    if context.knows("signers") and certificate.rut and certificate.rut not in context.signers:
        yield _at(_CERTIFICATE, doc, None, None, certificate.rut)


def _validity(doc: Document, certificate):
    signed_at = doc.signed_at
    if signed_at is None:
        return
    if signed_at + _NEAR > certificate.valid_until:
        why = _("The certificate had expired on %(expected)s when the document was signed, %(found)s.")
        yield _at(_CERTIFICATE, doc, certificate.valid_until, why, signed_at)
    elif signed_at + _FAR < certificate.valid_from:
        why = _("The document was signed on %(found)s, before its certificate was good (%(expected)s).")
        yield _at(_CERTIFICATE, doc, certificate.valid_from, why, signed_at)


def _at(path: str, doc: Document, expected, why, found):
    return doc.wrong("signed_at", expected, why, found=found)._replace(path=path)
