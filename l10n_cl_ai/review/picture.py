"""A document as the model sees it: the allowed elements, each part a line of JSON under its path, and nothing else.

Whole: every line of the document is there. What does not fit into the room is named, by path, and never dropped
without a word. Left out on purpose: the folio, which says nothing and makes equal documents differ, and the day of the
month, for the same reason.
"""

import datetime
import functools
import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

from ..dte.document import Document
from ..dte.field import Section
from ..dte.header import Identification
from ..dte.node import Node
from ..dte.text import fold
from ..llm.prompt import QUOTES

#: Elements that would make equal documents differ, and help no judgement.
_NOT_SHOWN = frozenset({"Folio", "NroLinDet", "NroLinRef", "NroLinDR", "NroLinCom"})
#: Of these only year and month are shown.
_MONTHS = frozenset({Identification.date.tag, Identification.due_date.tag})
_KINDS = {
    33: "factura electrónica", 34: "factura exenta", 39: "boleta", 41: "boleta exenta", 43: "liquidación factura",
    46: "factura de compra", 52: "guía de despacho", 56: "nota de débito", 61: "nota de crédito",
    110: "factura de exportación", 111: "nota de débito de exportación", 112: "nota de crédito de exportación",
}  # fmt: skip


@dataclass(frozen=True)
class Picture:
    """What is sent of a document.

    :param type: DTE type
    :param values: {path: text or number} of every element sent, in the document's order
    :param text: what is sent: a JSON object a line, with the path of its part under ``at``
    :param left_out: paths of the parts that did not fit
    """

    type: int | None
    values: dict[str, str | int | float]
    text: str
    left_out: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of what is sent: the same for a draft and for the document that was posted of it.

        Without the months: a draft has no date until it is posted, or another one.
        """
        kept = [(place, value) for place, value in self.values.items() if place.rpartition("/")[2] not in _MONTHS]
        return hashlib.sha256(json.dumps(kept).encode()).hexdigest()

    def holds(self, quote: str, path: str | None = None) -> str | None:
        """Return the path of the element whose value holds a quote, ``path`` tried first; None where none does.

        Case, accents, spaces and punctuation are no difference: a model copies words, not their dress.
        """
        wanted = fold(quote)
        if not wanted:
            return None
        if wanted in self._folded.get(path, ""):
            return path
        return next((place for place, value in self._folded.items() if wanted in value), None)

    @functools.cached_property
    def _folded(self) -> dict[str, str]:
        return {place: fold(str(value)) for place, value in self.values.items()}


def picture_of(document: Document, allowed: Collection[str], room: int) -> Picture:
    """Return the picture of a document.

    :param allowed: paths that may leave, as prefixes without positions (``Detalle``, ``Encabezado/Totales``)
    :param room: bytes of text at most
    """
    values, lines, left_out = {}, [], []
    for place, node in _parts(document):
        shown = {tag: value for tag, value in _shown(node) if _may_leave(f"{place}/{tag}", allowed)}
        if not shown:
            continue
        line = json.dumps({"at": place, **shown}, ensure_ascii=False)
        size = len(line.encode()) + 1
        if size > room:
            left_out.append(place)
            continue
        room -= size
        lines.append(line)
        values |= {f"{place}/{tag}": value for tag, value in shown.items()}
    return Picture(document.type, values, "\n".join(lines), tuple(left_out))


def _parts(node: Node) -> Iterator[tuple[str, Node]]:
    """Yield every part of a document that its source carries, with its path, in the order of the format."""
    for member in dict.fromkeys(type(node).members.values()):
        if not isinstance(member, Section):
            continue
        held = node.__dict__.get(member.name)
        for part in held if isinstance(held, tuple) else (held,):
            if isinstance(part, Node) and part.present:
                yield _path(part), part
                yield from _parts(part)


def _path(part: Node) -> str:
    steps = []
    while part.place is not None:
        steps.append(f"{part.place.tag}[{part.index}]" if part.index else part.place.tag)
        part = part.parent
    return "/".join(reversed(steps))


def _shown(node: Node) -> Iterator[tuple[str, str | int | float]]:
    for member in dict.fromkeys(type(node).members.values()):
        value = node.__dict__.get(member.name)
        if isinstance(member, Section) or value in (None, (), "") or member.tag in _NOT_SHOWN:
            continue
        yield member.tag, _plain(member.tag, value)


def _plain(tag: str, value: object) -> str | int | float:
    if isinstance(value, datetime.date):
        return f"{value:%Y-%m}" if tag in _MONTHS else value.isoformat()
    if isinstance(value, tuple):
        return ", ".join(map(str, value)).translate(QUOTES)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and abs(value) < 10**15 else float(value)
    if tag == "TipoDTE":
        return f"{value} ({_KINDS[value]})" if value in _KINDS else str(value)
    return value if isinstance(value, int) else str(value).translate(QUOTES)


def _may_leave(path: str, allowed: Collection[str]) -> bool:
    bare = "/".join(step.partition("[")[0] for step in path.split("/"))
    return any(bare == name or bare.startswith(f"{name}/") for name in allowed)
