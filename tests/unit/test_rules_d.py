"""Group D: payment, kind of operation, transport."""

import factory
import pytest

from l10n_cl_ai import dte
from l10n_cl_ai.dte import norms
from l10n_cl_ai.dte.types import ALL, NOT_BOLETA

RULES = [f"D{n:02d}" for n in range(1, 12)]
ID, MOVE = "Encabezado/IdDoc", "Encabezado/Transporte"
DAY = f"{ID}/FchEmis"


def found(root, rule):
    """Return {path: effect} of one rule's findings."""
    return {f.path: f.sii_effect.value for f in factory.findings(root, rule)}


def change(kind, *changes):
    root = factory.dte(kind)
    for path, text in changes:
        root = factory.changed(root, path, text)
    return root


def with_id(kind, xml, *changes):
    root = factory.added(factory.dte(kind), ID, xml)
    for path, text in changes:
        root = factory.changed(root, path, text)
    return root


@pytest.mark.parametrize("kind", sorted(ALL))
def test_a_right_document_has_nothing_and_all_is_evaluated(kind):
    report = dte.check(factory.document(factory.dte(kind)))
    assert [f for f in report.findings if f.rule in RULES] == []
    assert [rule for rule in report.not_evaluated if rule in RULES] == []


def test_all_rules_are_there():
    assert [rule for rule in RULES if rule not in dte.RULES] == []


# -- D01, D02 ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(NOT_BOLETA))
def test_d01_form_of_payment(kind):
    path = f"{ID}/FmaPago"
    if kind in (33, 34, 43):
        assert found(change(kind, (path, None)), "D01") == {path: "none"}
    else:
        assert found(factory.dte(kind) if kind in (52, 56, 61) else change(kind, (path, None)), "D01") == {}
    if kind not in (52, 56, 61):
        assert found(change(kind, (path, 4)), "D01") == {path: "reject"}


def test_d01_is_not_asked_of_old_documents():
    assert found(change(33, (f"{ID}/FmaPago", None), (DAY, "2017-05-30")), "D01") == {}
    assert found(change(33, (f"{ID}/FmaPago", None), (DAY, "2017-05-31")), "D01")


def payments(*pairs):
    return "".join(f"<MntPagos><FchPago>{day}</FchPago><MntPago>{n}</MntPago></MntPagos>" for day, n in pairs)


def paid(*pairs):
    return factory.added(factory.dte(33), ID, payments(*pairs), "FchVenc")


def test_d02_credit_without_a_due_date():
    no_date = (f"{ID}/FchVenc", None)
    assert found(change(33, no_date), "D02") == {f"{ID}/FchVenc": "none"}
    assert found(change(33, no_date, (f"{ID}/FmaPago", 1)), "D02") == {}


def test_d02_instalments():
    right = paid(("2026-12-01", 10000), ("2026-12-18", 5887))
    assert found(right, "D02") == {}
    assert found(factory.changed(right, f"{ID}/FchVenc", None), "D02") == {}
    assert found(paid(("2026-12-01", 10000), ("2026-12-18", 5886)), "D02") == {f"{ID}/MntPagos": "none"}
    assert found(paid(("2026-11-17", 15887)), "D02") == {f"{ID}/MntPagos[1]/FchPago": "none"}
    many = paid(*[("2026-12-01", 500)] * 30, ("2026-12-01", 887))
    assert found(many, "D02") == {f"{ID}/MntPagos": "reject"}


def test_d02_instalments_of_what_is_to_be_paid():
    root = factory.added(paid(("2026-12-01", 20000)), "Encabezado/Totales", "<VlrPagar>20000</VlrPagar>")
    assert found(root, "D02") == {}


# -- D03 to D06 --------------------------------------------------------------------------------------


def test_d03_kind_of_transfer():
    path = f"{ID}/IndTraslado"
    assert found(change(52, (path, None)), "D03") == {path: "reject"}
    for code in (0, 10):
        assert found(change(52, (path, code)), "D03") == {path: "reject"}
    for code in range(1, 8):
        assert found(change(52, (path, code)), "D03") == {}


CUSTOMS = {"CodPtoEmbarque": 905, "CodPtoDesemb": 271, "CodUnidPesoBruto": 6, "TotBultos": 10}


def exporting(customs, guide="<CdgTraslado>1</CdgTraslado>"):
    root = change(52, (f"{ID}/IndTraslado", 8))
    root = factory.added(root, "Encabezado/Emisor", f"<GuiaExport>{guide}</GuiaExport>", "DirOrigen")
    data = "".join(f"<{tag}>{value}</{tag}>" for tag, value in customs.items())
    return factory.added(root, MOVE, f"<Aduana>{data}</Aduana>", "FchSalida")


def test_d03_transfer_for_export():
    guide = "Encabezado/Emisor/GuiaExport/CdgTraslado"
    assert found(change(52, (f"{ID}/IndTraslado", 9)), "D03") == {guide: "reparo", f"{MOVE}/Aduana": "reparo"}
    assert found(exporting(CUSTOMS), "D03") == {}
    for tag in CUSTOMS:
        fewer = {each: value for each, value in CUSTOMS.items() if each != tag}
        assert found(exporting(fewer), "D03") == {f"{MOVE}/Aduana/{tag}": "reparo"}


def test_d03_authorised_taxpayer_gives_the_resolution():
    place = "Encabezado/Emisor/GuiaExport"
    expected = {f"{place}/FolioAut": "reparo", f"{place}/FchAut": "reparo"}
    assert found(exporting(CUSTOMS, "<CdgTraslado>4</CdgTraslado>"), "D03") == expected
    told = "<CdgTraslado>4</CdgTraslado><FolioAut>77</FolioAut><FchAut>2026-01-05</FchAut>"
    assert found(exporting(CUSTOMS, told), "D03") == {}


@pytest.mark.parametrize(
    "tag", ["Patente", "RUTTrans", "Chofer", "DirDest", "CmnaDest", "FchSalida", "HraSalida"]
)
def test_d04_a_guide_tells_its_transport(tag):
    root = change(52, (f"{MOVE}/{tag}", None))
    assert found(root, "D04") == {f"{MOVE}/{tag}": "none"}
    before = norms.since("res_ex_154_2025").replace(year=2025)
    assert found(factory.changed(root, DAY, before), "D04") == {}


def test_d04_what_the_receiver_fetches_has_no_plate_of_ours():
    root = change(52, (f"{ID}/TipoDespacho", 1), (f"{MOVE}/Patente", None), (f"{MOVE}/RUTTrans", None))
    assert found(root, "D04") == {}
    assert found(factory.changed(root, f"{MOVE}/Chofer", None), "D04") == {f"{MOVE}/Chofer": "none"}


@pytest.mark.parametrize("kind", [33, 34, 46])
def test_d04_an_invoice_that_travels_with_the_goods(kind):
    root = factory.added(factory.dte(kind), ID, "<TipoDespacho>2</TipoDespacho>", "FmaPago")
    assert len(found(root, "D04")) == 7
    guide = (
        "<NroLinRef>1</NroLinRef><TpoDocRef>52</TpoDocRef><FolioRef>3</FolioRef><FchRef>2026-11-17</FchRef>"
    )
    root = factory.added(root, "", f"<Referencia>{guide}</Referencia>", "TmstFirma")
    assert found(root, "D04") == {}


@pytest.mark.parametrize("kind", [33, 52])
def test_d04_kind_of_dispatch(kind):
    root = factory.dte(kind)
    if kind == 33:
        root = factory.added(root, ID, "<TipoDespacho>2</TipoDespacho>", "FmaPago")
    assert found(factory.changed(root, f"{ID}/TipoDespacho", 4), "D04") == {f"{ID}/TipoDespacho": "reject"}


@pytest.mark.parametrize(
    ("tag", "text", "effect"),
    [
        ("Chofer/RUTChofer", None, "reject"),
        ("Chofer/NombreChofer", None, "reject"),
        ("Chofer/NombreChofer", "x" * 31, "reject"),
        ("Patente", "ABCD12345", "reject"),
        ("DirDest", "x" * 71, "reject"),
        ("HraSalida", "10:30", "reject"),
        ("HraSalida", "25:00:00", "reject"),
        ("FchSalida", "2026-11-17", "none"),
    ],
)
def test_d05_transport_that_disagrees(tag, text, effect):
    assert found(change(52, (f"{MOVE}/{tag}", text)), "D05") == {f"{MOVE}/{tag}": effect}


def test_d05_arrival_after_departure():
    for day, expected in (("2026-11-19", {}), ("2026-11-17", {f"{MOVE}/FchLlegada": "none"})):
        root = factory.added(factory.dte(52), MOVE, f"<FchLlegada>{day}</FchLlegada>")
        assert found(root, "D05") == expected


DISCOUNT = "<NroLinDR>1</NroLinDR><TpoMov>D</TpoMov><TpoValor>%</TpoValor><ValorDR>5</ValorDR>"


def test_d06_what_a_guide_may_carry():
    price, kind = "Detalle[2]/PrcItem", f"{ID}/IndTraslado"
    assert found(change(52, (price, None)), "D06") == {price: "reparo"}
    assert found(change(52, ("Encabezado/Totales/MntTotal", 0)), "D06") == {
        "Encabezado/Totales/MntTotal": "reparo"
    }
    assert found(change(52, (price, None), (kind, 6)), "D06") == {}
    root = factory.added(factory.dte(52), "", f"<DscRcgGlobal>{DISCOUNT}</DscRcgGlobal>", "TmstFirma")
    assert found(root, "D06") == {"DscRcgGlobal": "reparo"}


def test_d06_a_line_that_is_not_sold_needs_no_price():
    root = factory.added(
        change(52, ("Detalle[2]/PrcItem", None)), "Detalle[2]", "<IndExe>4</IndExe>", "NmbItem"
    )
    assert found(root, "D06") == {}


def test_d06_an_internal_transfer_stays_in_the_house():
    receiver = "Encabezado/Receptor/RUTRecep"
    assert found(change(52, (f"{ID}/IndTraslado", 5)), "D06") == {receiver: "none"}
    assert found(change(52, (f"{ID}/IndTraslado", 5), (receiver, factory.ISSUER)), "D06") == {}


# -- D07 to D11 --------------------------------------------------------------------------------------

ALLOWED = {
    39: {1, 2, 3, 4},
    41: {1, 2, 3, 4},
    110: {3, 4, 5, 6},
    111: {3, 4, 5, 6},
    112: {3, 4, 5, 6},
    52: set(),
}


@pytest.mark.parametrize("kind", sorted(ALL))
def test_d07_service_indicator_by_type(kind):
    for code in range(8):
        if kind in (39, 41):
            root = change(kind, (f"{ID}/IndServicio", code))
        else:
            root = with_id(kind, f"<IndServicio>{code}</IndServicio>")
        right = code in ALLOWED.get(kind, {1, 2, 3})
        effect = "reparo" if kind == 52 else "reject"
        assert found(root, "D07") == ({} if right else {f"{ID}/IndServicio": effect})


@pytest.mark.parametrize("kind", [39, 41])
def test_d07_a_boleta_needs_it(kind):
    assert found(change(kind, (f"{ID}/IndServicio", None)), "D07") == {f"{ID}/IndServicio": "reject"}


PERIOD = "<PeriodoDesde>2026-10-01</PeriodoDesde><PeriodoHasta>2026-10-31</PeriodoHasta>"


@pytest.mark.parametrize("kind", [39, 41])
def test_d08_a_periodic_boleta(kind):
    path = f"{ID}/IndServicio"
    bare = change(kind, (path, 1))
    assert found(bare, "D08") == {f"{ID}/PeriodoDesde": "reparo", f"{ID}/PeriodoHasta": "reparo"}
    assert found(factory.added(bare, ID, PERIOD), "D08") == {}
    at_home = factory.added(change(kind, (path, 2)), ID, PERIOD)
    assert found(at_home, "D08") == {f"{ID}/FchVenc": "reparo"}
    assert found(factory.added(at_home, ID, "<FchVenc>2026-12-01</FchVenc>"), "D08") == {}


@pytest.mark.parametrize("kind", [33, 34])
def test_d08_a_periodic_invoice(kind):
    periodic = with_id(kind, "<IndServicio>2</IndServicio>")
    assert found(periodic, "D08") == {}, "the period is optional in an invoice"
    half = factory.added(periodic, ID, "<PeriodoDesde>2026-10-01</PeriodoDesde>")
    assert found(half, "D08") == {f"{ID}/PeriodoHasta": "none"}


@pytest.mark.parametrize("kind", sorted(ALL))
def test_d09_gross_amounts_by_type(kind):
    effect = {52: "reparo", 39: "reject", 41: "reject", 110: "reject", 111: "reject", 112: "reject"}.get(kind)
    expected = {f"{ID}/MntBruto": effect} if effect else {}
    assert found(with_id(kind, "<MntBruto>1</MntBruto>"), "D09") == expected


def test_d09_gross_amounts_and_additional_taxes():
    assert found(with_id(33, "<MntBruto>2</MntBruto>"), "D09") == {f"{ID}/MntBruto": "reject"}
    beer = "<ImptoReten><TipoImp>26</TipoImp><TasaImp>20.5</TasaImp><MontoImp>100</MontoImp></ImptoReten>"
    root = factory.added(with_id(33, "<MntBruto>1</MntBruto>"), "Encabezado/Totales", beer, "MntTotal")
    assert found(root, "D09") == {f"{ID}/MntBruto": "reparo"}
    assert found(with_id(46, "<MntBruto>1</MntBruto>"), "D09") == {}, "a retention is no additional tax"


@pytest.mark.parametrize("kind", sorted(ALL))
def test_d10_no_rebate(kind):
    effect = "reparo" if kind in (33, 34, 46, 52, 56) else "reject"
    expected = {} if kind == 61 else {f"{ID}/IndNoRebaja": effect}
    assert found(with_id(kind, "<IndNoRebaja>1</IndNoRebaja>"), "D10") == expected


def test_d10_its_only_value_is_one():
    assert found(with_id(61, "<IndNoRebaja>2</IndNoRebaja>"), "D10") == {f"{ID}/IndNoRebaja": "reject"}


def test_d11_terms_of_payment():
    code, text = "<TermPagoCdg>FRF</TermPagoCdg>", "<TermPagoGlosa>Recepción de factura</TermPagoGlosa>"
    for kind in (110, 111, 112):
        assert found(with_id(kind, code), "D11") == {f"{ID}/TermPagoGlosa": "reparo"}
        assert found(with_id(kind, code + text), "D11") == {}
    assert found(with_id(33, code), "D11") == {}
    assert found(with_id(33, "<TermPagoCdg>FRF30</TermPagoCdg>"), "D11") == {f"{ID}/TermPagoCdg": "reject"}


def test_d11_an_export_paid_in_advance():
    advance = (f"{ID}/FmaPagExp", 32)
    assert found(change(110, advance), "D11") == {f"{ID}/FchCancel": "reparo"}
    assert found(change(111, advance), "D11") == {}
    assert found(with_id(110, "<FchCancel>2026-11-01</FchCancel>", advance), "D11") == {}
