"""One contest a set: ours and all peers learn the same history and answer the same lines, in one run."""

import functools
import pathlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..harness import say
from ..review import shell
from . import history, sets, sklearn_peer
from .rows import Material, Row
from .scoring import Answer

HERE = pathlib.Path(__file__).parent
TIMEOUT = 3000


@dataclass
class Contest:
    """:param answers: by contestant, of the rows asked in their order

    :param told: what our side says of itself: seconds of learning, size, what the index has measured
    """

    material: Material
    asked: list[Row]
    answers: dict[str, list[Answer]]
    told: dict = field(default_factory=dict)
    sklearn: sklearn_peer.Learned | None = None


@functools.cache
def held(name: str, seed: int, peers: bool = True, most: int = sets.ASKED) -> Contest:
    """Hold a contest, or return the one held before in this process.

    :param peers: else ours alone
    :raises NotMeasured: Odoo can't be had
    """
    material = sets.load(name, seed)
    numbers = sets.asked(material, seed, most)
    asked = [material.rows[n] for n in numbers]
    [step], told = steps(name, seed, [{"learn": material.cut, "ask": numbers}], peers)
    contest = Contest(material, asked, {"ours": step["ours"]}, {**told, **step["told"]})
    if peers:
        contest.answers["ts_rank"] = step["ts_rank"]
        contest.answers["supplier"] = history.SupplierHistory(material).answers(asked)
        contest.answers["supplier, last"] = history.LastTime(material).answers(asked)
        contest.sklearn = sklearn_peer.learned(material, asked)
        if contest.sklearn:
            contest.answers["scikit-learn"] = contest.sklearn.answers
    return contest


def steps(name: str, seed: int, given: Sequence[dict], peer: bool) -> tuple[list[dict], dict]:
    """Have ours, and ``ts_rank``, learn and answer step by step; return ([{ours, ts_rank, told}], what all share)."""
    say(f"  {name}: learning and asking …")
    found = shell.run(
        "contest_shell.py", {"set": name, "seed": seed, "steps": list(given), "peer": peer}, None, TIMEOUT, HERE)
    made = []
    for step in found.pop("steps"):
        answers = step.pop("answers")
        made.append({
            "ours": [Answer(*row[:4]) for row in answers],
            "ts_rank": [Answer(row[4], ms=row[5]) for row in answers], "told": step,
        })  # fmt: skip
    return made, found
