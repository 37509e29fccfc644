"""Files that people bring: whether a file holds DTEs, and how one of many is made one each."""

import re

from lxml import etree

from .message import _
from .reader import Unreadable, dtes_of

#: An envelope with more documents is refused as a whole: each is a bill to write within one request.
MAX_SPLIT = 500
_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(?:DTE|EnvioDTE|EnvioBOLETA)[\s/>]")
#: The root stands near the beginning: after a declaration, comments and what a hostile file puts there.
_LOOK_AT = 64 * 1024


def holds_dtes(data: bytes) -> bool:
    """Whether a file gives itself out as DTEs. Nothing is parsed, so that anything may be asked about."""
    head = data[:_LOOK_AT].removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith(b"<") and _ROOT.search(head) is not None


def root(data: bytes):
    """Return the root element of a file of DTEs; an empty ``unreadable`` for one that must not be read."""
    try:
        return dtes_of(data)[0].getroottree().getroot()
    except Unreadable:
        return etree.Element("unreadable")


def split(data: bytes) -> list[bytes]:
    """Return a file per document, each as it stands in the envelope; nothing where there is only one.

    Each keeps the namespaces of its envelope, which are part of what was signed.

    :raises Unreadable: as :func:`.reader.read`, and for more than :data:`MAX_SPLIT` documents
    """
    elements = dtes_of(data)
    if len(elements) > MAX_SPLIT:
        raise Unreadable(
            _(
                "The file holds %(count)s documents; at most %(limit)s are imported at a time. Split it.",
                count=len(elements),
                limit=MAX_SPLIT,
            )
        )
    return [_alone(element) for element in elements] if len(elements) > 1 else []


def _alone(element) -> bytes:
    """Return a DTE as a file of its own."""
    return etree.tostring(element, encoding="ISO-8859-1", xml_declaration=True, with_tail=False)
