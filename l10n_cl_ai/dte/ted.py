"""The electronic stamp (TED): the CAF's key signs the data that the paper's barcode carries.

FRMT is RSA with SHA-1 over the ``DD`` element as one line of ISO-8859-1: no white space between
elements, no namespace (Instructivo de Generación de Documentos, annex on the timbre).
"""

import functools
import re

from . import rsa
from .reader import Written
from .rsa import Unusable
from .signature import canonical

#: A carriage return that came as a reference stays one in the canonical form.
_BETWEEN = re.compile(r">(?:\s|&#xD;)+<")
_NAMESPACE = re.compile(r' xmlns(?::[^ =]+)?="[^"]*"')
#: A closed element within DD, to write it as some emitters do.
_EMPTY = re.compile(r"<(\w+)></\1>")
_TEXT = re.compile(r">([^<]+)<")


def flat(written: Written) -> str | None:
    """Return the ``DD`` of a document as it is stamped; None when there is none or it is too large."""
    body = canonical(written)
    if body is None:
        return None
    start = body.rfind(b"<TED")
    first, last = body.find(b"<DD", start), body.find(b"</DD>", start)
    if start < 0 or first < 0 or last < 0:
        return None
    return _BETWEEN.sub("><", _NAMESPACE.sub("", body[first : last + 5].decode()))


def failure_of(written: Written, modulus: str | None, exponent: str | None, value: str | None) -> str | None:
    """Return why a stamp does not hold: ``missing``, ``key``, ``value``; None when it does.

    :param modulus: RSAPK/M of the stamp's CAF; :param exponent: RSAPK/E; :param value: FRMT
    """
    stamped = flat(written)
    if stamped is None:
        return "missing"
    try:
        public, signature = rsa.key(modulus, exponent), rsa.decode(value)
    except Unusable:
        return "key"
    if any(rsa.verifies(public, signature, form) for form in _forms(stamped)):
        return None
    return "value"


def _forms(stamped: str):
    """Yield the bytes that may have been signed: how texts are escaped is each emitter's habit."""
    yield stamped.encode("iso-8859-1", "xmlcharrefreplace")
    texts = "".join(_TEXT.findall(stamped))
    for escapes in ({"'": "&apos;", '"': "&quot;"}, {"'": "&apos;"}, {'"': "&quot;"}):
        if all(character in texts for character in escapes):
            escaped = _TEXT.sub(functools.partial(_escape, escapes), stamped)
            yield escaped.encode("iso-8859-1", "xmlcharrefreplace")
    if _EMPTY.search(stamped):
        yield _EMPTY.sub(r"<\1/>", stamped).encode("iso-8859-1", "xmlcharrefreplace")


def _escape(escapes: dict[str, str], match: re.Match) -> str:
    text = match[1]
    for character, reference in escapes.items():
        text = text.replace(character, reference)
    return f">{text}<"
