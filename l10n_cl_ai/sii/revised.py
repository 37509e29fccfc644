"""Whether a document says something else than it did, under the same address: by its sentences, never by its bytes.

What another writing changes (case, spaces, line ends, order) is no change. Nor is what comes and goes by itself:
counters, the day of today, a banner. So a change counts once two sights, a day apart, show the very same.
"""

import hashlib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from .changes import is_error_page
from .row import folded
from .spanish_date import days_in

#: Sentences of a change that are shown, and letters of each; marks of a sight that are kept.
MOST_SHOWN, LONGEST_SHOWN, MOST_MARKS = 30, 400, 400
_END = re.compile(r"(?<=[.;?!])\s+|\n\s*\n|\n(?=[|#>-])")
#: Of a page, and of nobody's duty: how often it was asked for, which page of how many it is, when it was printed.
_COUNTED = re.compile(r"(?:visitas|visto|descargas|descargado|lecturas|pagina) \d[\d ]*(?:veces|de \d+)?")
_WEEKDAY = re.compile(r"\b(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo|hoy|santiago)\b")
_HEADINGS = 3


@dataclass(frozen=True)
class Revision:
    """What two sights of a document have that it did not say, and what both lack of it."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)

    def lines(self) -> list[str]:
        """Return it for people, a sentence a line: + what is new, − what is gone."""
        told = [f"+ {one[:LONGEST_SHOWN]}" for one in self.added] + [f"− {one[:LONGEST_SHOWN]}" for one in self.removed]
        return told if len(told) <= MOST_SHOWN else [*told[:MOST_SHOWN], f"… (+{len(told) - MOST_SHOWN})"]


def differences(before: str, after: str) -> dict[str, str]:
    """Return {mark: sentence} of what a text has that the other has not; its mark begins with + or -."""
    was, now = _sentences(before), _sentences(after)
    new = {f"+{key}": words for key, words in now.items() if key not in was}
    return new | {f"-{key}": words for key, words in was.items() if key not in now}


def revision(found: dict[str, str], seen: Collection[str]) -> Revision:
    """Return what changed, as far as an earlier sight showed it too.

    :param found: ``differences`` of this sight, :param seen: marks of the earlier one
    """
    twice = {mark: words for mark, words in found.items() if mark in seen}
    added = tuple(words for mark, words in twice.items() if mark[0] == "+")
    removed = tuple(words for mark, words in twice.items() if mark[0] == "-")
    # Where something else stands in its place at each sight, what is gone was the first of them.
    comes_and_goes = any(mark[0] == "+" for mark in found.keys() - twice.keys())
    return Revision() if not added and comes_and_goes else Revision(added, removed)


def is_believable(title: str, text: str, before: str) -> bool:
    """Return whether a text is the document's, and not that of an error, a login or half of it."""
    headings = [title, *(line.lstrip("# ") for line in text.splitlines()[:_HEADINGS])]
    return not is_error_page(headings) and len(text) * 4 > len(before)


def _sentences(text: str) -> dict[str, str]:
    """Return {what a sentence is known by: its words}, each once."""
    found = {}
    for words in _pieces(text):
        key = _key(words)
        if key:
            found.setdefault(hashlib.sha256(key.encode()).hexdigest()[:16], words)
    return found


def _pieces(text: str) -> Iterable[str]:
    return (" ".join(piece.split()) for piece in _END.split(text) if piece.strip())


def _key(words: str) -> str:
    """Return what a sentence says; nothing where it is only a counter, a number or the day of today."""
    key = _COUNTED.sub(" ", folded(words))
    bare = "".join(_without_days(words)) if len(words) < 60 else words
    rest = _WEEKDAY.sub(" ", _COUNTED.sub(" ", folded(bare)))
    # Not one expression: it would look for a letter after each digit, and a table has a hundred thousand.
    numbered = re.search(r"\d", rest)
    says = re.search(r"[a-z]{2}", rest) or (numbered and re.search(r"[a-z]", rest[numbered.start() :]))
    return key.strip() if says or "|" in words else ""


def _without_days(words: str) -> Iterable[str]:
    at = 0
    for start, end, _day in days_in(words):
        yield words[at:start]
        at = end
    yield words[at:]
