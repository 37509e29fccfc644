"""What is booked by itself is right, what nothing tells is left alone, and a month that was posted helps the next."""

from ..harness import Metric, Options, say, share, table, wilson
from ..review import shell
from . import chilean, contest, sets
from .rows import cut_at
from .scoring import Answer, band, calibration_error, coverage_at, top

PRECISION, SILENT = 0.95, 0.90
CONTROLS = ("chilean small, shuffled", "chilean small, by lot within suppliers")
#: Months that are asked about without the month before, and with it; lines of each.
MONTHS, EACH, LEARNING = 3, 500, "chilean big"


def bands(options: Options) -> dict[str, Metric]:
    try:
        return _banded(options) | _silent(options) | _learning(options)
    except shell.NotMeasured as why:
        say(f"  The bands were not measured: {why}")
        return {"auto_precision": Metric(None, PRECISION, more={"skipped": str(why)})}


def _banded(options: Options) -> dict[str, Metric]:
    metrics, rows = {}, []
    for name in sets.names():
        # Held with its peers, as the part `quality` does it, so that a run of both holds it once.
        answers = contest.held(name, options.seed).answers["ours"]
        rows.append(_row(name, answers))
        auto, n = band(answers, "auto"), len(answers)
        precision = None if auto.precision is None else round(auto.precision, 4)
        metrics[f"auto_precision {name}"] = Metric(precision, PRECISION, auto.n, more={
            "interval": wilson(auto.right, auto.n), "coverage": round(auto.share, 4),
            **({} if auto.n else {"skipped": "nothing was automatic"})})  # fmt: skip
        metrics[f"auto_coverage {name}"] = Metric(round(auto.share, 4), n=n, more={
            "possible_in_hindsight": round(coverage_at(answers, PRECISION), 4),
            "calibration_error": round(calibration_error(answers), 4)})  # fmt: skip
    table("Right, by band, on the later period (probabilities and thresholds learned from the earlier)", (
        "set", "automatic", "suggested", "no sé", "95 % right would be", "calibration off by"), rows)  # fmt: skip
    return metrics


def _row(name: str, answers: list[Answer]) -> tuple:
    cells = []
    for one in ("auto", "suggested", "unknown"):
        found = band(answers, one)
        cells.append(f"{100 * found.share:.0f} % of lines: {share(found.right, found.n)}")
    hindsight = f"{100 * coverage_at(answers, PRECISION):.0f} % of lines"
    return name, *cells, hindsight, f"{100 * calibration_error(answers):.1f} points"


def _silent(options: Options) -> dict[str, Metric]:
    metrics, rows = {}, []
    for name in CONTROLS:
        answers = contest.held(name, options.seed, peers=False).answers["ours"]
        silent, auto = band(answers, "unknown"), band(answers, "auto")
        rows.append((name, share(silent.n, len(answers)), share(auto.n, len(answers)), f"{100 * top(answers):.1f} %"))
        metrics[f"silent {name}"] = Metric(round(silent.share, 4), SILENT, len(answers), more={
            "automatic": round(auto.share, 4), "top1": round(top(answers), 4)})  # fmt: skip
    table("Where nothing tells", ("set", "no sé", "automatic", "right, had one asked for the best"), rows)
    return metrics


def _learning(options: Options) -> dict[str, Metric]:
    """Ask about a month before the month before it was posted, and again after; for the last months."""
    material, steps = sets.load(LEARNING, options.seed), []
    for month in range(chilean.MONTHS - MONTHS, chilean.MONTHS):
        before, start, end = (cut_at(material.rows, chilean.month_start(month + step)) for step in (-1, 0, 1))
        asked = [start + n * (end - start) // EACH for n in range(min(EACH, end - start))]
        steps += [{"learn": before, "ask": asked}, {"learn": start, "ask": asked}]
    made, _told = contest.steps(LEARNING, options.seed, steps, False)
    without = [answer for step in made[::2] for answer in step["ours"]]
    after = [answer for step in made[1::2] for answer in step["ours"]]
    rows, gains = [], {}
    for what, of in (("top 1", top), ("automatic or suggested", _offered), ("automatic", _automatic)):
        gains[what] = of(after) - of(without)
        rows.append((what, f"{100 * of(without):.1f} %", f"{100 * of(after):.1f} %", f"{100 * gains[what]:+.1f}"))
    table(f"{LEARNING}: a month's lines, asked before and after the month before it was posted; {len(after):,} lines",
          ("", "without that month", "with it", "points"), rows)
    return {
        "learned_by_a_month_top1": Metric(round(gains["top 1"], 4), 0.0001, len(after), more={
            "without": round(top(without), 4), "with": round(top(after), 4)}),
        "learned_by_a_month_coverage": Metric(round(gains["automatic or suggested"], 4), n=len(after), more={
            "automatic": round(gains["automatic"], 4)}),
    }  # fmt: skip


def _offered(answers: list[Answer]) -> float:
    return 1 - band(answers, "unknown").share


def _automatic(answers: list[Answer]) -> float:
    return band(answers, "auto").share
