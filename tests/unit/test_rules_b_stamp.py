"""Group B: the stamp against its document and its CAF."""

import pytest
import signing
from factory import changed, document, dte, findings
from test_rules_b import check, lacking

from l10n_cl_ai.dte.types import ALL

KINDS = sorted(ALL)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("tag", "value", "effect"),
    [
        ("RE", "77262640-1", "reject"), ("TD", 35, "reject"), ("F", 102, "reject"),
        ("FE", "2026-11-17", "reject"), ("RR", "96790240-3", "reject"), ("MNT", 1, "reject"),
        ("RSR", "Otra", "reparo"), ("IT1", "Otra cosa", "reparo"),
    ],
)  # fmt: skip
def test_b11_compares_the_stamp(kind, tag, value, effect):
    if tag == "RSR" and kind in (39, 41):
        return  # a boleta without a named buyer has nothing to compare
    found = check(signing.sign(dte(kind), stamp={tag: value}), "B11")
    assert [(f.path, f.sii_effect) for f in found] == [(f"TED/DD/{tag}", effect)]


def test_b11_cuts_names_at_forty():
    long = "Sociedad de Inversiones y Transportes Ñuñoa Limitada"
    root = changed(changed(dte(33), "Encabezado/Receptor/RznSocRecep", long), "Detalle[1]/NmbItem", long)
    assert not check(signing.sign(root), "B11")
    assert len(check(signing.sign(root, stamp={"RSR": long[:39]}), "B11")) == 1


def test_b11_wants_a_stamp_on_a_signed_document():
    (finding,) = check(signing.written(signing.signed(dte(33))), "B11")
    assert finding.path == "TED"
    assert lacking(document(dte(33)))["B11"] == "Signature"


def test_b11_takes_the_whole_pesos_of_an_export():
    root = changed(dte(110), "Encabezado/Totales/MntTotal", "1500.75")
    assert not check(signing.sign(root, stamp={"MNT": 1501}), "B11")
    assert not check(signing.sign(root, stamp={"MNT": 1500}), "B11")
    assert len(check(signing.sign(root, stamp={"MNT": 1502}), "B11")) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_b12_sees_a_stamp_changed_afterwards(kind):
    data = signing.sign(dte(kind))
    assert not check(data, "B12")
    spoiled = data.replace(b"<TSTED>2026-11-18T10:00:00", b"<TSTED>2026-11-18T10:00:01")
    (finding,) = check(spoiled, "B12")
    assert (finding.sii_effect, finding.path) == ("reject", "TED/FRMT")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [(b"<E>Aw==</E>", b"<E>!!</E>", "cannot be read"), (b"<M>", b"<M>AA", "cannot be read"),
     (b"<E>Aw==</E>", b"", "cannot be read"), (b'SHA1withRSA">', b'SHA1withRSA">AA', "cannot be read")],
)  # fmt: skip
def test_b12_says_when_the_key_cannot_be_read(old, new, words):
    (finding,) = check(signing.sign(dte(33)).replace(old, new), "B12")
    assert words in str(finding.message) or "was not made" in str(finding.message)


@pytest.mark.parametrize("escape", [{}, {"'": "&apos;"}, {"'": "&apos;", '"': "&quot;"}])
def test_b12_takes_the_escapes_of_each_emitter(escape):
    root = changed(dte(33), "Detalle[1]/NmbItem", "Perno 1/2\" <zincado> & tuerca d'oro")
    assert not check(signing.sign(root, escape=escape), "B12")


def test_b12_takes_a_stamp_with_indents():
    root = signing.stamped(dte(33))
    ted = next(root.iter("{*}TED"))
    ted[0].text = "\n\t\t"
    ted[0][0].tail = "\r\n  "
    assert not check(signing.written(signing.signed(root)), "B12")


@pytest.mark.parametrize(
    ("moment", "outcome"),
    [
        ("2026-11-16T23:59:59", ("reparo", "warn")),
        ("2026-11-17T20:00:00", ("none", "info")),
        ("2026-11-18T00:00:00", None),
        ("2026-11-20T23:59:59", None),
        ("2026-11-21T00:00:00", ("reparo", "warn")),
    ],
)
def test_b13_wants_possible_moments(moment, outcome):
    root = changed(dte(33), "TmstFirma", moment)
    found = findings(root, "B13")
    assert [(f.sii_effect, f.action) for f in found] == ([outcome] if outcome else [])
    assert len(check(signing.sign(root), "B13")) == (2 if outcome else 0)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("COMERCIAL NUBLE LIMITADA", 0), ("Comercial Ñuble S.A.", 1), ("Otra", 1), ("Comercial Ñuble", 0)],
)
def test_b14_compares_the_name_with_the_caf(name, wrong):
    found = check(signing.sign(dte(33), caf={"name": name}), "B14")
    assert [f.action for f in found] == ["info"] * wrong
