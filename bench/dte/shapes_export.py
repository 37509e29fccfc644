"""The shapes of export documents in the corpus: 110, 111, 112."""

from decimal import Decimal

from .builder import Item, Shape
from .shapes import compose, later, shape


def customs_of(total, clause: int = 5, **more) -> dict:
    """Return Aduana of goods sent by sea from Valparaíso to the United States."""
    given = {
        "CodModVenta": 1, "CodClauVenta": clause, "TotClauVenta": total, "CodViaTransp": 1,
        "CodPtoEmbarque": 905, "CodPtoDesemb": 271, "TotBultos": 10,
        "TipoBultos": {"CodTpoBultos": 22, "CantBultos": 10, "Marcas": "SIN MARCA"},
        "CodPaisRecep": 225, "CodPaisDestin": 225,
    } | more
    order = (
        "CodModVenta", "CodClauVenta", "TotClauVenta", "CodViaTransp", "CodPtoEmbarque", "CodPtoDesemb",
        "TotBultos", "TipoBultos", "MntFlete", "MntSeguro", "CodPaisRecep", "CodPaisDestin",
    )
    return {tag: given[tag] for tag in order if tag in given}


def _goods(rng, kind: int, day: str, items, customs=None, **more) -> Shape:
    given = {"FmaPago": 2, "FmaPagExp": 1, "FchVenc": later(day, 60), **more.pop("id", {})}
    built = compose(rng, kind, items, id=given, **more)
    total = sum(item.amounts(True)[2] for item in items)
    built.transport = {"Aduana": customs_of(total, **(customs or {}))}
    return built


def _wine(rng, count=1, exempt=None):
    return [
        Item(f"Vino tinto reserva, cosecha {2020 + n}, caja de 12", rng.randrange(5, 50), rng.randrange(40, 400),
             unit="U", exempt=exempt)
        for n in range(count)
    ]


def _origin(kind: int, code: int, reason: str) -> list[dict]:
    return [{"TpoDocRef": kind, "FolioRef": "77", "FchRef": "2026-11-02", "CodRef": code, "RazonRef": reason}]


@shape
def t110_goods(rng, day):
    return _goods(rng, 110, day, _wine(rng))


@shape
def t110_many_lines(rng, day):
    return _goods(rng, 110, day, _wine(rng, 20))


@shape
def t110_marked_exempt(rng, day):
    return _goods(rng, 110, day, _wine(rng, 3, exempt=1))


@shape
def t110_freight(rng, day):
    """CIF: freight and insurance are also global surcharges."""
    items = _wine(rng, 2)
    total = sum(item.amounts(True)[2] for item in items) + 800 + 120
    built = _goods(rng, 110, day, items, {"clause": 1, "MntFlete": 800, "MntSeguro": 120, "TotClauVenta": total})
    built.discounts = [("R", "$", 800, None, "Flete"), ("R", "$", 120, None, "Seguro")]
    return built


@shape
def t110_decimals(rng, day):
    return _goods(rng, 110, day, [Item("Salmón congelado", Decimal("812.5"), Decimal("7.34"), unit="KN")])


@shape
def t110_container(rng, day):
    box = {"CodTpoBultos": 75, "CantBultos": 10, "Marcas": "LOTE 7", "IdContainer": "MSCU1234566",
           "Sello": "CL998877", "EmisorSello": "Naviera"}
    return _goods(rng, 110, day, _wine(rng, 2), {"TipoBultos": box})


@shape
def t110_euro(rng, day):
    return _goods(rng, 110, day, _wine(rng), currency=("EURO", 1030))


@shape
def t110_service(rng, day):
    """A service qualified as export by Customs: no goods, so no customs data."""
    return compose(
        rng, 110, [Item("Desarrollo de software", 160, 45)],
        id={"IndServicio": 3, "FmaPago": 2, "FmaPagExp": 1, "FchVenc": later(day, 30)},
        references=[{"TpoDocRef": "812", "FolioRef": "3635", "FchRef": "2026-01-15"}],
    )


@shape
def t110_hotel(rng, day):
    return compose(
        rng, 110, [Item("Alojamiento, habitación doble", 3, 120)],
        id={"IndServicio": 4, "FmaPago": 1, "FmaPagExp": 1},
        references=[{"TpoDocRef": "813", "FolioRef": "P1234567", "FchRef": day}],
    )


@shape
def t111_raises(rng, day):
    return _goods(rng, 111, day, _wine(rng), references=_origin(110, 3, "Diferencia de precio"))


@shape
def t111_many_lines(rng, day):
    return _goods(rng, 111, day, _wine(rng, 12), references=_origin(110, 3, "Diferencia de precio"))


@shape
def t111_annuls_credit_note(rng, day):
    return _goods(rng, 111, day, _wine(rng), references=_origin(112, 1, "Anula nota de crédito"))


@shape
def t112_annuls(rng, day):
    return _goods(rng, 112, day, _wine(rng), references=_origin(110, 1, "Anula factura de exportación"))


@shape
def t112_returns(rng, day):
    return _goods(rng, 112, day, _wine(rng, 2), references=_origin(110, 3, "Devolución parcial"))


@shape
def t112_euro(rng, day):
    return _goods(rng, 112, day, _wine(rng, 4), currency=("EURO", 1030),
                  references=_origin(110, 3, "Rebaja de precio"))
