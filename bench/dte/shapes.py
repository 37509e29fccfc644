"""The shapes of sales in the corpus: 33, 34, 39, 41; the other types stand in shapes_trade and shapes_export.

Each function takes a random generator and the issue date and returns a :class:`~.builder.Shape`;
its name is the name of the document's file.
"""

import datetime
import random
from collections.abc import Callable
from decimal import Decimal

from . import parties
from .builder import Item, Shape

#: {file name: function}, in the order written here.
SHAPES: dict[str, Callable[[random.Random, str], Shape]] = {}


def later(day: str, days: int) -> str:
    return str(datetime.date.fromisoformat(day) + datetime.timedelta(days=days))


def credit(day: str) -> dict:
    return {"FmaPago": 2, "FchVenc": later(day, 30)}


def compose(rng, kind, items, **more) -> Shape:
    """Return a Shape with parties; ``id``, ``issuer``, ``receiver`` add to the usual ones."""
    issuer = parties.issuer(rng, kind, **more.pop("company", {}))
    receiver = parties.receiver(rng, kind)
    return Shape(
        kind, items,
        issuer=_insert(issuer, more.pop("issuer", {})),
        receiver=_insert(receiver, more.pop("receiver", {})),
        **more,
    )


_ISSUER_ORDER = (
    "RUTEmisor", "RznSoc", "RznSocEmisor", "GiroEmis", "GiroEmisor", "Telefono", "CorreoEmisor", "Acteco",
    "GuiaExport", "Sucursal", "CdgSIISucur", "DirOrigen", "CmnaOrigen", "CiudadOrigen", "CdgVendedor",
)
_RECEIVER_ORDER = (
    "RUTRecep", "CdgIntRecep", "RznSocRecep", "Extranjero", "GiroRecep", "Contacto", "CorreoRecep", "DirRecep",
    "CmnaRecep", "CiudadRecep",
)


def _insert(party: dict, more: dict) -> dict:
    order = _ISSUER_ORDER if "RUTEmisor" in party else _RECEIVER_ORDER
    merged = party | more
    return {tag: merged[tag] for tag in order if merged.get(tag) is not None}


def shape(function):
    SHAPES[function.__name__.removeprefix("t")] = function
    return function


def invoice(name: str, kind: int, make: Callable, **more) -> None:
    """Add an invoice on credit with these lines."""
    def build(rng, day):
        return compose(rng, kind, make(rng), id=credit(day) | more.get("id", {}),
                      **{key: value for key, value in more.items() if key != "id"})

    SHAPES[f"{kind}_{name}"] = build


# -- 33 ------------------------------------------------------------------------------------------------

invoice("one_line", 33, lambda rng: parties.goods(rng, 1))
invoice("five_lines", 33, lambda rng: parties.goods(rng, 5))
invoice("sixty_lines", 33, lambda rng: parties.goods(rng, 60))
invoice("decimals", 33, lambda rng: parties.fractions(rng, 7))
invoice("line_discounts", 33, lambda rng: parties.goods(rng, 3, discount=Decimal("7.5")))
invoice("line_surcharges", 33, lambda rng: parties.goods(rng, 2, surcharge=4) + parties.goods(rng, 1))
invoice("global_discount", 33, lambda rng: parties.goods(rng, 4), discounts=[("D", "$", 1234)])
invoice("global_percent", 33, lambda rng: parties.goods(rng, 4), discounts=[("D", "%", Decimal("12.5"))])
invoice("surcharge", 33, lambda rng: parties.goods(rng, 2), discounts=[("R", "$", 5000, None, "Flete")])
invoice("mixed_exempt", 33, lambda rng: parties.goods(rng, 3) + parties.free(rng, 2))
invoice(
    "mixed_discounts", 33, lambda rng: parties.goods(rng, 2) + parties.free(rng, 2),
    discounts=[("D", "%", 10), ("D", "$", 500, 1)],
)
invoice("gross", 33, lambda rng: parties.goods(rng, 4), gross=True)
invoice("gross_discount", 33, lambda rng: parties.goods(rng, 3, discount=10), gross=True)
invoice(
    "drinks", 33,
    lambda rng: [Item("Pisco 35° 750 cc", 12, 4990, tax=24), Item("Vino tinto 750 cc", 24, 2790, tax=25),
                 Item("Cerveza lata 470 cc", 48, 790, tax=26), Item("Agua mineral 1,5 l", 12, 890, tax=27),
                 Item("Bebida cola 3 l", 6, 1890, tax=271), Item("Hielo en cubos 2 kg", 4, 1490)],
)
invoice("flour", 33, lambda rng: [Item("Harina especial saco 25 kg", 40, 17350, tax=19)])
invoice("not_billable", 33, lambda rng: parties.goods(rng, 2) + parties.free(rng, 1, 2))
invoice("deposit", 33, lambda rng: [*parties.goods(rng, 2), Item("Garantía de envases", 24, 150, exempt=3)])
invoice(
    "orders", 33, lambda rng: parties.goods(rng, 2),
    references=[
        {"TpoDocRef": "801", "FolioRef": "2345-678-SE26", "FchRef": "2026-10-28"},
        {"TpoDocRef": "HES", "FolioRef": "4500123456", "FchRef": "2026-10-30"},
    ],
)
invoice(
    "of_guides", 33, lambda rng: parties.goods(rng, 3),
    references=[{"TpoDocRef": 52, "FolioRef": folio, "FchRef": "2026-11-02"} for folio in (811, 812)],
)
invoice("service", 33, lambda rng: [Item("Mantención mensual", 1, 450000)], id={"IndServicio": 3})
invoice("priceless_quantity", 33, lambda rng: [Item("Asesoría según contrato", 1, 100001)])
invoice(
    "builders", 33, lambda rng: [Item("Construcción de vivienda, estado de pago 3", 1, 18_750_333)],
    construction=True, company={"giro": "Construcción de edificios para uso residencial", "acteco": "410010"},
)
invoice(
    "longest_texts", 33,
    lambda rng: [Item("Ñ" * 79 + "x", 3, 1999, description="é" * 1000, unit="CAJA",
                      codes=[("INT1", "A" * 35), ("EAN13", "7801234567894")])],
    issuer={"RznSoc": "R" * 100, "GiroEmis": "G" * 80, "CdgVendedor": "V" * 60, "Telefono": "+56 2 2345 6789",
            "CorreoEmisor": "facturas@ejemplo.cl", "Sucursal": "Casa matriz", "CdgSIISucur": 78904860},
    receiver={"RznSocRecep": "S" * 100, "GiroRecep": "H" * 40, "Contacto": "C" * 80, "DirRecep": "D" * 70,
              "CdgIntRecep": "CLI-00099", "CorreoRecep": "dte@ejemplo.cl"},
)


@shape
def t33_cash(rng, day):
    return compose(rng, 33, parties.goods(rng, 2), id={"FmaPago": 1})


@shape
def t33_instalments(rng, day):
    built = compose(rng, 33, [Item("Camioneta usada", 1, 9_000_000)], id=credit(day))
    total = 10_710_000
    built.id = {**built.id, "MntPagos": [
        {"FchPago": later(day, 30), "MntPago": total // 2}, {"FchPago": later(day, 60), "MntPago": total // 2},
    ], "FchVenc": later(day, 60)}
    return built


@shape
def t33_with_goods(rng, day):
    """An invoice that also serves as guía: it carries the transport (Res. Ex. 154)."""
    built = compose(rng, 33, parties.goods(rng, 2), id={"TipoDespacho": 2, **credit(day)})
    built.transport = parties.driver_and_truck(day, built.receiver["CmnaRecep"])
    return built


@shape
def t33_period(rng, day):
    period = {"IndServicio": 1, "PeriodoDesde": "2026-10-01", "PeriodoHasta": "2026-10-31"}
    return compose(rng, 33, [Item("Suministro eléctrico", 1234, Decimal("131.25"), unit="kWh")],
                  id=period | credit(day))


@shape
def t33_tourist(rng, day):
    return compose(
        rng, 33, parties.goods(rng, 1), id={"FmaPago": 1, "TipoFactEsp": 1},
        company={"comuna": "Arica"},
        receiver={"RUTRecep": "55555555-5", "RznSocRecep": "Extranjero sin RUT", "CmnaRecep": "Arica",
                  "Extranjero": {"NumId": "P1234567", "Nacionalidad": "219", "TipoDocID": 1}},
    )


# -- 34, 41, 39 ------------------------------------------------------------------------------------------

invoice("one_line", 34, lambda rng: parties.free(rng, 1))
invoice("many_lines", 34, lambda rng: parties.free(rng, 23))
invoice("global_discount", 34, lambda rng: parties.free(rng, 3), discounts=[("D", "%", 15, 1)])
invoice("order", 34, lambda rng: parties.free(rng, 2),
         references=[{"TpoDocRef": "801", "FolioRef": "OC-99812", "FchRef": "2026-10-20"}])
invoice("service", 34, lambda rng: parties.free(rng, 1), id={"IndServicio": 3})


def _boleta(name: str, kind: int, make: Callable, service: int = 3, **more) -> None:
    def build(rng, day):
        given = {"IndServicio": service, **more.get("id", {})}
        return compose(rng, kind, make(rng), id=given, **{k: v for k, v in more.items() if k != "id"})

    SHAPES[f"{kind}_{name}"] = build


_PERIOD = {"PeriodoDesde": "2026-10-01", "PeriodoHasta": "2026-10-31", "FchVenc": "2026-12-05"}
_BUYER = {"RUTRecep": parties.rut(12_876_543), "RznSocRecep": "Rosa Muñoz Peña", "DirRecep": "2 Norte 345",
          "CmnaRecep": "Talca"}

_boleta("one_line", 39, lambda rng: parties.goods(rng, 1))
_boleta("five_lines", 39, lambda rng: parties.goods(rng, 5))
_boleta("many_lines", 39, lambda rng: parties.goods(rng, 150, most=900))
_boleta("decimals", 39, lambda rng: parties.fractions(rng, 6))
_boleta("discounts", 39, lambda rng: parties.goods(rng, 3, discount=20))
_boleta("global_discount", 39, lambda rng: parties.goods(rng, 3), discounts=[("D", "$", 990)])
_boleta("mixed_exempt", 39, lambda rng: parties.goods(rng, 2) + parties.free(rng, 1))
_boleta("net", 39, lambda rng: parties.goods(rng, 4), net_lines=True)
_boleta("net_mixed", 39, lambda rng: parties.goods(rng, 2) + parties.free(rng, 1), net_lines=True)
_boleta("service_period", 39, lambda rng: [Item("Agua potable", 18, 1450, unit="M3")], 1, id=_PERIOD, receiver=_BUYER)
_boleta("large_identified", 39, lambda rng: [Item("Refrigerador 600 l", 6, 1_199_990)],
        id={"MedioPago": 2}, receiver=_BUYER)
_boleta("one_line", 41, lambda rng: parties.free(rng, 1))
_boleta("many_lines", 41, lambda rng: parties.free(rng, 18))
_boleta("global_discount", 41, lambda rng: parties.free(rng, 2), discounts=[("D", "%", 5, 1)])
_boleta("service_period", 41, lambda rng: [Item("Arriendo", 1, 480000, exempt=1)], 1, id=_PERIOD, receiver=_BUYER)
_boleta("identified", 41, lambda rng: parties.free(rng, 2), receiver=_BUYER)
