"""The floor: what the supplier's lines went to before, and nothing else."""

import collections
from collections.abc import Sequence

from .rows import Material
from .scoring import Answer, answer_of


class SupplierHistory:
    """Most frequent labels of the supplier in the company, then those of the company, as most software has it."""

    def __init__(self, material: Material):
        self.material = material
        self.vendors: dict[tuple[int, str], collections.Counter] = collections.defaultdict(collections.Counter)
        self.companies: dict[int, collections.Counter] = collections.defaultdict(collections.Counter)
        for row in material.known:
            self.vendors[row.company, row.vendor][material.answer(row)] += 1
            self.companies[row.company][material.answer(row)] += 1

    def candidates(self, row) -> list[str]:
        counts = self.vendors.get((row.company, row.vendor)) or self.companies[row.company]
        return [label for label, _count in counts.most_common(3)]

    def answers(self, rows: Sequence) -> list[Answer]:
        return [answer_of(self.material.answer(row), self.candidates(row)) for row in rows]


class LastTime(SupplierHistory):
    """Where the supplier's latest lines went: better than the most frequent where projects come and go."""

    def __init__(self, material: Material):
        super().__init__(material)
        self.last: dict[tuple[int, str], list[str]] = {}
        for row in material.known:
            before = self.last.get((row.company, row.vendor), [])
            label = material.answer(row)
            self.last[row.company, row.vendor] = [label, *(one for one in before if one != label)][:3]

    def candidates(self, row) -> list[str]:
        return self.last.get((row.company, row.vendor)) or super().candidates(row)
