"""A year of bills of suppliers, from which the demo's suggestions learn. Invented; net CLP.

Some suppliers work for one project, some for several, and only the words tell which; the energy bill is split between
two; and of one supplier nothing tells.
"""

import random
from typing import NamedTuple

PROJECTS = {
    "liceo": "Remodelación Liceo Narciso Tondreau",
    "hospital": "Mobiliario Hospital San Carlos",
    "tienda": "Tienda Los Ángeles",
    "oficina": "Administración Chillán",
    "coihueco": "Biblioteca Coihueco",
}
#: Closed meanwhile: it stands in the history, and is proposed no more.
CLOSED = "coihueco"
SPLIT = {"oficina": 60, "tienda": 40}

SUPPLIERS = {
    "ferreteria": ("Ferretería Chanleufu Limitada", "76543219-7"),
    "flete": ("Transportes Diguillín SpA", "77812345-2"),
    "luz": ("Eléctrica del Itata S.A.", "96543210-8"),
    "fono": ("Telefonía Andes Sur S.A.", "96612340-0"),
    "maderas": ("Maderas Quirihue Limitada", "76998871-8"),
    "aseo": ("Servicios de Aseo Larqui SpA", "77100233-1"),
    "arriendo": ("Arriendo de Maquinaria Cato Limitada", "76321984-4"),
    "caja": ("Comercializadora Pinto Limitada", "76455310-1"),
}


class Habit(NamedTuple):
    """What a supplier writes for a project. ``{n}`` is a number that differs each time."""

    supplier: str
    text: str
    project: str | None
    price: int


HABITS = (
    Habit("ferreteria", "Tornillos y fijaciones obra liceo, guía {n}", "liceo", 48_000),
    Habit("ferreteria", "Pintura esmalte al agua liceo Tondreau guía {n}", "liceo", 132_000),
    Habit("ferreteria", "Chapas y bisagras hosp. San Carlos guía {n}", "hospital", 87_000),
    Habit("ferreteria", "Artículos de ferretería biblioteca Coihueco {n}", "coihueco", 65_000),
    Habit("flete", "Flete Chillán - San Carlos OT {n}", "hospital", 95_000),
    Habit("flete", "Flete Chillán - Los Ángeles OT {n}", "tienda", 140_000),
    Habit("flete", "Retiro de escombros liceo OT {n}", "liceo", 110_000),
    Habit("luz", "Consumo eléctrico cliente 448120-3 folio {n}", None, 310_000),
    Habit("fono", "Plan empresas móvil administración {n}", "oficina", 89_900),
    Habit("fono", "Internet fibra local Los Ángeles {n}", "tienda", 45_900),
    Habit("maderas", "Terciado estructural 15 mm mesones hospital {n}", "hospital", 420_000),
    Habit("maderas", "Pino cepillado estanterías liceo {n}", "liceo", 265_000),
    Habit("maderas", "MDF 18 mm repisas tienda Los Ángeles {n}", "tienda", 198_000),
    Habit("aseo", "Servicio de aseo oficina Chillán mes {n}", "oficina", 280_000),
    Habit("arriendo", "Arriendo andamios liceo semana {n}", "liceo", 150_000),
    Habit("arriendo", "Arriendo transpaleta bodega hospital semana {n}", "hospital", 92_000),
    Habit("caja", "Materiales varios según detalle {n}", "", 35_000),
)
#: What drafts say that no bill said before.
NEW = (
    Habit("flete", "Servicio de izaje con pluma {n}", "", 260_000),
    Habit("caja", "Materiales varios según detalle {n}", "", 41_000),
)


def bills(number: int, seed: int = 19) -> list[list[Habit]]:
    """Return the lines of so many bills, of one supplier each, the texts with their numbers filled in."""
    rng, made = random.Random(seed), []
    for _ in range(number):
        supplier = rng.choice(list(SUPPLIERS))
        own = [habit for habit in HABITS if habit.supplier == supplier]
        made.append([_told(rng, rng.choice(own)) for _line in range(rng.randint(2, 5))])
    return made


def drafts(number: int, seed: int = 20) -> list[list[Habit]]:
    """Return the lines of so many drafts; some say what was never said."""
    rng = random.Random(seed)
    return [[_told(rng, new)] for new in NEW] + bills(number - len(NEW), seed)


def _told(rng, habit):
    project = rng.choice([key for key in PROJECTS if key != CLOSED]) if habit.project == "" else habit.project
    price = round(habit.price * rng.uniform(0.9, 1.1), -2)
    return habit._replace(text=habit.text.format(n=rng.randrange(1000, 9999)), project=project, price=int(price))
