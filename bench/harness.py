"""What every bench shares: metrics with goals, intervals, interleaved timing, tables for people."""

import gc
import json
import math
import os
import pathlib
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

ROOT = pathlib.Path(__file__).resolve().parent.parent
#: Where the bench keeps what it makes or installs; git ignores it.
DEV = ROOT / ".dev"


def shared_data() -> pathlib.Path | None:
    """Return the folder of public material, None where this checkout has none beside it.

    ``L10N_CL_AI_SHARED`` names it; else ``shared/data`` beside the checkout.
    """
    folder = pathlib.Path(os.environ.get("L10N_CL_AI_SHARED") or ROOT.parent / "shared" / "data")
    return folder if folder.is_dir() else None


@dataclass
class Metric:
    """One figure and its goal.

    :param value: what was measured; None where it could not be
    :param goal: the bound that makes it good; None where it is only told
    :param n: how many cases stand behind it
    :param most: the goal is an upper bound (else a lower one)
    :param more: further figures for the JSON
    """

    value: float | int | None
    goal: float | int | None = None
    n: int | None = None
    most: bool = False
    more: Mapping[str, object] = field(default_factory=dict)

    @property
    def ok(self) -> bool | None:
        """Whether the goal is met; None where there is none or nothing could be measured."""
        if self.goal is None or self.value is None:
            return None
        return self.value <= self.goal if self.most else self.value >= self.goal

    def as_json(self) -> dict:
        shown = {"value": self.value, "goal": self.goal, "ok": self.ok, "n": self.n, **self.more}
        return {key: value for key, value in shown.items() if value is not None or key == "value"}


@dataclass
class Options:
    """How a bench is asked to run: ``seed`` fixes every random choice.

    :param live: USD that a part which can ask a real provider may spend there; 0: it asks the stand-in
    """

    seed: int = 20261122
    rounds: int = 5
    profile: bool = False
    verbose: bool = False
    live: float = 0


def wilson(hits: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share; (0, 1) where nothing was counted."""
    if not n:
        return 0.0, 1.0
    share, square = hits / n, z * z
    centre = share + square / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    low, high = (centre - spread) / (1 + square / n), (centre + spread) / (1 + square / n)
    return round(max(low, 0.0), 4), round(min(high, 1.0), 4)


def share(hits: int, n: int) -> str:
    """Return ``41/42 = 97.6 % [87.7–99.6]`` for people."""
    if not n:
        return "0/0"
    low, high = wilson(hits, n)
    return f"{hits}/{n} = {100 * hits / n:.1f} % [{100 * low:.1f}–{100 * high:.1f}]"


def interleave(contestants: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Run all of them in turn, A B C A B C…, and return the CPU seconds of each run.

    CPU time of this thread, as other work on the machine must not decide; collections of garbage
    happen between runs, not in them.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for run in contestants.values():
        run()  # caches filled, code paths compiled: what is measured is the steady state
    for _ in range(rounds):
        for name, run in contestants.items():
            gc.collect()
            start = time.thread_time()
            run()
            seconds[name].append(time.thread_time() - start)
    return seconds


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return median, least and most."""
    return {
        "median": round(statistics.median(values), 3),
        "min": round(min(values), 3),
        "max": round(max(values), 3),
    }


def pin_to_one_cpu() -> int | None:
    """Keep this process on one CPU; return which, None where the system can't."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    cpu = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cpu})
    return cpu


def table(title: str, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table for people."""
    lines = [[("" if cell is None else str(cell)) for cell in row] for row in rows]
    widths = [max(len(line[i]) for line in [list(headers), *lines]) for i in range(len(headers))]
    say(f"\n{title}")
    for line in [list(headers), ["-" * width for width in widths], *lines]:
        say("  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def print_metrics(bench: str, metrics: Mapping[str, Metric]) -> None:
    """Print the bench's outcome: a table, then the JSON object of DESIGN §6 on one line."""
    marks = {True: "yes", False: "NO", None: "–"}
    table(
        f"{bench}: outcome",
        ("metric", "value", "goal", "met", "n"),
        (
            (name, m.value, "" if m.goal is None else f"{'≤' if m.most else '≥'} {m.goal}", marks[m.ok], m.n)
            for name, m in metrics.items()
        ),
    )
    say(json.dumps(
        {"bench": bench, "metrics": {name: metric.as_json() for name, metric in metrics.items()}},
        ensure_ascii=False,
    ))
