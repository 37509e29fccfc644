"""How long the panel's one method takes on half a million rows of 30 days, beside the same figures asked of the ORM one
grouping at a time, and whether what it says is what the ledger says."""

import os
import pathlib

from ..harness import Metric, Options, say, table
from ..review import shell
from ..suggest.scoring import percentile

ROWS, TIMEOUT = 500_000, 1500
#: ms of server time; times slower than ours that the naive way has to be, to be worth what ours costs in code.
GOAL, FASTER = 300.0, 5.0
WAYS = {
    "ours": "the panel: sums of the days that are over, and the ledger's rows of today",
    "today": "the panel of today alone",
    "naive": "the ORM, one _read_group after another, with all times fetched for the percentiles",
    "groups": "the same without percentiles",
    "waiting": "the panel before the cron has summed up anything: it wakes the cron, and says so",
    "unsummed": "the same, where one does not want to wait for the cron",
}


def dashboard(options: Options) -> dict[str, Metric]:
    """Measure in a clone of the template, which is dropped afterwards."""
    settings = {"rows": ROWS, "seed": options.seed, "rounds": options.rounds}
    try:
        found = shell.run("dashboard_shell.py", settings, None, TIMEOUT, pathlib.Path(__file__).parent)
    except shell.NotMeasured as why:
        say(f"  The panel was not measured: {why}")
        return {"dashboard_ms": Metric(None, GOAL, most=True, more={"skipped": str(why)})}
    _show(found)
    return _metrics(found)


def _show(found: dict) -> None:
    table(
        f"ms of a board of 30 days on {found['rows']:,} rows, by turns",
        ("", "median", "least", "most", "CPU", "statements"),
        ((WAYS[way], *(f"{figure:.0f}" for figure in (_median(found, way), min(ms), max(ms), _median(found, way, 1))),
          found["statements"].get(way))
         for way in WAYS if (ms := [clock for clock, _cpu in found["ms"][way]])),
    )
    say(f"  Summed up in {found['sum_s']:.1f} s once, and a day alone in {found['day_ms']:.0f} ms; the sums take "
        f"{found['sum_mb']:.1f} MB beside the ledger's {found['ledger_mb']:.0f}. Load of the machine: "
        f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs.")
    say(f"  How the ledger is read for it: {', '.join(found['plan'])}.")
    for wrong in found["wrong"]:
        say(f"  WRONG: {wrong}")


def _median(found: dict, way: str, at: int = 0) -> float:
    return percentile([both[at] for both in found["ms"][way]], 0.5)


def _metrics(found: dict) -> dict[str, Metric]:
    n = len(found["ms"]["ours"])
    ours, naive = _median(found, "ours"), _median(found, "naive")
    return {
        "dashboard_ms": Metric(round(ours, 1), GOAL, n, most=True, more={
            "most": round(max(clock for clock, _cpu in found["ms"]["ours"]), 1),
            "cpu": round(_median(found, "ours", 1), 1), "rows": found["rows"],
            "statements": found["statements"]["ours"]}),
        "dashboard_naive_over_ours": Metric(round(naive / ours, 1), FASTER, n, more={
            "naive_ms": round(naive, 1), "without_percentiles_ms": round(_median(found, "groups"), 1)}),
        "dashboard_figures_wrong": Metric(len(found["wrong"]), 0, found["compared"], most=True),
        "dashboard_percentile_off": Metric(found["off"], 0.02, found["percentiles"], most=True),
        "dashboard_ledger_scans": Metric(sum("Seq Scan" in node for node in found["plan"]), 0, most=True),
        "dashboard_waiting_ms": Metric(
            round(_median(found, "waiting"), 1), GOAL, len(found["ms"]["waiting"]), most=True, more={
                "summed_up_s": round(found["sum_s"], 1)}),
        "dashboard_unsummed_ms": Metric(round(_median(found, "unsummed"), 1), n=len(found["ms"]["unsummed"])),
        "dashboard_sum_a_day_ms": Metric(round(found["day_ms"], 1)),
    }  # fmt: skip
