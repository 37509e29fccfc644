"""Where one natural person stands in texts, and texts without him: for his rights to see and to be erased.

What the masks find is found here too, but only what is this person's: his names where they stand as names
(:mod:`.person_names`), his addresses, his RUT, phones, e-mails and accounts by their form.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from ..dte import rut as ruts_of
from .person_names import PersonNames
from .private_patterns import accounts, cards, emails, ruts
from .private_phones import phones
from .private_reading import views

#: What stands in place of what was struck out, whatever it was.
STRUCK = "[suprimido]"
_FINDERS = (ruts, emails, cards, accounts, phones)
#: What stands before a number, so that its form alone need not tell what it is.
_CALLED = ("RUT", "teléfono", "cuenta corriente", "e-mail", "tarjeta")
_PSEUDONYM = re.compile(r"\[[A-Z]+_[0-9]+\]")
_LONG_WORD = 4
_PHONE = 8
#: Digits of a phone with the country's code.
_ABROAD = 11


class Person:
    """A natural person as he may be named.

    :param names: all his names
    :param addresses: where he lives
    :param numbers: RUT, phones, e-mails, logins, accounts, as they were entered
    """

    def __init__(self, names: Iterable[str] = (), addresses: Iterable[str] = (), numbers: Iterable[str] = ()) -> None:
        self.names = [name for name in names if name and name.strip()]
        self.numbers = [number for number in numbers if number and number.strip()]
        self._called = PersonNames(self.names, [one for one in addresses if one])
        self.ruts = [rut for rut in map(ruts_of.normalize, self.numbers) if rut and ruts_of.is_valid(rut)]
        self._keys = {
            (span.kind, span.key)
            for number in self.numbers
            for called in _CALLED
            for finder in _FINDERS
            for span in finder(f"{called}: {number}")
        }
        # Bare, a RUT or a phone reads as an amount: of one that is his, every way to write it is looked for.
        forms = [re.escape(form) for rut in self.ruts for form in ruts_of.variants(rut)]
        forms += [form for number in self.numbers if (form := _form(number))]
        self._forms = re.compile(rf"(?<![\w.])(?:{'|'.join(forms)})(?!\w)") if forms else None

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return where he stands in a text, from the first on, none within another."""
        found = self._written(text)
        for view in views(text):
            found += [(view.start(start), view.end(end)) for start, end in self._own(view.text)]
        result: list[tuple[int, int]] = []
        for start, end in sorted(found):
            if result and start < result[-1][1]:
                result[-1] = result[-1][0], max(end, result[-1][1])
            else:
                result.append((start, end))
        return result

    def _written(self, text: str) -> list[tuple[int, int]]:
        return [match.span() for match in self._forms.finditer(text)] if self._forms else []

    def _own(self, text: str) -> list[tuple[int, int]]:
        found = [span for finder in _FINDERS for span in finder(text) if (span.kind, span.key) in self._keys]
        numbers = [*self._written(text), *((span.start, span.end) for span in found)]
        return [*numbers, *((span.start, span.end) for span in self._called(text, numbers))]

    def is_in(self, value: Any) -> bool:
        """Return whether he is named in a text, or anywhere in a JSON value."""
        if isinstance(value, str):
            return bool(self.spans(value))
        return self.strike_json(value) != value

    def strike(self, text: str) -> str:
        """Return a text without him; the rest stays as it was written."""
        pieces, at = [], 0
        for start, end in self.spans(text):
            pieces += (text[at:start], STRUCK)
            at = end
        return "".join((*pieces, text[at:]))

    def strike_json(self, value: Any) -> Any:
        """Return a JSON value without him, in keys and strings, and in what a masker remembers of him.

        There a number stands without what would say that it is one, so its kind says it (``Masker.state``).
        """
        if isinstance(value, str):
            return self.strike(value)
        if isinstance(value, Mapping):
            return {
                self.strike(key): STRUCK if self._called.is_named(key, item) else self.strike_json(item)
                for key, item in value.items()
            }
        if isinstance(value, list | tuple):
            if self._is_his_pseudonym(value):
                return [value[0], f"{STRUCK}{value[2]}", value[2], STRUCK]
            if len(value) == 2 and isinstance(value[0], str) and self._called.is_named(*value):
                return [value[0], STRUCK]
            return [self.strike_json(item) for item in value]
        return value

    def _is_his_pseudonym(self, given: Any) -> bool:
        if len(given) != 4 or not all(isinstance(one, str) for one in given) or not _PSEUDONYM.fullmatch(given[2]):
            return False
        if given[0] == "NAME" and self._called.is_whole(given[3]):
            return True
        return (given[0], given[1]) in self._keys or bool(self.spans(given[3]))

    @property
    def needle(self) -> str:
        """A regular expression of PostgreSQL that finds, in :func:`folded` text, all in which he may be named.

        Empty where nothing of him can be looked for. It finds more than is his: what it finds is read by this class.
        """
        words = (max(re.findall(r"[^\W\d_]+", folded(way)) or [""], key=len) for way in self._called.ways)
        found = [word if len(word) >= _LONG_WORD else f"(^|[^a-z]){word}([^a-z]|$)" for word in words if len(word) > 1]
        for number in self.numbers:
            if "@" in number:
                found.append(re.escape(number.casefold().strip()))
                continue
            digits = re.sub(r"[^0-9]", "", number)
            rut = ruts_of.normalize(number)
            digits = rut.partition("-")[0] if rut and rut in self.ruts else digits[-_PHONE:]
            if len(digits) >= _LONG_WORD + 2:
                found.append("[^0-9]{0,3}".join(digits))
        return "|".join(dict.fromkeys(found))


def _form(number: str) -> str:
    """Return a regular expression of the ways to write a phone or an account; empty where it is too short to be one."""
    digits = re.sub(r"[^0-9]", "", number)
    if len(digits) == _ABROAD and digits.startswith("56"):
        digits = digits[2:]
    if "@" in number or len(digits) < _PHONE + 1 or re.search(r"[^\W\d_]", number):
        return ""
    return r"(?:\+?56[ .()-]{0,2})?" + r"[ .()-]{0,2}".join(digits)


def folded(text: str) -> str:
    """Return a text in small letters without accents, as SQL folds it (``translate(lower(…))``)."""
    parts = unicodedata.normalize("NFKD", text.lower())
    return "".join(part for part in parts if not unicodedata.combining(part))
