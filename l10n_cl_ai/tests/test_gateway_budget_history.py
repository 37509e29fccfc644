"""Any history of reservations, settlements and sweeps ends as a model in Python says."""

from dataclasses import dataclass
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from ..llm.postgres.budget import OverBudget, Reserved
from .side_common import BudgetCase


@dataclass(slots=True)
class Row:
    """A ledger row of the Python model."""

    estimate: Decimal
    limits: tuple
    state: str = "running"
    cost: Decimal = Decimal(0)
    expired: bool = False


_usd = st.decimals(0, 1, places=12)
_acts = st.one_of(
    st.tuples(st.just("reserve"), _usd, st.booleans(), st.integers(1, 7)),
    st.tuples(st.just("settle"), _usd, st.integers(0, 30)),
    st.tuples(st.just("sweep")),
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestHistories(BudgetCase):
    @settings(max_examples=40, deadline=None, derandomize=True, database=None)
    @given(st.lists(_acts, max_size=40))
    def test_any_history_ends_as_the_model_says(self, acts):
        self.sql("TRUNCATE l10n_cl_ai_request, l10n_cl_ai_budget_counter")
        self.limits = {bit: self.limit(usd, 10_000 + bit) for bit, usd in ((1, "1"), (2, "2.5"), (4, "0.75"))}
        self.rows = []
        for name, *arguments in acts:
            getattr(self, f"_{name}")(*arguments)
        self.assertEqual(self.budget.audit(), [])
        for bit, limit in self.limits.items():
            found = self.sql("SELECT FROM l10n_cl_ai_budget_counter WHERE budget_id = %s", limit.budget_id)
            if found:
                self.assertEqual(self.counter(limit.budget_id), self._sums(bit))

    def _sums(self, bit):
        mine = [row for _entry, row in self.rows if bit in row.limits]
        return sum(row.cost for row in mine), sum(row.estimate for row in mine if row.state == "running")

    def _reserve(self, usd, dead, bits):
        limits = tuple(bit for bit in self.limits if bit & bits)
        entry, outcome = self.reserve(usd, *map(self.limits.get, limits), lease=0.0 if dead else 3600.0)
        fits = [sum(self._sums(bit)) + usd <= self.limits[bit].limit for bit in limits]
        self.assertIsInstance(outcome, Reserved if all(fits) else OverBudget)
        if all(fits):
            self.rows.append((entry, Row(usd, limits, expired=dead)))
        else:
            short = self.limits[limits[fits.index(False)]]
            self.assertEqual((outcome.budget_id, outcome.limit), (short.budget_id, short.limit))

    def _settle(self, usd, index):
        if not self.rows:
            return
        entry, row = self.rows[index % len(self.rows)]
        self.assertEqual(self.budget.settle(entry.token, self.settlement(usd)), row.state != "settled")
        if row.state != "settled":
            row.state, row.cost = "settled", usd

    def _sweep(self):
        late = [row for _entry, row in self.rows if row.state == "running" and row.expired]
        self.assertEqual(self.budget.sweep(), len(late))
        for row in late:
            row.state, row.cost = "swept", row.estimate
