"""Transporte and Aduana of the header (Formato DTE v2.5, zone A)."""

from .field import Amount, Date, Integer, Rut, Section, Sections, Text
from .message import _
from .node import Node


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
    clause_total = Amount("TotClauVenta", _("Clause total"), places=2)
    transport_way = Integer("CodViaTransp", _("Way of transport"))
    port_from = Integer("CodPtoEmbarque", _("Port of loading"))
    port_to = Integer("CodPtoDesemb", _("Port of discharge"))
    gross_weight_unit = Integer("CodUnidPesoBruto", _("Gross weight unit"))
    net_weight_unit = Integer("CodUnidPesoNeto", _("Net weight unit"))
    tare_unit = Integer("CodUnidMedTara", _("Tare unit"))
    package_total = Integer("TotBultos", _("Total packages"))
    packages = Sections("TipoBultos", Package)
    freight = Amount("MntFlete", _("Freight"), places=4)
    insurance = Amount("MntSeguro", _("Insurance"), places=4)
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
    departure_time = Text("HraSalida", _("Departure time"), max=8)
    arrival_date = Date("FchLlegada", _("Arrival date"))
