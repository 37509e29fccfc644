"""How well and how fast the knowledge base is searched, with noisy questions, beside ``ts_rank`` and ``bm25s``.

An article is an official question (its title) and its answer (its body); what is asked is the question made noisy: no
accents, no stop words, 35 % of the words dropped, one slip. What answers word for word alike counts as right too.
Settings were chosen on one half of the questions, told by their ids; the goals are on the other.
"""

import hashlib
import json
import pathlib
import random

from ..harness import Metric, Options, say, shared_data, table
from ..review import shell
from ..suggest.scoring import percentile
from . import retrieval_bm25s
from .retrieval_noise import noisy

R5, MRR, P99 = 0.93, 0.86, 3.0
TIMEOUT = 900
_HERE = pathlib.Path(__file__).parent


def retrieval(options: Options) -> dict[str, Metric]:
    folder = shared_data()
    path = folder / "sii_faq.jsonl" if folder else None
    if path is None or not path.exists():
        say("  There is no sii_faq.jsonl beside this checkout: retrieval was not measured.")
        return _skipped("no sii_faq.jsonl")
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    asked = _questions(rows, options.seed)
    try:
        found = shell.run("retrieval_shell.py", {"rows": rows, "asked": asked}, None, TIMEOUT, _HERE)
    except shell.NotMeasured as why:
        say(f"  Retrieval was not measured: {why}")
        return _skipped(str(why))
    peer = retrieval_bm25s.answers(rows, asked)
    if peer:
        found["answers"]["bm25s"], found["ms"]["bm25s"] = peer
    return _told(rows, asked, found)


def _skipped(why: str) -> dict[str, Metric]:
    goals = {"retrieval_r5": R5, "retrieval_mrr": MRR}
    return {name: Metric(None, goal, more={"skipped": why}) for name, goal in goals.items()}


def _questions(rows: list[dict], seed: int) -> list[str]:
    chance = random.Random(seed)
    return [noisy(row["question"], chance) for row in rows]


def is_tuning(row: dict) -> bool:
    """Whether settings may be chosen by this question."""
    return int(hashlib.md5(row["id"].encode(), usedforsecurity=False).hexdigest(), 16) % 2 == 0


def _told(rows: list[dict], asked: list[str], found: dict) -> dict[str, Metric]:
    alike: dict[str, set[int]] = {}
    for at, row in enumerate(rows):
        alike.setdefault(row["answer"], set()).add(at)
    measured = {}
    for name, answers in found["answers"].items():
        ranks = [
            next((place for place, at in enumerate(answer, 1) if at in alike[row["answer"]]), 0)
            for row, answer in zip(rows, answers, strict=True)
        ]
        measured[name] = {half: _scores(rows, ranks, half == "tuned on") for half in ("tuned on", "measured")}
    table(
        f"{len(rows)} articles; noisy questions; ms by the clock of one search",
        ("", "half", "n", "R@1", "R@5", "MRR@10", "p50 ms", "p99 ms"),
        (
            (name, half, *(f"{value:.3f}" if value < 2 else value for value in scores.values()),
             f"{percentile(found['ms'][name], 0.5):.2f}", f"{percentile(found['ms'][name], 0.99):.2f}")
            for name, halves in measured.items() for half, scores in halves.items()
        ),
    )  # fmt: skip
    say(f"  learning all articles took {found['learn_s']:.1f} s; the index has {found['mb']:.1f} MB")
    ours, n = measured["ours"]["measured"], measured["ours"]["measured"]["n"]
    metrics = {
        "retrieval_r5": Metric(round(ours["r5"], 4), R5, n),
        "retrieval_mrr": Metric(round(ours["mrr"], 4), MRR, n),
        "retrieval_p50_ms": Metric(round(percentile(found["ms"]["ours"], 0.5), 3), None, len(asked)),
        "retrieval_p99_ms": Metric(round(percentile(found["ms"]["ours"], 0.99), 3), P99, len(asked), most=True),
        "retrieval_whole_p99_ms": Metric(round(percentile(found["ms"]["whole"], 0.99), 3), None, len(asked)),
    }
    for name in measured:
        if name not in ("ours", "whole"):
            scores = measured[name]["measured"]
            key = name.split()[0].replace("-", "_")
            metrics[f"retrieval_{key}_r5"] = Metric(round(scores["r5"], 4), None, scores["n"])
            metrics[f"retrieval_{key}_mrr"] = Metric(round(scores["mrr"], 4), None, scores["n"])
    return metrics


def _scores(rows: list[dict], ranks: list[int], tuning: bool) -> dict[str, float]:
    some = [rank for row, rank in zip(rows, ranks, strict=True) if is_tuning(row) == tuning]
    n = len(some)
    return {
        "n": n,
        "r1": sum(rank == 1 for rank in some) / n,
        "r5": sum(0 < rank <= 5 for rank in some) / n,
        "mrr": sum(1 / rank for rank in some if rank) / n,
    }
