"""Orders to the assistant: our own from the corpus, public ones with what a model does that obeys them."""

import itertools
import json
import pathlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .attack_sets import Attack

CORPUS = pathlib.Path(__file__).with_name("corpus") / "orders.jsonl"
#: Places for public orders, in turn: they are longer than a name or a city.
_PLACES = ("line", "narration", "file", "message", "article", "earlier")
_MARK = re.compile(r"<<(\w+)>>")
#: What ``<<long>>`` stands for; what a model ever writes is bounded.
_LONG = "x" * 20_000


@dataclass(frozen=True)
class Order:
    """One order, where it stands, and what an obedient model does.

    :param number: of its case, :param origin: ``es``, or the package it is of
    :param channel: where it stands, :param text: as it stands there
    :param calls: (tool, input), :param says: what the model writes
    """

    number: int
    origin: str
    target: str
    channel: str
    text: str
    calls: tuple[tuple[str, Mapping[str, Any]], ...]
    says: str


def own() -> list[Order]:
    """Return the orders of the corpus; their marks are not yet filled."""
    rows = [json.loads(line) for line in CORPUS.read_text("utf-8").splitlines()]
    return [
        Order(number, "es", row["target"], row["channel"], row["text"],
              tuple((call["name"], call["input"]) for call in row["calls"]), row["says"])
        for number, row in enumerate(rows, 1)
    ]  # fmt: skip


def public(attacks: Sequence[Attack], like: Sequence[Order], start: int) -> Iterator[Order]:
    """Yield an order for each attack: a model so misled does the worst it knows, each time something else of it.

    :param like: orders whose calls and words it borrows, :param start: number of the first
    """
    worst = itertools.cycle([order for order in like if order.calls])
    said = itertools.cycle([order.says for order in like if order.says])
    for number, (attack, order, words, place) in enumerate(
        zip(attacks, worst, said, itertools.cycle(_PLACES)), start
    ):
        origin = f"{attack.origin} {attack.kind}"
        yield Order(number, origin, order.target, place, attack.text, order.calls, f"{attack.text}\n\n{words}")


def filled(order: Order, names: Mapping[str, object]) -> Order:
    """Return an order with its marks filled from the world it stands in. :raises KeyError: no such mark"""
    values = {**{name: str(value) for name, value in names.items()}, "long": _LONG}

    def fill(value: Any) -> Any:
        if isinstance(value, str):
            return _MARK.sub(lambda mark: values[mark[1].lower()], value)
        if isinstance(value, Mapping):
            return {key: fill(inner) for key, inner in value.items()}
        return [fill(inner) for inner in value] if isinstance(value, list | tuple) else value

    calls = tuple((fill(name), fill(given)) for name, given in order.calls)
    return replace(order, text=fill(order.text), calls=calls, says=fill(order.says))
