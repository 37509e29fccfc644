"""The shapes of settlements, purchases, guías and notes in the corpus: 43, 46, 52, 56, 61."""

from decimal import Decimal

from . import parties
from .builder import Item
from .shapes import compose, credit, invoice, shape

# -- 43: liquidación-factura -----------------------------------------------------------------------------


def _settled(rng, count):
    items = parties.goods(rng, count)
    for item in items:
        item.settles = "33"
    return items


invoice("one_line", 43, lambda rng: _settled(rng, 1), commission=(1000, 0))
invoice("five_lines", 43, lambda rng: _settled(rng, 5), commission=(2345, 0))
invoice("exempt_commission", 43, lambda rng: _settled(rng, 3), commission=(1500, 800))

# -- 46: factura de compra -------------------------------------------------------------------------------

invoice("total_retention", 46, lambda rng: parties.goods(rng, 3), retains=True)
invoice("total_by_line", 46, lambda rng: parties.goods(rng, 2, tax=15), retains=True)
invoice("partial_wheat", 46, lambda rng: [Item("Trigo candeal a granel", 1250, 245, tax=34, unit="KG")], retains=True)
invoice("partial_cattle", 46, lambda rng: [Item("Novillos en pie", Decimal("4321.5"), 1890, tax=32, unit="KG")],
        retains=True)
invoice("with_exempt", 46, lambda rng: parties.goods(rng, 2) + parties.free(rng, 1), retains=True)

# -- 52: guía de despacho --------------------------------------------------------------------------------


def _guide(rng, day, kind: int, items, dispatch: int = 2, **more):
    built = compose(rng, 52, items, id={"TipoDespacho": dispatch, "IndTraslado": kind}, **more)
    built.transport = parties.driver_and_truck(day, "Temuco")
    return built


@shape
def t52_sale(rng, day):
    return _guide(rng, day, 1, parties.goods(rng, 3))


@shape
def t52_many_lines(rng, day):
    return _guide(rng, day, 1, parties.goods(rng, 40), dispatch=1)


@shape
def t52_exempt_sale(rng, day):
    return _guide(rng, day, 1, parties.free(rng, 2))


@shape
def t52_internal(rng, day):
    """Goods moved between branches: no sale, no price, receiver is issuer."""
    items = [Item(name, rng.randrange(1, 99), None) for name in parties.GOODS[:4]]
    built = _guide(rng, day, 5, items, totals={"MntTotal": 0})
    who = built.issuer
    built.receiver = {**built.receiver, "RUTRecep": who["RUTEmisor"], "RznSocRecep": who["RznSoc"]}
    return built


@shape
def t52_consignment(rng, day):
    return _guide(rng, day, 3, parties.goods(rng, 2))


@shape
def t52_not_sale(rng, day):
    items = [Item("Equipo de demostración", 1, None), Item("Folletos", 200, None)]
    return _guide(rng, day, 6, items, totals={"MntTotal": 0})


# -- 56 and 61: notes ------------------------------------------------------------------------------------


def _reference(kind, code, reason, folio="77", **more):
    return {"TpoDocRef": kind, "FolioRef": folio, "FchRef": "2026-11-02", "CodRef": code, "RazonRef": reason, **more}


def _note(rng, kind, items, reference, **more):
    return compose(rng, kind, items, references=[reference], **more)


def _notes(kind: int, name: str, items, reference, **more) -> None:
    def build(rng, day):
        return _note(rng, kind, items(rng), reference, **more)

    build.__name__ = f"t{kind}_{name}"
    shape(build)


def _text(rng):
    return [Item("Dice: giro Ferretería. Debe decir: giro Imprenta", None, None)]


_notes(56, "raises", lambda rng: parties.goods(rng, 2), _reference(33, 3, "Diferencia de precio"))
_notes(56, "interest", lambda rng: [Item("Intereses por mora", 1, 34567)], _reference(33, 3, "Intereses"))
_notes(56, "annuls_credit_note", lambda rng: parties.goods(rng, 1), _reference(61, 1, "Anula nota de crédito"))
_notes(56, "text", _text, _reference(33, 2, "DICE Ferretería DEBE DECIR Imprenta"), totals={"MntTotal": 0})
_notes(56, "exempt", lambda rng: parties.free(rng, 2), _reference(34, 3, "Diferencia de precio"))
_notes(56, "of_purchase", lambda rng: parties.goods(rng, 2), _reference(46, 3, "Diferencia de precio"), retains=True)
_notes(61, "annuls", lambda rng: parties.goods(rng, 3), _reference(33, 1, "Anula factura"))
_notes(61, "annuls_many", lambda rng: parties.goods(rng, 60), _reference(33, 1, "Anula factura"))
_notes(61, "text", _text, _reference(33, 2, "DICE Ferretería DEBE DECIR Imprenta"), totals={"MntTotal": 0})
_notes(61, "returns", lambda rng: parties.goods(rng, 1), _reference(33, 3, "Devolución de mercadería"))
_notes(61, "of_boleta", lambda rng: parties.goods(rng, 1, discount=5), _reference(39, 1, "Anula boleta"))
_notes(61, "exempt", lambda rng: parties.free(rng, 2), _reference(34, 1, "Anula factura exenta"))
_notes(61, "mixed", lambda rng: parties.goods(rng, 2) + parties.free(rng, 1), _reference(33, 3, "Rebaja de precio"))
_notes(61, "gross", lambda rng: parties.goods(rng, 2), _reference(33, 3, "Rebaja de precio"), gross=True)
_notes(61, "late", lambda rng: parties.goods(rng, 1),
       {**_reference(33, 3, "Devolución"), "FchRef": "2026-03-02"}, id={"IndNoRebaja": 1})
_notes(61, "of_purchase", lambda rng: parties.goods(rng, 2, tax=15), _reference(46, 3, "Rebaja"), retains=True)
_notes(61, "global_percent", lambda rng: parties.goods(rng, 3), _reference(33, 3, "Rebaja"),
       discounts=[("D", "%", 8)])
_notes(61, "annuls_debit_note", lambda rng: parties.goods(rng, 1), _reference(56, 1, "Anula nota de débito"))
_notes(34, "on_credit", lambda rng: parties.free(rng, 2),
       {"TpoDocRef": "HES", "FolioRef": "88", "FchRef": "2026-11-01"}, id=credit("2026-11-05"))
