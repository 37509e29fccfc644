"""Negative controls: sets in which nothing tells where a line goes, so that who suggests has to keep silent."""

import collections
import random
from dataclasses import replace

from .rows import Material, Row

#: A supplier is in the control within suppliers when its lines went to so many places.
PLACES = 5


def shuffled(material: Material, seed: int) -> Material:
    """Return the same lines with each other's labels: suppliers and texts say nothing, some labels are frequent."""
    rng = random.Random(f"shuffled {seed}")
    labels = [(row.label, row.account) for row in material.rows]
    rng.shuffle(labels)
    rows = [
        replace(row, label=label, account=account, nature="shuffled")
        for row, (label, account) in zip(material.rows, labels, strict=True)
    ]
    return replace(material, name=f"{material.name}, shuffled", rows=rows)


def within_vendor(material: Material, seed: int) -> Material:
    """Return lines of suppliers with many labels, each with one of these by lot: nobody can know which."""
    rng = random.Random(f"within {seed}")
    known: dict[tuple[int, str], set[str]] = collections.defaultdict(set)
    for row in material.rows:
        known[row.company, row.vendor].add(material.answer(row))
    places = {vendor: sorted(labels) for vendor, labels in known.items() if len(labels) >= PLACES}
    kept: list[Row] = []
    cut = 0
    for n, row in enumerate(material.rows):
        if (row.company, row.vendor) in places:
            label = rng.choice(places[row.company, row.vendor])
            kept.append(replace(row, nature="by lot", **{material.target: label}))
            cut += n < material.cut
    return replace(material, name=f"{material.name}, by lot within suppliers", rows=kept, cut=cut)
