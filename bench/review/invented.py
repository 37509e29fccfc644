"""Invented companies of a trade, and lines of what they sell."""

import random
from collections.abc import Sequence

from ..dte import parties
from .trades import Good, Trade

#: Comunas and the city an address there names.
PLACES = (
    ("Providencia", "Santiago"), ("Ñuñoa", "Santiago"), ("Quilicura", "Santiago"), ("Maipú", "Santiago"),
    ("Las Condes", "Santiago"), ("Valparaíso", "Valparaíso"), ("Viña del Mar", "Viña del Mar"),
    ("Concepción", "Concepción"), ("Temuco", "Temuco"), ("Chillán", "Chillán"), ("Antofagasta", "Antofagasta"),
    ("La Serena", "La Serena"), ("Puerto Montt", "Puerto Montt"), ("Rancagua", "Rancagua"), ("Talca", "Talca"),
    ("Iquique", "Iquique"), ("Osorno", "Osorno"), ("Valdivia", "Valdivia"), ("Punta Arenas", "Punta Arenas"),
    ("Calama", "Calama"), ("Curicó", "Curicó"), ("Copiapó", "Copiapó"),
)
_NAMES = (
    "Ñuble", "Araucanía", "Los Peñones", "O'Higgins", "Aconcagua", "Copihue", "Reñaca", "Llanquihue", "Mapocho",
    "Los Andes", "Collipulli", "Quillón", "Lircay", "Elqui",
)
_FORMS = ("Limitada", "SpA", "S.A.", "E.I.R.L.")
_STREETS = ("Av. Libertad", "Calle Prat", "Camino a Melipilla", "Pasaje El Peumo", "Av. Argentina", "Calle Esmeralda")


def company(rng: random.Random, trade: Trade) -> dict[str, str]:
    """Return an invented company of a trade: rut, name, giro, acteco, address, comuna, city."""
    comuna, city = rng.choice(PLACES)
    return {
        "rut": parties.rut(rng.randrange(76_000_000, 78_000_000)),
        "name": f"{trade.prefix} {rng.choice(_NAMES)} {rng.choice(_FORMS)}",
        "giro": trade.giro, "acteco": trade.acteco,
        "address": f"{rng.choice(_STREETS)} {rng.randrange(10, 4999)}", "comuna": comuna, "city": city,
    }


def lines(rng: random.Random, goods: Sequence[Good], count: int) -> list[dict]:
    """Return ``count`` different lines of these goods, as a recipe has them; prices end in 0 as people's do."""
    chosen = rng.sample(list(goods), min(count, len(goods)))
    return [line(rng, good) for good in chosen]


def line(rng: random.Random, good: Good) -> dict:
    """Return one line of a good."""
    low, high = good.prices
    made = {
        "name": good.name, "unit": good.unit, "quantity": rng.randint(1, good.most),
        "price": rng.randrange(low, high + 1, 10),
    }
    if good.exempt:
        made["exempt"] = 1
    if good.tax:
        made["tax"] = good.tax
    return made
