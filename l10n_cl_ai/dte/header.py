"""Encabezado: who, to whom, when and how (Formato DTE v2.5, zone A)."""

from .field import Amount, Date, Integer, Rut, Section, Sections, Text
from .message import _
from .node import Node
from .totals import OtherCurrency, Totals
from .transport import Transport


class Payment(Node):
    """MntPagos: one instalment."""

    date = Date("FchPago", _("Payment date"))
    amount = Amount("MntPago", _("Payment amount"))
    gloss = Text("GlosaPagos", max=40)


class Identification(Node):
    """IdDoc."""

    type = Integer("TipoDTE", _("Document type"))
    folio = Integer("Folio", _("Folio"))
    date = Date("FchEmis", _("Issue date"))
    no_rebate = Integer("IndNoRebaja", _("No-rebate indicator"))
    dispatch = Integer("TipoDespacho", _("Dispatch type"))
    transfer = Integer("IndTraslado", _("Transfer type"))
    print_type = Text("TpoImpresion", max=1)
    service = Integer("IndServicio", _("Service indicator"))
    gross = Integer("MntBruto", _("Gross amounts"))
    net_lines = Integer("IndMntNeto", _("Net amounts"))
    purchase_kind = Integer("TpoTranCompra")
    sale_kind = Integer("TpoTranVenta")
    payment_form = Integer("FmaPago", _("Payment form"))
    export_payment_form = Integer("FmaPagExp", _("Export payment form"))
    settled_on = Date("FchCancel", _("Settlement date"))
    payments = Sections("MntPagos", Payment)
    period_from = Date("PeriodoDesde", _("Period from"))
    period_to = Date("PeriodoHasta", _("Period to"))
    payment_means = Text("MedioPago", _("Means of payment"), max=2)
    payment_term_code = Text("TermPagoCdg", _("Payment term code"), max=4)
    payment_term = Text("TermPagoGlosa", _("Payment term"), max=100)
    due_date = Date("FchVenc", _("Due date"))
    special_kind = Integer("TipoFactEsp", _("Special invoice type"))


class ExportGuide(Node):
    """GuiaExport."""

    transfer_code = Integer("CdgTraslado", _("Transfer code"))
    authorization = Integer("FolioAut", _("Authorisation folio"))
    authorization_date = Date("FchAut", _("Authorisation date"))


class Issuer(Node):
    """Emisor."""

    rut = Rut("RUTEmisor", _("Issuer RUT"))
    name = Text("RznSoc", _("Issuer name"), max=100, boleta="RznSocEmisor")
    giro = Text("GiroEmis", _("Issuer giro"), max=80, boleta="GiroEmisor")
    phones = Text("Telefono", _("Phone"), max=20, many=True)
    email = Text("CorreoEmisor", _("Issuer e-mail"), max=80)
    actecos = Text("Acteco", _("Economic activity"), max=6, many=True)
    export_guide = Section("GuiaExport", ExportGuide)
    branch = Text("Sucursal", _("Branch"), max=20)
    branch_code = Integer("CdgSIISucur", _("SII branch code"))
    address = Text("DirOrigen", _("Issuer address"), max=70)
    comuna = Text("CmnaOrigen", _("Issuer comuna"), max=20)
    city = Text("CiudadOrigen", _("Issuer city"), max=20)
    seller = Text("CdgVendedor", _("Seller"), max=60)


class Foreigner(Node):
    """Extranjero."""

    id_number = Text("NumId", _("Foreign id"), max=20)
    nationality = Text("Nacionalidad", _("Nationality"), max=3)
    id_kind = Text("TipoDocID", _("Identity document type"), max=2)


class Receiver(Node):
    """Receptor."""

    rut = Rut("RUTRecep", _("Receiver RUT"))
    internal_code = Text("CdgIntRecep", max=20)
    name = Text("RznSocRecep", _("Receiver name"), max=100)
    foreigner = Section("Extranjero", Foreigner)
    giro = Text("GiroRecep", _("Receiver giro"), max=40)
    contact = Text("Contacto", _("Contact"), max=80)
    email = Text("CorreoRecep", _("Receiver e-mail"), max=80)
    address = Text("DirRecep", _("Receiver address"), max=70)
    comuna = Text("CmnaRecep", _("Receiver comuna"), max=20)
    city = Text("CiudadRecep", _("Receiver city"), max=20)
    postal_address = Text("DirPostal", max=70)
    postal_comuna = Text("CmnaPostal", max=20)
    postal_city = Text("CiudadPostal", max=20)


class Header(Node):
    """Encabezado."""

    identification = Section("IdDoc", Identification)
    issuer = Section("Emisor", Issuer)
    buyer_agent = Rut("RUTMandante", _("RUT of the principal"))
    receiver = Section("Receptor", Receiver)
    requester = Rut("RUTSolicita", _("Requester RUT"))
    transport = Section("Transporte", Transport)
    totals = Section("Totales", Totals)
    other_currency = Section("OtraMoneda", OtherCurrency)
