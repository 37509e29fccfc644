"""Group H: exports."""

import factory
import pytest
from totals import discount, item, lines, mine

from l10n_cl_ai import dte as rules

EXPORTS = (110, 111, 112)
CUSTOMS = "Encabezado/Transporte/Aduana"
TOTALS = "<TpoMoneda>EURO</TpoMoneda><MntExe>{0}</MntExe><MntTotal>{0}</MntTotal>"


def serving(root, code):
    """Return an export document with an IndServicio."""
    return factory.added(root, "Encabezado/IdDoc", f"<IndServicio>{code}</IndServicio>", before="FmaPago")


@pytest.mark.parametrize(
    "tag",
    [
        "CodModVenta", "CodClauVenta", "TotClauVenta", "CodViaTransp", "CodPtoEmbarque", "CodPtoDesemb",
        "TotBultos", "CodPaisRecep", "CodPaisDestin",
    ],
)  # fmt: skip
def test_h01_customs_data(tag):
    path = f"{CUSTOMS}/{tag}"
    assert mine(factory.changed(factory.dte(110), path, None)) == {"H01": [path]}
    assert mine(factory.changed(factory.dte(111), path, None)) == {}


def test_h01_no_customs_at_all():
    bare = factory.changed(factory.dte(110), "Encabezado/Transporte", None)
    assert mine(bare) == {"H01": [CUSTOMS]}
    for code in (3, 4, 5, 6):
        assert mine(serving(bare, code)) == {}
    assert "H01" in mine(serving(bare, 1))


@pytest.mark.parametrize("tag", ["QtyItem", "UnmdItem"])
def test_h01_quantity_and_unit(tag):
    root = factory.changed(factory.dte(110), f"Detalle[1]/{tag}", None)
    assert mine(root) == {"H01": [f"Detalle[1]/{tag}"]}
    assert mine(serving(root, 3)) == {}
    assert mine(factory.changed(factory.dte(110), f"Detalle[1]/{tag}", "")) == {}  # C09


@pytest.mark.parametrize("kind", EXPORTS)
def test_h02_packages(kind):
    right, packages = factory.dte(kind), f"{CUSTOMS}/TipoBultos"
    assert mine(factory.changed(right, f"{packages}/Marcas", None)) == {
        "H02": [f"{CUSTOMS}/TipoBultos[1]/Marcas"]
    }
    container = factory.changed(right, f"{packages}/CodTpoBultos", 74)
    assert mine(container) == {
        "H02": [f"{CUSTOMS}/TipoBultos[1]/IdContainer", f"{CUSTOMS}/TipoBultos[1]/Sello"]
    }
    sealed = factory.added(container, packages, "<IdContainer>MSCU1234565</IdContainer><Sello>99</Sello>")
    assert mine(sealed) == {}
    assert mine(factory.changed(right, f"{packages}/CantBultos", 9)) == {"H02": [f"{CUSTOMS}/TotBultos"]}


@pytest.mark.parametrize("kind", EXPORTS)
def test_h03_samples(kind):
    sample = factory.changed(factory.dte(kind), "Encabezado/IdDoc/FmaPagExp", 21)
    assert mine(sample) == {"H03": ["Encabezado/Totales/MntTotal"]}
    zero = factory.changed(sample, "Encabezado/Totales/MntTotal", 0)
    assert mine(zero) == {}
    assert mine(factory.changed(zero, "Encabezado/Totales/MntExe", 0)) == {}


@pytest.mark.parametrize("kind", EXPORTS)
def test_h04_freight_and_insurance(kind):
    charged = "<MntFlete>100.5</MntFlete><MntSeguro>20</MntSeguro>"

    def document(total, *surcharges):
        root = lines(kind, item(1000), totals=TOTALS.format(total), discounts="".join(surcharges))
        return factory.added(root, CUSTOMS, charged, before="CodPaisRecep")

    assert mine(document("1120.5", discount("100.5", "R"), discount(20, "R", number=2))) == {}
    assert mine(document("1100.5", discount("100.5", "R"))) == {"H04": [f"{CUSTOMS}/MntFlete"]}
    assert mine(document("1000")) == {"H04": [f"{CUSTOMS}/MntFlete"]}
    zero = factory.added(factory.dte(kind), CUSTOMS, "<MntSeguro>0</MntSeguro>", before="CodPaisRecep")
    assert mine(zero) == {"H04": [f"{CUSTOMS}/MntSeguro"]}


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (f"{CUSTOMS}/CodPaisRecep", 777), (f"{CUSTOMS}/CodPaisDestin", 1), (f"{CUSTOMS}/CodClauVenta", 7),
        (f"{CUSTOMS}/CodPtoEmbarque", 9999), (f"{CUSTOMS}/CodPtoDesemb", 12), (f"{CUSTOMS}/CodModVenta", 5),
        (f"{CUSTOMS}/CodViaTransp", 2), (f"{CUSTOMS}/TipoBultos/CodTpoBultos", 7),
        ("Encabezado/Receptor/Extranjero/Nacionalidad", "XYZ"),
        ("Encabezado/Receptor/Extranjero/Nacionalidad", "777"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", EXPORTS)
def test_h05_unlisted_codes_are_only_doubtful(kind, path, code):
    [finding] = factory.findings(factory.changed(factory.dte(kind), path, code), "H05")
    assert finding.path == path.replace("TipoBultos", "TipoBultos[1]")
    assert (finding.sii_effect, finding.action) == (rules.SiiEffect.NONE, rules.Action.WARN)
    assert finding.basis == rules.Basis.INFERRED


def test_h05_units():
    for tag in ("CodUnidMedTara", "CodUnidPesoBruto", "CodUnidPesoNeto"):
        for code, wrong in ((6, False), (77, True)):
            root = factory.added(factory.dte(110), CUSTOMS, f"<{tag}>{code}</{tag}>", before="TotBultos")
            assert ("H05" in mine(root)) == wrong


@pytest.mark.parametrize("country", [225, 216, 319, 336, 405, 505, 522, 563])
def test_h05_countries_of_the_trade_are_listed(country):
    root = factory.changed(factory.dte(110), f"{CUSTOMS}/CodPaisDestin", country)
    assert mine(root) == {}


@pytest.mark.parametrize("kind", EXPORTS)
def test_h06_receiver(kind):
    root = factory.changed(factory.dte(kind), "Encabezado/Receptor/RUTRecep", factory.RECEIVER)
    assert mine(root) == {"H06": ["Encabezado/Receptor/RUTRecep"]}


@pytest.mark.parametrize("kind", EXPORTS)
def test_h07_currency(kind):
    for name in ("USD", "DOLAR", "dolar usa", "Euro"):
        root = factory.changed(factory.dte(kind), "Encabezado/Totales/TpoMoneda", name)
        assert mine(root) == {"H07": ["Encabezado/Totales/TpoMoneda"]}
    for name in ("EURO", "LIBRA EST", "OTRAS MONEDAS"):
        assert mine(factory.changed(factory.dte(kind), "Encabezado/Totales/TpoMoneda", name)) == {}


def test_h07_other_currency_of_a_national_document():
    for name, wrong in (("DOLAR USA", False), ("UF", True)):
        other = f"<OtraMoneda><TpoMoneda>{name}</TpoMoneda><MntTotOtrMnda>10</MntTotOtrMnda></OtraMoneda>"
        assert ("H07" in mine(factory.added(factory.dte(33), "Encabezado", other))) == wrong


def test_a_move_that_says_nothing_of_customs_is_not_judged():
    report = rules.check(rules.Document(complete=False, type_code=110))
    assert {"H01", "H02", "H03", "H04", "H05", "H06", "H07"} <= set(report.not_evaluated)
    assert not report.findings
