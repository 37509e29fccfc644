"""What answers are worth: right at once, right among three, right where sure, silent where nothing tells."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """What was suggested for one line.

    :param rank: place of the right label among the candidates, 0 the first; None where it is not among them
    :param probability: what the first one was said to be worth; None from who says nothing about it
    :param band: auto, suggested or unknown; empty from who has none
    :param ms: how long it took
    """

    rank: int | None
    probability: float | None = None
    band: str = ""
    ms: float = 0.0

    @property
    def right(self) -> bool:
        return self.rank == 0


def answer_of(right: str, candidates: Sequence[str], **more) -> Answer:
    """Return what a list of candidates, best first, is worth."""
    return Answer(list(candidates).index(right) if right in candidates else None, **more)


def top(answers: Sequence[Answer], k: int = 1) -> float:
    """Return the share of lines whose label is among the first k; 0 where there are none."""
    hits = sum(answer.rank is not None and answer.rank < k for answer in answers)
    return hits / len(answers) if answers else 0.0


def percentile(values: Iterable[float], share: float) -> float:
    """Return the least value that so many do not exceed (nearest rank); 0 where there are none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


@dataclass(frozen=True)
class Band:
    """:param share: of all lines; :param precision: share of right ones in it, None where it is empty"""

    n: int
    right: int
    share: float

    @property
    def precision(self) -> float | None:
        return self.right / self.n if self.n else None


def band(answers: Sequence[Answer], name: str) -> Band:
    """Return what one band holds."""
    inside = [answer for answer in answers if answer.band == name]
    return Band(len(inside), sum(answer.right for answer in inside), len(inside) / len(answers) if answers else 0.0)


def coverage_at(answers: Sequence[Answer], precision: float) -> float:
    """Return the most lines, as a share, that one threshold could answer with such precision: known only afterwards."""
    rated = sorted((a for a in answers if a.probability is not None), key=lambda a: -a.probability)
    best = hits = 0
    for n, answer in enumerate(rated, 1):
        hits += answer.right
        # A threshold takes all of one probability or none.
        whole = n == len(rated) or rated[n].probability != answer.probability
        if whole and hits / n >= precision:
            best = n
    return best / len(answers) if answers else 0.0


def calibration_error(answers: Sequence[Answer], bins: int = 10) -> float:
    """Return by how much probabilities differ from what came true, on average over lines (ECE)."""
    groups: dict[int, list[Answer]] = {}
    rated = [answer for answer in answers if answer.probability is not None]
    for answer in rated:
        groups.setdefault(min(bins - 1, int(answer.probability * bins)), []).append(answer)
    off = sum(abs(sum(a.probability for a in group) - sum(a.right for a in group)) for group in groups.values())
    return off / len(rated) if rated else 0.0
