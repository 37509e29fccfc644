"""A model of known quality: it answers by a plan, so that what the harness must report is known beforehand."""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..dte.material import load_rules
from .recipe import Case
from .scoring import Judged

load_rules()
from l10n_cl_ai.review import Picture, topics_for  # noqa: E402 - importable only now

#: What the model does with a share of a topic's cases, in this order; the rest it answers with "nothing".
ON_PLANTED = ("names", "elsewhere", "other_topic", "invents", "abstains")
ON_CLEAN = ("over_reports", "invents", "abstains")


@dataclass(frozen=True)
class Quality:
    """How often, of the cases of each topic. Shares of one twin add up to one at most.

    :param names: names the planted defect where it is; :param elsewhere: its topic, at another place
    :param other_topic: another topic at the place; :param over_reports: remarks on the clean twin
    :param invents: quotes what is not there, twice; :param abstains: can't tell, whichever model is asked
    """

    names: float = 1.0
    elsewhere: float = 0.0
    other_topic: float = 0.0
    over_reports: float = 0.0
    invents: float = 0.0
    abstains: float = 0.0


@dataclass(frozen=True)
class Twin:
    """A twin as it is asked about."""

    case: Case
    planted: bool
    picture: Picture


@dataclass(frozen=True)
class Planned:
    """What the model will answer about a twin, and what must come of it."""

    answer: dict
    judged: Judged


def plan(twins: Iterable[Twin], quality: Quality, seed: int) -> dict[tuple[str, bool], Planned]:
    """Return {(case, planted): what is answered}, exactly as often as the quality says, rounded to whole cases."""
    groups: dict[tuple[str, bool], list[Twin]] = defaultdict(list)
    for twin in twins:
        groups[twin.case.code, twin.planted].append(twin)
    planned = {}
    for (code, planted), group in groups.items():
        random.Random(f"{seed} {code} {planted}").shuffle(group)
        acts = _acts(quality, ON_PLANTED if planted else ON_CLEAN, len(group))
        planned |= {(twin.case.id, planted): _planned(act, twin) for act, twin in zip(acts, group, strict=True)}
    return planned


def _acts(quality: Quality, names: Iterable[str], number: int) -> list[str]:
    acts = [name for name in names for _ in range(round(getattr(quality, name) * number))]
    return (acts + ["nothing"] * number)[:number]


def _planned(act: str, twin: Twin) -> Planned:
    remark = _ACTS[act](twin) if act in _ACTS else None
    if act == "abstains":
        return Planned({"outcome": "cannot_tell", "remarks": []}, Judged(twin.case, twin.planted, None))
    if remark is None:
        return Planned({"outcome": "nothing", "remarks": []}, Judged(twin.case, twin.planted, ()))
    told = None if act == "invents" else ((remark["code"], remark["path"]),)
    return Planned({"outcome": "remarks", "remarks": [remark]}, Judged(twin.case, twin.planted, told))


def _names(twin: Twin) -> dict:
    return _remark(twin.case.code, twin.case.path, twin.case.quote)


def _elsewhere(twin: Twin) -> dict | None:
    return _first(twin, [twin.case.code])


def _other_topic(twin: Twin) -> dict | None:
    return _first(twin, [code for code in topics_for(twin.picture.type) if code != twin.case.code])


def _over_reports(twin: Twin) -> dict | None:
    return _first(twin, [twin.case.code])


def _invents(twin: Twin) -> dict:
    return _remark(twin.case.code, twin.case.path, "Estas palabras no están en el documento")


_ACTS = {
    "names": _names, "elsewhere": _elsewhere, "other_topic": _other_topic, "over_reports": _over_reports,
    "invents": _invents,
}  # fmt: skip


def _first(twin: Twin, codes: list[str]) -> dict | None:
    """Return a remark the reader takes and that is not about what was planted; None where there is no place for one."""
    topics = topics_for(twin.picture.type)
    for code in codes:
        for path, value in twin.picture.values.items():
            text = str(value)
            right = twin.planted and twin.case.accepts(code, path)
            if path.startswith(topics[code].places) and len(text) > 3 and not right:
                return _remark(code, path, text[:120])
    return None


def _remark(code: str, path: str, quote: str) -> dict:
    return {
        "code": code, "path": path, "quote": quote, "reason": "No calza con el resto del documento.",
        "suggestion": "", "confidence": 90,
    }  # fmt: skip


def all_alike(twins: Iterable[Twin], act: str) -> Mapping[tuple[str, bool], Planned]:
    """Return the plan of a model that does the same with every twin, where it can."""
    return {(twin.case.id, twin.planted): _planned(act, twin) for twin in twins}
