"""The explainer: every code that was reported and every one that a rule names has its meaning, and the rest none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l10n_cl_ai.dte import RULES
from l10n_cl_ai.dte.answer_code import area, find_code, normalize, severity
from l10n_cl_ai.dte.explain import explain
from l10n_cl_ai.dte.tables import load

CODES, EVENTS, GLOSSES = load("sii_detail_codes"), load("customer_events"), load("answer_glosses")
REMEDIES = {"correct", "new_folio", "resend", "credit_note", "none"}
LIKELY = {code for rule in RULES.values() for code in (rule.likely_sii_code or "").split(", ") if code}
#: Reported without anyone saying what they mean.
UNEXPLAINED = {"HED-3-211", "DETL-3-854"}


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("(HED-2-210) Monto neto", "HED-2-210", None), ("REF[2]-3-758", "REF-3-758", 2),
        ("REF L[2]-3-758", "REF-3-758", 2),
        ("det l[3]-2-200 monto", "DET-2-200", 3), ("DETL[3]-2-200", "DET-2-200", 3), ("DETL-3-854", "DETL-3-854", None),
        ("DET-2-200 [12]", "DET-2-200", 12), ("CHR-00001: caracter", "CHR-00001", None),
        ("DET[0]-2-200", "DET-2-200", None),
    ],
)  # fmt: skip
def test_codes_are_found_and_their_line_taken_out(text, code, line):
    assert find_code(text) == (code, line)


@pytest.mark.parametrize("text", ["", "sin código", "OC 4500-3-2", "HED-2", "XHED3-2-210", "2026-11-18", "HED-2-21045"])
def test_what_is_no_code_is_none(text):
    assert find_code(text) is None


def test_what_is_no_detail_code_stays_as_it_is():
    assert normalize(" -2 ") == ("-2", None)
    assert normalize("rch") == ("RCH", None)
    assert normalize("  ") is None
    assert len(normalize("x" * 500).text) == 32


@given(st.text(max_size=200))
def test_any_text_is_normalized_the_same_twice(text):
    code = normalize(text)
    if code and find_code(text):
        assert normalize(code.text) == (code.text, None)
        assert (severity(code.text), area(code.text)) == (severity(normalize(code.text).text), area(code.text))


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_row_is_whole_and_agrees_with_its_rules(code):
    row = CODES[code]
    assert normalize(code).text == code
    assert row["severity"] == (severity(code) or "reject")
    assert row["remedy"] in REMEDIES
    assert set(row["rules"]) <= RULES.keys()
    if code in UNEXPLAINED:
        assert not row["rules"]
        assert "advice" not in row
    else:
        assert row["rules"], "a rule of ours foresees it"
        assert row["advice"]
        assert row["advice_es"]
        assert row["name"]
        assert row["name_es"]


def test_every_code_that_a_rule_names_is_in_the_table_with_that_rule():
    for code in LIKELY:
        rules = {rule.id for rule in RULES.values() if code in (rule.likely_sii_code or "").split(", ")}
        assert code in CODES
        assert rules <= set(explain("rejected", code).rules)


def test_every_event_and_gloss_is_whole():
    for row in (*EVENTS.values(), *(row for row in GLOSSES if "code" not in row)):
        assert all(row[name] for name in ("name", "name_es", "advice", "advice_es"))
        assert row["remedy"] in REMEDIES
    assert all(row["effect"] in ("accept", "claim", "inform") for row in EVENTS.values())
    assert {row["code"] for row in GLOSSES if "code" in row} <= CODES.keys()
    assert {rule for row in GLOSSES for rule in row.get("rules", ())} <= RULES.keys()


def test_the_exact_code_comes_before_the_words():
    found = explain("rejected", "HED-3-846", "folio utilizado")
    assert (found.known, found.code, found.remedy) == ("code", "HED-3-846", "correct")
    assert found.meaning["es"] == "Falta la comuna del receptor"
    assert "C06" in found.rules


def test_an_unknown_code_goes_by_its_words_and_else_by_its_area():
    assert explain("rejected", "HED-3-999", "Falta comuna del receptor").code == "HED-3-846"
    found = explain("rejected", "HED-3-999", "otra cosa")
    assert (found.known, found.severity, found.advice) == ("area", "reject", None)
    assert "header" in str(found.meaning)


@pytest.mark.parametrize(
    ("gloss", "rules"),
    [
        ("RECHAZO- DTE Sin Comuna Origen", {"C05"}), ("Rut No Autorizado a Firmar", {"A10"}),
        ("FOLIO YA UTILIZADO", {"B03"}), ("El giro no corresponde", {"C04", "C06"}),
        ("Código de la referencia", {"G05"}),
    ],
)  # fmt: skip
def test_words_are_recognised_without_a_code(gloss, rules):
    found = explain("rejected", None, gloss)
    assert found.known == "words"
    assert rules <= set(found.rules)


@pytest.mark.parametrize("gloss", [None, "", "Otro motivo", "dHESivo", "🙈" * 500])
def test_what_nobody_knows_is_said_not_to_be_known(gloss):
    found = explain("rejected", None, gloss)
    assert (found.known, found.meaning, found.advice, found.rules) == ("unknown", None, None, ())
    assert "never existed" in str(found.consequence)


@pytest.mark.parametrize("code", [*sorted(CODES), None, "HED-3-999"])
def test_what_was_rejected_gets_no_credit_note_and_what_is_valid_is_not_issued_again(code):
    assert explain("rejected", code).remedy in ("correct", "new_folio", "resend")
    assert explain("reparo", code).remedy in ("credit_note", None)
    assert "credit note" in str(explain("rejected", code).consequence)
    assert "valid" in str(explain("reparo", code).consequence)


def test_a_claim_is_explained_by_its_event_and_advised_by_its_words():
    found = explain("claim", None, "No indica orden de compra", "RCD")
    assert (found.code, found.remedy, found.rules) == ("RCD", "credit_note", ("G14",))
    assert "801" in found.advice["es"]
    assert "Converse" in explain("claim", None, None, "RCD").advice["es"]
    assert explain("claim", None, "orden de compra", "ACD").rules == ()
    assert explain("claim", None, None, "ZZZ").known == "unknown"


@given(st.sampled_from(["accepted", "reparo", "rejected", "claim"]), st.text(max_size=80), st.text(max_size=200))
def test_anything_is_explained_without_a_crash(kind, code, gloss):
    assert explain(kind, code, gloss, code).known in ("code", "area", "words", "unknown")
