"""Posting invoices while the provider hangs: with the AI on it takes what it takes without."""

import statistics
from collections.abc import Sequence

from ..harness import Metric, Options, say, spread, table
from . import shell

# isort: split
import standin

PAIRS, EACH, TIMEOUT, GOAL = 20, 10, 400, 1.05


def posting(options: Options) -> dict[str, Metric]:
    """Post 200 invoices either way, ten by ten in turn, while every call to the provider waits for ever."""
    try:
        with standin.running() as server:
            server.script(times=0, gate="never")
            found = shell.run(
                "posting_shell.py", {"pairs": PAIRS, "each": EACH, "seed": options.seed}, server, TIMEOUT)
            waiting = sum(not call.done.is_set() for call in server.messages)
            asked = len(server.messages)
    except shell.NotMeasured as why:
        say(f"  Posting was not measured: {why}")
        return {"posting_ratio": Metric(None, GOAL, most=True, more={"skipped": str(why)})}
    return _metrics(found, asked, waiting)


def _metrics(found: dict, asked: int, waiting: int) -> dict[str, Metric]:
    ways = {way: [[pair[way][kind] * 1000 / EACH for pair in found["rounds"]] for kind in (0, 1)]
            for way in ("on", "off")}  # fmt: skip
    table(
        f"Posting {PAIRS * EACH} invoices each way, one by one; the provider held {asked} calls, {waiting} to the end",
        ("AI", "ms by the clock", "min", "max", "ms of CPU", "min", "max"),
        ((way, *spread(clock).values(), *spread(cpu).values()) for way, (clock, cpu) in ways.items()),
    )
    say(f"  Reviews: {found['reviews']}; posted: {found['posted']}")
    clock, cpu = (_ratio(ways["on"][kind], ways["off"][kind]) for kind in (0, 1))
    return {
        "posting_ratio": Metric(clock, GOAL, PAIRS * EACH, most=True, more={
            "cpu": cpu, "on_ms": spread(ways["on"][0]), "off_ms": spread(ways["off"][0])}),
        "posting_calls_held": Metric(asked, 1, asked),
        "posting_reviews_queued": Metric(sum(found["reviews"].values()), PAIRS * EACH, PAIRS * EACH),
    }


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of the pairs' ratios."""
    return round(statistics.median(a / b for a, b in zip(ours, theirs, strict=True)), 3)
