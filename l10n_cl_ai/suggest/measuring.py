"""Measuring a company's own history: what would have been proposed for each line before it was booked, was it right?"""

from dataclasses import dataclass

from .bands import Band, band_of, lowest_threshold, wilson_lower
from .fitting import Case, calibrated, calibration, weights
from .model import Fitted
from .scoring import Candidate, weighed


@dataclass(frozen=True)
class Seen:
    """A line of the past as it looked before it was booked, and what it was booked on."""

    candidates: tuple[Candidate, ...]
    truth: str


def fit(earlier: list[Seen], later: list[Seen]) -> Fitted:
    """Return what a company's index learns about itself.

    :param earlier: lines by which the signs are weighed
    :param later: lines after those, by which the result is calibrated and measured
    """
    found = weights([_case(seen) for seen in earlier])
    again = [(weighed(list(seen.candidates), found), seen.truth) for seen in later]
    tops = [(ranked[0] if ranked else None, truth) for ranked, truth in again]
    chances = calibration([(top.confidence, top.label == truth) for top, truth in tops if top])
    if chances is None:
        return Fitted(found, seen=len(later))
    measured = [
        (calibrated(top.confidence, chances), top.label == truth) if top else (0.0, False) for top, truth in tops
    ]
    threshold = lowest_threshold(measured)
    bands = _bands(measured, threshold)
    auto = bands[Band.AUTO]
    return Fitted(found, chances, threshold, auto["precision"], auto["lower"], auto["coverage"], len(measured), bands)


def _case(seen):
    labels = [one.label for one in seen.candidates]
    truth = labels.index(seen.truth) if seen.truth in labels else None
    return Case(tuple(one.signs for one in seen.candidates), truth)


def _bands(measured, threshold):
    """Return {band: {seen, right, precision, lower, coverage}}."""
    found = {}
    for band in Band:
        own = [right for probability, right in measured if band_of(probability, threshold) is band]
        right, seen = sum(own), len(own)
        found[band] = {
            "seen": seen,
            "right": right,
            "precision": right / seen if seen else 0.0,
            "lower": wilson_lower(right, seen),
            "coverage": seen / len(measured) if measured else 0.0,
        }
    return found
