"""Small schemas shaped like the SII's, which are not ours to ship: a DTE needs a folio of few digits."""

from factory import NS

HEAD = (
    f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{NS}" xmlns="{NS}"'
    ' elementFormDefault="qualified">'
)
_ANY = '<xs:any processContents="skip" minOccurs="0" maxOccurs="unbounded" namespace="##any"/>'
#: A folio of so many digits, in a file of its own; letters outside ASCII as the SII's schemas have.
_TYPES = (
    f'<?xml version="1.0" encoding="ISO-8859-1"?>{HEAD}<!-- Número de folio, año 2026 -->'
    '<xs:simpleType name="Folio"><xs:restriction base="xs:positiveInteger"><xs:totalDigits value="%d"/>'
    "</xs:restriction></xs:simpleType></xs:schema>"
)
_AFTER_BODY = f'{_ANY}</xs:sequence><xs:attribute name="version"/></xs:complexType></xs:schema>'
DTE = (
    f'{HEAD}<xs:include schemaLocation="SiiTypes_v10.xsd"/><xs:element name="DTE" type="DTE"/>'
    '<xs:complexType name="DTE"><xs:sequence><xs:element name="Documento"><xs:complexType><xs:sequence>'
    '<xs:element name="Encabezado"><xs:complexType><xs:sequence><xs:element name="IdDoc"><xs:complexType>'
    '<xs:sequence><xs:element name="TipoDTE" type="xs:int"/><xs:element name="Folio" type="Folio"/>'
    f"{_ANY}</xs:sequence></xs:complexType></xs:element>{_ANY}</xs:sequence></xs:complexType></xs:element>"
    f'{_ANY}</xs:sequence><xs:attribute name="ID" type="xs:ID" use="required"/></xs:complexType></xs:element>'
    f"{_AFTER_BODY}"
)
#: Takes nothing beside the document.
STRICT_DTE = DTE.replace(_AFTER_BODY, _AFTER_BODY.removeprefix(_ANY))
_ENVELOPE = (
    f'{HEAD}<xs:include schemaLocation="DTE_v10.xsd"/><xs:element name="%s"><xs:complexType><xs:sequence>'
    '<xs:element name="SetDTE"><xs:complexType><xs:sequence>'
    '<xs:element name="Caratula"><xs:complexType><xs:sequence><xs:element name="RutEmisor"/>'
    f'{_ANY}</xs:sequence><xs:attribute name="version"/></xs:complexType></xs:element>'
    '<xs:element name="DTE" type="DTE" maxOccurs="unbounded"/></xs:sequence>'
    f'<xs:attribute name="ID"/></xs:complexType></xs:element>{_ANY}</xs:sequence>'
    '<xs:anyAttribute processContents="skip"/></xs:complexType></xs:element></xs:schema>'
)


def files(digits: int) -> dict[str, bytes]:
    """Return a set of schemas by path; folios may have so many digits."""
    texts = {
        "DTE_v10.xsd": DTE, "SiiTypes_v10.xsd": _TYPES % digits,
        "EnvioDTE_v10.xsd": _ENVELOPE % "EnvioDTE", "boleta/EnvioBOLETA_v11.xsd": _ENVELOPE % "EnvioBOLETA",
        "boleta/DTE_v10.xsd": DTE, "boleta/SiiTypes_v10.xsd": _TYPES % digits,
    }  # fmt: skip
    return {name: text.encode("iso-8859-1") for name, text in texts.items()}
