"""What the company knows of this customer and kind of document: what came of earlier ones, and what is usual."""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass

from ..dte.text import fold
from ..llm.prompt import QUOTES

#: Documents that make a habit: less says nothing.
HABIT = 3
#: Items and troubles told to the model at most, the most frequent first.
_MOST_ITEMS, _MOST_TROUBLES = 30, 10


@dataclass(frozen=True)
class Usual:
    """What an item usually is in documents of this company, to this customer where he has bought it.

    :param count: document lines with this text
    :param prices: lowest and highest unit price, CLP net
    :param quantities: lowest and highest quantity
    :param exempt: it was exempt each time; None where it varied
    """

    text: str
    count: int
    prices: tuple[float, float]
    quantities: tuple[float, float]
    exempt: bool | None = None


@dataclass(frozen=True)
class Troubles:
    """An answer that earlier documents got: a code of the SII or an event of the customer, its words, how often."""

    code: str
    words: str
    count: int


@dataclass(frozen=True)
class History:
    """Of one company with one customer and one kind of document, in the last twelve months.

    :param documents: issued documents
    :param accepted: of them, those the SII accepted without reparo and the customer did not claim
    :param reparos, rejects, claims: what became of others, the most frequent first
    :param items: usual lines, the most frequent first
    :param references: {TpoDocRef: documents that had one}; None where nobody knows references
    """

    documents: int = 0
    accepted: int = 0
    reparos: tuple[Troubles, ...] = ()
    rejects: tuple[Troubles, ...] = ()
    claims: tuple[Troubles, ...] = ()
    items: tuple[Usual, ...] = ()
    references: Mapping[str, int] | None = None

    @property
    def troubles(self) -> int:
        """How many answers were not what one hopes for."""
        return sum(each.count for each in (*self.reparos, *self.rejects, *self.claims))

    def usual(self, text: str) -> Usual | None:
        """Return what is usual for a line of this text."""
        return self._by_text.get(fold(text))

    @functools.cached_property
    def _by_text(self) -> dict[str, Usual]:
        return {fold(item.text): item for item in reversed(self.items)}

    def text(self) -> str:
        """Return the history for the model, a JSON object a line; empty where there is none."""
        lines = []
        if self.documents:
            lines.append({"documents": self.documents, "accepted": self.accepted})
        for kind in ("rejects", "reparos", "claims"):
            lines += [
                {"earlier": kind, "code": each.code, "words": each.words, "times": each.count}
                for each in getattr(self, kind)[:_MOST_TROUBLES]
            ]
        lines += [
            {"item": item.text, "times": item.count, "price": list(item.prices), "quantity": list(item.quantities)}
            for item in self.items[:_MOST_ITEMS]
            if item.count >= HABIT
        ]
        if self.references:
            lines.append({"references": dict(self.references), "of": self.documents})
        return "\n".join(json.dumps(_plain(line), ensure_ascii=False) for line in lines)


def _plain(line: Mapping[str, object]) -> dict[str, object]:
    return {name: value.translate(QUOTES) if isinstance(value, str) else value for name, value in line.items()}
