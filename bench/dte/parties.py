"""Invented parties and goods of the corpus. RUTs are made from random bodies with their check digit."""

import random
from decimal import Decimal

from .builder import ANONYMOUS, FOREIGN, Item

COMUNAS = (
    "Santiago", "Providencia", "Ñuñoa", "Valparaíso", "Viña del Mar", "Concepción", "Temuco", "Chillán",
    "Antofagasta", "La Serena", "Puerto Montt", "Rancagua", "Talca", "Iquique", "Osorno", "Valdivia",
)
TRADES = (
    ("Distribuidora", "Venta al por mayor de artículos de oficina", "464903"),
    ("Ferretería", "Venta al por menor de materiales de construcción", "475201"),
    ("Transportes", "Transporte de carga por carretera", "492300"),
    ("Consultora", "Servicios de ingeniería y asesoría", "711002"),
    ("Agrícola", "Cultivo de frutas y hortalizas", "012900"),
    ("Imprenta", "Impresión de libros y folletos", "181109"),
)
NAMES = ("Ñuble", "Araucanía", "Los Peñones", "O'Higgins", "Aconcagua", "Maipú", "Copihue", "Reñaca")
FORMS = ("Limitada", "SpA", "S.A.", "E.I.R.L.")
STREETS = ("Av. Libertad", "Calle Prat", "Camino a Melipilla", "Pasaje El Peumo", "Av. Argentina")
GOODS = (
    "Resma de papel carta 75 g", "Archivador oficio lomo ancho", "Cable THHN 2,5 mm² azul", "Perno hexagonal ½\"",
    "Cemento especial saco 25 kg", "Pintura látex blanco 1 galón", "Lámpara LED 18 W & soporte",
    "Café molido 250 g", "Guantes de cabritilla N° 9", "Cinta adhesiva <48 mm>", "Tóner negro HP 26A",
    "Silla ergonómica con apoyo lumbar", "Arriendo de andamios, mes", "Mantención de aire acondicionado",
)
FREE = (
    "Curso de contabilidad tributaria", "Arriendo de bien raíz sin instalaciones", "Transporte de pasajeros",
    "Examen médico preventivo", "Libro digital exento",
)


def rut(body: int) -> str:
    """Return a RUT with its check digit (modulo 11)."""
    factors = (2, 3, 4, 5, 6, 7)
    total = sum(int(d) * factors[i % 6] for i, d in enumerate(reversed(str(body))))
    return f"{body}-{'0K987654321'[total % 11]}"


def company(rng: random.Random) -> dict:
    """Return a company: rut, name, giro, acteco, address, comuna."""
    prefix, giro, acteco = rng.choice(TRADES)
    comuna = rng.choice(COMUNAS)
    return {
        "rut": rut(rng.randrange(76_000_000, 78_000_000)),
        "name": f"{prefix} {rng.choice(NAMES)} {rng.choice(FORMS)}",
        "giro": giro, "acteco": acteco, "comuna": comuna,
        "address": f"{rng.choice(STREETS)} {rng.randrange(1, 9999)}",
    }


def issuer(rng: random.Random, kind: int, **changes) -> dict:
    """Return Emisor, with the element names of its kind of document."""
    who = company(rng) | changes
    place = {"DirOrigen": who["address"], "CmnaOrigen": who["comuna"], "CiudadOrigen": who["comuna"]}
    if kind in (39, 41):
        return {"RUTEmisor": who["rut"], "RznSocEmisor": who["name"], "GiroEmisor": who["giro"], **place}
    return {
        "RUTEmisor": who["rut"], "RznSoc": who["name"], "GiroEmis": who["giro"],
        "Acteco": who["acteco"], **place,
    }


def receiver(rng: random.Random, kind: int) -> dict:
    """Return Receptor: nobody in particular on a boleta, a foreigner on an export document."""
    if kind in (39, 41):
        return {"RUTRecep": ANONYMOUS}
    if kind in (110, 111, 112):
        return {
            "RUTRecep": FOREIGN, "RznSocRecep": "Overseas Trading Inc",
            "Extranjero": {"NumId": f"US{rng.randrange(10**6, 10**7)}", "Nacionalidad": "225"},
            "GiroRecep": "Importaciones", "DirRecep": "5th Avenue 100", "CmnaRecep": "New York",
            "CiudadRecep": "New York",
        }
    who = company(rng)
    return {
        "RUTRecep": who["rut"], "RznSocRecep": who["name"], "GiroRecep": who["giro"][:40].strip(),
        "DirRecep": who["address"], "CmnaRecep": who["comuna"], "CiudadRecep": who["comuna"],
    }


def goods(rng: random.Random, count: int, most: int = 48_000, **common) -> list[Item]:
    """Return taxable lines with whole quantities and prices of at most ``most`` CLP."""
    return [Item(rng.choice(GOODS), rng.randrange(1, 60), rng.randrange(90, most), **common) for _ in range(count)]


def free(rng: random.Random, count: int, exempt: int = 1) -> list[Item]:
    """Return lines outside IVA: exempt (1), not billable (2), deposit (3), negative not billable (6)."""
    return [
        Item(rng.choice(FREE), rng.randrange(1, 9), rng.randrange(900, 90_000), exempt=exempt) for _ in range(count)
    ]


def fractions(rng: random.Random, count: int) -> list[Item]:
    """Return lines with decimals in quantity and price, whose product needs rounding."""
    return [
        Item(rng.choice(GOODS), Decimal(rng.randrange(1, 9999)) / 1000, Decimal(rng.randrange(1000, 99_999)) / 100,
             unit="KG")
        for _ in range(count)
    ]


def driver_and_truck(day: str, comuna: str) -> dict:
    """Return Transporte as Res. Ex. 154 of 2025 wants it."""
    return {
        "Patente": "BCDF12", "RUTTrans": rut(77_262_640),
        "Chofer": {"RUTChofer": rut(12_345_678), "NombreChofer": "Juan Soto"},
        "DirDest": "Calle Prat 456, Piso 2", "CmnaDest": comuna, "FchSalida": day, "HraSalida": "10:30:00",
    }
