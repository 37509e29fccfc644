"""Where given names and addresses stand in a text, however they are written there.

Words are compared without case and accents, as whole words, with any punctuation between them. A company is also
found without its legal form or with another, an address also by its street and number alone.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .private_patterns import Span
from .private_reading import views
from .question import Private

_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*+")
#: What may stand between two words of a name: all but what divides lists, the strings of JSON and pseudonyms.
_BETWEEN = re.compile(r"(?:[^\w;\"“”„«»\\\[\]{}]|_){0,40}+")
_QUOTES = re.compile(r"[\"“”„«»]")
_LEGAL_FORMS = [
    tuple(form.split())
    for form in ("limitada", "ltda", "spa", "s p a", "sa", "s a", "eirl", "e i r l", "sociedad anonima", "y cia ltda")
]
_STREETS = {"avenida": "av", "avda": "av", "pasaje": "pje", "psje": "pje", "calle": "calle", "camino": "camino"}
_STREET_TYPES = frozenset({*_STREETS.values(), "ruta"})
#: Words before a house number that one writes and another leaves out.
_FILLERS = frozenset({"n", "no", "nro", "num", "numero"})
#: Contacts called by what they do: no person, and words every document has.
_ROLES = frozenset({
    "administracion", "anonimo", "bodega", "caja", "chile", "cliente", "cobranza", "cobranzas", "comercial", "compras",
    "consumidor", "contabilidad", "contacto", "despacho", "documentos", "dte", "empresa", "extranjero", "factura",
    "facturacion", "facturas", "final", "finanzas", "gerencia", "intercambio", "oficina", "pagos", "particular",
    "proveedor", "proveedores", "recepcion", "rrhh", "santiago", "secretaria", "servicios", "soporte", "sucursal",
    "tesoreria", "venta", "ventas",
})  # fmt: skip
_SHORT = 4
#: Words of a name that are looked at, ways to follow one at the same time, words of a person's name: at most.
_MOST_WORDS, _MOST_WAYS, _MOST_OF_A_PERSON = 40, 8, 6
#: Digits of a number that no quantity or folio has as easily.
_NUMBER = 7


class _Wanted(NamedTuple):
    """One way to write a name: its folded words; ``exact`` are the only ways to write a short single word."""

    words: tuple[str, ...]
    kind: str
    key: str
    exact: frozenset[str] = frozenset()


@functools.lru_cache(maxsize=8192)
def _fold(word: str) -> str:
    """Return a word without case, accents and compatible forms, abbreviated as addresses are."""
    if word.isascii():
        folded = word.lower()
    else:
        parts = unicodedata.normalize("NFKD", word)
        folded = "".join(part for part in parts if not unicodedata.combining(part)).casefold()
    return _STREETS.get(folded, folded)


def key_of(name: str) -> str:
    """Return what two ways to write a name have in common: its words, folded."""
    return " ".join(folded_words(views(name)[0].text)[:_MOST_WORDS])


def folded_words(text: str) -> list[str]:
    """Return the words of a text as names are compared by them."""
    return [_fold(word) for word in _WORD.findall(text)]


class _Node:
    """What of the names is read so far: which words may follow, and the name that ends here."""

    __slots__ = ("following", "wanted")

    def __init__(self) -> None:
        self.following: dict[str, _Node] = {}
        self.wanted: _Wanted | None = None


class Names:
    """Finds given texts, in a time that does not depend on how many they are.

    :param private: texts to find; those that say nothing of a person (one letter, a short number, a role
        such as "Ventas") are left out
    :param judged: who asks judges by himself where a word is a name: roles and short words are found as any other
    """

    def __init__(self, private: Iterable[Private], *, judged: bool = False) -> None:
        self._root = _Node()
        given = [list(_variants(item, judged)) for item in private]
        # As written comes first: "Maule SpA" is not "Maule Ltda." where both are given.
        for wanted in (*(ways[0] for ways in given if ways), *(way for ways in given for way in ways[1:])):
            node = self._root
            for word in wanted.words:
                node = node.following.setdefault(word, _Node())
            node.wanted = node.wanted or wanted

    def __call__(self, text: str) -> Iterator[Span]:
        """Find them in a text, the longest way to write each first."""
        if not self._root.following:
            return
        words = list(_WORD.finditer(text))
        folded = [_fold(word[0]) for word in words]
        at = 0
        while at < len(words):
            wanted, last = self._match(text, words, folded, at)
            if wanted:
                yield Span(words[at].start(), words[last].end(), wanted.kind, wanted.key)
                at = last
            at += 1

    def _match(self, text, words, folded, at) -> tuple[_Wanted | None, int]:
        found, last = None, at
        node = self._root.following.get(folded[at])
        ways = [(node, at)] if node else []
        while ways:
            for node, end in ways:
                if node.wanted and not (node.wanted.exact and words[at][0] not in node.wanted.exact):
                    found, last = node.wanted, end
            ways = [way for node, end in ways for way in _next(node, text, words, folded, end)][:_MOST_WAYS]
        return found, last


def _next(node, text, words, folded, at) -> Iterator[tuple[_Node, int]]:
    """Yield where a name goes on after the word at ``at``: with the next one, and with the one after a filler."""
    if at + 1 >= len(words) or not _BETWEEN.fullmatch(text, words[at].end(), words[at + 1].start()):
        return
    word = folded[at + 1]
    if word in node.following:
        yield node.following[word], at + 1
    if word in _FILLERS and at + 2 < len(words) and folded[at + 2] != word:
        skipped = node.following.get(folded[at + 2])
        if skipped and _BETWEEN.fullmatch(text, words[at + 1].end(), words[at + 2].start()):
            yield skipped, at + 2


def _variants(item: Private, judged: bool) -> Iterator[_Wanted]:
    kind = re.sub(r"[^A-Z]", "", _ascii(item.kind).upper()) or "NAME"
    given = views(item.text)[0].text
    words = tuple(folded_words(given))[:_MOST_WORDS]
    for way in (*_ways(kind, words), *_quoted_ways(given)):
        if not _says_something(way, judged):
            continue
        short = len(way) == 1 and len(way[0]) < _SHORT and not judged
        exact = {given.strip(), given.strip().upper()} if short else ()
        yield _Wanted(way, kind, " ".join(words), frozenset(exact))


def _quoted_ways(given: str) -> Iterator[tuple[str, ...]]:
    """Yield the parts of a name that quotation marks divide: no private text crosses one, so each is found by itself.

    One word alone may be any word, unless it is what stands between the marks.
    """
    parts = _QUOTES.split(given)
    for number, part in enumerate(parts if len(parts) > 1 else ()):
        way = tuple(folded_words(part))
        if len(way) > 1 or (number % 2 and len("".join(way)) >= _SHORT):
            yield way


def _ways(kind: str, words: tuple[str, ...]) -> list[tuple[str, ...]]:
    if words and all(map(str.isdecimal, words)):
        # A number given by itself, as a bank account: also without its separators.
        return [words, ("".join(words),)]
    return _address_ways(words) if kind == "ADDRESS" else _name_ways(words)


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _says_something(words: tuple[str, ...], judged: bool) -> bool:
    if all(map(str.isdecimal, words)):
        return len("".join(words)) >= _NUMBER
    if not any(len(word) > 1 and not word.isdecimal() for word in words):
        return False
    return judged or not _ROLES.issuperset(words)


def core_of(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the folded words of a name without its legal form."""
    for form in sorted(_LEGAL_FORMS, key=len, reverse=True):
        if len(words) > len(form) and words[-len(form) :] == form:
            return words[: -len(form)]
    return words


def _name_ways(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    core = core_of(words)
    if core == words:
        return [words, *_last_name_first(words)]
    # One word without its form, "Comercial" of "Comercial SpA", may be any word.
    alone = [core] if len(core) > 1 else []
    return [words, *(core + form for form in _LEGAL_FORMS), *alone]


def _last_name_first(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return "Soto, José" and the like; which of the words are last names is not known."""
    if len(words) > _MOST_OF_A_PERSON:
        return []
    return [words[first:] + words[:first] for first in range(1, len(words))]


def _address_ways(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    words = tuple(word for word in words if word not in _FILLERS)
    ways = [words]
    number = next((index for index, word in enumerate(words) if word[0].isdigit() and index), None)
    if number:
        ways.append(words[: number + 1])
    ways += [way[1:] for way in tuple(ways) if len(way) > 2 and way[0] in _STREET_TYPES]
    return [way for way in ways if way]
