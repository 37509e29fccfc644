"""When a proposal is good enough: booked by itself, shown, or held back."""

import enum
import math

#: Precision of what is booked by itself: what is promised, and what must be measured for it. On public sets whose later
#: year drifts away from the earlier, a threshold measured at 95 % gave 94 %, one measured at 97 % gave 96 % and more.
PROMISED, REQUIRED = 0.95, 0.97
#: One-sided 95 %.
Z = 1.645
#: Lines without which nothing was measured.
FEWEST = 30
#: Below this a proposal is wrong about as often as right: "no sé".
SHOWN = 0.5


class Band(enum.StrEnum):
    AUTO = "auto"
    SUGGESTED = "suggested"
    UNKNOWN = "unknown"


BANDS = tuple(Band)


def wilson_lower(right: float, seen: float, z: float = Z) -> float:
    """Return the lower bound of a precision of which ``right`` of ``seen`` were measured (Wilson's score interval)."""
    if not seen:
        return 0.0
    share = right / seen
    spread = z * math.sqrt(share * (1 - share) / seen + z * z / (4 * seen * seen))
    return max((share + z * z / (2 * seen) - spread) / (1 + z * z / seen), 0.0)


def lowest_threshold(measured, required: float = REQUIRED, fewest: int = FEWEST) -> float | None:
    """Return the lowest probability from which on the precision's lower bound was as required; None: there is none.

    :param measured: (probability, whether it was right) of lines that the prediction had not seen
    """
    found, right, seen = None, 0, 0
    ordered = sorted(measured, key=lambda one: -one[0])
    for at, (probability, was_right) in enumerate(ordered):
        right, seen = right + bool(was_right), seen + 1
        tied = at + 1 < len(ordered) and ordered[at + 1][0] == probability
        if not tied and seen >= fewest and wilson_lower(right, seen) >= required:
            found = probability
    return found


def band_of(probability: float, threshold: float | None) -> Band:
    """Return the band of a calibrated probability. :param threshold: of what is booked by itself; None: nothing is"""
    if threshold is not None and probability >= max(threshold, SHOWN):
        return Band.AUTO
    return Band.SUGGESTED if probability >= SHOWN else Band.UNKNOWN
