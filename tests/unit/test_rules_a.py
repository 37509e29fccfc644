"""Group A: the file, its envelope, its writing, its signature."""

import datetime

import pytest
import signing
from factory import TODAY, changed, dte, findings

from l10n_cl_ai import dte as core
from l10n_cl_ai.dte.types import ALL

KINDS = sorted(ALL)


def check(data: bytes, rule: str | None = None, **context) -> list:
    """Return the findings in all documents of a file."""
    known = core.Context(today=TODAY, **context)
    found = [finding for each in core.read(data, known) for finding in core.check(each).findings]
    return [finding for finding in found if rule in (None, finding.rule)]


def group(found: list) -> list:
    return [finding for finding in found if finding.rule[0] in "AB"]


def envelope(*kinds: int, **options):
    """Return an envelope of signed documents with folios from 101 on."""
    return signing.envelope(
        [signing.signed(signing.stamped(dte(kind, 101 + index))) for index, kind in enumerate(kinds)],
        **options,
    )


@pytest.mark.parametrize("kind", KINDS)
def test_right_documents_are_silent(kind):
    assert group(findings(dte(kind))) == []
    assert (
        group(check(signing.sign(dte(kind)), issued={}, environment="production", signers={signing.SIGNER}))
        == []
    )


@pytest.mark.parametrize("kinds", [(33, 33, 61), (39, 41), (52, 110, 112), (43,), (34, 46, 56, 111)])
def test_right_envelopes_are_silent(kinds):
    assert group(check(signing.written(envelope(*kinds)), issued={})) == []


# -- A01 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "declaration",
    [b"<?xml version='1.0' encoding='ISO-8859-1'?>", b'<?xml version="1.0" encoding="iso-8859-1"?>', b""],
)
def test_a01_wants_the_declaration_of_what_is_sent(declaration):
    data = signing.written(envelope(33)).replace(signing.DECLARATION.strip(), declaration)
    if not declaration:
        data = data.decode("iso-8859-1").encode()
    (finding,) = check(data, "A01")
    assert (finding.action, finding.basis) == ("block", "field")


def test_a01_leaves_lone_documents_and_copies_for_buyers_alone():
    single = b"<?xml version='1.0' encoding='ISO-8859-1'?>"
    assert not check(signing.sign(dte(33)).replace(signing.DECLARATION.strip(), single), "A01")
    copy = signing.written(envelope(33, receiver="77262640-1"))
    assert not check(copy.replace(signing.DECLARATION.strip(), single), "A01")


def test_a01_sees_letters_of_another_encoding():
    text = signing.sign(dte(33)).decode("iso-8859-1")
    (garbled,) = check(text.encode(), "A01")
    assert garbled.sii_effect == "none"
    declared = text.replace("ISO-8859-1", "UTF-8", 1)
    (refused,) = check(declared.encode("iso-8859-1"), "A01")
    assert refused.sii_effect == "reject"
    assert not check(declared.encode(), "A01")


# -- A02, A04, A05 ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["Producto “x”", "5 €", "Torta 🎂", "a – b", "raya \x96"])
def test_a02_names_what_latin_1_cannot_write(kind, text):
    (finding,) = findings(changed(dte(kind), "Detalle[1]/NmbItem", text), "A02")
    assert finding.path == "Detalle[1]/NmbItem"
    assert (finding.found, finding.fix) == (text, "forbidden_characters")
    assert "“" not in text or "“ ”" in str(finding.message)


@pytest.mark.parametrize("text", ["Ñandú ÿ ¿qué? §1 ½ «a» °C", "50 % & <2>", 'comillas "rectas"'])
def test_a02_takes_all_of_latin_1(text):
    assert not findings(changed(dte(33), "Detalle[1]/NmbItem", text), "A02")


def test_a04_names_blanks_around_a_text():
    (finding,) = findings(changed(dte(33), "Encabezado/Receptor/GiroRecep", " Servicios\n"), "A04")
    assert (finding.path, finding.expected) == ("Encabezado/Receptor/GiroRecep", "Servicios")
    assert not findings(changed(dte(33), "Encabezado/Receptor/GiroRecep", "Dos  blancos dentro"), "A04")


@pytest.mark.parametrize("name", ["", "   "])
def test_a04_refuses_an_item_without_name(name):
    found = findings(changed(dte(33), "Detalle[2]/NmbItem", name), "A04")
    assert [(f.path, f.sii_effect, f.action) for f in found] == [("Detalle[2]/NmbItem", "reject", "block")]


def test_a04_names_blanks_instead_of_a_text_in_a_move():
    move = core.Document(complete=False, type_code=33, context=core.Context(today=TODAY))
    move.receiver.put(giro="  ", contact="Ana")
    (finding,) = [f for f in core.check(move).findings if f.rule == "A04"]
    assert finding.path == "Encabezado/Receptor/GiroRecep"


@pytest.mark.parametrize(
    ("kind", "path", "text"),
    [
        (33, "Encabezado/Totales/MntTotal", "15.887,00"),
        (33, "Encabezado/Totales/MntTotal", "15,887"),
        (33, "Encabezado/Totales/IVA", "2537.0"),
        (39, "Encabezado/Totales/MntNeto", "11218.5"),
        (61, "Encabezado/IdDoc/FchEmis", "18-11-2026"),
        (61, "Encabezado/IdDoc/FchEmis", "2026-02-30"),
        (33, "Encabezado/IdDoc/Folio", "1e3"),
        (33, "Encabezado/IdDoc/Folio", "A101"),
        (33, "Detalle[1]/QtyItem", "1,5"),
        (33, "Detalle[1]/QtyItem", "1.1234567"),
        (33, "Encabezado/Totales/TasaIVA", "19.001"),
        (110, "Encabezado/Totales/MntTotal", "1500.12345"),
        (110, "Detalle[1]/MontoItem", "1500 USD"),
        (33, "Encabezado/Totales/MntTotal", "1" * 19),
        (52, "TmstFirma", "2026-11-18 10:00"),
    ],
)
def test_a05_names_what_is_badly_written(kind, path, text):
    (finding,) = findings(changed(dte(kind), path, text), "A05")
    assert (finding.path, finding.found, finding.sii_effect) == (path, text, "reject")


@pytest.mark.parametrize(
    ("kind", "path", "text"),
    [
        (33, "Detalle[1]/QtyItem", "10.000000"),
        (33, "Detalle[1]/PrcItem", "1050.123456"),
        (33, "Encabezado/Totales/TasaIVA", "19.00"),
        (110, "Encabezado/Totales/MntTotal", "1500.1234"),
        (110, "Encabezado/Transporte/Aduana/TotClauVenta", "1500.25"),
        (39, "TmstFirma", "2026-11-18T10:00:00.123-03:00"),
    ],
)
def test_a05_takes_what_the_schema_takes(kind, path, text):
    assert not findings(changed(dte(kind), path, text), "A05")


def test_a05_reads_the_cover_once():
    data = signing.written(envelope(33, 33, FchResol="22/08/2014"))
    (finding,) = check(data, "A05")
    assert finding.path == "Caratula/FchResol"


# -- A06, A07, A08 ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [None, "", "101", "F 101", "a/b"])
def test_a06_wants_an_id(name):
    root = dte(33)
    del root[0].attrib["ID"]
    if name is not None:
        root[0].set("ID", name)
    assert len(findings(root, "A06")) == 1


@pytest.mark.parametrize("name", ["F101T33", "DTE-33-101", "MiPE76354771-13419", "_x.1"])
def test_a06_takes_the_ids_that_emitters_give(name):
    root = dte(33)
    root[0].set("ID", name)
    assert not findings(root, "A06")


def test_a06_wants_an_id_of_its_own():
    roots = [signing.sign(dte(33, folio)) for folio in (1, 2, 3)]
    elements = [core.read(each)[0].xml.dte for each in roots]
    elements[1][0].set("ID", "F1T33")
    assert len(check(signing.written(signing.envelope(elements)), "A06")) == 2


@pytest.mark.parametrize(
    ("kinds", "counts", "expected"),
    [
        ((33, 33), {33: 1}, [("Caratula/SubTotDTE[1]/NroDTE", "1", "2")]),
        ((33, 34), {33: 1}, [("Caratula/SubTotDTE", "0", "1")]),
        ((33,), {33: 1, 61: 2}, [("Caratula/SubTotDTE[2]/NroDTE", "2", "0")]),
        ((33,), dict.fromkeys(range(1, 23), 0) | {33: 1}, None),
    ],
)
def test_a07_counts(kinds, counts, expected):
    found = check(signing.written(envelope(*kinds, counts=counts)), "A07")
    if expected is None:
        assert any(f.expected == "20" and f.found == "23" for f in found)
    else:
        assert [(f.path, f.found, f.expected) for f in found] == expected


@pytest.mark.parametrize(("kinds", "name"), [((33, 39), "EnvioDTE"), ((39, 33), "EnvioBOLETA")])
def test_a07_keeps_boletas_apart(kinds, name):
    (finding,) = check(signing.written(envelope(*kinds)), "A07")
    assert name in str(finding.message)


def test_a07_bounds_an_envelope_of_boletas():
    root = dte(39)
    data = signing.written(signing.envelope([root] * 501))
    assert [f.expected for f in check(data, "A07")] == ["500"]


def test_a07_wants_a_cover():
    top = envelope(33)
    top[0].remove(top[0][0])
    (finding,) = check(signing.written(top), "A07")
    assert finding.path == "Caratula"


@pytest.mark.parametrize(
    ("options", "context", "path"),
    [
        ({"RutEmisor": "77262640-1"}, {}, "Caratula/RutEmisor"),
        ({"receiver": "96790240-3"}, {}, "Caratula/RutReceptor"),
        ({"resolution": 0}, {"environment": "production"}, "Caratula/NroResol"),
        ({"resolution": 80}, {"environment": "certification"}, "Caratula/NroResol"),
        ({}, {"resolution": (datetime.date(2014, 1, 1), 80)}, "Caratula/FchResol"),
    ],
)
def test_a08_reads_the_cover(options, context, path):
    found = check(signing.written(envelope(33, **options)), "A08", **context)
    assert [f.path for f in found] == [path]


def test_a08_takes_the_copy_for_the_buyer_and_the_companys_resolution():
    assert not check(signing.written(envelope(33, receiver="77262640-1")), "A08")
    right = {"resolution": (datetime.date(2014, 8, 22), 80)}
    assert not check(signing.written(envelope(33)), "A08", **right)
    (finding,) = check(signing.written(envelope(33, resolution=99)), "A08", **right)
    assert (finding.found, finding.expected) == ("99", "80")
    assert not check(signing.written(envelope(33, resolution=99)), "A08", company_rut="1-9", **right)
