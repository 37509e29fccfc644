"""The 346 comunas of Chile: recognising a name, and guessing what a wrong one meant."""

import difflib
import functools
from typing import NamedTuple

from .tables import load
from .text import fold

#: Longest name judged; a DTE gives a comuna 20 characters.
_LONGEST = 60


class Place(NamedTuple):
    """A name that is no comuna. ``comuna`` is the official name meant, None where nobody can tell;
    ``is_place`` says that it is the name of a town, city or region."""

    comuna: str | None
    is_place: bool


@functools.cache
def _names() -> dict[str, str]:
    """Every folded name of a comuna, official or in municipal use → its code."""
    names = {fold(name): code for code, name in load("comunas").items()}
    return names | {fold(name): code for name, code in load("comuna_variants").items()}


@functools.cache
def _places() -> dict[str, str | None]:
    return {fold(name): code for name, code in load("places").items()}


def official(code: str) -> str:
    """Return the official name of the comuna with a code of the Código Único Territorial."""
    return load("comunas")[code]


def code_of(name: str) -> str | None:
    """Return a comuna's code from its name, written in any case and with or without accents."""
    return _names().get(fold(name)) if len(name) <= _LONGEST else None


def meant(name: str) -> Place:
    """Say what a name that is no comuna may have meant; slow the first time (some milliseconds)."""
    return _meant(name[:_LONGEST])


@functools.lru_cache(maxsize=2048)
def _meant(name: str) -> Place:
    folded = fold(name).removeprefix("comunade").removeprefix("regionde")
    if folded in _names():
        return Place(official(_names()[folded]), is_place=False)
    if folded in _places():
        code = _places()[folded]
        return Place(code and official(code), is_place=True)
    near = difflib.get_close_matches(folded, _names(), n=1, cutoff=0.75)
    return Place(official(_names()[near[0]]) if near else None, is_place=False)


def swapped(comuna: str, city: str) -> str | None:
    """Return the comuna that stands in the city's place, None where both are in their own.

    "Santiago" names a comuna and a city: beside a city "Providencia" it can only be the city.
    """
    head, inner = code_of(comuna), code_of(city)
    return official(inner) if inner and inner in load("conurbations").get(head, ()) else None
