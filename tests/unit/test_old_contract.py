"""The JSON of the service that was replaced, as a document: what each name means, and what is refused."""

import datetime
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l10n_cl_ai import dte
from l10n_cl_ai.dte import old_contract

TODAY = datetime.date(2026, 11, 20)
LEAST = {
    "tipo_dte": 33, "rut_emisor": "76192083-9", "rut_receptor": "77262640-1", "monto_total": 15887,
    "fecha_emision": "2026-11-18",
}  # fmt: skip
LINES = [{"nombre": "Resma", "cantidad": 10, "precio": 1335, "monto": 13350}]


def taken(**changes):
    taken = old_contract.take({**LEAST, **changes}, dte.Context(today=TODAY))
    assert not taken.problems, taken.problems
    return taken.document


def problems(data):
    return {name: str(why) for name, why in old_contract.take(data).problems.items()}


def findings(document):
    return {finding.rule for finding in dte.check(document).findings}


def test_the_five_that_are_required_are_enough_and_the_rest_is_unknown():
    document = taken()
    report = dte.check(document)
    assert not report.findings
    assert report.not_evaluated["F04"] == "Encabezado/Totales/MntNeto"
    assert document.id.date == datetime.date(2026, 11, 18)
    assert not document.knows("lines")


@pytest.mark.parametrize("name", old_contract.REQUIRED)
@pytest.mark.parametrize("nothing", ["left out", None, "", False])
def test_each_required_field_is_named_when_it_is_missing(name, nothing):
    data = {key: value for key, value in LEAST.items() if key != name}
    if nothing != "left out":
        data[name] = nothing
    assert problems(data) == {name: "It is required."}


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("tipo_dte", "factura", "A whole number was expected: the SII's document type."),
        ("tipo_dte", Decimal("33.5"), "A whole number was expected: the SII's document type."),
        ("rut_emisor", 76192083, "A text was expected."),
        ("rut_receptor", ["77262640-1"], "One value was expected, not a list or an object."),
        ("monto_total", "quince mil", "A number was expected."),
        ("monto_total", {"clp": 1}, "One value was expected, not a list or an object."),
        ("monto_total", Decimal("1e999999999"), "The number has too many digits."),
        ("monto_total", Decimal("1e-999999999"), "The number has too many digits."),
        ("fecha_emision", "18-11-2026", "A date was expected, as YYYY-MM-DD."),
        ("fecha_emision", "2026-02-30", "A date was expected, as YYYY-MM-DD."),
        ("fecha_emision", 20261118, "A text was expected."),
    ],
)
def test_what_is_malformed_is_named_and_why(name, value, why):
    assert problems({**LEAST, name: value}) == {name: why}


def test_zero_is_an_amount():
    document = taken(monto_total=0)
    assert document.totals.total == 0


@pytest.mark.parametrize("value", [15887, Decimal("15887.0"), "15887", Decimal("15887")])
def test_a_whole_amount_may_be_written_with_a_point(value):
    document = taken(monto_total=value)
    assert document.totals.total == 15887
    assert not document.flaws


def test_decimals_of_an_amount_are_a_finding_and_not_a_refusal():
    document = taken(monto_total=Decimal("15887.4"))
    assert [flaw.kind for flaw in document.flaws] == ["precision"]


@pytest.mark.parametrize("written", ["76.192.083-9", "76192083-9", " 76192083-9 ", "CL761920839"])
def test_a_rut_is_read_as_people_write_it(written):
    assert taken(rut_emisor=written).issuer.rut == "76192083-9"


def test_a_rut_that_is_none_is_kept_for_the_rules_to_judge():
    assert "C01" in findings(taken(rut_emisor="76192083-0"))


@pytest.mark.parametrize("name", ["items", "lineas", "detalles", "detalle", "Detalle"])
def test_lines_have_many_names(name):
    [line] = taken(**{name: LINES}).lines
    assert (line.name, line.quantity, line.price, line.amount) == ("Resma", 10, 1335, 13350)


def test_every_old_name_leads_to_its_element():
    for owner, names in old_contract.OLD_NAMES.items():
        places = old_contract._names(owner)
        for old, tag in names.items():
            assert tag in (places[old].member.tag, getattr(places[old].member, "boleta", None))


def test_the_sii_s_own_names_are_taken_flat_and_nested():
    nested = {
        "DTE": {
            "Documento": {
                "Encabezado": {
                    "IdDoc": {"TipoDTE": 33, "Folio": 7, "FchEmis": "2026-11-18"},
                    "Emisor": {"RUTEmisor": "76192083-9", "Acteco": ["464903", "464904"]},
                    "Receptor": {"RUTRecep": "77262640-1"},
                    "Totales": {"MntTotal": 15887, "ImptoReten": [{"TipoImp": 27, "TasaImp": 10, "MontoImp": 5}]},
                },
                "Detalle": [{"NmbItem": "Resma", "MontoItem": 13350, "CdgItem": {"TpoCodigo": "INT1"}}],
                "Referencia": {"TpoDocRef": 801, "FolioRef": 55},
            }
        }
    }
    taken = old_contract.take(nested)
    assert not taken.problems
    document = taken.document
    assert (document.type, document.id.folio, document.issuer.actecos) == (33, 7, ("464903", "464904"))
    assert document.totals.taxes[0].code == 27
    assert document.lines[0].codes[0].kind == "INT1"
    assert (document.references[0].type, document.references[0].folio) == ("801", "55")


def test_null_says_that_there_is_none_and_silence_says_nothing():
    assert taken(giro_receptor=None).receiver.giro is None
    assert not taken().receiver.knows("giro")
    assert taken(items=None).lines == ()


def test_complete_says_that_there_is_nothing_else():
    complete = old_contract.take(LEAST, complete=True)
    assert not complete.problems
    assert complete.document.lines == ()


def test_unknown_names_are_ignored():
    assert taken(cliente_vip=True, otro={"monto_total": "x"}, **{"x" * 500: 1}).totals.total == 15887


def test_the_same_said_twice_must_be_the_same():
    assert taken(MntTotal=15887).totals.total == 15887
    assert problems({**LEAST, "MntTotal": 15888}) == {"MntTotal": "It is said twice, under two names."}
    assert problems({**LEAST, "items": LINES, "lineas": LINES}) == {"lineas": "It is said twice, under two names."}


def test_what_is_no_object_is_named_with_its_place():
    assert problems({**LEAST, "items": "uno"}) == {"items": "A list of objects was expected."}
    assert problems({**LEAST, "items": [LINES[0], 5]}) == {"items[1]": "An object was expected."}
    assert problems({**LEAST, "Encabezado": 5}) == {"Encabezado": "An object was expected."}
    assert list(problems({**LEAST, "items": [{"monto": [1]}]})) == ["items[0].monto"]


def test_what_is_repeated_without_measure_is_refused():
    assert "5000" in problems({**LEAST, "items": [{}] * 5001})["items"]
    assert "5000" in problems({**LEAST, "acteco": ["1"] * 5001})["acteco"]
    assert "500" in problems({**LEAST, "items": [{"monto": "x"}] * 600})[""]


def test_what_is_nested_without_measure_is_refused():
    deep = {}
    for _level in range(50):
        deep = {"DTE": deep}
    assert any("nested too deeply" in why for why in problems({**LEAST, **deep}).values())


def test_texts_are_judged_by_the_rules():
    assert "A06" not in dte.check(taken()).findings
    flaws = [flaw.kind for flaw in taken(items=[{"nombre": "😀" * 100}]).flaws]
    assert flaws == ["too_long", "charset"]
    assert [flaw.kind for flaw in taken(items=[{"nombre": "medio \ud800"}]).flaws] == ["charset"]


NAMES = st.sampled_from([*old_contract._names(dte.Document), *old_contract.WRAPPERS]) | st.text(max_size=10)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30)
    | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(sorted(old_contract._names(dte.Document))), JSON, max_size=12))
def test_whatever_comes_an_answer_comes_of_it(data):
    taken = old_contract.take({**LEAST, **data}, dte.Context(today=TODAY))
    for name, why in taken.problems.items():
        json.dumps([name, str(why)])
    if not taken.problems:
        report = dte.check(taken.document)
        assert "internal error" not in report.not_evaluated.values()
