"""Stamps and signs documents as an emitter does, with keys that only tests have.

Nothing of the code under test is used here: canonical forms come from a document of their own, RSA
from plain arithmetic, so that an error there can't hide itself. ``python tests/signing.py`` makes new
keys; they are committed, as making them takes longer than all the tests.
"""

import base64
import copy
import datetime
import functools
import hashlib
import pathlib
import xml.sax.saxutils

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree

NS, DSIG = "http://www.sii.cl/SiiDte", "http://www.w3.org/2000/09/xmldsig#"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
DATA = pathlib.Path(__file__).parent / "data" / "keys"
SIGNER, SII = "12345678-5", "60803000-K"
DECLARATION = b'<?xml version="1.0" encoding="ISO-8859-1"?>\n'
_SHA1 = bytes.fromhex("3021300906052b0e03021a05000414")

_TED = '<TED xmlns="{ns}" version="1.0">{dd}<FRMT algoritmo="SHA1withRSA">{frmt}</FRMT></TED>'
_DD = (
    "<DD><RE>{RE}</RE><TD>{TD}</TD><F>{F}</F><FE>{FE}</FE><RR>{RR}</RR><RSR>{RSR}</RSR><MNT>{MNT}</MNT>"
    "<IT1>{IT1}</IT1>"
    '<CAF version="1.0"><DA><RE>{RE}</RE><RS>{RS}</RS><TD>{caf[type]}</TD>'
    "<RNG><D>{caf[first]}</D><H>{caf[last]}</H></RNG><FA>{caf[date]}</FA>"
    "<RSAPK><M>{M}</M><E>{E}</E></RSAPK><IDK>{caf[key_id]}</IDK></DA>"
    '<FRMA algoritmo="SHA1withRSA">{FRMA}</FRMA></CAF><TSTED>{TSTED}</TSTED></DD>'
)
_SIGNATURE = """<Signature xmlns="{dsig}"><SignedInfo>
<CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>
<SignatureMethod Algorithm="{dsig}rsa-sha1"/><Reference URI="#{id}">
<Transforms><Transform Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/></Transforms>
<DigestMethod Algorithm="{dsig}sha1"/><DigestValue>{digest}</DigestValue></Reference></SignedInfo>
<SignatureValue/><KeyInfo><KeyValue><RSAKeyValue><Modulus>{modulus}</Modulus>
<Exponent>AQAB</Exponent></RSAKeyValue></KeyValue>
<X509Data><X509Certificate>{certificate}</X509Certificate></X509Data></KeyInfo></Signature>"""


def stamped(root, *, caf: dict | None = None, stamp: dict | None = None, escape: dict | None = None):
    """Return a copy of a ``DTE`` element with its TED.

    :param caf: parts of the CAF that differ (type, first, last, date, key_id, name)
    :param stamp: parts of DD that differ (RE, TD, F, FE, RR, RSR, MNT, IT1, TSTED)
    :param escape: more characters to escape in texts, as some emitters do ({"'": "&apos;"})
    """
    root = copy.deepcopy(root)
    body = root[0]
    data, caf = _stamp_data(body, caf or {})
    data |= stamp or {}
    texts = {name: xml.sax.saxutils.escape(str(value), escape or {}) for name, value in data.items()}
    numbers = _key("caf").public_key().public_numbers()
    line = _DD.format(
        **texts, caf=caf, RS=caf["name"], M=_number(numbers.n), E=_number(numbers.e),
        FRMA=_base64(_rsa("caf", b"the SII's own key is not ours to use")),
    )  # fmt: skip
    frmt = _base64(_rsa("caf", line.encode("iso-8859-1")))
    ted = etree.fromstring(_TED.format(ns=NS, dd=line, frmt=frmt))
    body.insert(body.index(body.find(f"{{{NS}}}TmstFirma")), ted)
    etree.cleanup_namespaces(root)
    return root


def _stamp_data(body, caf: dict) -> tuple[dict, dict]:
    def text(tag):
        return next((each.text for each in body.iter(f"{{{NS}}}{tag}")), "")

    name = text("RznSoc") or text("RznSocEmisor")
    data = {
        "RE": text("RUTEmisor"), "TD": text("TipoDTE"), "F": text("Folio"), "FE": text("FchEmis"),
        "RR": text("RUTRecep"), "RSR": (text("RznSocRecep") or "CLIENTE")[:40], "MNT": text("MntTotal"),
        "IT1": text("NmbItem")[:40], "TSTED": text("TmstFirma"),
    }  # fmt: skip
    usual = {"type": data["TD"], "first": 1, "last": 1000, "date": "2026-10-01", "key_id": 300}
    return data, {**usual, "name": name[:40], **caf}


def signed(root, *, scope: str = "own", key: str = "signer", certificate: str | None = None):
    """Return a copy of a ``DTE`` element with its Signature.

    :param scope: namespaces in scope when signed: "own", "xsi" (as within an envelope) or "none"
    :param key: name of the key; :param certificate: name of the certificate's key, where another
    """
    root = copy.deepcopy(root)
    _sign(root, root[0], scope, key, certificate or key)
    return root


def sign(root, *, caf=None, stamp=None, escape=None, **signature) -> bytes:
    """Return a ``DTE`` element stamped and signed, as a file."""
    return written(signed(stamped(root, caf=caf, stamp=stamp, escape=escape), **signature))


def written(root) -> bytes:
    """Return an element as a file with the declaration that the SII wants."""
    return DECLARATION + etree.tostring(root, encoding="ISO-8859-1", xml_declaration=False)


def envelope(roots, *, receiver: str = SII, resolution: int = 80, counts: dict | None = None, **cover):
    """Return an ``EnvioDTE`` (``EnvioBOLETA`` for boletas) element with these ``DTE`` in it, signed.

    :param counts: {type: number} for SubTotDTE, where it shall not be the true one
    :param cover: texts of the Caratula that differ, by tag
    """
    kinds = [root.findtext(f".//{{{NS}}}TipoDTE") for root in roots]
    name = "EnvioBOLETA" if kinds[0] in ("39", "41") else "EnvioDTE"
    top = etree.Element(f"{{{NS}}}{name}", nsmap={None: NS, "xsi": XSI}, version="1.0")
    top.set(f"{{{XSI}}}schemaLocation", f"{NS} {name}_v1{int(name == 'EnvioBOLETA')}.xsd")
    documents = etree.SubElement(top, f"{{{NS}}}SetDTE", ID="SetDoc")
    values = {
        "RutEmisor": roots[0].findtext(f".//{{{NS}}}RUTEmisor"), "RutEnvia": SIGNER, "RutReceptor": receiver,
        "FchResol": "2014-08-22", "NroResol": resolution, "TmstFirmaEnv": "2026-11-18T10:05:00", **cover,
    }  # fmt: skip
    caratula = etree.SubElement(documents, f"{{{NS}}}Caratula", version="1.0")
    for tag, value in values.items():
        etree.SubElement(caratula, f"{{{NS}}}{tag}").text = str(value)
    for kind, count in (counts or {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}).items():
        subtotal = etree.SubElement(caratula, f"{{{NS}}}SubTotDTE")
        etree.SubElement(subtotal, f"{{{NS}}}TpoDTE").text = str(kind)
        etree.SubElement(subtotal, f"{{{NS}}}NroDTE").text = str(count)
    documents.extend(copy.deepcopy(root) for root in roots)
    _sign(top, documents, "xsi", "signer", "signer")
    return top


def _sign(parent, element, scope: str, key: str, certificate: str) -> None:
    numbers = _key(key).public_key().public_numbers()
    digest = hashlib.sha1(_canonical(element, scope)).digest()
    signature = etree.fromstring(
        _SIGNATURE.format(
            dsig=DSIG, id=element.get("ID"), digest=_base64(digest), modulus=_number(numbers.n),
            certificate=_base64(_certificate(certificate)),
        )
    )  # fmt: skip
    info = _canonical(signature[0], "xsi" if scope == "xsi" else "own")
    signature[1].text = _base64(_rsa(key, info))
    parent.append(signature)


def _canonical(element, scope: str) -> bytes:
    """Canonicalise an element as the root of a document with just these namespaces in scope."""
    text = etree.tostring(element, encoding="unicode", with_tail=False)
    own = etree.QName(element).namespace
    start, rest = text.split(">", 1)
    for declared in (f' xmlns:xsi="{XSI}"', f' xmlns="{NS}"', f' xmlns="{DSIG}"'):
        start = start.replace(declared, "")
    name, _space, attributes = start.partition(" ")
    scopes = {"own": f' xmlns="{own}" ', "xsi": f' xmlns="{own}" xmlns:xsi="{XSI}" ', "none": " "}[scope]
    alone = etree.fromstring(f"{name}{scopes}{attributes}>{rest}")
    return etree.tostring(alone, method="c14n", with_comments=False)


def _rsa(name: str, data: bytes) -> bytes:
    """Sign: RSA, SHA-1, PKCS #1 v1.5. By hand, as libraries come to refuse keys of 512 bits."""
    numbers = _key(name).private_numbers()
    modulus = numbers.public_numbers.n
    size = (modulus.bit_length() + 7) // 8
    tail = b"\0" + _SHA1 + hashlib.sha1(data).digest()
    block = b"\0\1" + b"\xff" * (size - 2 - len(tail)) + tail
    return pow(int.from_bytes(block), numbers.d, modulus).to_bytes(size)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _number(number: int) -> str:
    return _base64(number.to_bytes((number.bit_length() + 7) // 8))


@functools.cache
def _key(name: str) -> rsa.RSAPrivateKey:
    return serialization.load_pem_private_key((DATA / f"{name}.key.pem").read_bytes(), None)


@functools.cache
def _certificate(name: str) -> bytes:
    found = x509.load_pem_x509_certificate((DATA / f"{name}.cert.pem").read_bytes())
    return found.public_bytes(serialization.Encoding.DER)


def _make_keys() -> None:
    DATA.mkdir(parents=True, exist_ok=True)
    for name, exponent, size in (("caf", 3, 512), ("signer", 65537, 2048), ("other", 65537, 1024)):
        key = rsa.generate_private_key(exponent, size)
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
        (DATA / f"{name}.key.pem").write_bytes(pem)
        if name != "caf":
            made = _make_certificate(key).public_bytes(serialization.Encoding.PEM)
            (DATA / f"{name}.cert.pem").write_bytes(made)


def _make_certificate(key: rsa.RSAPrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Persona Inventada")])
    holder = x509.OtherName(x509.ObjectIdentifier("1.3.6.1.4.1.8321.1"), b"\x16\x0a" + SIGNER.encode())
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.datetime(2024, 1, 1))
        .not_valid_after(datetime.datetime(2029, 1, 1))
        .add_extension(x509.SubjectAlternativeName([holder]), critical=False)
        .sign(key, hashes.SHA256())
    )


if __name__ == "__main__":
    _make_keys()
