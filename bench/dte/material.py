"""What the bench judges: the corpus, the genuine documents beside the checkout, the schemas."""

import functools
import pathlib
import sys
import types

from lxml import etree

from ..harness import ROOT, shared_data
from .builder import NS

CORPUS = pathlib.Path(__file__).with_name("corpus")


def load_rules():
    """Return ``l10n_cl_ai.dte`` without importing Odoo: the addon's own package is left out."""
    package = types.ModuleType("l10n_cl_ai")
    package.__path__ = [str(ROOT / "l10n_cl_ai")]
    sys.modules.setdefault("l10n_cl_ai", package)
    from l10n_cl_ai import dte  # noqa: PLC0415 - importable only now

    return dte


def corpus() -> dict[str, bytes]:
    """Return {name: bytes} of the corpus: lone documents and sets."""
    return {path.stem: path.read_bytes() for path in sorted(CORPUS.glob("*.xml"))}


def genuine() -> dict[str, bytes]:
    """Return {name: bytes} of the genuine documents, {} where there are none beside the checkout."""
    folder = shared_data()
    return {p.stem: p.read_bytes() for p in sorted(folder.glob("dte/genuine/*.xml"))} if folder else {}


def mutants() -> dict[str, bytes]:
    """Return {name: bytes} of the named spoilings of a genuine document."""
    folder = shared_data()
    return {p.stem: p.read_bytes() for p in sorted(folder.glob("dte/mutants/*.xml"))} if folder else {}


class Schemas:
    """The SII's schemas, as the floor to beat: what XSD alone says of a document."""

    def __init__(self):
        folder = shared_data()
        self.folder = folder / "xsd-2026" if folder else None
        self.present = bool(self.folder and (self.folder / "DTE_v10.xsd").exists())

    @functools.cached_property
    def dte(self) -> etree.XMLSchema:
        return self._load("DTE_v10.xsd")

    @functools.cached_property
    def set(self) -> etree.XMLSchema:
        return self._load("EnvioDTE_v10.xsd")

    @functools.cached_property
    def boletas(self) -> etree.XMLSchema:
        return self._load("boleta/EnvioBOLETA_v11.xsd")

    def _load(self, name: str) -> etree.XMLSchema:
        return etree.XMLSchema(etree.parse(str(self.folder / name)))

    def error(self, root: etree._Element) -> str | None:
        """Return the first thing XSD has against a document or set, None where it has nothing.

        A lone boleta has no schema of its own: it is wrapped in the smallest EnvioBOLETA.
        """
        if not self.present:
            return None
        tag = etree.QName(root).localname
        schema = {"DTE": self.dte, "EnvioDTE": self.set, "EnvioBOLETA": self.boletas}.get(tag)
        if schema is None:
            return f"root {tag}"
        if tag == "DTE" and root.findtext(f".//{{{NS}}}TipoDTE") in ("39", "41"):
            schema, root = self.boletas, _wrapped(root)
        elif root.getroottree().getroot() is not root or root.getparent() is not None:
            root = etree.fromstring(etree.tostring(root))
        if schema.validate(root):
            return None
        return str(schema.error_log[0].message)

    def refuses(self, data: bytes) -> bool:
        """Whether the schema, or the XML parser before it, refuses a file."""
        try:
            root = etree.fromstring(data)
        except etree.XMLSyntaxError:
            return True
        return self.error(root) is not None


def _wrapped(dte: etree._Element) -> etree._Element:
    """Return an EnvioBOLETA around a copy of one document, signed with the document's own signature."""
    kind = dte.findtext(f".//{{{NS}}}TipoDTE")
    inside = etree.tostring(dte, encoding="unicode")
    root = etree.fromstring(
        f'<EnvioBOLETA xmlns="{NS}" version="1.0"><SetDTE ID="SetDoc"><Caratula version="1.0">'
        "<RutEmisor>76192083-9</RutEmisor><RutEnvia>12345678-5</RutEnvia><RutReceptor>60803000-K</RutReceptor>"
        "<FchResol>2014-08-22</FchResol><NroResol>80</NroResol><TmstFirmaEnv>2026-11-20T09:30:00</TmstFirmaEnv>"
        f"<SubTotDTE><TpoDTE>{kind}</TpoDTE><NroDTE>1</NroDTE></SubTotDTE></Caratula>{inside}</SetDTE></EnvioBOLETA>"
    )
    root.append(_SIGNATURE.__copy__())
    return root


_DS = "http://www.w3.org/2000/09/xmldsig#"
#: A signature that only the schema looks at.
_SIGNATURE = etree.fromstring(
    f'<Signature xmlns="{_DS}"><SignedInfo>'
    '<CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>'
    f'<SignatureMethod Algorithm="{_DS}rsa-sha1"/><Reference URI="#SetDoc"><Transforms>'
    '<Transform Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/></Transforms>'
    f'<DigestMethod Algorithm="{_DS}sha1"/><DigestValue>AAAA</DigestValue></Reference></SignedInfo>'
    "<SignatureValue>AAAA</SignatureValue><KeyInfo><KeyValue><RSAKeyValue><Modulus>AAAA</Modulus>"
    "<Exponent>AQAB</Exponent></RSAKeyValue></KeyValue><X509Data><X509Certificate>AAAA</X509Certificate>"
    "</X509Data></KeyInfo></Signature>"
)
