"""The provider's list of models, read without trust: it comes over the network, and all companies share what it says.

An entry that is no model is left out; of one that is, what makes no sense counts as not said.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple, TypedDict

#: Ids are put into addresses and written to columns.
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}")
#: From least to most, as the provider names them.
EFFORTS = ("low", "medium", "high", "xhigh", "max")
#: Many times what any provider lists.
MODELS_AT_MOST = 300
#: A model that takes or gives fewer tokens could answer nothing we ask; none takes more.
TOKENS = range(1_000, 10_000_001)
_LIFECYCLES = ("active", "deprecated", "retired")
_DAY = re.compile(r"(20[0-9]{2}-[0-9]{2}-[0-9]{2})(?:T.*)?")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,31}")
_LABEL_LENGTH = 100
_WORDS_AT_MOST = 20


class Facts(TypedDict, total=False):
    """What a list says of a model, under the names of our fields; what it does not say is missing.

    ``retires_on`` is None where the provider says that no end is planned; both counts are tokens.
    """

    name: str
    label: str
    line: str
    lifecycle: str
    retires_on: date | None
    max_input_tokens: int
    max_output_tokens: int
    effort_levels: str
    thinking_types: str


class Catalog(NamedTuple):
    """:param wrong: what was left out: places and names of fields, nothing of what stood there"""

    models: list[Facts]
    wrong: list[str]


def read(listed: Iterable[Any]) -> Catalog:
    """Return the models of a list as the provider's API words it, each id once. Raises for nothing in the list."""
    models: dict[str, Facts] = {}
    wrong: list[str] = []
    for place, entry in enumerate(listed, start=1):
        if place > MODELS_AT_MOST:
            wrong.append(f"entries from {place} on: there are too many")
            break
        facts, unread = _entry(entry)
        wrong += [f"entry {place}: {name}" for name in unread]
        if facts:
            models.setdefault(facts["name"], facts)
    return Catalog(list(models.values()), wrong)


def _entry(entry: Any) -> tuple[Facts | None, list[str]]:
    """Return what an entry says, None where it is no model, and the names of what could not be read."""
    if not isinstance(entry, Mapping) or not isinstance(name := entry.get("id"), str) or not ID.fullmatch(name):
        return None, ["id"]
    facts, unread = Facts(name=name), []
    for ours, (theirs, reader) in _FIELDS.items():
        said = _said(entry, theirs)
        if said is None:
            if ours == "retires_on" and theirs[0] in entry:
                facts["retires_on"] = None
            continue
        value = reader(said)
        if value is None:
            unread.append(".".join(theirs))
        else:
            facts[ours] = value
    return facts, unread


def _said(entry: Any, path: tuple[str, ...]) -> Any:
    """Return what stands at a path, None for nothing; what is in the path's way is what stands there."""
    for key in path:
        if not isinstance(entry, Mapping):
            return entry
        entry = entry.get(key)
    return entry


def _label(said: Any) -> str | None:
    fits = isinstance(said, str) and 0 < len(said) <= _LABEL_LENGTH and said.isprintable() and said.strip()
    return said if fits else None


def _line(said: Any) -> str | None:
    return said if isinstance(said, str) and _WORD.fullmatch(said) else None


def _lifecycle(said: Any) -> str | None:
    return said if isinstance(said, str) and said in _LIFECYCLES else None


def _day(said: Any) -> date | None:
    """Return the day of a moment (RFC 3339)."""
    written = _DAY.fullmatch(said) if isinstance(said, str) else None
    try:
        return date.fromisoformat(written[1]) if written else None
    except ValueError:
        return None


def _tokens(said: Any) -> int | None:
    return said if type(said) is int and said in TOKENS else None


def _efforts(said: Any) -> str | None:
    return _supported(said, EFFORTS) if isinstance(said, Mapping) else None


def _types(said: Any) -> str | None:
    if not isinstance(said, Mapping) or len(said) > _WORDS_AT_MOST:
        return None
    return _supported(said, sorted(name for name in said if isinstance(name, str) and _WORD.fullmatch(name)))


def _supported(said: Mapping, names: Iterable[str]) -> str | None:
    """Return of names those marked as supported; None where a mark is neither yes nor no."""
    marks = {name: said[name] for name in names if said.get(name) is not None}
    if not all(isinstance(mark, Mapping) and isinstance(mark.get("supported"), bool) for mark in marks.values()):
        return None
    return " ".join(name for name, mark in marks.items() if mark["supported"])


#: Our fields: where the provider says it, and how it is read.
_FIELDS = {
    "label": (("display_name",), _label),
    "line": (("line",), _line),
    "lifecycle": (("lifecycle",), _lifecycle),
    "retires_on": (("retires_at",), _day),
    "max_input_tokens": (("max_input_tokens",), _tokens),
    "max_output_tokens": (("max_tokens",), _tokens),
    "effort_levels": (("capabilities", "effort"), _efforts),
    "thinking_types": (("capabilities", "thinking", "types"), _types),
}
