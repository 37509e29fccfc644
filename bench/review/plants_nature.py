"""Defects in the nature of what is sold: J01 type of document, J05 exempt or taxable, J07 taxes of their own."""

from . import trades
from .draft import Pair, draft, line_path, ordinary, spot, way
from .invented import line, lines
from .trades import Good, Trade

WINERY = Trade("Viña", "Elaboración y exportación de vinos", "110200", "wine", (
    Good("Vino tinto reserva carmenere, caja de 12", "U", (40, 90), 50),
    Good("Vino blanco sauvignon blanc, caja de 12", "U", (35, 80), 50),
    Good("Vino espumante extra brut, caja de 6", "U", (30, 70), 40),
))
DEALER = Trade("Acopio", "Acopio y venta de miel, papas y artesanías", "463019", "food", (
    Good("Miel multifloral tambor 300 kg", "UN", (690_000, 890_000), 6),
    Good("Papas asterix saco 25 kg", "SAC", (7900, 12900), 80),
    Good("Manta de lana de telar", "UN", (29900, 49900), 20),
))

# -- J01: the document type fits the operation -----------------------------------------------------------

_WANT_INVOICE = (
    "Cliente pide factura para usar el crédito fiscal", "Compra de empresa: requiere factura con IVA desglosado",
    "Materiales para reventa, emitir factura a la empresa",
    "A nombre de sociedad, necesita factura por el crédito IVA",
    "Comprador contribuyente de IVA, solicitó factura",
)
_NO_INVOICE = (
    "Cliente retira en tienda", "Pagado con tarjeta de débito", "Retira familiar del cliente",
    "Garantía de tres meses",
    "Consumo particular",
)


@way("J01")
def boleta_for_a_business(rng):
    trade = rng.choice((trades.OFFICE, trades.HARDWARE, trades.COMPUTERS, trades.GARAGE, trades.FURNITURE))
    recipe = draft(rng, 39, trade, lines(rng, trade.goods, rng.randint(1, 3)))
    at, said = spot(rng, recipe), rng.choice(_WANT_INVOICE)
    recipe["items"][at]["description"] = rng.choice(_NO_INVOICE)
    return Pair(
        recipe, {f"items/{at}/description": said}, line_path(at, "DscItem"), said,
        "Quien compra necesita factura: con boleta pierde el crédito fiscal.", ("Encabezado/IdDoc",),
    )  # fmt: skip


@way("J01")
def invoice_for_a_purchase(rng):
    recipe = draft(rng, 33, DEALER, lines(rng, DEALER.goods, rng.randint(2, 3)))
    at = spot(rng, recipe)
    seller = rng.choice(("agricultor", "productora", "artesana", "particular", "pequeño productor"))
    said = f"Compra a {seller} sin inicio de actividades"
    recipe["items"][at]["description"] = "Venta puesta en bodega del cliente"
    return Pair(
        recipe, {f"items/{at}/description": said}, line_path(at, "DscItem"), said,
        "Es una compra a quien no puede facturar: corresponde factura de compra (46).", ("Encabezado/IdDoc",),
    )  # fmt: skip


@way("J01")
def taxed_invoice_for_what_is_exempt(rng):
    _trade, recipe = ordinary(rng, 34, rng.randint(1, 2), (trades.BUSES, trades.HEALTH, trades.COLLEGE, trades.SCHOOL))
    count = len(recipe["items"])
    planted = {"kind": 33, **{f"items/{at}/exempt": None for at in range(count)}}
    return Pair(
        recipe, planted, "Encabezado/IdDoc/TipoDTE", recipe["items"][0]["name"],
        "Todo lo que se cobra es exento por naturaleza: corresponde factura exenta (34).",
        tuple(f"Detalle[{at + 1}]" for at in range(count)), ("J05",),
    )  # fmt: skip


@way("J01")
def debit_note_for_a_new_sale(rng):
    trade = rng.choice((trades.HARDWARE, trades.OFFICE, trades.GROCER, trades.UNIFORMS))
    item = line(rng, rng.choice(trade.goods))
    reference = {
        "TpoDocRef": 33, "FolioRef": str(rng.randrange(90, 9000)), "FchRef": "2026-11-02", "CodRef": 3,
        "RazonRef": "Diferencia de precio",
    }  # fmt: skip
    name = item["name"]
    recipe = draft(rng, 56, trade, [item | {"name": f"Diferencia de precio {name}"}], references=[reference])
    said = rng.choice((f"Venta adicional de {name}", f"Nueva venta: {name}", f"Segundo pedido de {name}"))[:80]
    return Pair(
        recipe, {"items/0/name": said}, line_path(0), said,
        "Una venta nueva va en factura, no en nota de débito.", ("Encabezado/IdDoc", "Referencia[1]"), ("J04",),
    )  # fmt: skip


@way("J01")
def export_invoice_for_a_national_sale(rng):
    recipe = draft(rng, 110, WINERY, lines(rng, WINERY.goods, rng.randint(1, 2)))
    city = rng.choice(("Rancagua", "Temuco", "La Serena", "Talca"))
    said = f"Venta nacional, entrega en bodega del cliente en {city}"
    at = spot(rng, recipe)
    recipe["items"][at]["description"] = "Embarque FOB Valparaíso"
    return Pair(
        recipe, {f"items/{at}/description": said}, line_path(at, "DscItem"), said,
        "La mercadería no sale del país: corresponde factura afecta (33).", ("Encabezado/IdDoc",),
    )  # fmt: skip


@way("J01")
def purchase_invoice_of_one_who_invoices(rng):
    goods = lines(rng, DEALER.goods, rng.randint(1, 2))
    recipe = draft(rng, 46, DEALER, goods, buyer=trades.FARM, retains=True)
    at, said = spot(rng, recipe), rng.choice((
        "El proveedor ya emitió su propia factura electrónica", "Respaldada con factura electrónica del proveedor",
    ))
    recipe["items"][at]["description"] = "Proveedor sin inicio de actividades"
    return Pair(
        recipe, {f"items/{at}/description": said}, line_path(at, "DscItem"), said,
        "Quien factura por sí mismo no necesita factura de compra: el IVA quedaría dos veces.", ("Encabezado/IdDoc",),
    )  # fmt: skip


# -- J05: exempt or taxable as its nature demands --------------------------------------------------------

_FURNISHED = (
    "Arriendo de departamento amoblado, mes", "Arriendo de casa amoblada con enseres, mes",
    "Arriendo de local con instalaciones para restaurante", "Arriendo de oficina amoblada y equipada, mes",
    "Arriendo de habitación amoblada por días",
)  # fmt: skip
_TAXABLE_OF_EXEMPT = {
    "buses": ("Transporte de encomiendas Santiago a Temuco", "Arriendo de bus sin conductor, día"),
    "health": ("Venta de férula ortopédica", "Venta de plantillas ortopédicas"),
    "school": ("Venta de uniforme institucional", "Venta de texto de estudio"),
}


@way("J05")
def furnished_rent_exempt(rng):
    recipe = draft(rng, 34, trades.ESTATE, lines(rng, trades.ESTATE.goods, rng.randint(1, 2)))
    at, said = spot(rng, recipe), rng.choice(_FURNISHED)
    return Pair(
        recipe, {f"items/{at}/name": said}, line_path(at), said,
        "Amoblado o con instalaciones, el arriendo está afecto (DL 825, art. 8 g).", also=("J01",),
    )  # fmt: skip


@way("J05")
def service_exempt(rng):
    among = (
        trades.CLEANING, trades.SECURITY, trades.ADVERTISING, trades.FREIGHT, trades.GARDENS, trades.CATERING,
        trades.GARAGE, trades.HARDWARE, trades.COMPUTERS,
    )  # fmt: skip
    _trade, recipe = ordinary(rng, 33, among=among)
    at = spot(rng, recipe)
    return Pair(
        recipe, {f"items/{at}/exempt": 1}, line_path(at, "IndExe"), recipe["items"][at]["name"],
        "Está afecto: bienes y servicios en general pagan IVA (Ley 21.420 desde 2023).",
    )  # fmt: skip


@way("J05")
def goods_in_an_exempt_invoice(rng):
    trade = rng.choice((trades.BUSES, trades.HEALTH, trades.SCHOOL))
    recipe = draft(rng, 34, trade, lines(rng, trade.goods, rng.randint(2, 3)))
    at, said = spot(rng, recipe), rng.choice(_TAXABLE_OF_EXEMPT[trade.group])
    return Pair(
        recipe, {f"items/{at}/name": said}, line_path(at), said,
        "La exención no alcanza a esta venta o servicio: está afecta.", also=("J01", "J02"),
    )  # fmt: skip


@way("J05")
def exempt_by_nature_taxed(rng):
    trade = rng.choice((trades.BUSES, trades.HEALTH, trades.COLLEGE))
    items = lines(rng, trade.goods, rng.randint(1, 2))
    taxable = {
        "name": rng.choice(_TAXABLE_OF_EXEMPT[trade.group]), "unit": "UN", "quantity": rng.randint(1, 4),
        "price": rng.randrange(14900, 49900, 10),
    }  # fmt: skip
    recipe = draft(rng, 33, trade, [*items, taxable])
    at = rng.randrange(len(items))
    return Pair(
        recipe, {f"items/{at}/exempt": None}, line_path(at), items[at]["name"],
        "Es exento por naturaleza (DL 825, arts. 12 E y 13) y lleva IVA.", also=("J01",),
    )  # fmt: skip


# -- J07: goods with a tax of their own carry its code ----------------------------------------------------

_CROPS = Trade("Granos", "Acopio y comercialización de granos y ganado", "462010", "grain", (
    Good("Trigo candeal a granel", "KG", (220, 290), 9000, tax=34),
    Good("Arroz paddy a granel", "KG", (240, 330), 9000, tax=36),
    Good("Novillos en pie", "KG", (1700, 2100), 6000, tax=32),
    Good("Porotos tórtola a granel", "KG", (1100, 1600), 3000, tax=30),
))


def _without_code(recipe: dict, at: int) -> Pair:
    return Pair(
        recipe, {f"items/{at}/tax": None}, line_path(at), recipe["items"][at]["name"],
        "Este bien tiene un impuesto propio y la línea no lleva su código.",
    )  # fmt: skip


@way("J07")
def sale_without_its_tax(rng):
    trade = rng.choice(trades.TAXED)
    items = lines(rng, trade.goods, rng.randint(2, 4))
    recipe = draft(rng, 33, trade, items, trades.BUYERS[trade.group])
    return _without_code(recipe, spot(rng, recipe))


@way("J07")
def liquor_without_its_tax(rng):
    items = lines(rng, trades.LIQUOR.goods, rng.randint(3, 6))
    recipe = draft(rng, 33, trades.LIQUOR, items, trades.BOTTLE_SHOP)
    return _without_code(recipe, spot(rng, recipe))


@way("J07")
def purchase_without_its_retention(rng):
    recipe = draft(rng, 46, _CROPS, [line(rng, rng.choice(_CROPS.goods))], buyer=trades.FARM, retains=True)
    return _without_code(recipe, 0)


@way("J07")
def note_without_its_tax(rng):
    trade = rng.choice(trades.TAXED)
    reference = {
        "TpoDocRef": 33, "FolioRef": str(rng.randrange(90, 9000)), "FchRef": "2026-11-02", "CodRef": 3,
        "RazonRef": "Devolución de mercadería",
    }  # fmt: skip
    items = lines(rng, trade.goods, rng.randint(1, 2))
    recipe = draft(rng, 61, trade, items, trades.BUYERS[trade.group], references=[reference])
    return _without_code(recipe, spot(rng, recipe))
