"""What docs/ asks of Prometheus is what it is told: every metric named there is in a scrape."""

import json
import re
import sys
from pathlib import Path

from odoo.tests import tagged

from .metrics_common import MetricsCase

# The house lives with the other tools of the repository, not in the addon.
sys.path.append(str(Path(__file__).resolve().parents[2] / "dev"))

from house import promtool

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("prometheus-rules.yml", "grafana-dashboard.json")
_NAME = re.compile(r"\b(?:l10n_cl_ai|gen_ai)_[a-z0-9_]+\b(?=\s*[{\[)])")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMetricsDocs(MetricsCase):
    def busy(self):
        """A database in which every metric has something to tell."""
        budget = self.env["l10n_cl_ai.budget"].search([("company_id", "=", self.company.id)], limit=1)
        self.counter(budget, spent="1")
        self.settled(first_token_ms=400.0, input_tokens=9, output_tokens=9, swept_at="2026-11-18 12:00:00")
        self.settled(status="cached", saved="0.1", wait_ms=3.0, attempts=0)
        self.settled(status="not_evaluated", reason="rate_limited", attempts=0)
        self.row(state="running", status=None, reserved="1")
        self.row(swept_at="2026-11-18 12:00:00")
        self.env.flush_all()
        return self.Metrics._scrape()

    def test_every_metric_that_docs_name_is_told(self):
        told = {line.partition("{")[0].partition(" ")[0] for line in self.busy().splitlines() if line[0] != "#"}
        for name in NAMES:
            text = re.sub(r"\bby \([^)]*\)", "", (ROOT / "docs" / name).read_text())
            named = set(_NAME.findall(text))
            self.assertGreater(len(named), 8)
            self.assertFalse(named - told, name)
        self.assertFalse({name for name in told if name.endswith("_bucket")} - {f"{name[:-6]}_bucket" for name in told
                                                                                if name.endswith("_count")})

    def test_every_family_is_on_the_dashboard_or_in_an_alert(self):
        text = "".join((ROOT / "docs" / name).read_text() for name in NAMES)
        families = {line.split()[2] for line in self.busy().splitlines() if line.startswith("# TYPE")}
        self.assertFalse({name for name in families if name not in text})

    def test_labels_that_docs_use_are_told(self):
        told = set(re.findall(r'[{,]([a-z_]+)="', self.busy())) | {"database", "instance", "le"}
        dashboard = json.loads((ROOT / "docs/grafana-dashboard.json").read_text())
        used = {
            label
            for panel in dashboard["panels"]
            for target in panel["targets"]
            for found in re.findall(r"\bby \(([^)]*)\)|([a-z_]+)[=!]~?\"", target["expr"])
            for label in re.split(r",\s*", found[0] or found[1])
        }
        self.assertFalse(used - told)

    def test_prometheus_has_nothing_against_it(self):
        text = self.busy()
        tool = promtool.path()
        if tool:
            said = promtool.complaints(tool, "check", "metrics", text=text)
            self.assertFalse(said, said)
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        self.assertEqual(len(lines), len({line.rpartition(" ")[0] for line in lines}), "no sample twice")
