"""What a reader of the semantic set found: recall and precision per topic, alarms on clean documents."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .recipe import Case


@dataclass(frozen=True)
class Judged:
    """One twin and what was said about it.

    :param remarks: (topic, path) of each remark; None where there was no answer
    """

    case: Case
    planted: bool
    remarks: Sequence[tuple[str, str]] | None


@dataclass
class Score:
    """Counts, of which every figure is a share.

    :param planted: documents with a defect of this topic; ``found``: of them, those where a remark names it
    :param said: remarks of this topic; ``right``: of them, those about a planted defect
    :param clean: clean twins; ``alarmed``: of them, those with any remark
    :param unanswered: twins without an answer; their defects count as not found
    """

    planted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    clean: int = 0
    alarmed: int = 0
    unanswered: int = 0

    @property
    def topics(self) -> list[str]:
        return sorted(self.planted.keys() | self.said.keys())


def score(judged: Iterable[Judged]) -> Score:
    """Return what these answers come to. A remark is right where it names the topic and the place of what was planted.

    A topic by which a careful reader could name the same defect is right, too, and counts for itself in precision.
    """
    total = Score()
    for each in judged:
        total.unanswered += each.remarks is None
        remarks = each.remarks or ()
        right = [code for code, path in remarks if each.planted and each.case.accepts(code, path)]
        total.said.update(code for code, _path in remarks)
        total.right.update(right)
        if each.planted:
            total.planted[each.case.code] += 1
            total.found[each.case.code] += bool(right)
        else:
            total.clean += 1
            total.alarmed += bool(remarks)
    return total
