"""TED, CAF and the cover of an envelope: what the SII authorised and what was stamped."""

from .field import Amount, Date, DateTime, Integer, Rut, Section, Sections, Text
from .message import _
from .node import Node


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
