"""The alerts and the dashboard of docs/: Prometheus's own tool takes them, and each alert fires and stays silent."""

import json
import re
from pathlib import Path

import pytest
import yaml
from house import promtool

ROOT = Path(__file__).resolve().parents[2]
RULES, DASHBOARD = ROOT / "docs/prometheus-rules.yml", ROOT / "docs/grafana-dashboard.json"
CASES = ROOT / "tests/data/prometheus-rules-test.yml"


@pytest.fixture(scope="module")
def tool():
    return promtool.path()


def alerts():
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def targets():
    panels = json.loads(DASHBOARD.read_text())["panels"]
    return [target["expr"] for panel in panels for target in panel["targets"]]


def test_the_rules_are_rules(tool):
    if tool:
        assert promtool.complaints(tool, "check", "rules", RULES) == ""
    for rule in alerts():
        assert rule["labels"]["severity"] in ("info", "warning", "critical")
        assert rule["annotations"]["summary"]


def test_each_alert_fires_and_stays_silent(tool):
    cases = [
        (case["alertname"], bool(case.get("exp_alerts")))
        for group in yaml.safe_load(CASES.read_text())["tests"]
        for case in group["alert_rule_test"]
    ]
    names = {rule["alert"] for rule in alerts()}
    assert names == {name for name, fires in cases if fires} == {name for name, fires in cases if not fires}
    if tool:
        assert promtool.complaints(tool, "test", "rules", CASES) == ""


def test_an_alert_that_would_not_fire_is_found(tool, tmp_path):
    """The cases above are worth something: a changed threshold breaks them."""
    rules, cases = tmp_path / "rules.yml", tmp_path / "cases.yml"
    cases.write_text(CASES.read_text().replace("../../docs/prometheus-rules.yml", str(rules)))
    for old, new in ((" > 100\n", " > 101\n"), (" > 5\n        for", " > 8\n        for"), ("> 10\n", "> 8\n")):
        assert old in RULES.read_text()
        rules.write_text(RULES.read_text().replace(old, new))
        if tool:
            assert "FAILED" in promtool.complaints(tool, "test", "rules", cases), (old, new)


def test_the_old_thresholds_stand():
    text = re.sub(r"\s+", " ", RULES.read_text())
    assert "l10n_cl_ai_cost_today_usd)) > 100" in text
    assert "[1h]))) > 10" in text
    assert "[15m])))) > 5" in text


def test_the_dashboard_asks_what_prometheus_understands(tool, tmp_path):
    known = {"$database": ".*", "$company": ".*", "$__rate_interval": "5m"}
    found = []
    for target in targets():
        expression = re.sub(r"\$\w+", lambda variable: known[variable[0]], target)
        assert "$" not in expression
        found.append({"record": f"panel:{len(found)}", "expr": expression})
    assert len(found) > 30
    rules = tmp_path / "panels.yml"
    rules.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": found}]}))
    if tool:
        assert promtool.complaints(tool, "check", "rules", rules) == ""


def test_panels_have_a_place_of_their_own():
    taken = set()
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        place = panel["gridPos"]
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"])
                 for y in range(place["y"], place["y"] + place["h"])}
        assert not cells & taken, panel["title"]
        assert max(x for x, _y in cells) < 24
        taken |= cells
