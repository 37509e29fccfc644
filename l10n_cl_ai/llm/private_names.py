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
from .question import Private

_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*+")
#: What may stand between two words of a name; never what JSON or XML is made of.
_BETWEEN = re.compile(r"[\s.,\-'’´`&/()#·°º]{0,8}+")
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


def _words(text: str) -> list[str]:
    return [_fold(word) for word in _WORD.findall(text)]


class Names:
    """Finds given texts.

    :param private: texts to find; those that say nothing of a person (one letter, a short number, a role
        such as "Ventas") are left out
    """

    def __init__(self, private: Iterable[Private]) -> None:
        self._by_first: dict[str, list[_Wanted]] = {}
        given = [list(_variants(item)) for item in private]
        # As written comes first: "Maule SpA" is not "Maule Ltda." where both are given.
        seen = set()
        for wanted in (*(ways[0] for ways in given if ways), *(way for ways in given for way in ways[1:])):
            if wanted.words not in seen:
                seen.add(wanted.words)
                self._by_first.setdefault(wanted.words[0], []).append(wanted)
        for candidates in self._by_first.values():
            candidates.sort(key=lambda wanted: -len(wanted.words))

    def __call__(self, text: str) -> Iterator[Span]:
        """Find them in a text, the longest way to write each first."""
        if not self._by_first:
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
        for wanted in self._by_first.get(folded[at], ()):
            if wanted.exact and words[at][0] not in wanted.exact:
                continue
            last = _follow(wanted.words, text, words, folded, at)
            if last is not None:
                return wanted, last
        return None, at


def _follow(wanted, text, words, folded, at) -> int | None:
    """Return the index of the last word of a name that starts at ``at``; None where it does not go on."""
    for expected in wanted[1:]:
        at += 1
        if at < len(words) and folded[at] != expected and folded[at] in _FILLERS:
            at += 1
        if at >= len(words) or folded[at] != expected:
            return None
        # The gap of a filler is looked at in two steps, so that a sentence's end far away does not count as one.
        if not _BETWEEN.fullmatch(text, words[at - 1].end(), words[at].start()):
            return None
    return at


def _variants(item: Private) -> Iterator[_Wanted]:
    kind = re.sub(r"[^A-Z]", "", _ascii(item.kind).upper()) or "NAME"
    words = tuple(_words(item.text))
    for way in _ways(kind, words):
        if not _says_something(way):
            continue
        short = len(way) == 1 and len(way[0]) < _SHORT
        exact = {item.text.strip(), item.text.strip().upper()} if short else ()
        yield _Wanted(way, kind, " ".join(words), frozenset(exact))


def _ways(kind: str, words: tuple[str, ...]) -> list[tuple[str, ...]]:
    if words and all(map(str.isdecimal, words)):
        # A number given by itself, as a bank account: also without its separators.
        return [words, ("".join(words),)]
    return _address_ways(words) if kind == "ADDRESS" else _name_ways(words)


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _says_something(words: tuple[str, ...]) -> bool:
    if all(map(str.isdecimal, words)):
        return len("".join(words)) >= _NUMBER
    return any(len(word) > 1 and not word.isdecimal() for word in words) and not _ROLES.issuperset(words)


def _name_ways(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    core = words
    for form in sorted(_LEGAL_FORMS, key=len, reverse=True):
        if len(words) > len(form) and words[-len(form) :] == form:
            core = words[: -len(form)]
            break
    if core == words:
        return [words]
    # One word without its form, "Comercial" of "Comercial SpA", may be any word.
    alone = [core] if len(core) > 1 else []
    return [words, *(core + form for form in _LEGAL_FORMS), *alone]


def _address_ways(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    words = tuple(word for word in words if word not in _FILLERS)
    ways = [words]
    number = next((index for index, word in enumerate(words) if word[0].isdigit() and index), None)
    if number:
        ways.append(words[: number + 1])
    ways += [way[1:] for way in tuple(ways) if len(way) > 2 and way[0] in _STREET_TYPES]
    return [way for way in ways if way]
