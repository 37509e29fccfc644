"""The electronic signature of a DTE: the SII's profile of XML Signature.

Canonical XML 1.0 without comments, RSA with SHA-1, one reference to the ``ID`` of the signed element,
KeyValue before X509Data. Which namespaces are in scope at the signed element makes part of what is
signed, and emitters differ: the signed bytes may be those of the document standing alone, those inside
its envelope (which adds ``xsi``), or those without any namespace (as the SII's own example F60T33).
All of them are signatures of the same content, and the SII accepts all of them in practice.
"""

import copy
import hashlib
import re
from typing import NamedTuple

from lxml import etree

from . import rsa
from .certificate import Certificate, read_certificate
from .reader import Written
from .rsa import Unusable

DS_URI = "http://www.w3.org/2000/09/xmldsig#"
DS = f"{{{DS_URI}}}"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
RSA_SHA1, SHA1 = f"{DS_URI}rsa-sha1", f"{DS_URI}sha1"
ENVELOPED = f"{DS_URI}enveloped-signature"

_SIGNATURE, _SIGNED_INFO, _REFERENCE, _TRANSFORM = (
    DS + name for name in ("Signature", "SignedInfo", "Reference", "Transform")
)
_ALGORITHMS = (
    (f"{DS}CanonicalizationMethod", C14N), (f"{DS}SignatureMethod", RSA_SHA1), (f"{DS}DigestMethod", SHA1),
)
_NEEDED = (
    _SIGNED_INFO, _REFERENCE, *(tag for tag, _algorithm in _ALGORITHMS),
    *(DS + name for name in ("DigestValue", "SignatureValue", "Modulus", "Exponent")),
)

_SII = b' xmlns="http://www.sii.cl/SiiDte"'
_XSI = b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
_DSIG = b' xmlns="http://www.w3.org/2000/09/xmldsig#"'
#: The start of a canonical element: its name, then the namespaces declared.
_START = re.compile(rb'<([^ >]+)((?: xmlns(?::[^ =]+)?="[^"]*")*)')
#: Where plain and canonical writing are the same: no empty element, instruction or escaped control,
#: and no tag with more than one attribute or with escapes in it.
_UNLIKE = tuple(re.compile(unlike).search for unlike in (b"/>", rb"<\?", b"&#"))
_attributes = re.compile(rb'="').findall
_lone_attributes = re.compile(rb'<[^ />]+ [^ =>]+="[^"&]*">').findall
_ONLY_ID = re.compile(rb' ID="[^"&]*">')
#: Namespaces in scope at a document's body, written the same by both writers.
_USUAL = frozenset({b"", _SII, _SII + _XSI})
#: What is larger, deeper or with more namespaces than any DTE is not canonicalised: libxml2 looks for
#: every namespace in every ancestor of every element. A boleta of 1,000 lines takes 0.4 MB.
MAX_DOCUMENT, MAX_ENVELOPE, MAX_DEPTH, MAX_PREFIXES = 1024 * 1024, 24 * 1024 * 1024, 16, 6
_is_deep = etree.XPath(f"boolean({'/'.join('*' * MAX_DEPTH)})")
_prefixes = re.compile(rb"\sxmlns(?::[^\s=]+)?=").findall


class Failure(NamedTuple):
    """Why a signature does not hold.

    ``reason`` is ``missing``, ``profile``, ``reference``, ``digest``, ``value``, ``key``
    or ``size`` (not checked: larger or deeper than any DTE); ``detail`` says what was found.
    """

    reason: str
    detail: str | None = None


class Signature:
    """The ``Signature`` beside a signed element.

    :param parent: the element that holds it (``DTE``, ``EnvioDTE``, ``EnvioBOLETA``)
    :param signed: the element it signs (``Documento``, ``SetDTE``)
    """

    def __init__(self, parent, signed):
        self.signed = signed
        self.element = parent.find(_SIGNATURE)
        #: The first of each part, by name with namespace.
        self.parts: dict[str, etree._Element] = {}
        if self.element is not None:
            for each in self.element.iter():
                self.parts.setdefault(each.tag, each)

    def text(self, name: str) -> str | None:
        part = self.parts.get(DS + name)
        return None if part is None else part.text

    @property
    def reference(self) -> str | None:
        """The ``ID`` that is said to be signed."""
        part = self.parts.get(_REFERENCE)
        uri = None if part is None else part.get("URI")
        return uri[1:] if uri and uri[0] == "#" else uri

    def certificate(self) -> Certificate:
        """Return the signer's certificate; raise :class:`~.rsa.Unusable` when it can't be read."""
        return read_certificate(self.text("X509Certificate"))

    def key(self) -> rsa.Key | None:
        """Return the key that the signature names; None when it can't be read."""
        try:
            return rsa.key(self.text("Modulus"), self.text("Exponent"))
        except Unusable:
            return None

    def failure(self, canonical: bytes) -> Failure | None:
        """Return why the signature does not hold, None when it does.

        :param canonical: canonical form of the signed element, from :func:`canonical`
        """
        if wrong := self._profile():
            return wrong
        if self.reference != self.signed.get("ID"):
            return Failure("reference", self.reference)
        try:
            if not self._digest_agrees(canonical):
                return Failure("digest")
            public = rsa.key(self.text("Modulus"), self.text("Exponent"))
            value = rsa.decode(self.text("SignatureValue"))
        except Unusable as error:
            return Failure("key", str(error))
        info = canonical_bytes(self.parts[_SIGNED_INFO])
        if not any(rsa.verifies(public, value, form) for form in _forms(info, (_DSIG, _DSIG + _XSI))):
            return Failure("value")
        return None

    def _profile(self) -> Failure | None:
        """Say what is not as the SII's profile has it, missing parts first."""
        for tag in _NEEDED:
            if tag not in self.parts:
                return Failure("profile", tag.removeprefix(DS))
        info, reference = self.parts[_SIGNED_INFO], self.parts[_REFERENCE]
        if self.element[0] is not info or reference.getparent() is not info:
            return Failure("profile", "SignedInfo")
        if reference.getnext() is not None:
            return Failure("profile", "Reference")
        for tag, wanted in _ALGORITHMS:
            found = self.parts[tag].get("Algorithm")
            if found != wanted:
                return Failure("profile", found or tag.removeprefix(DS))
        for transform in info.iter(_TRANSFORM):
            if transform.get("Algorithm") not in (C14N, ENVELOPED):
                return Failure("profile", transform.get("Algorithm") or "Transform")
        return None

    def _digest_agrees(self, canonical: bytes) -> bool:
        wanted = rsa.decode(self.text("DigestValue"))
        forms = _forms(canonical, (_SII, _SII + _XSI, b""))
        return any(hashlib.sha1(form, usedforsecurity=False).digest() == wanted for form in forms)


def canonical_bytes(element) -> bytes:
    """Return the canonical form of one element, with the namespaces in scope that it uses."""
    # libxml2 writes xmlns="" into the parts of an element that isn't the root of its own document, and
    # a tail makes lxml treat even a root so.
    alone = copy.deepcopy(element)
    alone.tail = None
    return etree.tostring(alone, method="c14n", with_comments=False)


def canonical(written: Written) -> bytes | None:
    """Return the canonical form of a document's body; None where it is too large to be a DTE."""
    if "canonical" not in written.memo:
        written.memo["canonical"] = _bounded(written.body, MAX_DOCUMENT)
    return written.memo["canonical"]


def _bounded(element, limit: int) -> bytes | None:
    """Canonicalise with the plain writer where both write the same, which takes a third of the time."""
    text = etree.tostring(element, with_tail=False, encoding="UTF-8")
    if len(text) > limit:
        return None
    if _is_canonical(text):
        return text
    if len(set(_prefixes(text))) > MAX_PREFIXES or _is_deep(element):
        return None
    return canonical_bytes(element)


def _is_canonical(text: bytes) -> bool:
    """Whether C14N would write the same, told without doing it; False where in doubt."""
    start = _START.match(text)
    return (
        start[2] in _USUAL
        and _ONLY_ID.match(text, start.end()) is not None
        and not any(search(text) for search in _UNLIKE)
        and len(_attributes(text, start.end() + 5)) == len(_lone_attributes(text, start.end()))
    )


def _forms(canonical: bytes, scopes: tuple[bytes, ...]):
    """Yield an element's canonical form as it is, then with other namespaces in scope."""
    yield canonical
    start = _START.match(canonical)
    for scope in scopes:
        if scope != start[2]:
            yield b"<" + start[1] + scope + canonical[start.end() :]


def of_document(written: Written) -> Signature:
    """Return the signature of a document."""
    if "signature" not in written.memo:
        written.memo["signature"] = Signature(written.dte, written.body)
    return written.memo["signature"]


def failure_of(written: Written) -> Failure | None:
    """Return why the signature of a document does not hold, None when it does."""
    return _failure(of_document(written), canonical(written))


def failure_of_envelope(written: Written) -> Failure | None:
    """Return why the signature of the envelope does not hold, None when it does."""
    top = written.envelope.element
    documents = written.dte.getparent()
    return _failure(Signature(top, documents), _bounded(documents, MAX_ENVELOPE))


def _failure(found: Signature, form: bytes | None) -> Failure | None:
    if found.element is None:
        return Failure("missing")
    return Failure("size") if form is None else found.failure(form)
