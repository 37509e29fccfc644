"""Defects between a document and the papers it names: J04 reason of a note, J08 documents named in texts."""

from . import trades
from .draft import Pair, draft, line_path, ordinary, spot, way
from .invented import line, lines
from .plants_nature import WINERY

# -- J04: the reason of a note fits its code and amounts -------------------------------------------------

_ALL_OF_A_NOTE = ("Referencia[1]", "Detalle[1]", "Detalle[2]", "Detalle[3]", "Encabezado/Totales", "Encabezado/IdDoc")


def _reference(rng, kind: int, code: int, reason: str) -> dict:
    return {
        "TpoDocRef": kind, "FolioRef": str(rng.randrange(90, 9000)), "FchRef": "2026-11-02", "CodRef": code,
        "RazonRef": reason[:90],
    }  # fmt: skip


def _note(rng, kind, code, right: str, wrong: str, why: str, of: int = 33, items=None, among=trades.ORDINARY, **more):
    trade = rng.choice(among)
    items = items or lines(rng, trade.goods, rng.randint(1, 3))
    values = {"first": items[0]["name"][:60]}
    recipe = draft(rng, kind, trade, items, references=[_reference(rng, of, code, right.format(**values))], **more)
    said = wrong.format(**values)[:90]
    return Pair(
        recipe, {"references/0/RazonRef": said}, "Referencia[1]/RazonRef", said, why, _ALL_OF_A_NOTE, ("J01",)
    )  # fmt: skip


@way("J04")
def annuls_but_returns_a_part(rng):
    wrong = rng.choice((
        "Devolución parcial de mercadería", "Devuelve 1 de 3 bultos", "Rebaja parcial por daño en flete",
    ))
    return _note(rng, 61, 1, "Anula factura", wrong, "CodRef 1 anula todo, y la razón habla de una parte.")


@way("J04")
def corrects_amounts_but_annuls(rng):
    wrong = rng.choice(("Anula factura completa por error de RUT", "Se deja sin efecto el documento en su totalidad"))
    return _note(rng, 61, 3, "Devolución de {first}", wrong, "CodRef 3 corrige montos, y la razón anula todo.")


@way("J04")
def credit_for_a_rise(rng):
    wrong = rng.choice((
        "Alza de precio según nueva lista", "Cobro de intereses por mora", "Cobro de flete no facturado",
    ))
    return _note(rng, 61, 3, "Rebaja de precio de {first}", wrong, "Una nota de crédito no sube lo cobrado.")


@way("J04")
def debit_for_a_discount(rng):
    wrong = rng.choice(("Descuento por pronto pago", "Devolución de {first}", "Bonificación por volumen de compra"))
    return _note(rng, 56, 3, "Diferencia de precio de {first}", wrong, "Una nota de débito no baja lo cobrado.")


@way("J04")
def returns_another_product(rng):
    trade = rng.choice((trades.OFFICE, trades.HARDWARE, trades.COMPUTERS, trades.UNIFORMS, trades.GROCER))
    first, other = rng.sample(trade.goods, 2)
    return _note(
        rng, 61, 3, "Devolución de {first}", f"Devolución de {other.name}",
        "La razón nombra otro producto que las líneas.", items=[line(rng, first)], among=(trade,),
    )  # fmt: skip


@way("J04")
def corrects_text_with_amounts(rng):
    wrong = rng.choice((
        "Corrige giro del receptor", "Corrige dirección del receptor", "Donde dice Talca debe decir Linares",
    ))
    return _note(rng, 61, 3, "Devolución de {first}", wrong, "Se corrige un texto y la nota lleva montos.")


@way("J04")
def text_of_another_correction(rng):
    item = {"name": "Dice: giro Ferretería. Debe decir: giro Imprenta", "unit": None}
    return _note(
        rng, 61, 2, "Corrige giro del receptor", "Corrige domicilio del receptor",
        "La razón corrige un dato y la línea otro.", items=[item], totals={"MntTotal": 0},
    )  # fmt: skip


@way("J04")
def export_note_of_another_reason(rng):
    return _note(
        rng, 112, 1, "Anula factura de exportación", "Rebaja parcial por calidad de {first}",
        "CodRef 1 anula todo, y la razón habla de una parte.", of=110, among=(WINERY,),
    )  # fmt: skip


# -- J08: documents named in the texts are referenced ----------------------------------------------------


def _order(rng) -> tuple[str, dict]:
    number = f"4500{rng.randrange(10**5, 10**6)}"
    return f"OC {number}", {"TpoDocRef": "801", "FolioRef": number, "FchRef": "2026-10-20"}


def _guide(rng) -> tuple[str, dict]:
    number = str(rng.randrange(200, 9000))
    return f"guía {number}", {"TpoDocRef": 52, "FolioRef": number, "FchRef": "2026-11-02"}


def _contract(rng) -> tuple[str, dict]:
    number = f"{rng.randrange(100, 999)}-2026"
    return f"contrato N° {number}", {"TpoDocRef": "803", "FolioRef": number, "FchRef": "2026-03-10"}


def _sheet(rng) -> tuple[str, dict]:
    number = f"10{rng.randrange(10**6, 10**7)}"
    return f"HES {number}", {"TpoDocRef": "HES", "FolioRef": number, "FchRef": "2026-10-30"}


_SAYING = ("Según {}", "Entregado con {}", "De acuerdo a {}", "Corresponde a {}")


def _named(rng, kind: int, among, papers) -> tuple[dict, int, str]:
    _trade, recipe = ordinary(rng, kind, rng.randint(1, 3), among)
    at, (words, reference) = spot(rng, recipe), rng.choice(papers)(rng)
    recipe["items"][at]["description"] = rng.choice(_SAYING).format(words)
    recipe["references"] = [reference]
    return recipe, at, words


@way("J08")
def order_without_reference(rng):
    recipe, at, words = _named(rng, 33, trades.ORDINARY, (_order, _contract, _sheet))
    why = "El texto nombra un documento que ninguna referencia trae."
    return Pair(recipe, {"references": []}, line_path(at, "DscItem"), words, why)


@way("J08")
def guide_without_reference(rng):
    recipe, at, words = _named(rng, 33, (trades.HARDWARE, trades.OFFICE, trades.GROCER, trades.FARM), (_guide,))
    why = "La factura cobra lo de una guía y no la refiere."
    return Pair(recipe, {"references": []}, line_path(at, "DscItem"), words, why)


@way("J08")
def contract_without_reference_exempt(rng):
    recipe, at, words = _named(rng, 34, (trades.ESTATE, trades.BUSES, trades.COLLEGE), (_contract, _order))
    why = "El texto nombra un documento que ninguna referencia trae."
    return Pair(recipe, {"references": []}, line_path(at, "DscItem"), words, why)


@way("J08")
def another_number_than_the_reference(rng):
    recipe, at, words = _named(rng, 33, trades.ORDINARY, (_order, _sheet))
    number = recipe["references"][0]["FolioRef"]
    other = number[:-2] + f"{(int(number[-2:]) + rng.randint(7, 60)) % 100:02d}"
    return Pair(
        recipe, {"references/0/FolioRef": other}, line_path(at, "DscItem"), words,
        "El texto nombra un número y la referencia otro.", ("Referencia[1]",),
    )  # fmt: skip


@way("J08")
def order_of_an_export_without_reference(rng):
    recipe, at, words = _named(rng, 110, (WINERY,), (_order,))
    why = "El texto nombra una orden de compra que ninguna referencia trae."
    return Pair(recipe, {"references": []}, line_path(at, "DscItem"), words, why)
