"""What a caller of the HTTP API tells of a document that no record stands behind: its history, its private names."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..dte.document import Document
from ..dte.old_contract import take
from ..dte.text import fold
from ..llm.question import Private
from .history import History, Troubles, Usual

#: Lines of all earlier documents together that are looked at.
_MOST_LINES = 5000
#: How callers name what became of a document, folded.
_OUTCOMES = {
    "accepted": ("aceptado", "aceptada", "accepted", "ok"),
    "reparos": ("reparo", "reparos", "aceptado con reparos", "aceptada con reparos"),
    "rejects": ("rechazado", "rechazada", "rejected"),
    "claims": ("reclamado", "reclamada", "claimed"),
}
_KIND_OF = {word: kind for kind, words in _OUTCOMES.items() for word in words}
#: A code of the SII or of a claim; anything else that a caller writes there stays here.
_CODE = re.compile(r"[A-Z]{2,4}(?:-\d{1,4}){0,3}")


def history_of(objects: Iterable[Mapping[str, Any]]) -> History:
    """Return what earlier documents say, each an object as ``dte_data``.

    ``estado`` says what became of it (aceptado, reparo, rechazado, reclamado) and ``codigo_estado`` with which code of
    the SII or of the claim. What else stands in them is not looked at.
    """
    objects = list(objects)
    outcomes: dict[str, dict[str, int]] = {kind: {} for kind in _OUTCOMES}
    for each in objects:
        kind = _KIND_OF.get(fold(each["estado"])) if isinstance(each.get("estado"), str) else None
        if kind:
            code = _code(each.get("codigo_estado"))
            outcomes[kind][code] = outcomes[kind].get(code, 0) + 1
    troubles = {kind: _troubles(outcomes[kind]) for kind in ("reparos", "rejects", "claims")}
    accepted = sum(outcomes["accepted"].values())
    return History(documents=len(objects), accepted=accepted, items=_items(objects), **troubles)


def _code(value: Any) -> str:
    return value if isinstance(value, str) and _CODE.fullmatch(value) else "?"


def _troubles(counts: Mapping[str, int]) -> tuple[Troubles, ...]:
    return tuple(Troubles(code, "", count) for code, count in sorted(counts.items(), key=lambda each: -each[1]))


def _items(objects: Iterable[Mapping[str, Any]]) -> tuple[Usual, ...]:
    held: dict[str, list] = {}
    for number, line in enumerate(_lines(objects)):
        if number >= _MOST_LINES:
            break
        values = line.__dict__
        name, price, quantity = (values.get(each) for each in ("name", "price", "quantity"))
        if name and price is not None and quantity is not None:
            exempt = values.get("exempt_code") == 1
            held.setdefault(fold(name), []).append((name, float(price), float(quantity), exempt))
    usual = [_usual(rows) for rows in held.values()]
    return tuple(sorted(usual, key=lambda item: -item.count))


def _lines(objects: Iterable[Mapping[str, Any]]) -> Iterator:
    for each in objects:
        yield from take(each).document.__dict__.get("lines", ())


def _usual(rows: list[tuple[str, float, float, bool]]) -> Usual:
    names, prices, quantities, exempt = zip(*rows, strict=True)
    same = exempt[0] if len(set(exempt)) == 1 else None
    return Usual(names[0], len(rows), (min(prices), max(prices)), (min(quantities), max(quantities)), same)


def private_of(document: Document) -> tuple[Private, ...]:
    """Return the names and addresses that a document says are somebody's, so that they leave as pseudonyms wherever
    they stand."""
    header = document.header.__dict__
    found: dict[Private, None] = {}
    for part, kinds in _PRIVATE.items():
        values = header[part].__dict__ if part in header else {}
        for kind, names in kinds.items():
            for text in filter(None, (values.get(name) for name in names)):
                found[Private(kind, str(text))] = None
    return tuple(found)


def private_of_earlier(objects: Iterable[Mapping[str, Any]]) -> tuple[Private, ...]:
    """Return the same of earlier documents, whose lines may name whoever they were sold to."""
    return tuple(dict.fromkeys(each for earlier in objects for each in private_of(take(earlier).document)))


_PRIVATE = {
    "issuer": {"name": ("name", "seller"), "address": ("address", "email")},
    "receiver": {"name": ("name", "contact"), "address": ("address", "email", "postal_address")},
    "transport": {"address": ("address",)},
}
