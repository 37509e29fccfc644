"""Learning from a company's own lines how much each sign counts, and how far to trust the result.

Small and convex: a dozen weights, held near those that fit everywhere, by gradient descent with the steps of Adagrad.
What a case shows was found before its line was learned.
"""

import math
from dataclasses import dataclass

from .scoring import DEFAULT_WEIGHTS

#: How strongly the weights are held to the given ones, in lines.
HOLD = 30.0
#: Cases without which the given weights stay.
FEWEST_CASES = 100
_ROUNDS = 60


@dataclass(frozen=True)
class Case:
    """A line of the past: the signs of its candidates, and which of them it was booked on (None: none of them)."""

    signs: tuple[tuple[float, ...], ...]
    truth: int | None


def weights(cases, start=DEFAULT_WEIGHTS) -> tuple[float, ...]:
    """Return the weights under which what was booked is likeliest, near the given ones."""
    usable = [case for case in cases if case.truth is not None]
    if len(usable) < FEWEST_CASES:
        return tuple(start)
    return _descend(list(start), lambda current: _slope(usable, current, start))


def _slope(cases, current, start):
    slope = [2 * HOLD * (now - given) for now, given in zip(current, start, strict=True)]
    for case in cases:
        scores = [sum(map(float.__mul__, current, row)) for row in case.signs]
        top = max(scores)
        raised = [math.exp(score - top) for score in scores]
        whole = sum(raised)
        for at, (row, value) in enumerate(zip(case.signs, raised, strict=True)):
            pull = value / whole - (at == case.truth)
            if abs(pull) > 1e-4:
                for sign, known in enumerate(row):
                    slope[sign] += pull * known
    return slope


def calibration(measured) -> dict | None:
    """Return how a candidate's ``confidence`` becomes a probability: a logistic regression on standardised signs.

    :param measured: (``Candidate.confidence``, whether it was right) of lines unknown to the weights
    :return: {"mean", "scale", "weights"} as JSON can keep it; None where there are too few
    """
    measured = list(measured)
    if len(measured) < FEWEST_CASES:
        return None
    columns = list(zip(*(signs for signs, _right in measured), strict=True))
    mean = [sum(column) / len(column) for column in columns]
    scale = [
        math.sqrt(sum((value - middle) ** 2 for value in column) / len(column)) or 1.0
        for column, middle in zip(columns, mean, strict=True)
    ]
    rows = [(_standard(signs, mean, scale), float(right)) for signs, right in measured]
    found = _descend([0.0] * (len(mean) + 1), lambda current: _slope_of_chance(rows, current))
    return {"mean": mean, "scale": scale, "weights": list(found)}


def _standard(signs, mean, scale):
    return [1.0, *((value - middle) / spread for value, middle, spread in zip(signs, mean, scale, strict=True))]


def calibrated(signs, found: dict) -> float:
    """Return the probability that ``calibration`` gives to these signs."""
    row = _standard(signs, found["mean"], found["scale"])
    return _chance(sum(map(float.__mul__, map(float, found["weights"]), row)))


def _slope_of_chance(rows, current):
    slope = [2.0 * weight for weight in current]
    for row, right in rows:
        pull = _chance(sum(map(float.__mul__, current, row))) - right
        for at, value in enumerate(row):
            slope[at] += pull * value
    return slope


def _chance(score):
    return 1 / (1 + math.exp(-max(min(score, 30), -30)))


def _descend(current, slope_of):
    """Return where the slope ends. Adagrad: each weight with a step of its own."""
    steps = [1e-8] * len(current)
    for _round in range(_ROUNDS):
        slope = slope_of(current)
        for at, value in enumerate(slope):
            steps[at] += value * value
            current[at] -= 0.5 * value / math.sqrt(steps[at])
    return tuple(current)
