"""Defects of quantity, unit and price: J06, seen only against what is usual for this customer."""

from decimal import Decimal

from . import trades
from .draft import Pair, line_path, ordinary, spot, way


def _slip(rng, kind: int, change, among=trades.ORDINARY) -> Pair:
    _trade, recipe = ordinary(rng, kind, among=among)
    at = spot(rng, recipe)
    item = recipe["items"][at]
    tag, values, why = change(rng, item)
    field = {"PrcItem": "price", "QtyItem": "quantity"}[tag]
    planted = {f"items/{at}/{name}": value for name, value in values.items()}
    return Pair(recipe, planted, line_path(at, tag), str(values[field]), why, usual=True)


def _zero_too_many(rng, item):
    return "PrcItem", {"price": item["price"] * 10}, "El precio tiene un cero de más frente a lo habitual."


def _zero_too_few(rng, item):
    return "PrcItem", {"price": str(Decimal(item["price"]) / 10)}, "Al precio le falta un cero frente a lo habitual."


def _too_many(rng, item):
    item["quantity"] = max(item["quantity"], 2)
    return "QtyItem", {"quantity": item["quantity"] * 100}, "La cantidad es cien veces lo habitual."


def _swapped(rng, item):
    item["quantity"] = rng.randint(2, 9)
    values = {"quantity": item["price"], "price": item["quantity"]}
    return "QtyItem", values, "Cantidad y precio están cambiados entre sí."


_GOODS = (trades.OFFICE, trades.HARDWARE, trades.GROCER, trades.FARM, trades.COMPUTERS, trades.UNIFORMS, trades.PRINTER)


@way("J06")
def price_with_a_zero_too_many(rng):
    return _slip(rng, 33, _zero_too_many)


@way("J06")
def price_with_a_zero_too_few(rng):
    return _slip(rng, 33, _zero_too_few)


@way("J06")
def a_hundred_times_the_quantity(rng):
    return _slip(rng, 33, _too_many, _GOODS)


@way("J06")
def quantity_and_price_swapped(rng):
    return _slip(rng, 33, _swapped, _GOODS)


@way("J06")
def exempt_price_with_a_zero_too_many(rng):
    return _slip(rng, 34, _zero_too_many, trades.EXEMPT)
