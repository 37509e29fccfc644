"""Which words of a text are a person's name: all of it, a given name with a surname, a word that stands as one.

What anybody may write (:mod:`.ordinary`), and any single word, is a name only where something says so:

* beside a number of his own: ``Total (12.345.678-5)``, ``RUT 12.345.678-5, Total``;
* after a form of address, or after what announces a name: ``Sra. María``, ``Cliente: Total``, ``"partner": "Total"``;
* a single word that is none of the ordinary ones also with a capital after a word without: ``lo pidió Marileo ayer``.

And never where the name goes on as somebody else's: ``Cliente: María Soto``.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from . import ordinary
from .private_names import Names, core_of, folded_words
from .private_patterns import Span
from .question import Private

#: Words of a person's name that are looked at: beyond these it is no person's.
_MOST_WORDS = 6
_ADDRESSED = re.compile(r"(?i)(?<!\w)(?:sr|sra|srta|señor|señora|señorita|don|doña|dn|dña)\.?\s{1,3}$")
_ANNOUNCED = re.compile(
    r"""(?ix)(?<!\w)
    (?:client[ea]|proveedora?|contacto|nombres?|raz[oó]n\ social|emisora?|receptora?|a\ nombre\ de|atenci[oó]n|att?[en]?
    |señores|deudora?|acreedora?|trabajadora?|vendedora?|compradora?|chofer|conductora?|socia?o?|firma(?:d[oa]\ por)?
    |contribuyente|usuari[oa]|titular|beneficiari[oa]|name|display_name|partner(?:_name)?|partner_id|customer|vendor
    |supplier|contact)
    ["'”»]?[\ \t]{0,2}[.:]?[\ \t]{0,3}["'“«]?$"""
)
#: Keys of JSON whose value is a name.
_NAMED = frozenset({"name", "nombre", "display_name", "partner", "partner_name", "partner_id", "cliente", "customer",
                    "proveedor", "supplier", "vendor", "contacto", "contact", "razon_social"})  # fmt: skip
#: Where a name ends: at the end, before a mark that is followed by no number, before a word without a capital.
_ENDS = re.compile(r"\s*(?:$|[\n)\]\"'”»]|[.,;](?!\s{0,2}[$\d])|(?<=\s)[^\W\d_A-ZÁÉÍÓÚÑÜ])")
_TO_NUMBER = re.compile(
    r"[\s,;:()<–-]{1,4}(?:(?:R\.?U\.?[TN]\.?|C\.?I\.?|(?i:fono|tel[eé]fono|cel(?:ular)?|e-?mail|correo))[\s:.°º]{1,3})?"
)
_FROM_NUMBER = re.compile(r"[ \t]{0,2}[-–(,/|>]{0,2}[ \t]{0,2}")
_AFTER_SMALL = re.compile(r"(?<![\w.])[^\W\d_A-ZÁÉÍÓÚÑÜ]+,?\s{1,2}$")
_SURNAME = re.compile(r"[ \u00a0]([A-ZÁÉÍÓÚÑÜ][^\W\d_A-ZÁÉÍÓÚÑÜ]+)(?!\w)")
_LOOK_BACK = 60
#: Ways at most in which one number is found at the same place.
_OVERLAPPING = 6


class PersonNames:
    """All ways in which a person is named.

    :param names: his names, as they were entered
    :param addresses: where he lives; a city or a word alone is nobody's address
    """

    def __init__(self, names: Iterable[str], addresses: Iterable[str]) -> None:
        names = list(names)
        self.ways = list(dict.fromkeys(way for name in names for way in (name, *_shorter(name))))
        self._whole = {tuple(sorted(folded_words(name))) for name in names}
        self._own = {word for name in names for word in folded_words(name)}
        self._found = Names(
            [*(Private("name", way) for way in self.ways),
             *(Private("address", one) for one in addresses if _is_address(one))],
            judged=True,
        )  # fmt: skip

    def __call__(self, text: str, numbers: list[tuple[int, int]]) -> Iterator[Span]:
        """Find him in a text. :param numbers: where numbers of his stand there"""
        numbers = sorted(numbers)
        for span in self._found(text):
            if span.kind != "NAME" or self._is_his(text, span, numbers):
                yield span

    def is_whole(self, value: str) -> bool:
        """Return whether a text is his name and nothing else."""
        return tuple(sorted(folded_words(value))) in self._whole

    def is_named(self, key: str, value: object) -> bool:
        """Return whether a value is his name because its key says that it is one."""
        return isinstance(value, str) and key.casefold() in _NAMED and self.is_whole(value)

    def _is_his(self, text: str, span: Span, numbers: list[tuple[int, int]]) -> bool:
        words = tuple(folded_words(text[span.start : span.end]))
        if core_of(words) != words:
            return True  # with its legal form it is a name
        if len(words) == 1 or ordinary.says_nobody(words):
            return self._stands_as_name(text, span, numbers, words)
        return tuple(sorted(words)) in self._whole or not self._is_anothers(text, span)

    def _is_anothers(self, text: str, span: Span) -> bool:
        """Return whether a surname that is not his follows on a given name with a surname."""
        following = _SURNAME.match(text, span.end)
        if not following or text[span.start : span.end].isupper():
            return False
        [word] = folded_words(following[1])[:1]
        return not (word in self._own or ordinary.is_word(word) or ordinary.is_given(word))

    def _stands_as_name(self, text: str, span: Span, numbers: list[tuple[int, int]], words: tuple[str, ...]) -> bool:
        written, before = text[span.start : span.end], text[max(0, span.start - _LOOK_BACK) : span.start]
        ends = _ENDS.match(text, span.end)
        if _ADDRESSED.search(before):
            return not _SURNAME.match(text, span.end)
        if not written[0].isupper():
            return False
        following = bisect_left(numbers, (span.end,))
        if any(_TO_NUMBER.fullmatch(text, span.end, start) for start, _end in numbers[following : following + 1]):
            return True
        if not ends:
            return False
        preceding = numbers[max(0, following - _OVERLAPPING) : following]
        if any(_FROM_NUMBER.fullmatch(text, end, span.start) for _start, end in preceding):
            return True
        if _ANNOUNCED.search(before):
            return True
        return not ordinary.says_nobody(words) and not ordinary.is_given(words[0]) and bool(_AFTER_SMALL.search(before))


def _is_address(text: str) -> bool:
    words = [word for word in folded_words(text) if word not in ordinary.PARTICLES]
    if any(word[0].isdigit() for word in words):
        return len(words) > 1
    return len(words) > 1 and not all(map(ordinary.is_word, words))


def _shorter(name: str) -> list[str]:
    """Return the ways to name a person by some of his names: at least a given name and the first surname."""
    words = folded_words(name)
    if core_of(tuple(words)) != tuple(words) or any(map(ordinary.is_office, words)):
        return []
    parts = _parts(words)
    if not 2 <= len(parts) <= _MOST_WORDS:
        return []
    given, surnames = _sorted_out(parts)
    return [" ".join((*some, *others))
            for some in ([given[:1], given] if len(given) > 1 else [given])
            for others in ([surnames[:1], surnames] if len(surnames) > 1 else [surnames])]  # fmt: skip


def _parts(words: list[str]) -> list[str]:
    """Return words with the particles that belong to them: "de la fuente"."""
    parts, before = [], []
    for word in words:
        before.append(word)
        if word not in ordinary.PARTICLES:
            parts.append(" ".join(before))
            before = []
    return parts


def _sorted_out(parts: list[str]) -> tuple[list[str], list[str]]:
    """Return (given names, surnames); without a known name, the first half is given names."""
    known = [ordinary.is_given(part.split()[-1]) for part in parts]
    if known[-1] and not known[0]:  # surname first
        turn = len(parts) - 1
        while known[turn - 1]:
            turn -= 1
        return parts[turn:], parts[:turn]
    count = 1
    while count < len(parts) - 1 and known[count]:
        count += 1
    if not any(known) and len(parts) > 3:  # two and two
        count = len(parts) - 2
    return parts[:count], parts[count:]
