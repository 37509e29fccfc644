"""What learning adds to posting a vendor bill: the same with the index off and on, in turn, in one run."""

import pathlib
import statistics

from ..harness import Metric, Options, say, spread, table
from ..review import shell

ROUNDS, EACH, LINES, HISTORY, TIMEOUT = 15, 6, 3, 67_000, 2400
#: ms that a bill may take more.
GOAL = 5.0
WAYS = {"off": "off", "project": "on, projects", "account": "on, projects and accounts"}


def posting(options: Options) -> dict[str, Metric]:
    settings = {"rounds": ROUNDS, "each": EACH, "lines": LINES, "history": HISTORY, "seed": options.seed}
    try:
        found = shell.run("posting_shell.py", settings, None, TIMEOUT, pathlib.Path(__file__).parent)
    except shell.NotMeasured as why:
        say(f"  Posting was not measured: {why}")
        return {"posting_more_ms": Metric(None, GOAL, most=True, more={"skipped": str(why)})}
    clock, cpu = ({way: [statistics.median(bill[kind] for bill in each[way]) for each in found["rounds"]]
                   for way in WAYS} for kind in (0, 1))  # fmt: skip
    table(
        f"Posting a bill of {LINES} lines; {ROUNDS} rounds of {EACH - 1} bills; {HISTORY:,} lines known before",
        ("index", "ms by the clock", "min", "max", "ms of CPU", "min", "max"),
        ((WAYS[way], *spread(clock[way]).values(), *spread(cpu[way]).values()) for way in WAYS),
    )
    # On with projects learned two thirds of the bills, with accounts a third.
    bills = (ROUNDS + 1) * EACH * LINES
    say(f"  Lines learned: {found['learned']} of {[bills, 2 * bills]}")
    return {
        "posting_more_ms": _more(clock, "project"),
        "posting_more_cpu_ms": _more(cpu, "project"),
        "posting_more_ms_with_accounts": _more(clock, "account", goal=None),
        "posting_more_cpu_ms_with_accounts": _more(cpu, "account", goal=None),
        "posting_learned": Metric(int(found["learned"] == [bills, 2 * bills]), 1, 3 * bills),
    }


def _more(medians: dict[str, list[float]], way: str, goal: float | None = GOAL) -> Metric:
    """Return the median of the rounds' differences: those of a round share their minute."""
    more = [on - off for on, off in zip(medians[way], medians["off"], strict=True)]
    return Metric(spread(more)["median"], goal, ROUNDS * (EACH - 1), most=True, more={"spread": spread(more)})
