"""Reads a CAF file: the SII's authorisation of a range of folios.

The file also holds the private key that stamps documents. It is not read, kept or shown.
"""

from .field import Section
from .message import _
from .node import Node
from .reader import Unreadable, _fill, _local, _parse
from .stamp import Caf, CafData


class CafFile(Node):
    """AUTORIZACION: what the SII lets a company download."""

    caf = Section("CAF", Caf)

    def __init__(self):
        self.document, self.flaws, self.is_boleta = self, [], False
        super().__init__()


def read_caf(data: bytes) -> CafData:
    """Return what a CAF file authorises.

    :param data: the file's bytes
    :raises Unreadable: not XML, not a CAF, or without type or range
    """
    root = _parse(data)[0]
    if _local(root) != "AUTORIZACION":
        raise Unreadable(
            _("The root element is %(tag)s; a CAF's is AUTORIZACION.", tag=_local(root)[:60] or "?")
        )
    holder = CafFile()
    _fill(holder, root)
    authorised = holder.caf.data
    span = authorised.range
    needed = ((authorised, "rut"), (authorised, "type"), (span, "first"), (span, "last"))
    if any(node.__dict__.get(name) is None for node, name in needed):
        raise Unreadable(_("The CAF doesn't say whose it is, or for which type and folios."))
    return authorised
