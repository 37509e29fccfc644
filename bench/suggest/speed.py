"""How long a line takes: on 67,000 lines of one company beside ``ts_rank`` and scikit-learn, and on 350,000."""

import pathlib

from ..harness import Metric, Options, say, table
from ..review import shell
from . import sets, sklearn_peer
from .scoring import percentile

SMALL, LARGE = 67_000, 350_000
ASKED, TOGETHER, TIMEOUT = 500, 50, 3000
#: ms for the median line, for the slowest in a hundred; how much faster than ``ts_rank``; how much slower when large.
P50, P99, FASTER, GROWTH = 2.0, 20.0, 16.0, 3.0
WAYS = {
    "lookup": "ours: search and score, as the others do",
    "alone": "ours: a whole suggestion, rights and all, one line alone, nothing cached",
    "together": f"ours: the same for {TOGETHER} lines together, each",
    "ts_rank": "ts_rank",
    "scikit-learn": "scikit-learn",
}


def speed(options: Options) -> dict[str, Metric]:
    try:
        small = _timed(SMALL, options.seed, True)
        small["ms"] |= _sklearn(options.seed)
        _show(SMALL, small)
        large = _timed(LARGE, options.seed, False)
        _show(LARGE, large)
    except shell.NotMeasured as why:
        say(f"  The speed was not measured: {why}")
        return {"line_p50_ms": Metric(None, P50, most=True, more={"skipped": str(why)})}
    return _metrics(small, large)


def _timed(lines: int, seed: int, peer: bool) -> dict:
    say(f"  {lines:,} lines: learning and asking …")
    settings = {"set": f"lines {lines}", "seed": seed, "ask": ASKED, "peer": peer, "together": TOGETHER}
    found = shell.run("speed_shell.py", settings, None, TIMEOUT, pathlib.Path(__file__).parent)
    both = found["ms"]
    for at, kind in enumerate(("ms", "cpu")):
        found[kind] = {way: [pair[at] for pair in pairs] for way, pairs in both.items()}
    return found


def _sklearn(seed: int) -> dict[str, list[float]]:
    """Return its times; they are its process's own, after the others had theirs."""
    material = sets.load(f"lines {SMALL}", seed)
    found = sklearn_peer.learned(material, [material.rows[n] for n in sets.asked(material, seed, ASKED)], both=False)
    return {"scikit-learn": [answer.ms for answer in found.answers]} if found else {}


def _show(lines: int, found: dict) -> None:
    told = found["told"]
    table(
        f"ms a line on {lines:,} lines of history; {found['n']} lines asked",
        ("by the clock", "p50", "p90", "p99", "of CPU", "p99"),
        ((WAYS[name], *(f"{percentile(ms, share):.2f}" for share in (0.5, 0.9, 0.99)),
          *(f"{percentile(found['cpu'].get(name, ()), share):.2f}" for share in (0.5, 0.99)))
         for name, ms in found["ms"].items()),
    )
    say(f"  Learned in {told['learn_s']:.0f} s, summed up in {told['compact_s']:.0f} s, measured in "
        f"{told['measure_s']:.0f} s; {found['mb']:.0f} MB")  # fmt: skip


def _metrics(small_found: dict, large_found: dict) -> dict[str, Metric]:
    small, large, cpu = small_found["ms"], large_found["ms"], small_found["cpu"]
    def figure(ms: dict, way: str, share: float = 0.5) -> float:
        return round(percentile(ms[way], share), 3)

    n = len(small["lookup"])
    return {
        "line_p50_ms": Metric(figure(small, "lookup"), P50, n, most=True, more={
            "cpu": figure(cpu, "lookup")}),
        "line_p99_ms": Metric(figure(small, "lookup", 0.99), P99, n, most=True, more={
            "cpu": figure(cpu, "lookup", 0.99)}),
        "line_of_many_ms": Metric(figure(small, "together"), P50, n, most=True, more={
            "cpu": figure(cpu, "together")}),
        "line_alone_p50_ms": Metric(figure(small, "alone"), n=n, more={"p99": figure(small, "alone", 0.99)}),
        "times_faster_than_ts_rank": Metric(
            round(percentile(small["ts_rank"], 0.5) / percentile(small["lookup"], 0.5), 2), FASTER, n, more={
                "ts_rank_ms": [figure(small, "ts_rank"), figure(small, "ts_rank", 0.99)],
                "by_cpu": round(percentile(cpu["ts_rank"], 0.5) / percentile(cpu["lookup"], 0.5), 2),
                "whole_suggestion": round(percentile(small["ts_rank"], 0.5) / percentile(small["alone"], 0.5), 2)}),
        "line_350000_of_67000": Metric(
            round(percentile(large["lookup"], 0.5) / percentile(small["lookup"], 0.5), 2), GROWTH, n, most=True, more={
                "p99": round(percentile(large["lookup"], 0.99) / percentile(small["lookup"], 0.99), 2),
                "ms": [figure(large, "lookup"), figure(large, "lookup", 0.99)],
                "of_many": round(percentile(large["together"], 0.5) / percentile(small["together"], 0.5), 2)}),
    }  # fmt: skip
