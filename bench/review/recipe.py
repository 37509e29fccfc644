"""A case of the semantic set: a document as a short recipe, its twin, and what was planted in it.

A recipe says what a person decides (parties, lines, references); the bench's own builder adds up the rest, so that a
planted price brings right totals with it. The twins differ in ``planted`` alone, and in the sums that follow from it.
"""

import copy
import functools
import json
import pathlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from lxml import etree

from ..dte.builder import Item, Shape, build
from ..dte.material import load_rules
from ..dte.signer import written
from ..dte.world import TODAY

rules = load_rules()
from l10n_cl_ai.review import History, Usual  # noqa: E402 - importable only now

CORPUS = pathlib.Path(__file__).with_name("corpus") / "cases.jsonl"


@dataclass(frozen=True)
class Case:
    """One pair of twins.

    :param code: the topic that the planted defect belongs to
    :param path: the element at fault; ``near``: further parts a remark on it may name
    :param quote: words or number of the planted document that the defect rests on
    :param also: topics that a careful reader could name the same defect by
    :param why: what is wrong, for whoever judges the set
    :param recipe: of the clean twin
    :param planted: {place in the recipe: what stands there instead}, as ``items/1/price``
    :param history: of the issuer with this customer: documents, accepted, usual items
    """

    id: str
    code: str
    path: str
    quote: str
    why: str
    recipe: Mapping[str, Any]
    planted: Mapping[str, Any]
    near: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    history: Mapping[str, Any] = field(default_factory=dict)

    @property
    def type(self) -> int:
        return self.recipe["kind"]

    @functools.cached_property
    def clean_xml(self) -> bytes:
        return xml_of(self.recipe)

    @functools.cached_property
    def planted_xml(self) -> bytes:
        return xml_of(changed(self.recipe, self.planted))

    @functools.cached_property
    def known(self) -> History:
        """What the company knows of this customer."""
        items = tuple(
            Usual(each["text"], each["count"], tuple(each["prices"]), tuple(each["quantities"]), each["exempt"])
            for each in self.history.get("items", ())
        )
        return History(self.history.get("documents", 0), self.history.get("accepted", 0), items=items)

    def accepts(self, code: str, path: str) -> bool:
        """Whether a remark of this code at this path is about what was planted."""
        part = self.path.rpartition("/")[0]
        return code in (self.code, *self.also) and any(
            path == place or path.startswith(f"{place}/") for place in (part, *self.near) if place
        )


def changed(recipe: Mapping, planted: Mapping[str, Any]) -> dict:
    """Return a copy of a recipe with other values; None takes an entry out."""
    made = copy.deepcopy(dict(recipe))
    for place, value in planted.items():
        *steps, last = (int(step) if step.isdigit() else step for step in place.split("/"))
        inner: Any = functools.reduce(lambda holder, step: holder[step], steps, made)
        if value is None:
            inner.pop(last, None)
        else:
            inner[last] = value
    return made


def xml_of(recipe: Mapping) -> bytes:
    """Return the DTE of a recipe, unsigned and without TED, as it is when a person still can change it."""
    more = {key: recipe[key] for key in ("transport", "references", "totals", "retains") if key in recipe}
    shape = Shape(
        recipe["kind"], [_item(each) for each in recipe["items"]], id=recipe.get("id", {}),
        issuer=recipe["issuer"], receiver=recipe["receiver"], **more,
    )  # fmt: skip
    return written(build(shape, recipe["folio"], recipe["day"]))


def _item(row: Mapping) -> Item:
    """Return a line; what stands as a text is a number with decimals."""
    numbers = {key: Decimal(value) for key, value in row.items() if key in ("quantity", "price") and value is not None}
    return Item(**{"quantity": None, "price": None, **row, **numbers})


def document(xml: bytes, **context):
    """Return the Document of a DTE as the rules read it."""
    return rules.read(xml, rules.Context(**{"today": TODAY, **context}))[0]


def load(path: pathlib.Path = CORPUS) -> list[Case]:
    """Return the cases of a set."""
    rows = map(json.loads, path.read_text("utf-8").splitlines())
    return [Case(**{**row, "near": tuple(row["near"]), "also": tuple(row["also"])}) for row in rows]


def save(cases: Iterable[Case], path: pathlib.Path = CORPUS) -> None:
    """Write a set, a case a line."""
    lines = (json.dumps(asdict(case), ensure_ascii=False, separators=(",", ":")) for case in cases)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def leaves(xml: bytes) -> dict[str, str]:
    """Return {path: text} of a DTE's elements, positions counted from 1 where the rules count them."""
    found: dict[str, str] = {}

    def walk(element: etree._Element, place: str) -> None:
        for child in element.iterchildren("*"):
            tag = etree.QName(child).localname
            alike = list(element.iterchildren(child.tag))
            counted = tag in ("Detalle", "Referencia", "DscRcgGlobal", "ImptoReten") or len(alike) > 1
            at = f"{place}{tag}[{alike.index(child) + 1}]" if counted else f"{place}{tag}"
            if next(child.iterchildren("*"), None) is not None:
                walk(child, f"{at}/")
            else:
                found[at] = etree.tostring(child, encoding=str, method="text", with_tail=False)

    walk(etree.fromstring(xml)[0], "")
    return found
