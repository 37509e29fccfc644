"""Stamps and signs documents with keys made on the spot and thrown away with the process.

TED as the Formato DTE v2.5 (§ Timbre) and xmldsig as the SII profiles it: C14N 20010315, RSA-SHA1,
KeyValue before X509Data. Kept apart from the addon and from its tests: three readings of one norm.
"""

import base64
import datetime
import functools
import hashlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

from .builder import NS, number

DS = "http://www.w3.org/2000/09/xmldsig#"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
#: Where Chilean certificates hold the RUT of the person they belong to.
RUT_OID = x509.ObjectIdentifier("1.3.6.1.4.1.8321.1")
SIGNER = "12345678-5"
CAF_DATE = "2026-09-15"
PRODUCTION = 300


@functools.cache
def key(owner: str) -> rsa.RSAPrivateKey:
    """Return the throw-away key of an owner: "person", "caf" or "sii"."""
    return rsa.generate_private_key(public_exponent=65537, key_size=1024)


@functools.cache
def certificate(rut: str = SIGNER, until: str = "2027-06-30") -> str:
    """Return a self-signed certificate of a person, DER in base64."""
    name = x509.Name([
        x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "CL"),
        x509.NameAttribute(x509.NameOID.COMMON_NAME, "Persona de Prueba"),
        x509.NameAttribute(x509.NameOID.SERIAL_NUMBER, rut),
    ])
    der_rut = b"\x16" + bytes([len(rut)]) + rut.encode()  # IA5String
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).serial_number(1)
        .public_key(key("person").public_key())
        .not_valid_before(datetime.datetime(2025, 1, 1))
        .not_valid_after(datetime.datetime.fromisoformat(until))
        .add_extension(x509.SubjectAlternativeName([x509.OtherName(RUT_OID, der_rut)]), critical=False)
        .sign(key("person"), hashes.SHA256())
    )
    return _base64(made.public_bytes(serialization.Encoding.DER))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _integer(value: int) -> str:
    return _base64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _signature(owner: str, data: bytes) -> str:
    return _base64(key(owner).sign(data, padding.PKCS1v15(), hashes.SHA1()))


def _element(tag: str, *children, **attributes) -> etree._Element:
    """Return an element without namespace; children are (tag, text) or elements."""
    made = etree.Element(tag, **attributes)
    for child in children:
        if isinstance(child, tuple):
            made.append(etree.Element(child[0]))
            made[-1].text = number(child[1])
        else:
            made.append(child)
    return made


def _flat(element: etree._Element) -> bytes:
    return etree.tostring(element, encoding="ISO-8859-1").partition(b"?>\n")[2]


def caf(rut: str, name: str, kind: int, first: int, last: int, date: str = CAF_DATE, idk: int = PRODUCTION):
    """Return a CAF element (without namespace) that authorises folios ``first``–``last``."""
    numbers = key("caf").public_key().public_numbers()
    data = _element(
        "DA", ("RE", rut), ("RS", name[:40]), ("TD", kind), _element("RNG", ("D", first), ("H", last)),
        ("FA", date), _element("RSAPK", ("M", _integer(numbers.n)), ("E", _integer(numbers.e))), ("IDK", idk),
    )
    made = _element("CAF", data, version="1.0")
    made.append(etree.Element("FRMA", algoritmo="SHA1withRSA"))
    made[-1].text = _signature("sii", _flat(data))
    return made


def _text(body, path: str) -> str | None:
    return body.findtext("/".join(f"{{{NS}}}{step}" for step in path.split("/")))


def stamp(dte: etree._Element, **caf_changes) -> None:
    """Put the TED that agrees with the document in front of TmstFirma, replacing the one that is there.

    ``caf_changes`` are arguments of :func:`caf`.
    """
    body = dte[0]
    for old in body.findall(f"{{{NS}}}TED"):
        body.remove(old)
    head = "Encabezado/"
    rut, kind = _text(body, head + "Emisor/RUTEmisor") or "", _text(body, head + "IdDoc/TipoDTE") or ""
    folio, day = _text(body, head + "IdDoc/Folio") or "", _text(body, head + "IdDoc/FchEmis") or ""
    name = _text(body, head + "Emisor/RznSoc") or _text(body, head + "Emisor/RznSocEmisor") or ""
    base = (int(folio) - 1) // 100 * 100 if folio.isdigit() else 0
    authorised = {"rut": rut, "name": name, "kind": kind, "first": base + 1, "last": base + 100} | caf_changes
    buyer = _text(body, head + "Receptor/RznSocRecep") or "Cliente"
    total = _text(body, head + "Totales/MntTotal") or "0"
    data = _element(
        "DD", ("RE", rut), ("TD", kind), ("F", folio), ("FE", day),
        ("RR", _text(body, head + "Receptor/RUTRecep") or ""), ("RSR", buyer[:40]),
        ("MNT", total.partition(".")[0]), ("IT1", (_text(body, "Detalle/NmbItem") or "")[:40]),
        caf(**authorised), ("TSTED", f"{day}T16:19:59"),
    )
    ted = _element("TED", data, version="1.0")
    ted.append(etree.Element("FRMT", algoritmo="SHA1withRSA"))
    ted[-1].text = _signature("caf", _flat(data))
    for element in ted.iter():
        element.tag = f"{{{NS}}}{element.tag}"
    moment = body.find(f"{{{NS}}}TmstFirma")
    body.insert(len(body) if moment is None else body.index(moment), ted)


def canonical(parent: etree._Element, target: etree._Element) -> bytes:
    """Return the inclusive canonical form of a child: what is in scope at its parent stands in its tag.

    libxml2 canonicalises whole documents well, and parts of them with an xmlns="" in each child.
    """
    alone = etree.fromstring(etree.tostring(parent, with_tail=False))
    whole = etree.tostring(alone, method="c14n", with_comments=False)
    name = etree.QName(target).localname.encode()
    start, end = whole.index(b"<" + name), whole.rindex(b"</" + name + b">") + len(name) + 3
    scope = b"".join(
        b" xmlns" + (b":" + prefix.encode() if prefix else b"") + b'="' + uri.encode() + b'"'
        for prefix, uri in sorted(parent.nsmap.items(), key=lambda item: item[0] or "")
        if not (parent.tag.startswith(f"{{{DS}}}") and uri != DS)
    )
    return b"<" + name + scope + whole[start + 1 + len(name) : end]


def sign(parent: etree._Element, target: etree._Element, rut: str = SIGNER, until: str = "2027-06-30") -> None:
    """Sign ``target`` (a Documento, or a SetDTE) and put the Signature at the end of ``parent``."""
    for old in parent.findall(f"{{{DS}}}Signature"):
        parent.remove(old)
    digest = _base64(hashlib.sha1(canonical(parent, target)).digest())
    numbers = key("person").public_key().public_numbers()
    uri = "#" + (target.get("ID") or "")
    signature = etree.fromstring(
        f'<Signature xmlns="{DS}"><SignedInfo><CanonicalizationMethod Algorithm="{C14N}"/>'
        f'<SignatureMethod Algorithm="{DS}rsa-sha1"/><Reference URI="{uri}"><Transforms>'
        f'<Transform Algorithm="{C14N}"/></Transforms><DigestMethod Algorithm="{DS}sha1"/>'
        f"<DigestValue>{digest}</DigestValue></Reference></SignedInfo><SignatureValue/><KeyInfo><KeyValue>"
        f"<RSAKeyValue><Modulus>{_integer(numbers.n)}</Modulus><Exponent>{_integer(numbers.e)}</Exponent>"
        f"</RSAKeyValue></KeyValue><X509Data><X509Certificate>{certificate(rut, until)}</X509Certificate>"
        f"</X509Data></KeyInfo></Signature>"
    )
    parent.append(signature)
    signature[1].text = _signature("person", canonical(signature, signature[0]))


def written(root: etree._Element) -> bytes:
    """Return a document as the SII wants it: ISO-8859-1, declaration in double quotes."""
    body = etree.tostring(root, encoding="ISO-8859-1").partition(b"?>\n")[2]
    return b'<?xml version="1.0" encoding="ISO-8859-1"?>\n' + body
