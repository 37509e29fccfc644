"""The ledger's rows beside what is told of them."""

from decimal import Decimal

from prometheus_client.parser import text_string_to_metric_families

from odoo.tools import SQL

from .ledger_common import LedgerCase

COUNT, COST = "l10n_cl_ai_requests_total", "l10n_cl_ai_cost_usd_total"


def parsed(text):
    """Return {metric: {labels as a sorted tuple: value}} as Prometheus reads the text; its amounts are floats."""
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


def exact(text):
    """Return {'name{labels}': Decimal} of the text itself, amounts exact."""
    rows = (line.rpartition(" ") for line in text.splitlines() if line and not line.startswith("#"))
    return {name: Decimal(value) for name, _space, value in rows if value not in ("NaN", "+Inf", "-Inf")}


def of(samples, **labels):
    """Return the sum of a metric's samples that have these labels."""
    wanted = set(labels.items())
    return sum(value for key, value in samples.items() if wanted <= set(key))


class MetricsCase(LedgerCase):
    def setUp(self):
        super().setUp()
        self.Metrics = self.env["l10n_cl_ai.metrics"]

    def settled(self, **values):
        """Write a row that is final, of a question answered by a call of 3 s."""
        base = {"settled_at": "2026-11-18 12:00:00", "call_ms": 3000.0, "attempts": 1, "wait_ms": 0.0}
        return self.row(**base | values)

    def scrape(self):
        """Return what is told, as Prometheus reads it."""
        self.env.flush_all()
        return parsed(self.Metrics._scrape())

    def count(self):
        self.Metrics._cron_count()

    def ledger(self, expression, where="settled_at IS NOT NULL"):
        """Return the sum of the ledger itself."""
        [(value,)] = self.env.execute_query(SQL(f"SELECT ({expression})::text FROM l10n_cl_ai_request WHERE {where}"))
        return Decimal(value)
