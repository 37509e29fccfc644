"""A document from the JSON of the service that was replaced, whose callers go on as they are.

Its names were flat and Spanish (``rut_emisor``, ``monto_total``); the SII's own (``MntTotal``) are taken as well, flat
or nested as in the XML. What was not sent is unknown, so that rules say *not evaluated*; ``null`` says that there is
none. Names that nobody knows are ignored, as they were. The input is hostile: whatever it holds, an answer comes of it.
"""

import functools
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from .body import Discount, Line, Reference
from .context import Context
from .document import Document
from .field import Amount, Date, Field, Integer, Number, Rut, Section, Sections
from .message import Message, _
from .node import Node, number
from .reader import MAX_PARTS
from .rut import normalize

#: Parts nested in each other: the deepest of a DTE is Encabezado/Transporte/Aduana/TipoBultos, in two wrappers.
MAX_DEPTH = 8
#: Values that are not written as they should be; each makes a finding.
MAX_FLAWS = 500
#: Digits of a number before and after its point: more is no amount, and would take long to write.
MAX_DIGITS = 40
#: Halves of a character, which JSON can hold and no text: they become what says that a character was lost.
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
#: What stands around the document in the XML, and is no part of it.
WRAPPERS = frozenset({"dte", "documento", "exportaciones", "liquidacion"})
#: What is signed is XML; JSON can't bring a stamp.
_NOT_TAKEN = frozenset({"TED"})

#: The old flat names, by the place they stand for.
OLD_NAMES: Mapping[type[Node], Mapping[str, str]] = {
    Document: {
        "tipo_dte": "TipoDTE", "folio": "Folio", "fecha_emision": "FchEmis", "fecha_vencimiento": "FchVenc",
        "forma_pago": "FmaPago", "indicador_servicio": "IndServicio", "indicador_traslado": "IndTraslado",
        "rut_emisor": "RUTEmisor", "razon_social_emisor": "RznSoc", "giro_emisor": "GiroEmis",
        "acteco": "Acteco", "direccion_emisor": "DirOrigen", "comuna_emisor": "CmnaOrigen",
        "ciudad_emisor": "CiudadOrigen", "rut_receptor": "RUTRecep", "razon_social_receptor": "RznSocRecep",
        "giro_receptor": "GiroRecep", "direccion_receptor": "DirRecep", "comuna_receptor": "CmnaRecep",
        "ciudad_receptor": "CiudadRecep", "correo_receptor": "CorreoRecep", "monto_neto": "MntNeto",
        "monto_exento": "MntExe", "tasa_iva": "TasaIVA", "monto_iva": "IVA", "monto_total": "MntTotal",
        "items": "Detalle", "lineas": "Detalle", "detalles": "Detalle", "referencias": "Referencia",
        "descuentos_globales": "DscRcgGlobal",
    },
    Line: {
        "numero": "NroLinDet", "nombre": "NmbItem", "descripcion": "DscItem", "cantidad": "QtyItem",
        "unidad": "UnmdItem", "precio": "PrcItem", "precio_unitario": "PrcItem", "descuento_pct": "DescuentoPct",
        "descuento_monto": "DescuentoMonto", "recargo_pct": "RecargoPct", "recargo_monto": "RecargoMonto",
        "exento": "IndExe", "monto": "MontoItem", "monto_item": "MontoItem",
    },
    Reference: {
        "numero": "NroLinRef", "tipo": "TpoDocRef", "tipo_documento": "TpoDocRef", "folio": "FolioRef",
        "fecha": "FchRef", "codigo": "CodRef", "razon": "RazonRef",
    },
    Discount: {
        "numero": "NroLinDR", "tipo": "TpoMov", "glosa": "GlosaDR", "tipo_valor": "TpoValor", "valor": "ValorDR",
        "exento": "IndExeDR",
    },
}  # fmt: skip

_TEXT = _("A text was expected.")
_ONE_VALUE = _("One value was expected, not a list or an object.")
_OBJECT = _("An object was expected.")
_LIST = _("A list of objects was expected.")
_TWICE = _("It is said twice, under two names.")
_TOO_LONG = _("The number has too many digits.")
_MISSING = _("It is required.")


class Place(NamedTuple):
    """Where a name leads: through which parts that stand at most once, to which member."""

    steps: tuple[Section, ...]
    member: Field | Section


class Taken(NamedTuple):
    """What came of the JSON.

    :param problems: {name as it was sent, from the outside in: why it can't be taken}; the document is then of no use
    """

    document: Document
    problems: dict[str, Message]


class _Required(NamedTuple):
    name: str
    section: str
    field: str
    expected: Message


#: What the old service asked for, and what each has to be.
_REQUIRED = (
    _Required("tipo_dte", "identification", "type", _("A whole number was expected: the SII's document type.")),
    _Required("rut_emisor", "issuer", "rut", _TEXT),
    _Required("rut_receptor", "receiver", "rut", _TEXT),
    _Required("monto_total", "totals", "total", _("A number was expected.")),
    _Required("fecha_emision", "identification", "date", _("A date was expected, as YYYY-MM-DD.")),
)
REQUIRED = tuple(required.name for required in _REQUIRED)


def take(data: Mapping[str, Any], context: Context | None = None, complete: bool = False) -> Taken:
    """Return the document that the caller describes, and what of its description can't be taken.

    :param data: as read from JSON; numbers with a point as ``Decimal``
    :param complete: what is not said is not in the document, instead of unknown
    """
    document = Document(complete=complete, type_code=_type_code(data), context=context)
    reading = _Reading(document)
    reading.fill(document, data, "", 0)
    _require(document, reading.problems)
    if len(document.flaws) > MAX_FLAWS:
        reading.problems[""] = _("More than %(limit)s values are badly written.", limit=MAX_FLAWS)
    return Taken(document, reading.problems)


def _require(document: Document, problems: dict[str, Message]) -> None:
    header = document.header
    for name, section, field, expected in _REQUIRED:
        part = getattr(header, section)
        if field in part.unreadable:
            problems.setdefault(name, expected)
        elif part.__dict__.get(field) in (None, ""):
            problems.setdefault(name, _MISSING)


def _type_code(data: Mapping[str, Any], depth: int = 0) -> int | None:
    """Return the type before anything else is read: names of elements hang on it."""
    for name, value in data.items():
        if _normal(name) in ("tipo_dte", "tipodte"):
            text = str(value).strip() if isinstance(value, int | str) else ""
            return int(text) if text.isdigit() and text.isascii() and len(text) <= 4 else None
        if isinstance(value, dict) and depth < MAX_DEPTH:
            found = _type_code(value, depth + 1)
            if found is not None:
                return found
    return None


class _Reading:
    """Fills a document and remembers what could not be taken."""

    def __init__(self, document: Document):
        self.document = document
        self.problems: dict[str, Message] = {}

    def fill(self, node: Node, values: Any, path: str, depth: int) -> None:
        """Fill a part from an object, whatever stands in it."""
        if not isinstance(values, dict):
            self._refuse(path, _OBJECT)
            return
        if depth > MAX_DEPTH:
            self._refuse(path, _("It is nested too deeply."))
            return
        names = _names(type(node))
        for name, value in values.items():
            here = f"{path}.{name}" if path else name
            if isinstance(node, Document) and _normal(name) in WRAPPERS and isinstance(value, dict):
                self.fill(node, value, here, depth + 1)
            elif place := names.get(_normal(name)):
                self._put(_part(node, place.steps), place.member, value, here, depth)

    def _put(self, node: Node, member: Field | Section, value: Any, path: str, depth: int) -> None:
        if isinstance(member, Sections):
            self._put_parts(node, member, value, path, depth)
        elif isinstance(member, Section):
            self.fill(_part(node, (member,)), {} if value is None else value, path, depth + 1)
        elif member.many and isinstance(value, list):
            if len(value) > MAX_PARTS:
                self._refuse(path, _("More than %(limit)s were sent.", limit=MAX_PARTS))
                return
            for each in value:
                self._put_value(node, member, each, path)
        else:
            self._put_value(node, member, value, path)

    def _put_parts(self, node: Node, member: Sections, value: Any, path: str, depth: int) -> None:
        parts = [] if value is None else [value] if isinstance(value, dict) else value
        if not isinstance(parts, list):
            self._refuse(path, _LIST)
        elif len(parts) > MAX_PARTS:
            self._refuse(path, _("More than %(limit)s were sent.", limit=MAX_PARTS))
        elif member.name in node.__dict__:
            self._refuse(path, _TWICE)
        else:
            nodes = number(member.node_class(node, member) for _part in parts)
            node.__dict__[member.name] = nodes
            for index, (part, values) in enumerate(zip(nodes, parts, strict=True)):
                self.fill(part, values, f"{path}[{index}]", depth + 1)

    def _put_value(self, node: Node, member: Field, value: Any, path: str) -> None:
        text = self._written(member, value, path)
        if path in self.problems:
            return
        before = node.__dict__.get(member.name)
        known = member.name in node.__dict__ and not member.many
        if text is None:
            node.__dict__.setdefault(member.name, () if member.many else None)
        else:
            node.put_text(member, text)
        if known and node.__dict__.get(member.name) != before:
            self._refuse(path, _TWICE)

    def _written(self, member: Field, value: Any, path: str) -> str | None:
        """Return a value as the XML would have it; None where there is none."""
        if isinstance(value, list | dict):
            self._refuse(path, _ONE_VALUE)
            return None
        # Odoo's own calls say False for a text that is empty.
        if value is None or value is False or value == "":
            return None
        if value is True:
            return "1"
        if isinstance(value, int | Decimal):
            return self._digits(member, value, path)
        if not isinstance(value, str):
            self._refuse(path, _TEXT)
            return None
        return normalize(value) or value if isinstance(member, Rut) else value.translate(_SURROGATES)

    def _digits(self, member: Field, value: int | Decimal, path: str) -> str | None:
        if isinstance(member, Date | Rut):
            self._refuse(path, _TEXT)
            return None
        digits = Decimal(value)
        if not digits.is_finite() or abs(digits.adjusted()) > MAX_DIGITS or len(digits.as_tuple().digits) > MAX_DIGITS:
            self._refuse(path, _TOO_LONG)
            return None
        # Many write 11900.0 for an amount that has no decimals.
        whole = digits == digits.to_integral_value() and isinstance(member, Amount | Integer | Number)
        return str(int(digits)) if whole else format(digits, "f")

    def _refuse(self, path: str, why: Message) -> None:
        if len(self.problems) < MAX_FLAWS:
            self.problems.setdefault(path, why)


def _part(node: Node, steps: tuple[Section, ...]) -> Node:
    """Return the part that these steps lead to, made where nobody spoke of it yet."""
    for step in steps:
        part = node.__dict__.get(step.name)
        if part is None or not part.present:
            part = node.__dict__[step.name] = step.node_class(node, step)
        node = part
    return node


@functools.cache
def _names(owner: type[Node]) -> dict[str, Place]:
    """Return {name in lower case: place} of all that an object for this part may say.

    An element that parts in different places have is the one that stands nearest and first.
    """
    names: dict[str, Place] = {}
    for steps, tag, member in _members(owner):
        names.setdefault(tag.lower(), Place(steps, member))
    for old, tag in OLD_NAMES.get(owner, {}).items():
        names.setdefault(old, names[tag.lower()])
    return names


def _members(owner: type[Node]) -> Iterator[tuple[tuple[Section, ...], str, Field | Section]]:
    """Yield what a part and the parts in it hold, the nearest first."""
    level: list[tuple[tuple[Section, ...], type[Node]]] = [((), owner)]
    while level:
        below = []
        for steps, part in level:
            for tag, member in part.members.items():
                if tag.startswith("{") or tag in _NOT_TAKEN:
                    continue
                yield steps, tag, member
                if isinstance(member, Section) and not isinstance(member, Sections):
                    below.append(((*steps, member), member.node_class))
        level = below


def _normal(name: Any) -> str:
    return name.lower() if isinstance(name, str) and len(name) <= 40 else ""


__all__ = ["OLD_NAMES", "REQUIRED", "WRAPPERS", "Taken", "take"]
