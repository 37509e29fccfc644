"""How often the first, or one of three, is right: ours, scikit-learn, ``ts_rank`` and the supplier's history."""

import collections

from ..harness import Metric, Options, say, share, table
from ..review import shell
from . import contest, sets
from .scoring import top

#: Points (of 1) by which ours is to beat the supplier's most frequent label, and may be behind scikit-learn.
AHEAD, BEHIND = 0.20, 0.01
#: Sets on which it is to be that far ahead of the supplier; an account is mostly the supplier's anyway.
AHEAD_ON = ("chilean small", "chilean big", "set c programme")


def quality(options: Options) -> dict[str, Metric]:
    metrics: dict[str, Metric] = {}
    for name in sets.names():
        try:
            held = contest.held(name, options.seed)
        except shell.NotMeasured as why:
            say(f"  {name} was not measured: {why}")
            metrics[f"top1 {name}"] = Metric(None, more={"skipped": str(why)})
            continue
        _show(held, options.verbose)
        metrics |= _metrics(held)
    return metrics


def _show(held: contest.Contest, verbose: bool) -> None:
    material, sklearn = held.material, held.sklearn
    labels = len({material.answer(row) for row in material.history})
    table(
        f"{material.name}: {material.cut:,} lines of history, {labels} labels; {len(held.asked):,} later lines asked",
        ("", "top 1", "top 3"),
        ((name, share(sum(a.right for a in answers), len(answers)), f"{100 * top(answers, 3):.1f} %")
         for name, answers in held.answers.items()),
    )  # fmt: skip
    if sklearn:
        told = held.told
        say(f"  scikit-learn: {sklearn.models} over {sklearn.words}, learned in {sklearn.fit_s:.0f} s; ours learned in "
            f"{told['learn_s']:.0f} s, measured itself in {told['measure_s']:.0f} s, {told['mb']:.0f} MB")  # fmt: skip
    natures = collections.Counter(row.nature for row in held.asked)
    if len(natures) > 1 or verbose:
        table("By what decides where a line goes", ("", "n", *held.answers), (
            (nature, n, *(_of(held, answers, nature) for answers in held.answers.values()))
            for nature, n in natures.most_common()
        ))  # fmt: skip


def _of(held: contest.Contest, answers, nature: str) -> str:
    own = [answer for row, answer in zip(held.asked, answers, strict=True) if row.nature == nature]
    return f"{100 * top(own):.0f} %"


def _metrics(held: contest.Contest) -> dict[str, Metric]:
    name, n = held.material.name, len(held.asked)
    ours = top(held.answers["ours"])
    ahead = {peer: ours - top(answers) for peer, answers in held.answers.items() if peer != "ours"}
    metrics = {
        f"top1 {name}": Metric(round(ours, 4), n=n, more={
            "top3": round(top(held.answers["ours"], 3), 4),
            **{peer: [round(top(answers), 4), round(top(answers, 3), 4)] for peer, answers in held.answers.items()}}),
        f"ahead_of_supplier {name}": Metric(round(ahead["supplier"], 4), AHEAD if name in AHEAD_ON else None, n, more={
            "of_last": round(ahead["supplier, last"], 4)}),
        f"ahead_of_ts_rank {name}": Metric(round(ahead["ts_rank"], 4), n=n),
    }  # fmt: skip
    if "scikit-learn" in ahead:
        metrics[f"ahead_of_sklearn {name}"] = Metric(
            round(ahead["scikit-learn"], 4), -BEHIND, n, more={"words": held.sklearn.words})
    else:
        metrics[f"ahead_of_sklearn {name}"] = Metric(None, -BEHIND, more={"skipped": "scikit-learn can't be had"})
    return metrics
