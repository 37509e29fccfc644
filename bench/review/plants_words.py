"""Defects in the words: J02 giro, J03 descriptions, J09 places."""

from . import trades
from .draft import Pair, draft, line_path, ordinary, spot, way
from .invented import line, lines
from .plants_nature import WINERY

# -- J02: what is sold fits the issuer's activity --------------------------------------------------------

#: Trades whose goods are nobody else's auxiliary sale, and those they are still close to.
_STRANGE = {
    trades.FARM: {"food", "catering", "gardens"}, trades.GROCER: {"food", "catering"},
    trades.CATERING: {"food", "catering", "advertising"},
    trades.UNIFORMS: {"uniforms", "print", "security", "hardware"},
    trades.GARAGE: {"garage", "freight", "hardware"}, trades.GARDENS: {"gardens", "food", "cleaning", "hardware"},
}  # fmt: skip


def _stranger(rng, trade):
    among = [each for each, near in _STRANGE.items() if trade.group not in near]
    return line(rng, rng.choice(rng.choice(among).goods))


def _foreign_line(rng, kind: int, among=trades.ORDINARY) -> Pair:
    trade, recipe = ordinary(rng, kind, rng.randint(2, 4), among)
    at, strange = spot(rng, recipe), _stranger(rng, trade)
    if kind == 34:
        strange["exempt"] = 1
    return Pair(
        recipe, {f"items/{at}": strange}, line_path(at), strange["name"],
        "Nada tiene que ver con el giro del emisor.", ("Encabezado/Emisor",), ("J05",) if kind == 34 else (),
    )  # fmt: skip


@way("J02")
def strange_line_in_an_invoice(rng):
    return _foreign_line(rng, 33)


@way("J02")
def strange_line_in_a_boleta(rng):
    shops = (trades.OFFICE, trades.COMPUTERS, trades.FURNITURE, trades.PRINTER)
    return _foreign_line(rng, 39, shops)


@way("J02")
def strange_line_in_a_bigger_invoice(rng):
    trade = rng.choice(trades.ORDINARY)
    recipe = draft(rng, 33, trade, lines(rng, trade.goods, 6))
    at, strange = spot(rng, recipe), _stranger(rng, trade)
    return Pair(
        recipe, {f"items/{at}": strange}, line_path(at), strange["name"],
        "Nada tiene que ver con el giro del emisor.", ("Encabezado/Emisor",),
    )  # fmt: skip


# -- J03: descriptions say what is sold ------------------------------------------------------------------

_EMPTY_WORDS = (
    "Lo conversado por teléfono", "Según lo acordado", "Cobro del mes", "Lo de siempre", "Cosas pendientes",
    "Trabajo realizado", "Diferencia pendiente", "Pago acordado", "Encargo del cliente", "Lo solicitado",
)
_LEFT_OVER = (
    "asdf", "qwerty 123", "xxxx", "PRUEBA DE SISTEMA NO CONSIDERAR", "Borrar esta línea antes de emitir",
    "Ejemplo de producto demo", "Lorem ipsum dolor sit amet", "aaa bbb ccc", "Test emisión DTE usuario nuevo",
)
_STRANGE_WORDS = (
    "Diverse Ersatzteile laut Absprache", "Verschiedene Dienstleistungen im Oktober", "Fournitures diverses du mois",
    "Unicornios a granel", "Un millón de gracias", "Nuvole in bottiglia",
)


def _bad_name(rng, kind: int, among, words) -> Pair:
    _trade, recipe = ordinary(rng, kind, rng.randint(1, 4), among)
    at, said = spot(rng, recipe), rng.choice(words)
    return Pair(
        recipe, {f"items/{at}/name": said}, line_path(at), said,
        "La glosa no dice qué se vendió (DL 825, art. 54).",
        also=("J02",) if words is _STRANGE_WORDS else (),
    )  # fmt: skip


@way("J03")
def vague_name(rng):
    return _bad_name(rng, 33, trades.ORDINARY, _EMPTY_WORDS)


@way("J03")
def left_over_of_a_test(rng):
    return _bad_name(rng, rng.choice((33, 39)), (trades.OFFICE, trades.COMPUTERS, trades.HARDWARE), _LEFT_OVER)


@way("J03")
def absurd_or_foreign_name(rng):
    return _bad_name(rng, 33, trades.ORDINARY, _STRANGE_WORDS)


@way("J03")
def vague_name_in_an_exempt_invoice(rng):
    return _bad_name(rng, 34, trades.EXEMPT, _EMPTY_WORDS)


@way("J03")
def left_over_in_an_export(rng):
    return _bad_name(rng, 110, (WINERY,), _LEFT_OVER[:4])


# -- J09: comuna, city and place fit together -------------------------------------------------------------

#: Far from each other, and no city of the other's comuna.
_FAR = (
    ("Temuco", "Arica"), ("Punta Arenas", "La Serena"), ("Iquique", "Valdivia"), ("Antofagasta", "Concepción"),
    ("Puerto Montt", "Calama"), ("Copiapó", "Osorno"), ("Talca", "Iquique"), ("Rancagua", "Punta Arenas"),
)


@way("J09")
def city_of_another_region(rng):
    kind, among = rng.choice(((33, trades.ORDINARY), (34, trades.EXEMPT)))
    _trade, recipe = ordinary(rng, kind, among=among)
    return _misplaced(rng, recipe, "receiver", "Receptor", "CiudadRecep", "CmnaRecep")


def _misplaced(rng, recipe: dict, party: str, tag: str, city: str, comuna: str) -> Pair:
    here, there = rng.choice(_FAR)
    recipe[party] |= {comuna: here, city: here}
    return Pair(
        recipe, {f"{party}/{city}": there}, f"Encabezado/{tag}/{city}", there,
        f"{there} no queda en la comuna de {here}.",
    )  # fmt: skip


@way("J09")
def issuers_city_of_another_region(rng):
    _trade, recipe = ordinary(rng, 33)
    return _misplaced(rng, recipe, "issuer", "Emisor", "CiudadOrigen", "CmnaOrigen")


@way("J09")
def delivered_elsewhere(rng):
    trade = rng.choice((trades.HARDWARE, trades.FURNITURE, trades.GROCER, trades.ELECTRIC, trades.GARDENS))
    recipe = draft(rng, 33, trade, lines(rng, trade.goods, rng.randint(1, 3)))
    here, there = rng.choice(_FAR)
    recipe["receiver"] |= {"CmnaRecep": here, "CiudadRecep": here}
    at = spot(rng, recipe)
    recipe["items"][at]["description"] = f"Entregado en el domicilio del receptor en {here}"
    said = f"Entregado en el domicilio del receptor en {there}"
    return Pair(
        recipe, {f"items/{at}/description": said}, line_path(at, "DscItem"), there,
        f"El receptor está en {here}, y la entrega en su domicilio en {there}.", ("Encabezado/Receptor",),
    )  # fmt: skip
