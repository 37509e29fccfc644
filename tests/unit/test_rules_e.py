"""Group E: lines."""

import datetime

import factory
import pytest
from totals import exempt, item, lines, mine, sums, tax

from l10n_cl_ai import dte as rules
from l10n_cl_ai.dte.rules.e_texts import says_nothing
from l10n_cl_ai.dte.types import ALL, EXPORTS, NOT_BOLETA

ANY = sorted(ALL)
LINE = "Detalle[1]"


def numbered(kind, *numbers):
    """Return a right document whose first line is repeated under these numbers."""
    root = factory.dte(kind)
    first = factory.find(root, "Detalle")
    for element in root[0].findall(first.tag)[1:]:
        root[0].remove(element)
    text = "".join(child.tag.rpartition("}")[2] + "\0" + child.text + "\0" for child in first[1:])
    parts = text.split("\0")
    members = "".join(f"<{tag}>{value}</{tag}>" for tag, value in zip(parts[::2], parts[1::2], strict=False))
    xml = "".join(f"<Detalle><NroLinDet>{n}</NroLinDet>{members}</Detalle>" for n in numbers)
    root[0].remove(first)
    place = next(
        tag for tag in ("Referencia", "Comisiones", "TmstFirma") if factory.find(root, tag) is not None
    )
    return factory.added(root, "", xml, before=place)


# -- E01, E02 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ANY)
def test_e01_numbers(kind):
    assert "E01" not in mine(numbered(kind, 1, 2, 3))
    assert mine(numbered(kind, 1, 3, 4))["E01"] == ["Detalle[2]/NroLinDet"]
    assert mine(numbered(kind, 2))["E01"] == ["Detalle[1]/NroLinDet"]
    assert mine(factory.changed(factory.dte(kind), f"{LINE}/NroLinDet", None))["E01"] == [
        "Detalle[1]/NroLinDet"
    ]


@pytest.mark.parametrize("kind", ANY)
def test_e01_how_many(kind):
    limit = 1000 if kind in (39, 41) else 60
    assert "E01" not in mine(numbered(kind, *range(1, limit + 1)))
    [finding] = factory.findings(numbered(kind, *range(1, limit + 2)), "E01")
    assert (finding.found, finding.expected) == (str(limit + 1), str(limit))
    assert finding.sii_effect == rules.SiiEffect.REJECT
    assert mine(numbered(kind)).get("E01", []) == ([] if kind in (39, 41) else ["Detalle"])


@pytest.mark.parametrize("kind", ANY)
def test_e02_texts(kind):
    right = factory.dte(kind)
    assert mine(factory.changed(right, f"{LINE}/NmbItem", "ñ" * 80)) == {}
    assert mine(factory.changed(right, f"{LINE}/NmbItem", "ñ" * 81)) == {"E02": [f"{LINE}/NmbItem"]}
    assert mine(factory.changed(right, f"{LINE}/UnmdItem", "METRO"))["E02"] == [f"{LINE}/UnmdItem"]
    assert mine(factory.changed(right, f"{LINE}/NmbItem", None))["E02"] == [f"{LINE}/NmbItem"]
    described = factory.added(right, LINE, f"<DscItem>{'x' * 1001}</DscItem>", before="QtyItem")
    assert mine(described)["E02"] == [f"{LINE}/DscItem"]


@pytest.mark.parametrize(
    ("part", "limit", "before", "path"),
    [
        ("<CdgItem><TpoCodigo>INT1</TpoCodigo><VlrCodigo>7</VlrCodigo></CdgItem>", 5, "NmbItem", "CdgItem"),
        ("<Subcantidad><SubQty>1</SubQty><SubCod>7</SubCod></Subcantidad>", 5, "UnmdItem", "Subcantidad"),
    ],
)
def test_e02_repeated_parts(part, limit, before, path):
    root = factory.dte(33)
    assert mine(factory.added(root, LINE, part * limit, before=before)) == {}
    assert mine(factory.added(root, LINE, part * (limit + 1), before=before)) == {"E02": [f"{LINE}/{path}"]}
    long = part.replace(">7<", ">" + "7" * 36 + "<")
    [found] = mine(factory.added(root, LINE, long, before=before))["E02"]
    assert found.startswith(f"{LINE}/{path}[1]/")


def test_e02_tax_codes():
    root = factory.added(factory.dte(33), LINE, "<CodImpAdic>24</CodImpAdic>" * 3, before="MontoItem")
    assert f"{LINE}/CodImpAdic" in mine(root)["E02"]


# -- E03, E04: arithmetic of a line ----------------------------------------------------------------------


@pytest.mark.parametrize("by", [1, -1, 100])
@pytest.mark.parametrize("kind", ANY)
def test_e03_amount_off_its_arithmetic(kind, by):
    root = factory.dte(kind)
    amount = int(factory.find(root, f"{LINE}/MontoItem").text)
    found = factory.findings(factory.changed(root, f"{LINE}/MontoItem", amount + by), "E03")
    assert [(f.path, f.expected) for f in found] == [(f"{LINE}/MontoItem", str(amount))]


@pytest.mark.parametrize("kind", ANY)
def test_e03_amount_left_out(kind):
    [finding] = factory.findings(factory.changed(factory.dte(kind), f"{LINE}/MontoItem", None), "E03")
    assert finding.sii_effect == rules.SiiEffect.REJECT


@pytest.mark.parametrize(
    ("kind", "price", "quantity", "after", "amount", "wrong"),
    [
        (33, "8942.86", "1.0", "", 8943, False),
        (33, "8942.86", "1.0", "", 8942, False),
        (33, "8942.86", "1.0", "", 8944, True),
        (33, "10.5", "3.333", "", 35, False),
        (33, "100", "10", "<DescuentoPct>10</DescuentoPct><DescuentoMonto>100</DescuentoMonto>", 900, False),
        (33, "100", "10", "<DescuentoMonto>100</DescuentoMonto>", 1000, True),
        (33, "100", "10", "<RecargoMonto>50</RecargoMonto>", 1050, False),
        (110, "1.234", "100", "", "123.40", False),
        (110, "1.234", "100", "", "123.42", True),
        (110, "0.3333", "10", "", "3.34", False),
    ],
)
def test_e03_rounding_discounts_decimals(kind, price, quantity, after, amount, wrong):
    root = lines(kind, item(amount, quantity, price, after=after), totals="<MntTotal>1</MntTotal>")
    assert ("E03" in mine(root)) == wrong


def test_e03_lines_that_may_be_worth_nothing():
    reference = (
        "<Referencia><NroLinRef>1</NroLinRef><TpoDocRef>33</TpoDocRef><FolioRef>7</FolioRef>"
        "<FchRef>2026-11-02</FchRef><CodRef>{}</CodRef></Referencia>"
    )
    zero, total = item(0, 2, 500), sums(total=0)
    assert "E03" in mine(lines(33, zero, totals=total))
    assert "E03" not in mine(lines(33, item(0, 2, 500, before="<IndExe>4</IndExe>"), totals=total))
    assert "E03" in mine(lines(61, zero, totals=total, references=reference.format(3)))
    assert "E03" not in mine(lines(61, zero, totals=total, references=reference.format(2)))
    guide = lines(52, zero, totals=total)
    assert "E03" in mine(guide)
    assert "E03" not in mine(factory.changed(guide, "Encabezado/IdDoc/IndTraslado", 5))
    sample = lines(110, zero, totals="<TpoMoneda>EURO</TpoMoneda><MntExe>0</MntExe><MntTotal>0</MntTotal>")
    assert "E03" in mine(sample)
    assert "E03" not in mine(factory.changed(sample, "Encabezado/IdDoc/FmaPagExp", 21))


def test_e03_returned_goods_of_a_liquidacion():
    returned = "<TpoDocLiq>61</TpoDocLiq>" + item(-1000, 2, 500)
    assert "E03" not in mine(lines(43, returned, totals=sums(total=0)))


@pytest.mark.parametrize(
    ("after", "amount", "path"),
    [
        ("<DescuentoPct>10</DescuentoPct>", 900, "DescuentoMonto"),
        ("<DescuentoPct>10</DescuentoPct><DescuentoMonto>150</DescuentoMonto>", 850, "DescuentoMonto"),
        ("<RecargoPct>10</RecargoPct>", 1100, "RecargoMonto"),
        ("<RecargoPct>10</RecargoPct><RecargoMonto>150</RecargoMonto>", 1150, "RecargoMonto"),
    ],
)
@pytest.mark.parametrize("kind", sorted(ALL - {43}))
def test_e04(kind, after, amount, path):
    root = lines(kind, item(amount, 10, 100, after=after), totals="<MntTotal>1</MntTotal>")
    found = mine(root)
    assert found["E04"] == [f"{LINE}/{path}"]
    assert "E03" not in found


@pytest.mark.parametrize(
    "after",
    [
        "<DescuentoPct>33.33</DescuentoPct><DescuentoMonto>333300</DescuentoMonto>",
        "<DescuentoPct>33.33</DescuentoPct><DescuentoMonto>333340</DescuentoMonto>",
        "<DescuentoPct>10</DescuentoPct><DescuentoMonto>100000</DescuentoMonto>"
        "<RecargoPct>10</RecargoPct><RecargoMonto>90000</RecargoMonto>",
        "<DescuentoMonto>7</DescuentoMonto>",
    ],
)
def test_e04_right(after):
    assert "E04" not in mine(lines(33, item(1, 10, 100000, after=after), totals="<MntTotal>1</MntTotal>"))


# -- E05 to E10 ------------------------------------------------------------------------------------------


def test_e05_guides():
    right = factory.dte(52)
    assert mine(factory.changed(right, f"{LINE}/QtyItem", None))["E05"] == [f"{LINE}/QtyItem"]
    without_unit = factory.changed(right, f"{LINE}/UnmdItem", None)
    assert mine(without_unit) == {"E05": [f"{LINE}/UnmdItem"]}
    assert mine(factory.changed(without_unit, "Encabezado/IdDoc/FchEmis", "2025-05-02")) == {}
    assert "E05" not in mine(factory.changed(factory.dte(33), f"{LINE}/QtyItem", None))


ALLOWED = {
    33: {1, 2, 3, 4, 6}, 34: {1, 2, 3, 4, 6}, 39: {1, 2, 6}, 41: {1, 2, 6}, 43: {1, 2}, 46: {1, 2, 6},
    52: {1, 2, 3, 4, 6}, 56: {1, 2, 3, 4, 6}, 61: {1, 2, 3, 4, 6}, 110: {1}, 111: {1}, 112: {1},
}  # fmt: skip


@pytest.mark.parametrize("code", range(8))
@pytest.mark.parametrize("kind", ANY)
def test_e06_indicator_by_type(kind, code):
    amount = 0 if code in (4, 5) else 100
    extra = "<TpoDocLiq>33</TpoDocLiq>" if kind == 43 else ""
    root = lines(kind, extra + exempt(amount, code), totals="<MntTotal>100</MntTotal>")
    found = factory.findings(root, "E06")
    assert [f.path for f in found] == ([] if code in ALLOWED[kind] else [f"{LINE}/IndExe"])
    listed = {1, 2, 6} if kind in (39, 41) else set(range(1, 7))
    assert all((f.sii_effect == rules.SiiEffect.REJECT) == (code not in listed) for f in found)


def test_e06_lines_worth_nothing():
    root = lines(33, item(1000), exempt(50, 4), totals=sums(1000, None, 190, 1190))
    assert mine(root) == {"E06": ["Detalle[2]/MontoItem"]}
    returned = lines(52, exempt(0, 5), totals=sums(total=0))
    assert mine(returned)["E06"] == [f"{LINE}/IndExe"]
    assert "E06" not in mine(factory.changed(returned, "Encabezado/IdDoc/IndTraslado", 6))


def test_e07_exempt_lines_in_a_taxable_document():
    root = lines(33, exempt(5000), exempt(100), totals=sums(None, 5100, None, 5100))
    [finding] = factory.findings(root, "E07")
    assert (finding.path, finding.found, finding.expected) == ("Encabezado/IdDoc/TipoDTE", "33", "34")
    assert finding.fix == "document_34"
    assert mine(root) == {"E07": ["Encabezado/IdDoc/TipoDTE"]}
    boleta = lines(39, exempt(5000), totals="<MntExe>5000</MntExe><MntTotal>5000</MntTotal>")
    assert [f.expected for f in factory.findings(boleta, "E07")] == ["41"]
    assert mine(boleta) == {"E07": ["Encabezado/IdDoc/TipoDTE"]}
    mixed = lines(33, exempt(5000), item(100), totals=sums(100, 5000, 19, 5119))
    assert mine(mixed) == {}


def test_e07_iva_in_an_exempt_document():
    root = factory.added(factory.dte(34), "Encabezado/Totales", "<IVA>2850</IVA>", before="MntTotal")
    assert mine(root)["E07"] == ["Encabezado/Totales/IVA"]


@pytest.mark.parametrize(
    ("tag", "text"), [("PrcItem", "0"), ("QtyItem", "0"), ("PrcItem", "-5"), ("QtyItem", "-1")]
)
@pytest.mark.parametrize("kind", ANY)
def test_e08_price_and_quantity(kind, tag, text):
    root = factory.changed(factory.dte(kind), f"{LINE}/{tag}", text)
    assert mine(root)["E08"] == [f"{LINE}/{tag}"]


@pytest.mark.parametrize("kind", ANY)
def test_e08_negative_amount(kind):
    root = factory.changed(factory.dte(kind), f"{LINE}/MontoItem", "-5")
    assert mine(root).get("E08", []) == ([] if kind == 43 else [f"{LINE}/MontoItem"])


def test_e09_codes_of_lines_and_totals():
    carrying = item(1000, after="<CodImpAdic>24</CodImpAdic>")
    plain = sums(1000, None, 190, 1190)
    taxed = sums(1000, None, 190, 1505, extra=tax(24, "31.5", 315))
    for kind in (33, 52, 56, 61):
        assert mine(lines(kind, carrying, totals=plain)) == {"E09": [f"{LINE}/CodImpAdic"]}
        assert mine(lines(kind, item(1000), totals=taxed)) == {
            "E09": ["Encabezado/Totales/ImptoReten[1]/TipoImp"]
        }
        assert mine(lines(kind, carrying, totals=taxed)) == {}
    odd = item(1000, after="<CodImpAdic>ILA</CodImpAdic>")
    assert mine(lines(33, odd, totals=plain)) == {"E09": [f"{LINE}/CodImpAdic"]}


@pytest.mark.parametrize(
    ("tag", "value", "kinds"),
    [
        ("DescuentoMonto", "0", sorted(NOT_BOLETA - {43})),
        ("RecargoMonto", "-3", sorted(NOT_BOLETA - {43})),
        ("DescuentoPct", "0", sorted(NOT_BOLETA - {43})),
        ("DescuentoMonto", "10.5", sorted(EXPORTS)),
    ],
)
def test_e10(tag, value, kinds):
    for kind in kinds:
        root = factory.added(factory.dte(kind), LINE, f"<{tag}>{value}</{tag}>", before="MontoItem")
        assert mine(root)["E10"] == [f"{LINE}/{tag}"]
    boleta = factory.added(factory.dte(39), LINE, "<DescuentoMonto>0</DescuentoMonto>", before="MontoItem")
    assert mine(boleta) == {}


def test_e10_price_of_an_export():
    for price, wrong in (("150.000000", False), ("149.9999999", True)):
        root = factory.changed(factory.dte(110), f"{LINE}/PrcItem", price)
        assert ("E10" in mine(root)) == wrong


# -- E11 -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "Varios",
        "PRODUCTOS VARIOS",
        "Servicios",
        "Venta de mercaderías",
        "Artículos.",
        "---",
        "ítem",
        "Otros (varios)",
    ],
)
def test_e11_names_that_say_nothing(name):
    assert says_nothing(name)
    for kind in sorted(ALL - {39, 41}):
        root = factory.changed(factory.dte(kind), f"{LINE}/NmbItem", name)
        assert mine(root) == {"E11": [f"{LINE}/NmbItem"]}


@pytest.mark.parametrize(
    "name", ["Servicios de aseo", "A4", "Producto 350", "Venta de leña", "3M", "Materiales eléctricos"]
)
def test_e11_names_that_say_something(name):
    assert not says_nothing(name)


def test_e11_a_description_excuses_a_bare_name():
    root = factory.changed(factory.dte(33), f"{LINE}/NmbItem", "Servicios")
    described = factory.added(root, LINE, "<DscItem>Aseo de oficinas, octubre</DscItem>", before="QtyItem")
    assert mine(described) == {}


def test_e11_boletas_must_be_clear_above_135_uf():
    small = factory.changed(factory.dte(39), f"{LINE}/NmbItem", "Varios")
    assert mine(small) == {}
    large = lines(41, item(6000000, name="Varios"), totals="<MntTotal>6000000</MntTotal>")
    assert mine(large)["E11"] == [f"{LINE}/NmbItem"]


def test_e08_lines_worth_nothing_are_pointed_out():
    for kind in (33, 34, 39, 41, 46, 110):
        comment = "<NmbItem>Entrega en bodega norte</NmbItem><MontoItem>0</MontoItem>"
        root = lines(kind, item(1000), comment, totals="<MntTotal>1</MntTotal>")
        [finding] = factory.findings(root, "E08")
        assert (finding.path, finding.action) == ("Detalle[2]/MontoItem", rules.Action.INFO)
    assert "E08" not in mine(lines(61, comment, totals=sums(total=0)))
    not_sold = "<IndExe>4</IndExe>" + comment
    assert "E08" not in mine(lines(33, item(1000), not_sold, totals=sums(1000, None, 190, 1190)))


# -- all of them -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", ["QtyItem", "PrcItem", "MontoItem"])
@pytest.mark.parametrize("kind", ANY)
def test_what_is_unreadable_is_not_judged(kind, tag):
    report = rules.check(factory.document(factory.changed(factory.dte(kind), f"{LINE}/{tag}", "1.000,5")))
    assert "E03" in report.not_evaluated
    assert not [f for f in report.findings if f.rule[0] in "EF"]


def test_a_move_that_says_nothing_of_its_lines_is_not_judged():
    report = rules.check(
        rules.Document(complete=False, type_code=33, context=rules.Context(today=datetime.date.today()))
    )
    assert {"E01", "E02", "E03", "E04", "E06", "E07", "E08", "E11"} <= set(report.not_evaluated)
    assert not report.findings
