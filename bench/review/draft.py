"""What every planter needs: a right document of a trade, and how a defect is declared."""

import datetime
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..dte.builder import ANONYMOUS, BOLETAS, EXPORTS
from ..dte.shapes_export import customs_of
from . import invented, trades
from .trades import Trade

#: {topic: functions, each makes one pair of twins in its own way}.
WAYS: dict[str, list[Callable[[random.Random], "Pair"]]] = {}


@dataclass(frozen=True)
class Pair:
    """A recipe and what is planted in it; the members are those of ``recipe.Case``."""

    recipe: Mapping[str, Any]
    planted: Mapping[str, Any]
    path: str
    quote: str
    why: str
    near: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    usual: bool = False


def way(code: str):
    """Declare a function as one way of planting a defect of this topic."""

    def declare(function):
        WAYS.setdefault(code, []).append(function)
        return function

    return declare


def draft(
    rng: random.Random, kind: int, trade: Trade, items: Sequence[dict], buyer: Trade | None = None, **more
) -> dict:
    """Return the recipe of a right document of this trade.

    :param buyer: trade of the receiver; some other one by default
    :param more: further entries of the recipe; those of ``id`` are added to the usual ones
    """
    day = f"2026-11-{rng.randrange(3, 20):02d}"
    seller = invented.company(rng, trade)
    recipe = {
        "kind": kind, "folio": rng.randrange(101, 90_000), "day": day, "issuer": _issuer(kind, seller),
        "receiver": _receiver(rng, kind, buyer or _other(rng, trade)), "id": _identification(kind, day), "items": items,
    }  # fmt: skip
    if kind in EXPORTS and "IndServicio" not in more.get("id", {}):
        recipe["transport"] = {"Aduana": customs_of(sum(row["quantity"] * row["price"] for row in items))}
    return recipe | more | {"id": recipe["id"] | more.get("id", {})}


def _other(rng: random.Random, trade: Trade) -> Trade:
    return rng.choice([each for each in trades.ORDINARY if each.group != trade.group])


def _identification(kind: int, day: str) -> dict:
    if kind in BOLETAS:
        return {"IndServicio": 3}
    if kind in (56, 61, 111, 112):
        return {}
    due = datetime.date.fromisoformat(day) + datetime.timedelta(days=30)
    return {"FmaPago": 2, "FchVenc": str(due)} | ({"FmaPagExp": 1} if kind in EXPORTS else {})


def _issuer(kind: int, who: Mapping[str, str]) -> dict:
    place = {"DirOrigen": who["address"], "CmnaOrigen": who["comuna"], "CiudadOrigen": who["city"]}
    if kind in BOLETAS:
        return {"RUTEmisor": who["rut"], "RznSocEmisor": who["name"], "GiroEmisor": who["giro"], **place}
    return {
        "RUTEmisor": who["rut"], "RznSoc": who["name"], "GiroEmis": who["giro"], "Acteco": who["acteco"], **place,
    }  # fmt: skip


def _receiver(rng: random.Random, kind: int, trade: Trade) -> dict:
    if kind in BOLETAS:
        return {"RUTRecep": ANONYMOUS}
    if kind in EXPORTS:
        return {
            "RUTRecep": "55555555-5", "RznSocRecep": "Overseas Trading Inc",
            "Extranjero": {"NumId": f"US{rng.randrange(10**6, 10**7)}", "Nacionalidad": "225"},
            "GiroRecep": "Importaciones", "DirRecep": "5th Avenue 100", "CmnaRecep": "New York",
            "CiudadRecep": "New York",
        }  # fmt: skip
    who = invented.company(rng, trade)
    return {
        "RUTRecep": who["rut"], "RznSocRecep": who["name"], "GiroRecep": who["giro"][:40].strip(),
        "DirRecep": who["address"], "CmnaRecep": who["comuna"], "CiudadRecep": who["city"],
    }  # fmt: skip


def ordinary(rng: random.Random, kind: int = 33, count: int | None = None, among: Sequence[Trade] = trades.ORDINARY):
    """Return (trade, recipe) of a right document with some lines."""
    trade = rng.choice(among)
    items = invented.lines(rng, trade.goods, count or rng.randint(2, 4))
    return trade, draft(rng, kind, trade, items)


def spot(rng: random.Random, recipe: Mapping) -> int:
    """Return the position of a line, from 0."""
    return rng.randrange(len(recipe["items"]))


def line_path(position: int, tag: str = "NmbItem") -> str:
    """Return the path of an element of a line.

    :param position: from 0
    """
    return f"Detalle[{position + 1}]/{tag}"
