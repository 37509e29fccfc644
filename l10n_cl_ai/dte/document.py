"""A neutral picture of one DTE, the same whether it comes from XML or from an ``account.move``.

Members stand in the order of the Formato DTE v2.5 (2026-02-16); lengths are its "Largo Máx".
Elements that no rule reads are left out: the XSD judges those.
"""

import datetime

from .field import Amount, Date, DateTime, Field, Integer, Number, Rut, Section, Sections, Text
from .message import _
from .node import Node
from .types import BOLETAS, EXPORTS


class ItemCode(Node):
    """CdgItem."""

    kind = Text("TpoCodigo", _("Code type"), max=10)
    value = Text("VlrCodigo", _("Code"), max=35)


class Line(Node):
    """Detalle: one line of goods or services."""

    number = Integer("NroLinDet", _("Line number"))
    codes = Sections("CdgItem", ItemCode)
    exempt_code = Integer("IndExe", _("Exempt indicator"))
    name = Text("NmbItem", _("Item name"), max=80)
    description = Text("DscItem", _("Item description"), max=1000)
    quantity = Number("QtyItem", _("Quantity"))
    subquantity_codes = Text("SubCod", max=35, many=True)
    unit = Text("UnmdItem", _("Unit"), max=4)
    price = Number("PrcItem", _("Price"))
    discount_percent = Number("DescuentoPct", _("Discount %"))
    discount = Amount("DescuentoMonto", _("Discount"))
    surcharge_percent = Number("RecargoPct", _("Surcharge %"))
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
    value = Number("ValorDR", _("Value"))
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


class Commission(Node):
    """Comisiones (detail): charges of a liquidación-factura."""

    number = Integer("NroLinCom")
    movement = Text("TipoMovim", max=1)
    gloss = Text("Glosa", max=60)
    net = Amount("ValComNeto", _("Net commission"))
    exempt = Amount("ValComExe", _("Exempt commission"))
    iva = Amount("ValComIVA", _("Commission IVA"))


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


class Driver(Node):
    """Chofer."""

    rut = Rut("RUTChofer", _("Driver RUT"))
    name = Text("NombreChofer", _("Driver name"), max=30)


class Package(Node):
    """TipoBultos."""

    code = Integer("CodTpoBultos", _("Package type"))
    count = Integer("CantBultos", _("Packages"))
    marks = Text("Marcas", _("Marks"), max=255)
    container = Text("IdContainer", _("Container"), max=25)
    seal = Text("Sello", _("Seal"), max=20)
    seal_issuer = Text("EmisorSello", max=70)


class Customs(Node):
    """Aduana."""

    sale_mode = Integer("CodModVenta", _("Sale mode"))
    clause = Integer("CodClauVenta", _("Sale clause"))
    clause_total = Amount("TotClauVenta", _("Clause total"))
    transport_way = Integer("CodViaTransp", _("Way of transport"))
    port_from = Integer("CodPtoEmbarque", _("Port of loading"))
    port_to = Integer("CodPtoDesemb", _("Port of discharge"))
    gross_weight_unit = Integer("CodUnidPesoBruto", _("Gross weight unit"))
    net_weight_unit = Integer("CodUnidPesoNeto", _("Net weight unit"))
    tare_unit = Integer("CodUnidMedTara", _("Tare unit"))
    package_total = Integer("TotBultos", _("Total packages"))
    packages = Sections("TipoBultos", Package)
    freight = Amount("MntFlete", _("Freight"))
    insurance = Amount("MntSeguro", _("Insurance"))
    receiver_country = Integer("CodPaisRecep", _("Receiver country"))
    destination_country = Integer("CodPaisDestin", _("Destination country"))


class Transport(Node):
    """Transporte."""

    plate = Text("Patente", _("Plate"), max=8)
    trailer_plate = Text("PatenteCarro", _("Trailer plate"), max=8)
    carrier_rut = Rut("RUTTrans", _("Carrier RUT"))
    driver = Section("Chofer", Driver)
    address = Text("DirDest", _("Destination address"), max=70)
    comuna = Text("CmnaDest", _("Destination comuna"), max=20)
    city = Text("CiudadDest", _("Destination city"), max=20)
    customs = Section("Aduana", Customs)
    departure_date = Date("FchSalida", _("Departure date"))
    departure_time = Text("HraSalida", _("Departure time"), max=5)
    arrival_date = Date("FchLlegada", _("Arrival date"))


class Tax(Node):
    """ImptoReten: an additional tax, or a retention of a factura de compra."""

    code = Integer("TipoImp", _("Tax code"))
    rate = Number("TasaImp", _("Tax rate"))
    amount = Amount("MontoImp", _("Tax amount"))


class Totals(Node):
    """Totales."""

    currency = Text("TpoMoneda", _("Currency"), max=15)
    net = Amount("MntNeto", _("Net amount"))
    exempt = Amount("MntExe", _("Exempt amount"))
    slaughter_base = Amount("MntBase", _("Slaughter base"))
    margin_base = Amount("MntMargenCom", _("Commercial margin base"))
    iva_rate = Number("TasaIVA", _("IVA rate"))
    iva = Amount("IVA", _("IVA"))
    own_iva = Amount("IVAProp", _("Own IVA"))
    third_party_iva = Amount("IVATerc", _("Third-party IVA"))
    taxes = Sections("ImptoReten", Tax)
    iva_not_retained = Amount("IVANoRet", _("IVA not retained"))
    construction_credit = Amount("CredEC", _("Construction credit"))
    container_deposit = Amount("GrntDep", _("Container deposit"))
    commissions = Section("Comisiones", Commission)
    total = Amount("MntTotal", _("Total amount"))
    not_billable = Amount("MontoNF", _("Non-billable amount"))
    period = Amount("MontoPeriodo", _("Period amount"), boleta="TotalPeriodo")
    previous_balance = Amount("SaldoAnterior", _("Previous balance"))
    payable = Amount("VlrPagar", _("Amount payable"))


class OtherCurrency(Node):
    """OtraMoneda."""

    currency = Text("TpoMoneda", _("Other currency"), max=15)
    rate = Number("TpoCambio", _("Exchange rate"))
    net = Number("MntNetoOtrMnda", _("Net in other currency"))
    exempt = Number("MntExeOtrMnda", _("Exempt in other currency"))
    iva = Number("IVAOtrMnda", _("IVA in other currency"))
    total = Number("MntTotOtrMnda", _("Total in other currency"))


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


class FolioRange(Node):
    """RNG."""

    first = Integer("D", _("First folio"))
    last = Integer("H", _("Last folio"))


class PublicKey(Node):
    """RSAPK."""

    modulus = Text("M")
    exponent = Text("E")


class CafData(Node):
    """DA: what the SII authorised."""

    rut = Rut("RE", _("CAF issuer"))
    name = Text("RS", _("CAF name"))
    type = Integer("TD", _("CAF document type"))
    range = Section("RNG", FolioRange)
    date = Date("FA", _("CAF authorisation date"))
    key = Section("RSAPK", PublicKey)
    key_id = Integer("IDK", _("CAF key id"))


class Caf(Node):
    """CAF: the SII's authorisation of a range of folios."""

    data = Section("DA", CafData)
    signature = Text("FRMA")


class Stamp(Node):
    """DD: the data of the electronic stamp (TED)."""

    rut = Rut("RE", _("Stamp issuer"))
    type = Integer("TD", _("Stamp document type"))
    folio = Integer("F", _("Stamp folio"))
    date = Date("FE", _("Stamp issue date"))
    receiver_rut = Rut("RR", _("Stamp receiver"))
    receiver_name = Text("RSR", _("Stamp receiver name"))
    total = Amount("MNT", _("Stamp total"))
    first_item = Text("IT1", _("Stamp first item"))
    caf = Section("CAF", Caf)
    stamped_at = DateTime("TSTED", _("Stamped at"))


class Ted(Node):
    """TED: timbre electrónico."""

    stamp = Section("DD", Stamp)
    signature = Text("FRMT")


class SetCount(Node):
    """SubTotDTE: how many documents of a type the envelope says it carries."""

    type = Integer("TpoDTE")
    count = Integer("NroDTE")


class Cover(Node):
    """Caratula of an EnvioDTE or EnvioBOLETA."""

    issuer_rut = Rut("RutEmisor", _("Cover issuer"))
    sender_rut = Rut("RutEnvia", _("Cover sender"))
    receiver_rut = Rut("RutReceptor", _("Cover receiver"))
    resolution_date = Date("FchResol", _("Resolution date"))
    resolution_number = Integer("NroResol", _("Resolution number"))
    signed_at = DateTime("TmstFirmaEnv")
    counts = Sections("SubTotDTE", SetCount)


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


class Context(Node):
    """What is known around a document. Every member is unknown until someone sets it.

    Rules name what they need of it (``needs=…``) and are not evaluated without it.
    """

    complete = False
    place = None

    def __init__(self, **known: object):
        self.document = self
        self.parent, self.index, self.present = None, None, True
        self.__dict__.update(known)

    #: Day in Chile, ``datetime.date``.
    today = Field("today")
    #: RUT of the company that asks, and its part in the document: "issuer" or "receiver".
    company_rut = Field("company_rut")
    role = Field("role")
    #: {(type, folio): state} of the company's other issued documents; state is one of
    #: "sent", "accepted", "rejected", "annulled", "unknown".
    issued = Field("issued")
    #: {(type, folio): Original} of the documents that this one refers to.
    originals = Field("originals")
    #: Tuple of CafData of the company's loaded CAFs.
    cafs = Field("cafs")
    #: "production" or "certification".
    environment = Field("environment")
    #: (date, number) of the company's resolution.
    resolution = Field("resolution")
    #: RUTs allowed to sign for the company.
    signers = Field("signers")
    #: Value in CLP of the UF on 31 December of the year before the issue date.
    uf = Field("uf")
    #: Odoo's "round_per_line" or "round_globally".
    rounding = Field("rounding")
    #: The same document as the other source shows it (for cross-checks K01–K05).
    counterpart = Field("counterpart")
    #: Whether the schemas were run, and what they said: a :class:`~.schema.SchemaVerdict`.
    schema = Field("schema")


class Original:
    """What is known of a document that another one refers to.

    :param total: CLP; None where unknown
    :param receiver_rut: None where unknown
    :param state: as in :attr:`Context.issued`
    """

    def __init__(
        self,
        total: int | None = None,
        receiver_rut: str | None = None,
        state: str = "unknown",
        date: datetime.date | None = None,
    ):
        self.total, self.receiver_rut, self.state, self.date = total, receiver_rut, state, date
