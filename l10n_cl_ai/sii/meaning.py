"""What a document of the SII is about, told by words and days alone: free, at once, and each with the words that
said so.

It is a first sorting for people, no legal opinion: it decides order and deadline of the work, never what is due.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from .row import folded
from .spanish_date import days_in
from .vocabulary import BINDING, EVERY_TYPE, FROM, INTERNAL, REGIMES, SANCTION, TAXES, TYPES, UNTIL

#: From 1 (nothing to do) to 5 (what is issued changes); letters that are looked at.
IMPACTS = (1, 2, 3, 4, 5)
_LONGEST = 60_000
#: Letters before a day in which stands what it is the day of; letters of a quote.
_BEFORE, _QUOTE = 90, 200
_MOST_DAYS, _MOST_WORDS = 12, 20


@dataclass(frozen=True)
class Dated:
    """:param what: *from* (it holds from then on) or *until* (a term ends); :param quote: the words around it"""

    day: date
    what: str
    quote: str


@dataclass(frozen=True)
class Meaning:
    """:param impact: one of ``IMPACTS``; :param types: DTE types; :param words: what said so, as {topic: words
    found}"""

    impact: int
    types: tuple[int, ...] = ()
    taxes: tuple[str, ...] = ()
    regimes: tuple[str, ...] = ()
    days: tuple[Dated, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def deadline(self, today: date) -> date | None:
        """Return the first day named that is still to come."""
        return min((dated.day for dated in self.days if dated.day >= today), default=None)


def meaning_of(title: str, text: str, wanted: Iterable[str] = ()) -> Meaning:
    """Return what a document is about.

    :param wanted: words that matter to a company: a document with one of them has at least impact 4
    """
    head, body = f" {folded(title)} ", f" {folded(text[:_LONGEST])} "
    types, words = _types(head, body)
    found = {"taxes": _named(TAXES, head, body, words), "regimes": _named(REGIMES, head, body, words)}
    own = [word for word in map(folded, wanted) if word and f" {word} " in head + body]
    if own:
        words["wanted"] = tuple(own)
    days = tuple(_days(text[:_LONGEST]))
    impact = _impact(head, body, types, found["taxes"], days, words)
    return Meaning(
        max(impact, 4) if own else impact, types, found["taxes"], found["regimes"], days,
        {topic: tuple(said)[:_MOST_WORDS] for topic, said in words.items()},
    )  # fmt: skip


def _types(head: str, body: str) -> tuple[tuple[int, ...], dict[str, tuple[str, ...]]]:
    """Return the types that a document is about: those of its title; of its text where the title names none."""
    for where in (head, body):
        found, words = set(), []
        for kind, names in TYPES.items():
            said = [name for name in names if f" {name} " in where]
            # A note of exports is no other note.
            if kind in (56, 61) and all(f"{name} de exportacion" in where for name in said):
                said = [name for name in said if where.count(f" {name} ") > where.count(f" {name} de exportacion")]
            found.update([kind] if said else [])
            words.extend(said)
        every = [name for name in EVERY_TYPE if f" {name} " in where]
        if every and where is head:
            found, words = set(TYPES), [*words, *every]
        elif every and not found:
            found, words = set(TYPES), every
        if found:
            return tuple(sorted(found)), {"types": tuple(words)}
    return (), {}


def _named(vocabulary: Mapping[str, tuple[str, ...]], head: str, body: str, words: dict) -> tuple[str, ...]:
    found = []
    for topic, names in vocabulary.items():
        said = [name for name in names if f" {name} " in head]
        # In a text a word may stand by the way: it has to come again.
        said += [name for name in names if name not in said and body.count(f" {name} ") >= 2]
        if said:
            found.append(topic)
            words[topic] = tuple(said)
    return tuple(found)


def _impact(head: str, body: str, types, taxes, days, words: dict) -> int:
    internal = [name for name in INTERNAL if f" {name} " in head]
    binding = [name for name in BINDING if f" {name} " in head] or [
        name for name in BINDING if body.count(f" {name} ") >= 2
    ]
    sanction = [name for name in SANCTION if f" {name} " in head + body]
    if internal and not types:
        words["internal"] = tuple(internal)
        return 1
    if binding:
        words["binding"] = tuple(binding)
    if sanction:
        words["sanction"] = tuple(sanction)
    if types and binding:
        return 5
    if types or (taxes and binding and (days or sanction)):
        return 4
    if taxes and binding:
        return 3
    return 2 if taxes or binding else 1


def as_written(words: str, text: str) -> str:
    """Return folded words as they stand in a text, with their accents and in small letters; else as they are."""
    signs = {"a": "[aáà]", "e": "[eé]", "i": "[ií]", "o": "[oó]", "u": "[uúü]", "n": "[nñ]", " ": r"[\W_]{1,8}"}
    pattern = "".join(signs.get(sign, re.escape(sign)) for sign in words)
    found = re.search(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE)
    return " ".join(found[0].split()).lower() if found else words


def _days(text: str) -> Iterable[Dated]:
    """Yield the days that a text gives to act by, each once, with the words around it."""
    seen = set()
    for start, end, day in days_in(text):
        before = f" {folded(text[max(0, start - _BEFORE) : start])} "
        what = _last_of(before)
        if what and (day, what) not in seen:
            seen.add((day, what))
            yield Dated(day, what, _quote(text, start, end))
            if len(seen) >= _MOST_DAYS:
                return


def _last_of(before: str) -> str:
    """Return what the words nearest before a day say of it; empty where they say nothing."""
    places = [(before.rfind(f" {word} "), what) for what, names in (("from", FROM), ("until", UNTIL)) for word in names]
    at, what = max(places, default=(-1, ""))
    # Another sentence's words say nothing of this day; folding has taken the full stop, its distance is left.
    return what if at >= 0 and len(before) - at <= _BEFORE * 0.75 else ""


def _quote(text: str, start: int, end: int) -> str:
    left = max(0, start - _BEFORE)
    right = min(len(text), end + _BEFORE)
    piece = text[left:right]
    if left:
        piece = piece[piece.find(" ") + 1 :]
    piece = re.sub(r"\s+", " ", piece).strip()
    if right < len(text) or len(piece) > _QUOTE:
        # A word that is cut in two is none.
        piece = piece[: _QUOTE - 1].rpartition(" ")[0] + "…"
    return piece
