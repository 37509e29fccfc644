"""What sources say, so that a fact can be looked up in them."""

import json
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import product
from typing import Any

from .facts import Fact, facts

#: Numbers that are names: the same digits as a plain number do not support them.
_NAMED = frozenset({"articulo", "ley", "resolucion", "circular", "oficio", "decreto", "inciso"})
#: Numbers of documents and codes: written with their word or without.
_LOOSE = frozenset({"folio", "tipo", "codigo", "formulario", "linea"})
_UNITS = frozenset(
    {"dia", "mes", "ano", "hora", "minuto", "semana", "semestre", "trimestre", "uf", "utm", "uta", "vez"}
)
_MOST_CACHED = 256


class Known:
    """Facts of some sources together."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._facts: dict[str, list[Fact]] = defaultdict(list)
        #: Numbers that stand for themselves, also those in fields of records.
        self._plain: set[Decimal] = set()
        self._fields: set[Decimal] = set()
        self.records: list[dict[str, Decimal]] = []
        for text in texts:
            self._learn(text)

    def _learn(self, text: str) -> None:
        found, fields, plain = _read(text)
        for fact in found:
            self._facts[fact.kind].append(fact)
            if fact.kind in ("number", "word", "money"):
                self._plain |= fact.values
        self._plain |= plain
        self._fields |= plain
        if fields:
            self.records.append(fields)

    def has(self, fact: Fact) -> bool:
        """Return whether the sources say this."""
        if fact.kind == "date":
            return any(value in self._dates[_said_of(value)] for value in fact.values)
        if fact.kind in ("rut", "time", "letra"):
            return self._are(fact, fact.kind)
        if fact.kind == "percent":
            parts = {value / 100 for value in fact.values if value % 100}
            return self._are(fact, "percent") or bool(fact.values & self._fields or parts & self._plain)
        if fact.kind in _NAMED or fact.kind in _UNITS:
            return self._named(fact) or bool(fact.values & self._fields)
        if fact.kind in ("number", "word"):
            return bool(fact.values & self._any)
        if fact.kind in _LOOSE:
            return bool(fact.values & self._plain) or any(self._are(fact, kind) for kind in _LOOSE)
        return bool(fact.values & self._plain) or self._are(fact, fact.kind)

    def differs(self, fact: Fact) -> bool:
        """Return whether these sources say something of the kind, but not this."""
        return bool(self._facts.get(fact.kind)) and not self.has(fact)

    @cached_property
    def _values(self) -> dict[str, set]:
        return {kind: set().union(*(fact.values for fact in found)) for kind, found in self._facts.items()}

    @cached_property
    def _dates(self) -> dict[tuple, set]:
        """Return the dates, for each way to leave year or day unsaid: what is not said is not compared."""
        known = self._values.get("date", ())
        return {said: {_as_said(value, said) for value in known} for said in product((True, False), repeat=3)}

    @cached_property
    def _names(self) -> dict[str, set]:
        """Return (value, letter or *bis*) of numbers that are names."""
        return {
            kind: {(value, more) for fact in found for value in fact.values for more in ("", fact.more)}
            for kind, found in self._facts.items()
        }

    @cached_property
    def _any(self) -> set[Decimal]:
        """Return all numbers, years and hundredths among them."""
        percents = {value / 100 for value in self._values.get("percent", ())}
        years = {Decimal(year) for year, _month, _day in self._values.get("date", ()) if year}
        numbers = (values for kind, values in self._values.items() if kind not in ("date", "rut", "time", "letra"))
        return self._plain.union(percents, years, *numbers)

    def _are(self, fact: Fact, kind: str) -> bool:
        return not fact.values.isdisjoint(self._values.get(kind, ()))

    def _named(self, fact: Fact) -> bool:
        known = self._names.get(fact.kind, ())
        return any((value, fact.more) in known for value in fact.values)

    def adds_up(self, fact: Fact) -> bool:
        """Return whether it is exactly the sum, difference or count of the records: of one field that all have."""
        return fact.kind in ("number", "money", "word") and bool(fact.values & self._sums)

    @cached_property
    def _sums(self) -> set[Decimal]:
        if len(self.records) < 2:
            return set()
        results = {Decimal(len(self.records))}
        for name in set.intersection(*map(set, self.records)):
            numbers = [record[name] for record in self.records]
            results.add(sum(numbers))
            if len(numbers) == 2:
                results.add(abs(numbers[0] - numbers[1]))
        return results


@lru_cache(maxsize=_MOST_CACHED)
def _read(text: str) -> tuple[tuple[Fact, ...], dict[str, Decimal], frozenset[Decimal]]:
    """Return the facts of a source; of a record its fields of numbers, and all its numbers."""
    fields: dict[str, Decimal] = {}
    numbers: set[Decimal] = set()
    words: list[str] = []
    rest = []
    for line in text.split("\n"):
        data = _as_data(line)
        if data is None:
            rest.append(line)
        else:
            _gather(data, fields, numbers, words)
    found = [fact for part in ("\n".join(rest), *words) for fact in facts(part)]
    return tuple(found), fields, frozenset(numbers)


def _as_data(text: str) -> Any:
    if not text.lstrip().startswith(("{", "[{")):
        return None
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None


def _gather(data: Any, fields: dict, numbers: set, words: list[str], name: str = "") -> None:
    if isinstance(data, dict):
        for key, value in data.items():
            _gather(value, fields, numbers, words, str(key))
    elif isinstance(data, list):
        numbers.add(Decimal(len(data)))
        for value in data:
            _gather(value, {}, numbers, words, name)
    elif isinstance(data, bool) or data is None:
        return
    elif isinstance(data, int | Decimal):
        value = abs(Decimal(data)).normalize()
        fields[name] = value
        numbers.add(value)
    else:
        words.append(str(data))


def _said_of(date: tuple) -> tuple:
    return tuple(one is not None for one in date)


def _as_said(date: tuple, said: tuple) -> tuple:
    return tuple(one if told else None for one, told in zip(date, said, strict=True))
