"""Posting invoices while the provider hangs: with the AI on it takes what it takes without."""

import statistics
from collections.abc import Sequence

from ..harness import Metric, Options, say, spread, table
from . import shell

# isort: split
import standin

ROUNDS, EACH, TIMEOUT, GOAL = 20, 10, 900, 1.05
WAYS = {"off": "off", "answering": "on, the provider answers", "hanging": "on, the provider hangs"}


def posting(options: Options) -> dict[str, Metric]:
    """Post 200 invoices each way, ten by ten in turn; the queue they are put into is worked off beside."""
    try:
        with standin.running() as server:
            found = shell.run(
                "posting_shell.py", {"rounds": ROUNDS, "each": EACH, "seed": options.seed}, server, TIMEOUT)
    except shell.NotMeasured as why:
        say(f"  Posting was not measured: {why}")
        return {"posting_ratio": Metric(None, GOAL, most=True, more={"skipped": str(why)})}
    return _metrics(found)


def _metrics(found: dict) -> dict[str, Metric]:
    clock, cpu = ({way: [each[way][kind] * 1000 / EACH for each in found["rounds"]] for way in WAYS}
                  for kind in (0, 1))  # fmt: skip
    calls = f"calls hung in {found['waiting']} rounds of {ROUNDS + 1}"
    table(
        f"Posting {ROUNDS * EACH} invoices each way, one by one; {calls}",
        ("AI", "ms by the clock", "min", "max", "ms of CPU", "min", "max"),
        ((WAYS[way], *spread(clock[way]).values(), *spread(cpu[way]).values()) for way in WAYS),
    )
    say(f"  Reviews: {found['reviews']}; posted: {found['posted']}")
    number = ROUNDS * EACH
    return {
        "posting_ratio": Metric(_ratio(clock["hanging"], clock["off"]), GOAL, number, most=True, more={
            "cpu": _ratio(cpu["hanging"], cpu["off"]), "ms": {way: spread(clock[way]) for way in WAYS}}),
        "posting_hanging_of_answering": Metric(
            _ratio(clock["hanging"], clock["answering"]), GOAL, number, most=True,
            more={"cpu": _ratio(cpu["hanging"], cpu["answering"])}),
        "posting_rounds_with_calls_held": Metric(found["waiting"], ROUNDS, ROUNDS + 1),
        "posting_reviews_queued": Metric(sum(found["reviews"].values()), 2 * number, 2 * number),
    }


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of the rounds' ratios."""
    return round(statistics.median(a / b for a, b in zip(ours, theirs, strict=True)), 3)
