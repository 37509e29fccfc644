"""One document to be spoiled, and the table of the ways of spoiling."""

import copy
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from lxml import etree

from .builder import NS, number
from .signer import sign, stamp, written

ALL = frozenset({33, 34, 39, 41, 43, 46, 52, 56, 61, 110, 111, 112})
BOLETAS = frozenset({39, 41})
EXPORTS = frozenset({110, 111, 112})
NOTES = frozenset({56, 61, 111, 112})
PAPER = ALL - BOLETAS
#: Parts of Encabezado, so that paths may begin with them.
_HEADER = ("IdDoc", "Emisor", "Receptor", "Transporte", "Totales", "OtraMoneda", "RUTMandante", "RUTSolicita")
_STEP = re.compile(r"(\w+)(?:\[(\d+)\])?")


class NotApplicable(Exception):
    """This document has nothing that the operator could spoil."""


def _qualified(path: str) -> str:
    if path.partition("/")[0].partition("[")[0] in _HEADER:
        path = "Encabezado/" + path
    return "/".join(
        f"{{{NS}}}{tag}" + (f"[{index}]" if index else "") for tag, index in _STEP.findall(path)
    )


class Case:
    """A copy of a right document (or set) and what is known around it.

    :param root: the file's root element, :param dte: the ``DTE`` spoiled, :param body: its Documento
    :param context: members of the rules' Context, which an operator may change
    :param restamp: make the TED agree with the spoiled document, :param resign: sign it again, so that
        the rule is tested and not its signature
    """

    def __init__(self, name: str, root: etree._Element, context: dict, pristine=None):
        self.name, self.root = name, copy.deepcopy(root)
        self.context = {**context, "originals": copy.deepcopy(context["originals"])}
        self.is_set = etree.QName(root).localname != "DTE"
        self.dte = next(self.root.iter(f"{{{NS}}}DTE")) if self.is_set else self.root
        self.body = self.dte[0]
        self.kind = int(self.body.findtext(_qualified("IdDoc/TipoDTE")))
        self.pristine = pristine
        self.restamp = self.resign = True
        self.caf: dict = {}
        self.signature: dict = {}
        self.finish: Callable[[bytes], bytes] = bytes

    # -- reading ------------------------------------------------------------------------------------

    def find(self, path: str) -> etree._Element:
        """Return the element at a path (``Detalle[2]/NmbItem``); raise NotApplicable without it."""
        found = self.body.find(_qualified(path))
        if found is None:
            raise NotApplicable(path)
        return found

    def has(self, path: str) -> bool:
        return self.body.find(_qualified(path)) is not None

    def all(self, path: str) -> list[etree._Element]:
        return self.body.findall(_qualified(path))

    def text(self, path: str) -> str:
        return self.find(path).text or ""

    def number(self, path: str) -> Decimal:
        return Decimal(self.text(path))

    def need(self, condition: object) -> None:
        """Raise NotApplicable unless this holds."""
        if not condition:
            raise NotApplicable

    # -- spoiling -----------------------------------------------------------------------------------

    def set(self, path: str, value: object) -> None:
        self.find(path).text = number(value)

    def plus(self, path: str, change: int) -> None:
        self.set(path, self.number(path) + change)

    def drop(self, path: str) -> None:
        found = self.find(path)
        found.getparent().remove(found)

    def drop_all(self, path: str) -> None:
        found = self.all(path)
        self.need(found)
        for element in found:
            element.getparent().remove(element)

    def put(self, parent: str, xml: str, after: Iterable[str] = ()) -> None:
        """Insert elements (written without namespace) behind the last of these children.

        With none of them there, they become the first children.
        """
        node = self.find(parent) if parent else self.body
        tags = {f"{{{NS}}}{tag}" for tag in after}
        place = max((node.index(child) + 1 for child in node if child.tag in tags), default=0)
        for offset, child in enumerate(etree.fromstring(f'<x xmlns="{NS}">{xml}</x>')):
            node.insert(place + offset, child)

    def clone(self, path: str) -> etree._Element:
        """Put a copy of an element right behind it and return the copy."""
        element = self.find(path)
        made = copy.deepcopy(element)
        element.addnext(made)
        return made

    # -- done ---------------------------------------------------------------------------------------

    def data(self) -> bytes:
        """Return the spoiled file's bytes, stamped and signed again where that was not switched off."""
        if self.restamp and not self.is_set:
            stamp(self.dte, **self.caf)
        if self.resign:
            if self.is_set:
                sign(self.root, self.root[0], **self.signature)
            else:
                sign(self.dte, self.body, **self.signature)
        return self.finish(written(self.root))


@dataclass(frozen=True)
class Spoil:
    """One way of spoiling, and which findings it may bring about.

    :param rule: the rule that must find it
    :param cascades: further rules that rightly speak too
    :param sets: it spoils an envelope, not a lone document
    :param context_only: it changes what is known around the document and not the XML
    """

    rule: str
    name: str
    act: Callable[[Case], None]
    types: frozenset[int]
    cascades: frozenset[str]
    sets: bool = False
    context_only: bool = False

    @property
    def expected(self) -> frozenset[str]:
        return self.cascades | {self.rule}


#: Every operator, in the order of the catalogue.
SPOILS: list[Spoil] = []


def spoil(rule: str, types: Iterable[int] = ALL, also: str = "", *, sets=False, context_only=False):
    """Declare a way of spoiling beside the id of the rule that must find it.

    :param types: document types it applies to
    :param also: ids of the rules that may speak too, separated by blanks
    """

    def declare(act):
        SPOILS.append(
            Spoil(rule, act.__name__, act, frozenset(types), frozenset(also.split()), sets, context_only)
        )
        return act

    return declare
