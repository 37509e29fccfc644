"""A neutral picture of one DTE, the same whether it comes from XML or from an ``account.move``.

Members stand in the order of the Formato DTE v2.5 (2026-02-16); lengths are its "Largo Máx".
Elements that no rule reads are left out: the XSD judges those.
"""

from .body import Commission, Discount, ItemCode, Line, Reference, Subquantity
from .context import Context, Original
from .field import DateTime, Section, Sections
from .header import (
    ExportGuide,
    Foreigner,
    Header,
    Identification,
    Issuer,
    Payment,
    Receiver,
)
from .message import _
from .node import Node
from .stamp import Caf, CafData, Cover, FolioRange, PublicKey, SetCount, Stamp, Ted
from .totals import OtherCurrency, Tax, Totals
from .transport import Customs, Driver, Package, Transport
from .types import BOLETAS, EXPORTS

__all__ = [
    "Caf", "CafData", "Commission", "Context", "Cover", "Customs", "Discount", "Document", "Driver",
    "ExportGuide", "FolioRange", "Foreigner", "Header", "Identification", "Issuer", "ItemCode", "Line",
    "Original", "OtherCurrency", "Package", "Payment", "PublicKey", "Receiver", "Reference", "SetCount",
    "Stamp", "Subquantity", "Tax", "Ted", "Totals", "Transport",
]


class Document(Node):
    """One DTE (``Documento``, ``Exportaciones`` or ``Liquidacion``).

    ``context`` (what is known around the document), ``xml`` (how it was written; unknown for a
    move) and ``flaws`` (what is wrong with the writing of its values) complete the picture.
    """

    header = Section("Encabezado", Header)
    lines = Sections("Detalle", Line)
    discounts = Sections("DscRcgGlobal", Discount)
    references = Sections("Referencia", Reference)
    commissions = Sections("Comisiones", Commission)
    ted = Section("TED", Ted)
    signed_at = DateTime("TmstFirma", _("Signed at"))

    def __init__(self, complete: bool, type_code: int | None, context=None, xml=None):
        """:param complete: what is not filled in is absent (XML), not unknown (move)."""
        self.document = self
        self.complete = complete
        self.flaws = []
        self.xml = xml
        self.context = context or Context()
        super().__init__()
        self.classify(type_code)
        if not complete:
            self._open_header()

    def classify(self, type_code: int | None) -> None:
        """Say of which type the document is; names of its elements hang on it."""
        self.type = type_code
        self.is_boleta = type_code in BOLETAS
        self.is_export = type_code in EXPORTS

    def _open_header(self) -> None:
        """Make the parts that every document has, so that a source can fill in what it knows."""
        header = self.__dict__["header"] = Header(self, Document.header)
        for part in (Header.identification, Header.issuer, Header.receiver, Header.totals):
            header.__dict__[part.name] = part.node_class(header, part)

    # Short names for the parts that rules read most.

    @property
    def id(self) -> Identification:
        return self.header.identification

    @property
    def issuer(self) -> Issuer:
        return self.header.issuer

    @property
    def receiver(self) -> Receiver:
        return self.header.receiver

    @property
    def totals(self) -> Totals:
        return self.header.totals

    def flaws_of(self, kind: str, *owners: type) -> list:
        """Return the flaws of a kind in parts of these classes (in any part when none is named)."""
        return [f for f in self.flaws if f.kind == kind and (not owners or isinstance(f.node, owners))]
