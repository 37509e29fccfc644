"""What must not leave, replaced by pseudonyms, and put back into the answer.

A pseudonym reads ``[RUT_1]``. The same value has the same one in all texts of a request, numbered in the order of
first appearance, so equal questions stay equal. It holds no character that JSON escapes, and no private text crosses
a quotation mark, so a JSON text stays valid when the strings in it are masked.

A text of the data that looks like a pseudonym is masked as well: it can neither pass for one of ours nor be taken for
one in the answer.

Outside of what is masked a text stays as it was written, to the last invisible character.
"""

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from .private_names import Names
from .private_patterns import Span, accounts, cards, emails, plates, ruts
from .private_phones import phones
from .private_reading import Reading, unescaped, views
from .question import Private

_PSEUDONYM = re.compile(r"\[[A-Z]+_[0-9]+\]")
_LOOK_ALIKE = re.compile(r"\[[A-Z]{1,40}_[0-9]{1,40}\]", re.IGNORECASE)
#: A key that says of its number that it is none to count with.
_PRIVATE_KEY = re.compile(
    r"rut|vat|phone|fono|tel|cel|m[oó]vil|mobile|whats|fax|cta|cuenta|account|tarjeta|card", re.IGNORECASE
)
#: First wins where two find the same text.
_FINDERS = (ruts, emails, cards, accounts, phones, plates)


def _look_alikes(text: str) -> Iterator[Span]:
    for match in _LOOK_ALIKE.finditer(text):
        yield Span(match.start(), match.end(), "TEXT", match[0])


def _read(text: str) -> tuple[Sequence[Reading], Sequence[Span]]:
    """Return how a text reads, and what it holds that is private by its form."""
    readings = views(text)
    return readings, _found(readings, _look_alikes, *_FINDERS)


#: The same for texts that are the same each time. None of a person's may come here: they are kept.
_read_once = functools.lru_cache(maxsize=2048)(_read)


def _found(readings: Sequence[Reading], *finders: Callable[[str], Iterable[Span]]) -> list[Span]:
    return [
        span._replace(start=view.start(span.start), end=view.end(span.end))
        for view in readings
        for finder in finders
        for span in finder(view.text)
    ]


class Masker:
    """Masks the texts of one request and restores those of its answer.

    :param private: names and addresses to mask beside what is found by its form
    """

    def __init__(self, private: Iterable[Private] = ()) -> None:
        self._names = Names(private)
        self._pseudonyms: dict[tuple[str, str], str] = {}
        self._originals: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    @classmethod
    def remembering(cls, originals: Mapping[str, str]) -> "Masker":
        """Return one that restores what another has masked, in another process and hours ago."""
        masker = cls()
        masker._originals = dict(originals)
        return masker

    @classmethod
    def resuming(cls, state: Mapping[str, Any], private: Iterable[Private] = ()) -> "Masker":
        """Return one that goes on where another left off: what had a pseudonym keeps it.

        :param state: of :attr:`state`
        :param private: all names and addresses known by now
        """
        masker = cls(private)
        for kind, key, pseudonym, original in state.get("given", ()):
            masker._pseudonyms[kind, key] = pseudonym
            masker._originals[pseudonym] = original
        masker._counts = dict(state.get("counts", {}))
        return masker

    @property
    def state(self) -> dict[str, Any]:
        """All that must be kept to go on later, as JSON; as private as what it stands for."""
        given = [[kind, key, one, self._originals[one]] for (kind, key), one in self._pseudonyms.items()]
        return {"given": given, "counts": self._counts}

    def know(self, private: Iterable[Private]) -> None:
        """Look for these names and addresses, in place of those given before, in what is masked from now on."""
        self._names = Names(private)

    @property
    def originals(self) -> dict[str, str]:
        """What stands for what, private as it is: to be kept with the question, no longer than its answer needs."""
        return dict(self._originals)

    @property
    def pseudonyms(self) -> frozenset[str]:
        """All pseudonyms given so far."""
        return frozenset(self._originals)

    def mask(self, text: str, context: str = "", fixed: bool = False) -> str:
        """Return a text with pseudonyms for what is private.

        :param context: what stands before the text elsewhere, such as the key of a JSON value: a word in it may
            say what a number is
        :param fixed: it is code's own and the same each time: what it holds by its form is looked for once a process
        """
        before = f"{context}: " if context else ""
        readable = unescaped(before + text)
        pieces, at = [], len(before)
        for span in self._spans(readable.text, fixed):
            start, end = max(at, readable.start(span.start)), readable.end(span.end)
            if end > at:
                original = readable.text[max(span.start, len(before)) : span.end]
                pieces += ((before + text)[at:start], self._pseudonym(span.kind, span.key, original))
                at = end
        return "".join((*pieces, (before + text)[at:]))

    def mask_json(self, value: Any, context: str = "") -> Any:
        """Return a JSON value with its strings and keys masked.

        A number whose key calls it a RUT, a phone or an account becomes a pseudonym, and so a string.
        """
        if isinstance(value, str):
            return self.mask(value, context)
        if isinstance(value, Mapping):
            return self._mask_object(value)
        if isinstance(value, list | tuple):
            return [self.mask_json(item, context) for item in value]
        if isinstance(value, int) and not isinstance(value, bool) and _PRIVATE_KEY.search(context):
            masked = self.mask(str(value), context)
            return value if masked == str(value) else masked
        return value

    def restore(self, text: str) -> str:
        """Return a text with the originals in place of our pseudonyms, as each was first written; others stay.

        Not for JSON text: an original may hold a quotation mark. Parse it, then :meth:`restore_json`.
        """
        return _PSEUDONYM.sub(lambda match: self._originals.get(match[0], match[0]), text)

    def restore_json(self, value: Any) -> Any:
        """Return a JSON value with its strings and keys restored."""
        if isinstance(value, str):
            return self.restore(value)
        if isinstance(value, Mapping):
            return {self.restore(key): self.restore_json(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.restore_json(item) for item in value]
        return value

    def stream(self) -> "Restorer":
        """Return what restores a text that arrives in pieces."""
        return Restorer(self)

    def _mask_object(self, value: Mapping[str, Any]) -> dict[str, Any]:
        masked = {}
        for key, item in value.items():
            name = self.mask(key)
            if name in masked:
                # Two ways to write one RUT are two keys.
                name = self._pseudonym("TEXT", key, key)
            masked[name] = self.mask_json(item, key)
        return masked

    def _spans(self, text: str, fixed: bool = False) -> list[Span]:
        readings, formed = (_read_once if fixed else _read)(text)
        found = [*formed, *_found(readings, self._names)]
        # Sorting is stable: of two that find the same text the earlier finder's stays first.
        found.sort(key=lambda span: (span.start, -span.end))
        return _disjoint(found, text)

    def _pseudonym(self, kind: str, key: str, original: str) -> str:
        pseudonym = self._pseudonyms.get((kind, key))
        if pseudonym is None:
            self._counts[kind] = number = self._counts.get(kind, 0) + 1
            pseudonym = self._pseudonyms[kind, key] = f"[{kind}_{number}]"
            self._originals[pseudonym] = original
        return pseudonym


def _disjoint(spans: list[Span], text: str) -> list[Span]:
    """Return spans sorted by start without overlaps: what is inside another goes, what crosses it joins it."""
    result: list[Span] = []
    for span in spans:
        last = result[-1] if result else None
        if last is None or span.start >= last.end:
            result.append(span)
        elif span.end > last.end:
            # Cut in two, a RUT could be read in what is left.
            result[-1] = Span(last.start, span.end, last.kind, text[last.start : span.end])
    return result


class Restorer:
    """Restores a text that arrives in pieces, cut anywhere: what may become a pseudonym waits for its end."""

    def __init__(self, masker: Masker) -> None:
        self._masker = masker
        self._pseudonyms = masker.pseudonyms
        self._waiting = ""

    def feed(self, chunk: str) -> str:
        """Return what can be shown now."""
        text = self._waiting + chunk
        bracket = text.rfind("[")
        tail = text[bracket:] if bracket >= 0 else ""
        unfinished = bool(tail) and any(len(tail) < len(one) and one.startswith(tail) for one in self._pseudonyms)
        self._waiting = tail if unfinished else ""
        return self._masker.restore(text[: len(text) - len(self._waiting)])

    def finish(self) -> str:
        """Return what was waiting: an unfinished pseudonym is a text like any other."""
        rest, self._waiting = self._waiting, ""
        return rest
