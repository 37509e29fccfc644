"""Below the header: lines, global discounts, references, commissions (Formato DTE v2.5, zones B to F)."""

from .field import Amount, Date, Integer, Number, Rut, Sections, Text
from .message import _
from .node import Node


class ItemCode(Node):
    """CdgItem."""

    kind = Text("TpoCodigo", _("Code type"), max=10)
    value = Text("VlrCodigo", _("Code"), max=35)


class Subquantity(Node):
    """Subcantidad: how a line's quantity is spread."""

    code = Text("SubCod", _("Subquantity code"), max=35)


class Line(Node):
    """Detalle: one line of goods or services."""

    number = Integer("NroLinDet", _("Line number"))
    codes = Sections("CdgItem", ItemCode)
    exempt_code = Integer("IndExe", _("Exempt indicator"))
    name = Text("NmbItem", _("Item name"), max=80)
    description = Text("DscItem", _("Item description"), max=1000)
    quantity = Number("QtyItem", _("Quantity"))
    subquantities = Sections("Subcantidad", Subquantity)
    unit = Text("UnmdItem", _("Unit"), max=4)
    price = Number("PrcItem", _("Price"))
    discount_percent = Number("DescuentoPct", _("Discount %%"), places=2)
    discount = Amount("DescuentoMonto", _("Discount"))
    surcharge_percent = Number("RecargoPct", _("Surcharge %%"), places=2)
    surcharge = Amount("RecargoMonto", _("Surcharge"))
    tax_codes = Text("CodImpAdic", _("Additional tax code"), max=6, many=True)
    settled_type = Text("TpoDocLiq", max=3)
    amount = Amount("MontoItem", _("Line amount"))


class Discount(Node):
    """DscRcgGlobal: a discount (D) or surcharge (R) over the whole document."""

    number = Integer("NroLinDR", _("Line number"))
    movement = Text("TpoMov", _("Movement"), max=1)
    gloss = Text("GlosaDR", _("Description"), max=45)
    value_type = Text("TpoValor", _("Value type"), max=1)
    value = Number("ValorDR", _("Value"), places=2)
    exempt_code = Integer("IndExeDR", _("Exempt indicator"))


class Reference(Node):
    """Referencia: another document this one speaks of."""

    number = Integer("NroLinRef", _("Reference line"))
    type = Text("TpoDocRef", _("Reference type"), max=3)
    is_global = Integer("IndGlobal", _("Global reference"))
    folio = Text("FolioRef", _("Referenced folio"), max=18)
    other_rut = Rut("RUTOtr", _("RUT of another taxpayer"))
    date = Date("FchRef", _("Reference date"))
    code = Integer("CodRef", _("Reference code"))
    reason = Text("RazonRef", _("Reference reason"), max=90)

    def put_text(self, field, raw):
        """A boleta's CodRef is any text of its issuer (Formato Boleta v4.2, Referencias 4)."""
        own = field is Reference.code and self.document.is_boleta
        return super().put_text(_BOLETA_CODE if own else field, raw)


_BOLETA_CODE = Text("CodRef", Reference.code.label, max=18)
_BOLETA_CODE.name = "code"


class Commission(Node):
    """Comisiones (detail): charges of a liquidación-factura."""

    number = Integer("NroLinCom")
    movement = Text("TipoMovim", max=1)
    gloss = Text("Glosa", max=60)
    net = Amount("ValComNeto", _("Net commission"))
    exempt = Amount("ValComExe", _("Exempt commission"))
    iva = Amount("ValComIVA", _("Commission IVA"))
