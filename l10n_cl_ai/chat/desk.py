"""What lies on the desk while a question is answered: what was shown, whom it names, and what is proposed.

What a tool or a search shows is cited by a short key: ``A1`` is the first article, ``R1`` the first record, ``F1`` the
first file. A record that is shown again keeps its key all conversation long; its source holds all that was shown of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from ..llm.question import Private
from ..llm.thread import MOST_PRIVATE

#: Letters kept of what was shown of one thing, again and again: the newest.
_MOST_TEXT = 40_000
_LETTERS = {"article": "A", "record": "R", "file": "F"}


@dataclass(frozen=True)
class Source:
    """What was shown of an article, a record or a file.

    :param kind: ``article``, ``record`` or ``file``
    :param res_id: 0 where it is no record, or a figure drawn from many of the model
    :param text: exactly what was shown, all of it: claims are checked against it
    :param domain: of a figure, which records it was drawn from, as JSON holds a domain; None: nobody knows
    """

    key: str
    kind: str
    model: str
    res_id: int
    title: str
    text: str
    url: str = ""
    domain: list | None = None


@dataclass(frozen=True)
class Draft:
    """What a tool wants to be written. Nothing is, before a person says so.

    :param kind: ``values``, ``note`` or ``activity``
    :param values: {field: value} to write; of an activity ``summary``, ``date_deadline`` (ISO) and ``user_id``
    :param before: {field: value} as it was when this was drafted
    :param text: the note, or what the activity says; plain text
    """

    kind: str
    model: str
    res_id: int
    values: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""


class Desk:
    """The desk of one turn, loaded with what the conversation has so far.

    :param sources: what was shown before, :param private: whom it named
    """

    def __init__(self, sources: Iterable[Source] = (), private: Iterable[Private] = ()) -> None:
        self.sources: dict[str, Source] = {source.key: source for source in sources}
        self.drafts: list[Draft] = []
        #: What the user has on screen in this turn: ``model``, ``ids``, ``view``, ``domain``; None: nothing.
        self.screen: Mapping[str, Any] | None = None
        self._private: dict[Private, None] = dict.fromkeys(private)
        self._keys = {_identity(source): source.key for source in self.sources.values()}

    @property
    def private(self) -> list[Private]:
        """Names and addresses in what was shown: masked before anything leaves."""
        return list(self._private)[-MOST_PRIVATE:]

    def cite(
        self, kind: str, model: str, res_id: int, title: str, text: str, url: str = "", domain: list | None = None
    ) -> str:
        """Return the key of what is shown; the same record has the same key again, and its texts are joined.

        :param res_id: 0 for a file, or a figure drawn from many records: it is then known by its title
        :param domain: of these records
        :raises ValueError: no such kind
        """
        if kind not in _LETTERS:
            raise ValueError(f"no such kind of source: {kind}")
        shown = Source("", kind, model, res_id, title, text, url, domain)
        key = self._keys.get(_identity(shown))
        if key is None:
            key = self._next(_LETTERS[kind])
            self._keys[_identity(shown)] = key
            self.sources[key] = replace(shown, key=key)
        else:
            self.sources[key] = _joined(self.sources[key], shown)
        return key

    def hide(self, kind: str, text: str | None) -> None:
        """Say that a text names somebody. :param kind: ``name``, ``address`` or ``account``"""
        if text and text.strip():
            # What is named again is among the newest: the oldest are forgotten first.
            self._private.pop(one := Private(kind, text), None)
            self._private[one] = None

    def propose(self, draft: Draft) -> None:
        """Put down what is to be written, once a person says so."""
        self.drafts.append(draft)

    def to_json(self, sources: int = 1000, private: int = 10_000) -> dict[str, Any]:
        """Return what a conversation keeps: what was shown and whom it named, no drafts.

        :param sources: so many are kept at most, the newest, :param private: and so many names
        """
        return {
            "sources": [asdict(source) for source in list(self.sources.values())[-sources:]],
            "private": [[one.kind, one.text] for one in list(self._private)[-private:]],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any] | None) -> "Desk":
        """Return the desk that a conversation kept. :raises TypeError, ValueError: it is none of ours"""
        kept = value or {}
        return cls(
            [Source(**source) for source in kept.get("sources", ())],
            [Private(kind, text) for kind, text in kept.get("private", ())],
        )

    def _next(self, letter: str) -> str:
        numbers = [int(key[1:]) for key in self.sources if key[0] == letter]
        return f"{letter}{max(numbers, default=0) + 1}"


def _identity(source: Source) -> tuple:
    return source.kind, source.model, source.res_id or source.title


def _joined(before: Source, shown: Source) -> Source:
    """Return a source with what is shown of it now added, once."""
    known = before.text == shown.text or shown.text in before.text.split("\n")
    text = before.text if known else f"{before.text}\n{shown.text}"[-_MOST_TEXT:]
    return replace(before, title=shown.title, url=shown.url, text=text, domain=shown.domain)
