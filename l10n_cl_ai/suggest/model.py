"""What an index has learned about itself: weights, calibration, threshold; kept as JSON."""

from dataclasses import asdict, dataclass, field

from .bands import Band, band_of
from .fitting import calibrated
from .scoring import DEFAULT_WEIGHTS, Candidate

#: Without lines of its own to measure by, a company's history is not believed beyond this: nothing is ever automatic.
MOST_UNMEASURED = 0.9


@dataclass(frozen=True)
class Fitted:
    """:param threshold: of the automatic band; None: there is none

    :param precision: of the automatic band, with its lower bound, its share of lines (coverage) and how many lines were
        seen in all, as measured on the last months
    """

    weights: tuple[float, ...] = DEFAULT_WEIGHTS
    chances: dict | None = None
    threshold: float | None = None
    precision: float = 0.0
    lower: float = 0.0
    coverage: float = 0.0
    seen: int = 0
    bands: dict = field(default_factory=dict)

    @classmethod
    def from_json(cls, value) -> "Fitted":
        known = {name: value[name] for name in cls.__dataclass_fields__ if name in (value or {})}
        if len(known.get("weights", ())) != len(DEFAULT_WEIGHTS):
            known.pop("weights", None)
        else:
            known["weights"] = tuple(map(float, known["weights"]))
        return cls(**known)

    def to_json(self) -> dict:
        return asdict(self)

    def probability(self, candidate: Candidate) -> float:
        """Return how likely a candidate is right, as measured on this company's own last months where there are any."""
        if self.chances:
            return calibrated(candidate.confidence, self.chances)
        enough = candidate.vendor_lines / (candidate.vendor_lines + 1)
        return min(candidate.probability, MOST_UNMEASURED) * (0.4 + 0.3 * candidate.known + 0.3 * enough)

    def band(self, probability: float) -> Band:
        return band_of(probability, self.threshold if self.chances else None)
