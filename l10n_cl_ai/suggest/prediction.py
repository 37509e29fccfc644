"""From candidates to what a person is shown: what they may see of it, how likely it is, and what it rests on."""

from dataclasses import dataclass, replace

from .bands import Band
from .model import Fitted
from .scoring import Candidate, Evidence

#: Candidates that are kept of a line, and lines shown as what one rests on.
KEPT, SHOWN_SOURCES = 5, 8
#: Below this a candidate is none.
LEAST = 0.01


@dataclass(frozen=True)
class Choice:
    """:param method: "rule", "history" (the supplier's own lines), "similar" (lines of others), "ai"

    :param sources: ids of the lines it was learned from, nearest first
    """

    label: str
    probability: float
    method: str
    sources: tuple[int, ...] = ()


@dataclass(frozen=True)
class Prediction:
    """:param nearest: ids of the lines most like this one, whatever they were booked on"""

    choices: tuple[Choice, ...] = ()
    band: Band = Band.UNKNOWN
    nearest: tuple[int, ...] = ()

    @property
    def best(self) -> Choice | None:
        return self.choices[0] if self.choices else None

    def ruled(self, label: str) -> "Prediction":
        """Return this with what a rule of the company says put first: rules win, and are certain."""
        others = tuple(choice for choice in self.choices if choice.label != label)
        return replace(self, choices=(Choice(label, 1.0, "rule"), *others)[:KEPT], band=Band.AUTO)


def predict(found: list[Candidate], evidence: Evidence, fitted: Fitted, visible) -> Prediction:
    """Return what to propose. :param visible: labels that may be proposed

    What may not be proposed keeps its share: where it was the likeliest, the others don't become likely by its absence.
    """
    shown = [one for one in found if one.label in visible]
    nearest = tuple(near.source for near in evidence.neighbours if near.label in visible)[:SHOWN_SOURCES]
    top = shown[0] if shown else None
    chance = fitted.probability(top) if top else 0.0
    if chance < LEAST:
        return Prediction(nearest=nearest)
    factor = chance / top.probability if top.probability else 0
    rest = [(one, min(one.probability * factor, 1 - chance, chance)) for one in shown[1:KEPT]]
    choices = tuple(
        Choice(one.label, round(likely, 4), _method(one), _sources(one, evidence))
        for one, likely in [(top, chance), *rest]
        if likely >= LEAST
    )
    return Prediction(choices, fitted.band(chance), nearest)


def _method(candidate):
    return "history" if candidate.vendor_known else "similar"


def _sources(candidate, evidence):
    return tuple(near.source for near in evidence.neighbours if near.label == candidate.label)[:SHOWN_SOURCES]
