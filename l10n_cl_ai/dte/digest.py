"""A fingerprint of what was judged, so that a later change shows."""

import datetime
import hashlib

from .document import Document
from .node import Node

#: What of a node is not its content.
_APPARATUS = frozenset(
    {"parent", "place", "index", "present", "complete", "document", "unreadable", "flaws", "xml", "context",
     "is_boleta", "is_export", "sources"}
)  # fmt: skip


def digest(document: Document, *around: object) -> str:
    """Return the SHA-256 (hex) of a document's values and of what else the judgement hangs on.

    Two documents with the same known, absent and unknown fields have the same digest; writing order
    and comments of an XML do not count.

    :param around: rule-set version, policies and what else; needs a stable ``repr``
    """
    # What could not be read is no value, and still part of what was judged.
    flaws = [(flaw.kind, flaw.node.path_of(flaw.field.name), flaw.raw) for flaw in document.flaws]
    return hashlib.sha256(repr((_content(document), flaws, around)).encode()).hexdigest()


def _content(node: Node) -> list:
    content = []
    for name in sorted(node.__dict__.keys() - _APPARATUS):
        value = node.__dict__[name]
        if isinstance(value, Node):
            if not value.present:
                continue  # made by reading an absent part: it says nothing
            value = _content(value)
        elif value.__class__ is tuple and value and isinstance(value[0], Node):
            value = [_content(each) for each in value]
        elif isinstance(value, datetime.date):
            value = value.isoformat()  # a subclass, as a frozen clock makes, would have another repr
        content.append((name, value))
    return content
