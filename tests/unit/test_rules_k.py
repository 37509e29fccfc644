"""Group K: a received XML against the vendor bill."""

import datetime

import factory
import pytest

from l10n_cl_ai import dte as rules
from l10n_cl_ai.dte.document import Line
from l10n_cl_ai.dte.node import number
from l10n_cl_ai.dte.types import ALL

GROUP = ("K01", "K02", "K03", "K04", "K05")


def bill(amounts=(10500, 2850), complete=False, **header):
    """Return the picture of a vendor bill as Odoo has it: no more than what accounting knows."""
    document = rules.Document(complete=complete, type_code=header.get("type", 33))
    document.id.put(folio=header.get("folio", 101), date=header.get("date", datetime.date(2026, 11, 18)))
    document.issuer.put(rut=header.get("issuer", factory.ISSUER))
    document.receiver.put(rut=header.get("receiver", factory.RECEIVER))
    totals = {"net": 13350, "exempt": 0, "iva": 2537, "total": 15887}
    document.totals.put(**{name: header.get(name, value) for name, value in totals.items()})
    lines = [Line(document, rules.Document.lines, complete=False).put(amount=a) for a in amounts]
    document.lines = number(lines)
    return document


def found(counterpart, root=None):
    root = factory.dte(33) if root is None else root
    return [(f.rule, f.path) for f in factory.findings(root, counterpart=counterpart) if f.rule in GROUP]


@pytest.mark.parametrize("kind", sorted(ALL))
def test_a_document_agrees_with_itself(kind):
    root = factory.dte(kind)
    assert found(factory.document(root), root) == []
    report = rules.check(factory.document(root, counterpart=factory.document(root)))
    assert not report.not_evaluated.keys() & set(GROUP)


def test_the_bill_of_the_document_agrees():
    assert found(bill()) == []


@pytest.mark.parametrize(("wrong", "expected"), [
    ({"type": 34}, [("K01", "Encabezado/IdDoc/TipoDTE")]),
    ({"folio": 102}, [("K01", "Encabezado/IdDoc/Folio")]),
    ({"folio": None}, [("K01", "Encabezado/IdDoc/Folio")]),
    ({"issuer": factory.SII}, [("K02", "Encabezado/Emisor/RUTEmisor")]),
    ({"receiver": factory.SII}, [("K02", "Encabezado/Receptor/RUTRecep")]),
    ({"receiver": None}, [("K02", "Encabezado/Receptor/RUTRecep")]),
    ({"issuer": "76.192.083-9"}, []),
    ({"total": 15888}, [("K03", "Encabezado/Totales/MntTotal")]),
    ({"net": 13349}, [("K03", "Encabezado/Totales/MntNeto")]),
    ({"exempt": 5}, [("K03", "Encabezado/Totales/MntExe")]),
    ({"exempt": None}, []),
    ({"iva": 2536}, [("K03", "Encabezado/Totales/IVA")]),
    ({"date": datetime.date(2026, 11, 19)}, [("K04", "Encabezado/IdDoc/FchEmis")]),
    ({"amounts": (2850, 10500)}, []),
    ({"amounts": (10501, 2849)}, []),
    ({"amounts": (10502, 2850)}, [("K05", "Detalle[1]/MontoItem")]),
    ({"amounts": (10500, 2000)}, [("K05", "Detalle[2]/MontoItem")]),
    ({"amounts": (2850, 2850)}, [("K05", "Detalle[1]/MontoItem")]),
    ({"amounts": (13350,)}, []),
    ({"amounts": (10000, 500, 2850)}, []),
    ({"amounts": (10500,)}, [("K05", "Detalle")]),
    ({"amounts": ()}, [("K05", "Detalle")]),
])
def test_what_differs_is_named(wrong, expected):
    assert found(bill(**wrong)) == expected


def test_lines_after_a_global_discount_agree():
    discount = "<DscRcgGlobal><NroLinDR>1</NroLinDR><TpoMov>D</TpoMov><ValorDR>350</ValorDR></DscRcgGlobal>"
    root = factory.added(factory.dte(33), "", discount, before="TmstFirma")
    root = factory.changed(root, "Encabezado/Totales/MntNeto", 13000)
    assert ("K05", "Detalle") not in found(bill(amounts=(10500, 2850, -350)), root)


def test_the_message_shows_both_sides():
    [finding] = factory.findings(factory.dte(33), "K03", counterpart=bill(total=15000))
    assert (finding.found, finding.expected) == ("15887", "15000")
    assert (finding.sii_effect, finding.basis) == (rules.SiiEffect.NONE, rules.Basis.INFERRED)
    assert "15887" in str(finding.message) and "15000" in str(finding.message)


def test_what_the_bill_does_not_tell_is_not_evaluated():
    unknown = rules.Document(complete=False, type_code=33)
    report = rules.check(factory.document(factory.dte(33), counterpart=unknown))
    assert {rule: report.not_evaluated[rule] for rule in GROUP} == {
        "K01": "Encabezado/IdDoc/Folio", "K02": "Encabezado/Emisor/RUTEmisor",
        "K03": "Encabezado/Totales/MntTotal", "K04": "Encabezado/IdDoc/FchEmis", "K05": "Detalle",
    }
    assert not [f for f in report.findings if f.rule in GROUP]


def test_without_a_bill_nothing_is_compared():
    report = rules.check(factory.document(factory.dte(33)))
    assert {report.not_evaluated[rule] for rule in GROUP} == {"counterpart"}
