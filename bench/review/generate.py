#!/usr/bin/env python3
"""Write the semantic set: ``python -m bench.review.generate [--seed N] [--xml FOLDER]``.

The set depends on the seed alone, so that the file in ``corpus/`` can be made again byte for byte.
"""

import argparse
import pathlib
import random

from ..dte.builder import EXPORTS
from . import plants_nature, plants_papers, plants_slips, plants_words  # noqa: F401 - importing declares their ways
from .draft import WAYS, Pair
from .recipe import Case, save

SEED, PER_TOPIC = 20261128, 25


def cases(seed: int = SEED, per_topic: int = PER_TOPIC) -> list[Case]:
    """Return the same number of pairs of twins for each topic, its ways in turn."""
    return [_case(seed, code, n) for code in sorted(WAYS) for n in range(1, per_topic + 1)]


def _case(seed: int, code: str, n: int) -> Case:
    rng = random.Random(f"{seed} {code} {n}")
    ways = WAYS[code]
    pair = ways[(n - 1) % len(ways)](rng)
    return Case(
        id=f"{code}-{n:02d}", code=code, path=pair.path, quote=pair.quote, why=pair.why, recipe=pair.recipe,
        planted=pair.planted, near=pair.near, also=pair.also, history=_history(rng, pair),
    )  # fmt: skip


def _history(rng: random.Random, pair: Pair) -> dict:
    """Return a customer's history: always where the defect rests on it, and with half of the others.

    Else a history would give away that something is wrong with price or quantity. Exports, which are not in pesos,
    have none.
    """
    if pair.recipe["kind"] in EXPORTS or (not pair.usual and rng.random() < 0.5):
        return {}
    documents = rng.randint(6, 40)
    items = [_usual(rng, row, documents) for row in pair.recipe["items"] if row.get("price")]
    return {"documents": documents, "accepted": documents, "items": items}


def _usual(rng: random.Random, row: dict, documents: int) -> dict:
    """Return a range around the right price and quantity of a line."""
    price, quantity = row["price"], row["quantity"]
    return {
        "text": row["name"], "count": rng.randint(3, documents),
        "prices": [round(price * rng.uniform(0.85, 0.98)), round(price * rng.uniform(1.02, 1.15))],
        "quantities": [max(1, quantity // 2), quantity * 2], "exempt": row.get("exempt") == 1,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--xml", type=pathlib.Path, help="write the twins as XML into this folder, too")
    args = parser.parse_args()
    made = cases(args.seed)
    save(made)
    if args.xml:
        args.xml.mkdir(parents=True, exist_ok=True)
        for case in made:
            (args.xml / f"{case.id}-clean.xml").write_bytes(case.clean_xml)
            (args.xml / f"{case.id}-planted.xml").write_bytes(case.planted_xml)
    print(f"{len(made)} pairs of twins")


if __name__ == "__main__":
    main()
