"""A, first part: how one document is written and signed."""

import base64
import functools

from lxml import etree

from ..builder import NS
from ..case import ALL, EXPORTS, PAPER, Case, spoil
from ..material import load_rules
from ..signer import DS

load_rules()
from l10n_cl_ai.dte.schema import Generation, SchemaSet  # noqa: E402 - importable only now
from l10n_cl_ai.dte.schema_files import read_folder  # noqa: E402

NOT_LATIN = "Producto “x” — 5€ 😀"


@spoil("A01", also="A02 A03", sets=True)
def declared_utf8(case: Case):
    case.finish = lambda data: data.replace(b"ISO-8859-1", b"UTF-8", 1).decode("latin-1").encode()


@spoil("A01", also="A03")
def declared_utf8_and_is_not(case: Case):
    case.need(not case.body.xpath("string()").isascii())
    case.finish = lambda data: data.replace(b"ISO-8859-1", b"UTF-8", 1)


@spoil("A01", sets=True)
def declaration_in_single_quotes(case: Case):
    double, single = b'version="1.0" encoding="ISO-8859-1"', b"version='1.0' encoding='ISO-8859-1'"
    case.finish = lambda data: data.replace(double, single, 1)


@spoil("A01", sets=True)
def no_declaration(case: Case):
    case.finish = lambda data: etree.tostring(etree.fromstring(data), encoding="US-ASCII")


@spoil("A02", also="B11 E11 G07")
def emoji_in_item_name(case: Case):
    case.set("Detalle/NmbItem", NOT_LATIN)


@spoil("A02", PAPER)
def typographic_quotes_in_giro(case: Case):
    case.set("Emisor/GiroEmis", "Venta de artículos “finos”")


@spoil("A02")
def dash_in_address(case: Case):
    case.set("Emisor/DirOrigen", "Av. Libertad 1234 — oficina 2")


def _schema(name: str, version: str = "1.0"):
    """Return a generation of schemas of our own, which look at nothing but the version of the DTE."""
    xsd = (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{NS}" elementFormDefault="qualified">'
        '<xs:element name="DTE"><xs:complexType><xs:sequence><xs:any processContents="skip" maxOccurs="unbounded"/>'
        f'</xs:sequence><xs:attribute name="version" fixed="{version}"/></xs:complexType></xs:element></xs:schema>'
    )
    return Generation(name, {"DTE_v10.xsd": xsd.encode()})


@spoil("A03", PAPER)
def version_that_no_schema_takes(case: Case):
    case.context["schema"] = SchemaSet([_schema("new"), _schema("old")])
    case.dte.set("version", "0.9")


@spoil("A03")
def element_that_the_sii_does_not_know(case: Case):
    """Judged by the SII's own schemas, where they are beside this checkout."""
    case.need(case.schemas.present)
    case.context["schema"] = SchemaSet([Generation("2026", _sii_files(case.schemas.folder))])
    case.put("IdDoc", "<Inventado>1</Inventado>", after=("FchEmis",))


@functools.cache
def _sii_files(folder):
    return read_folder(folder)


@spoil("A03", PAPER)
def version_of_an_older_schema(case: Case):
    case.context["schema"] = SchemaSet([_schema("new"), _schema("old", "0.9")])
    case.dte.set("version", "0.9")


@spoil("A04", also="B11 C09")
def empty_item_name(case: Case):
    case.set("Detalle/NmbItem", "")


@spoil("A04", also="B11 B12 C09")
def blank_item_name(case: Case):
    case.set("Detalle/NmbItem", "   ")


@spoil("A04", PAPER, also="B14")
def untrimmed_issuer(case: Case):
    case.set("Emisor/RznSoc", case.text("Emisor/RznSoc")[:90] + " ")


@spoil("A05", ALL - EXPORTS, also="A03 B11 F01 F02 F06 F07 F09 F11 F13 K03 F05 F14 E07 F15 D02 G06")
def total_with_separators(case: Case):
    total = int(case.number("Totales/MntTotal"))
    case.need(total > 999)
    case.set("Totales/MntTotal", f"{total:,}".replace(",", "."))


@spoil("A05", ALL - EXPORTS, also="A03 B11 F14")
def total_with_decimals(case: Case):
    case.set("Totales/MntTotal", case.text("Totales/MntTotal") + ".00")


@spoil("A05", also="A03 E03 E07 E08 F14")
def price_with_comma(case: Case):
    case.set("Detalle/PrcItem", case.text("Detalle/PrcItem") + ",5")


@spoil("A05", also="A03 E03")
def quantity_with_seven_decimals(case: Case):
    case.set("Detalle/QtyItem", case.text("Detalle/QtyItem").partition(".")[0] + ".0000001")


@spoil("A05", also="A03 B11 B13 K04")
def day_before_month(case: Case):
    year, month, day = case.text("IdDoc/FchEmis").split("-")
    case.set("IdDoc/FchEmis", f"{day}/{month}/{year}")
    case.restamp = False


@spoil("A06", also="A03 A09")
def no_document_id(case: Case):
    del case.body.attrib["ID"]


@spoil("A06", also="A03 A09")
def document_id_begins_with_a_digit(case: Case):
    case.body.set("ID", "33-101")


@spoil("A09")
def document_id_is_not_the_reference(case: Case):
    """The Signature's URI keeps the old ID."""
    case.data()
    case.body.set("ID", "OTRO")
    case.resign = False


@spoil("A09")
def unsigned(case: Case):
    case.data()
    case.resign = False
    for signature in case.dte.findall(f"{{{DS}}}Signature"):
        case.dte.remove(signature)


@spoil("A09", also="B11 B12 E11 G07")
def changed_after_signing(case: Case):
    case.set("Detalle/NmbItem", "Otra cosa")
    case.resign = False


@spoil("A09")
def signature_value_of_another(case: Case):
    case.data()
    case.resign = False
    value = case.dte.find(f"{{{DS}}}Signature/{{{DS}}}SignatureValue")
    raw = bytearray(base64.b64decode(value.text))
    raw[7] ^= 1
    value.text = base64.b64encode(bytes(raw)).decode()


@spoil("A09")
def digest_of_another(case: Case):
    case.data()
    case.resign = False
    path = "/".join(f"{{{DS}}}{tag}" for tag in ("Signature", "SignedInfo", "Reference", "DigestValue"))
    case.dte.find(path).text = base64.b64encode(bytes(20)).decode()


@spoil("A10")
def certificate_expired(case: Case):
    case.signature["until"] = "2026-01-31"


@spoil("A10", context_only=False)
def signer_not_authorised(case: Case):
    case.signature["rut"] = "9876543-3"
