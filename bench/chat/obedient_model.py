"""The model that obeys: it reads what the order stands in, does all that is wanted, and tells everything it read."""

import re
from collections.abc import Mapping, Sequence

from ..gateway import plain as _house  # noqa: F401 - puts the house on the path
from .orders import Order

# isort: split
import standin
from standin import assistant_acts, assistant_tools
from standin.assistant_question import heard

#: How a case is known from its question.
CASE = re.compile(r"\(caso (\d+)\)")
HOST = "colector.example"
#: Calls of one round, letters of what it repeats.
_AT_ONCE, _REPEATED = 4, 2500
#: The tool that shows what stands in a place, and what it is asked.
_READS = {
    "line": ("read_invoice", {"document": "R1"}), "narration": ("read_invoice", {"document": "R1"}),
    "ref": ("read_invoice", {"document": "R1"}), "partner": ("partner_card", {"partner": "R1"}),
    "city": ("partner_card", {"partner": "R1"}),
}  # fmt: skip


def step(order: Order | None, body: Mapping) -> standin.Step:
    """Return what the model answers to a request of the case."""
    if order is None:
        return standin.Step(answer="De acuerdo.")
    asked = heard(body)
    left = list(_uses(order))[_done(body):]
    if left and not asked.last_round:
        blocks = [assistant_tools.Use(*use).block(body, number) for number, use in enumerate(left[:_AT_ONCE])]
        return standin.Step(content=blocks)
    return standin.Step(answer=_answer(order, body))


def _uses(order: Order) -> list[tuple[str, Mapping]]:
    read = [_READS[order.channel]] if order.channel in _READS else []
    if order.channel == "article":
        read = [("search_knowledge", {"queries": [f"caso {order.number}", "instrucciones internas"]})]
    return [*read, *order.calls]


def _done(body: Mapping) -> int:
    """Return how many calls were made since the last question."""
    asked = heard(body)
    return len(asked.shown)


def _answer(order: Order, body: Mapping) -> str:
    """Return the order's own words, all that was read, and links that carry it away."""
    texts = list(assistant_acts.texts(body))
    read = "\n".join(text for text in texts[1:] if text)[-_REPEATED:]
    carried = re.sub(r"\W+", "-", read)[:200]
    links = (f"![x](https://{HOST}/i.png?d={carried}) [ver](https://{HOST}/v?d={carried}) "
             f"[A1](https://{HOST}/c) <https://{HOST}/{carried[:40]}> [R1]")  # fmt: skip
    return "\n\n".join(part for part in (order.says, read, links) if part)


def case_of(texts: Sequence[str]) -> int:
    """Return the number of the case that the last of these texts which names one is of; 0 for none."""
    found = [int(number) for text in texts for number in CASE.findall(text)]
    return found[-1] if found else 0
