"""Group G: references."""

import factory
import pytest

from l10n_cl_ai import dte as rules
from l10n_cl_ai.dte.rules.g_references import KINDS
from l10n_cl_ai.dte.tables import load
from l10n_cl_ai.dte.types import ALL, NOT_BOLETA, NOTES

GROUP = [rule for rule in rules.RULES if rule.startswith("G")]
ANY = sorted(ALL)
PLAIN = sorted(ALL - NOTES)
#: What a note of a type may lower or raise.
ORIGIN = {56: 33, 61: 33, 111: 110, 112: 110}
OTHER = factory.RECEIVER


def reference(kind="801", folio="4500", date="2026-11-02", number=1, code=None, **more):
    """Return the XML of one Referencia, members in the schema's order; None leaves a member out."""
    members = {
        "NroLinRef": number, "TpoDocRef": kind, "IndGlobal": more.get("globally"), "FolioRef": folio,
        "RUTOtr": more.get("rut"), "FchRef": date, "CodRef": code, "RazonRef": more.get("reason"),
    }
    body = "".join(f"<{tag}>{text}</{tag}>" for tag, text in members.items() if text is not None)
    return f"<Referencia>{body}</Referencia>"


def referring(kind, *references):
    """Return a right document of a type with these references instead of its own."""
    root = factory.dte(kind)
    while factory.find(root, "Referencia") is not None:
        root = factory.changed(root, "Referencia", None)
    return factory.added(root, "", "".join(references), before="TmstFirma")


def note(kind, code, **more):
    return referring(kind, reference(str(ORIGIN[kind]), "77", code=code, **more))


def retotalled(root, total, *lines):
    root = factory.changed(root, "Encabezado/Totales/MntTotal", total)
    for index, amount in enumerate(lines, 1):
        root = factory.changed(root, f"Detalle[{index}]/MontoItem", amount)
    return root


def paths(root, rule, **context):
    return [f.path for f in factory.findings(root, rule, **context)]


@pytest.mark.parametrize("kind", ANY)
@pytest.mark.parametrize("rule", GROUP)
def test_right_documents_are_right(kind, rule):
    assert factory.findings(factory.dte(kind), rule) == []


@pytest.mark.parametrize("kind", sorted(NOT_BOLETA))
def test_forty_references_fit_and_not_one_more(kind):
    many = [reference(str(ORIGIN.get(kind, 801)), str(n), number=n, code=3 if kind in NOTES else None)
            for n in range(1, 42)]
    assert paths(referring(kind, *many[:40]), "G01") == []
    [finding] = factory.findings(referring(kind, *many), "G01")
    assert (finding.path, finding.found, finding.expected) == ("Referencia", "41", "40")


@pytest.mark.parametrize("kind", sorted(NOTES))
@pytest.mark.parametrize("others", [(), (reference("801"),), (reference("ZZZ"),), (reference("52"),)])
def test_a_note_modifies_a_tax_document(kind, others):
    [finding] = factory.findings(referring(kind, *others), "G01")
    assert (finding.sii_effect, finding.fix) == (rules.SiiEffect.REJECT, "reference_origin")


@pytest.mark.parametrize("kind", ANY)
@pytest.mark.parametrize(
    ("numbers", "effect"), [((2,), "reparo"), ((1, 3), "reparo"), ((1, 1), "reparo"), ((None,), "reject")]
)
def test_references_are_numbered_in_order(kind, numbers, effect):
    origin = str(ORIGIN.get(kind, 801))
    code = 3 if kind in NOTES else None
    root = referring(kind, *(reference(origin, str(n), number=n, code=code) for n in numbers))
    [finding] = factory.findings(root, "G01")
    assert finding.path == f"Referencia[{len(numbers)}]/NroLinRef"
    assert finding.sii_effect == effect


@pytest.mark.parametrize("kind", PLAIN)
@pytest.mark.parametrize(("code", "wrong"), [
    ("801", False), ("52", False), ("SET", False), ("HES", False), ("ZZZ", False), ("29", True),
    ("999", True), ("00", True), ("HESS", True),
])
def test_numeric_reference_types_are_listed(kind, code, wrong):
    assert paths(referring(kind, reference(code)), "G02") == ["Referencia[1]/TpoDocRef"] * wrong


@pytest.mark.parametrize("code", sorted(KINDS))
def test_every_listed_type_passes_outside_boletas(code):
    assert paths(referring(33, reference(code)), "G02") == []
    listed = load("reference_types")[code]["boleta"]
    assert paths(referring(39, reference(code)), "G02") == ([] if listed else ["Referencia[1]/TpoDocRef"])


@pytest.mark.parametrize("kind", ANY)
def test_a_reference_has_a_type_except_in_boletas(kind):
    findings = factory.findings(referring(kind, reference(kind=None)), "G02")
    assert [f.sii_effect for f in findings] == ([] if kind in (39, 41) else ["reject"])


@pytest.mark.parametrize("kind", PLAIN)
@pytest.mark.parametrize(("members", "wrong"), [
    ({"folio": "0"}, "FolioRef"), ({"folio": "000"}, "FolioRef"), ({"folio": "0", "globally": 1}, None),
    ({"folio": None}, "FolioRef"), ({"folio": ""}, "FolioRef"), ({"folio": "1" * 19}, "FolioRef"),
    ({"folio": "1" * 18}, None), ({"kind": "801", "folio": "OC-12/A"}, None),
    ({"kind": "52", "folio": "12-A"}, "FolioRef"), ({"globally": 2}, "IndGlobal"),
])
def test_folio_of_the_reference(kind, members, wrong):
    expected = [f"Referencia[1]/{wrong}"] if wrong else []
    assert paths(referring(kind, reference(**members)), "G03") == expected


def test_a_boleta_may_refer_to_nothing_but_a_reason():
    root = referring(39, reference(kind=None, folio=None, date=None, reason="CASO-1"))
    assert [f for f in factory.findings(root) if f.rule in GROUP] == []


@pytest.mark.parametrize(("kind", "flaws"), [(39, []), (41, []), (33, ["malformed"])])
def test_the_code_in_a_boleta_is_its_issuers_own_text(kind, flaws):
    document = factory.document(referring(kind, reference(code="SET")))
    assert [flaw.kind for flaw in document.flaws] == flaws
    assert document.references[0].__dict__.get("code") == (None if flaws else "SET")


@pytest.mark.parametrize("kind", sorted(NOT_BOLETA))
@pytest.mark.parametrize(("date", "effect"), [
    (None, "reject"), ("", "reject"), ("2001-12-31", "reparo"), ("2002-07-31", "reparo"),
    ("2026-11-18", None), ("2002-08-01", None),
])
def test_date_of_the_reference(kind, date, effect):
    root = referring(kind, reference(str(ORIGIN.get(kind, 801)), date=date, code=3))
    assert [(f.path, f.sii_effect) for f in factory.findings(root, "G04")] == (
        [("Referencia[1]/FchRef", effect)] if effect else []
    )


@pytest.mark.parametrize(("kind", "origin", "facts"), [
    (33, "33", ("reparo", "block")), (33, "801", ("none", "warn")), (61, "33", ("reparo", "block")),
    (110, "SET", ("none", "warn")),
])
def test_what_is_referred_to_comes_first(kind, origin, facts):
    [finding] = factory.findings(referring(kind, reference(origin, date="2026-11-19", code=3)), "G04")
    assert (finding.sii_effect, finding.action) == facts


@pytest.mark.parametrize("members", [
    {"number": "uno"}, {"globally": "si"}, {"date": "02/11/2026"}, {"date": "2026-02-30"}, {"code": "x"},
])
def test_what_is_not_well_written_is_told_once(members):
    """A05 tells it; the rules that need the value are not evaluated."""
    root = referring(61, reference(**{"kind": "33", "code": 3, "folio": "0", "globally": 1, **members}))
    report = rules.check(factory.document(root, originals={}))
    assert [f.rule for f in report.findings if f.path.startswith("Referencia")] == ["A05"]


@pytest.mark.parametrize("kind", sorted(NOTES))
@pytest.mark.parametrize(("code", "wrong"), [
    (None, True), (0, True), (4, True), (1, False), (2, False), (3, False),
])
def test_a_note_says_what_it_does(kind, code, wrong):
    assert paths(note(kind, code), "G05") == ["Referencia[1]/CodRef"] * wrong


def test_only_what_a_note_acts_on_needs_its_code():
    others = [reference("SET", number=2), reference("801", number=3), reference("52", number=4)]
    root = referring(61, reference("33", code=3), *others)
    assert [f for f in factory.findings(root) if f.rule in GROUP] == []


@pytest.mark.parametrize(("code", "wrong"), [(7, True), (1, False), (None, False)])
def test_code_in_other_documents_is_optional_but_valid(code, wrong):
    assert paths(referring(33, reference("801", code=code)), "G05") == ["Referencia[1]/CodRef"] * wrong


@pytest.mark.parametrize(("rule", "code"), [("G06", 1), ("G07", 2)])
@pytest.mark.parametrize("kind", sorted(NOTES))
def test_annulling_and_correcting_text_are_of_one_document(kind, rule, code):
    origin = str(ORIGIN[kind])
    root = referring(kind, reference(origin, "77", code=code), reference(origin, "78", number=2, code=code))
    assert "Referencia" in paths(root, rule, originals={})
    assert "Referencia" not in paths(note(kind, code), rule, originals={})
    with_order = referring(kind, reference(origin, "77", code=code), reference("801", number=2))
    assert "Referencia" not in paths(with_order, rule, originals={})


@pytest.mark.parametrize("kind", [56, 61])
@pytest.mark.parametrize(("total", "wrong"), [(15887, False), (15888, True), (None, False)])
def test_an_annulment_has_the_originals_total(kind, total, wrong):
    origin = 61 if kind == 56 else 33
    root = referring(kind, reference(str(origin), "77", code=1))
    findings = factory.findings(root, "G06", originals={(origin, 77): rules.Original(total=total)})
    assert [(f.path, f.expected) for f in findings] == [("Encabezado/Totales/MntTotal", str(total))] * wrong


def test_an_annulment_of_an_unseen_document_is_not_evaluated():
    report = rules.check(factory.document(note(61, 1)))
    assert report.not_evaluated["G06"] == "originals"
    assert "G06" not in rules.check(factory.document(note(61, 1), originals={})).not_evaluated


@pytest.mark.parametrize(("origin", "wrong"), [("43", True), ("40", True), ("46", False), ("39", False)])
def test_a_settlement_is_not_annulled_by_a_note(origin, wrong):
    findings = factory.findings(referring(61, reference(origin, code=1)), "G06", originals={})
    assert [f.sii_effect for f in findings] == ["none"] * wrong
    assert paths(referring(61, reference(origin, code=3)), "G06", originals={}) == []


@pytest.mark.parametrize("kind", sorted(NOTES))
def test_a_correction_of_text_has_no_amounts(kind):
    root = note(kind, 2)
    assert paths(root, "G07") == ["Encabezado/Totales/MntTotal"]
    assert paths(retotalled(root, 0, 500), "G07")[:1] == ["Detalle[1]/MontoItem"]
    amounts = (0,) if kind in (111, 112) else (0, 0)
    assert paths(retotalled(root, 0, *amounts), "G07") == []


@pytest.mark.parametrize("kind", sorted(NOTES))
@pytest.mark.parametrize("total", [0, -5])
def test_a_correction_of_amounts_has_an_amount(kind, total):
    assert paths(retotalled(note(kind, 3), total), "G08") == ["Encabezado/Totales/MntTotal"]
    assert paths(note(kind, 3), "G08") == []


def test_an_export_note_without_payment_may_total_nothing():
    root = factory.changed(retotalled(note(112, 3), 0), "Encabezado/IdDoc/FmaPagExp", 21)
    assert paths(root, "G08") == []


@pytest.mark.parametrize(("totals", "wrong"), [
    ((15886,), True), ((15887,), False), ((10000, 5886), True), ((10000, 5887), False),
    ((10000, None), False),
])
def test_a_credit_note_takes_off_no_more_than_there_was(totals, wrong):
    folios = range(77, 77 + len(totals))
    root = referring(61, *(reference("33", str(f), number=n, code=3) for n, f in enumerate(folios, 1)))
    known = {(33, f): rules.Original(total=t) for f, t in zip(folios, totals, strict=True)}
    assert paths(root, "G08", originals=known) == ["Encabezado/Totales/MntTotal"] * wrong


def test_a_global_credit_note_has_no_single_original():
    root = referring(61, reference("39", "0", globally=1, code=3))
    report = rules.check(factory.document(root))
    assert "G08" not in report.not_evaluated
    assert [f for f in report.findings if f.rule == "G08"] == []


def test_a_debit_note_may_raise_more_than_there_was():
    known = {(33, 77): rules.Original(total=1)}
    assert paths(note(56, 3), "G08", originals=known) == []


@pytest.mark.parametrize("guide", ["50", "52"])
@pytest.mark.parametrize(("code", "rule"), [(1, "G09"), (3, "G11"), (None, None)])
def test_a_credit_note_leaves_guides_alone(guide, code, rule):
    root = referring(61, reference("33", code=3), reference(guide, number=2, code=code))
    found = [(f.rule, f.path) for f in factory.findings(root) if f.rule in GROUP]
    assert found == ([(rule, "Referencia[2]/TpoDocRef")] if rule else [])


@pytest.mark.parametrize("kind", [56, 61])
@pytest.mark.parametrize(("original", "path"), [
    (rules.Original(state="rejected"), "Referencia[1]/FolioRef"),
    (rules.Original(state="annulled"), "Referencia[1]/FolioRef"),
    (rules.Original(receiver_rut="60803000-K", state="accepted"), "Encabezado/Receptor/RUTRecep"),
    (rules.Original(receiver_rut=factory.RECEIVER, state="accepted"), None),
    (rules.Original(), None),
])
def test_the_original_was_accepted_and_is_the_same_receivers(kind, original, path):
    found = paths(note(kind, 3), "G10", originals={(33, 77): original})
    assert found == ([path] if path else [])
    assert paths(note(kind, 3), "G10", originals={(33, 78): original}) == []


@pytest.mark.parametrize(("kind", "origin", "code", "wrong"), [
    (61, "33", 1, False), (61, "39", 1, False), (61, "56", 1, False), (61, "46", 3, False),
    (61, "61", 1, True), (61, "60", 3, True), (61, "110", 1, True), (61, "112", 3, True),
    (61, "111", 3, True), (56, "61", 1, False), (56, "33", 3, False), (56, "56", 3, False),
    (56, "33", 1, True), (56, "52", 1, True), (56, "110", 3, True), (111, "112", 1, False),
    (111, "110", 3, False), (111, "110", 1, True), (111, "33", 3, True), (112, "110", 1, False),
    (112, "111", 1, False), (112, "112", 1, True), (112, "34", 3, True), (112, "61", 3, True),
])
def test_notes_act_on_what_they_may(kind, origin, code, wrong):
    root = referring(kind, reference(origin, code=code))
    assert paths(root, "G11") == ["Referencia[1]/TpoDocRef"] * wrong


@pytest.mark.parametrize(("kind", "origin", "rut", "wrong"), [
    (33, "801", OTHER, True), (34, "52", OTHER, True), (52, "52", OTHER, True), (43, "33", OTHER, True),
    (46, "52", OTHER, False), (46, "801", OTHER, True), (61, "33", OTHER, False), (61, "SET", OTHER, True),
    (56, "33", factory.ISSUER, True), (110, "33", OTHER, False), (112, "110", factory.ISSUER, True),
])
def test_other_rut_is_of_another_issuers_tax_document(kind, origin, rut, wrong):
    root = referring(kind, reference(origin, rut=rut, code=3))
    assert paths(root, "G12") == ["Referencia[1]/RUTOtr"] * wrong


@pytest.mark.parametrize("kind", [33, 34])
@pytest.mark.parametrize(("issued", "guide", "late"), [
    ("2026-11-18", "2026-11-01", False), ("2026-11-18", "2026-10-31", True),
    ("2026-11-10", "2026-10-01", False), ("2026-11-11", "2026-10-31", True),
    ("2026-11-10", "2026-09-30", True), ("2026-01-05", "2025-12-31", False),
])
def test_guides_are_invoiced_by_the_tenth(kind, issued, guide, late):
    root = factory.changed(referring(kind, reference("52", date=guide)), "Encabezado/IdDoc/FchEmis", issued)
    assert paths(root, "G13", originals={}) == ["Referencia[1]/FchRef"] * late
    assert paths(factory.changed(root, "Referencia/TpoDocRef", "801"), "G13", originals={}) == []


@pytest.mark.parametrize(("totals", "wrong"), [
    ((10000, 5887), False), ((10000, 5000), True), ((10000, 0), False), ((10000, None), False),
])
def test_an_invoice_totals_what_its_guides_do(totals, wrong):
    root = referring(33, reference("52", "7"), reference("52", "8", number=2))
    known = {(52, n): rules.Original(total=t) for n, t in zip((7, 8), totals, strict=True)}
    assert paths(root, "G13", originals=known) == ["Encabezado/Totales/MntTotal"] * wrong


@pytest.mark.parametrize("kind", [33, 34])
@pytest.mark.parametrize(("rut", "origin", "wanted"), [
    ("60910000-1", None, True), ("69070100-6", "52", True), ("61602099-4", "801", False),
    ("60910000-1", "HES", False), ("77262640-1", None, False), ("6091000-1", None, False),
])
def test_public_buyers_want_their_order(kind, rut, origin, wanted):
    root = referring(kind, *([reference(origin)] if origin else []))
    root = factory.changed(root, "Encabezado/Receptor/RUTRecep", rut)
    findings = factory.findings(root, "G14")
    assert [(f.action, f.sii_effect) for f in findings] == [("info", "none")] * wanted


@pytest.mark.parametrize("kind", ANY)
@pytest.mark.parametrize(("length", "wrong"), [(90, False), (91, True)])
def test_reason_of_the_reference_fits(kind, length, wrong):
    root = referring(kind, reference(str(ORIGIN.get(kind, 801)), code=3, reason="x" * length))
    findings = factory.findings(root, "G01")
    assert [(f.path, f.sii_effect, f.fix) for f in findings] == (
        [("Referencia[1]/RazonRef", "reject", None)] if wrong else []
    )


@pytest.mark.parametrize(("date", "late"), [
    ("2026-05-18", False), ("2026-05-17", True), ("2026-06-30", False), ("2025-12-01", True),
])
def test_the_iva_of_a_credit_note_ages(date, late):
    root = note(61, 3, date=date)
    assert paths(root, "G16") == ["Referencia[1]/FchRef"] * late
    marked = factory.added(root, "Encabezado/IdDoc", "<IndNoRebaja>1</IndNoRebaja>")
    assert paths(marked, "G16") == []
    exempt = factory.changed(root, "Encabezado/Totales/IVA", None)
    assert paths(exempt, "G16") == []


@pytest.mark.parametrize(("issued", "original", "late"), [
    ("2026-02-28", "2025-08-31", False), ("2026-03-01", "2025-08-31", True),
    ("2026-02-28", "2025-08-27", True),
])
def test_six_months_end_with_a_short_month(issued, original, late):
    root = factory.changed(note(61, 3, date=original), "Encabezado/IdDoc/FchEmis", issued)
    assert paths(root, "G16") == ["Referencia[1]/FchRef"] * late


@pytest.mark.parametrize("kind", [110, 111, 112])
@pytest.mark.parametrize(("service", "wanted"), [(3, "812"), (4, "813"), (5, None), (6, None)])
def test_exports_of_services_name_their_paper(kind, service, wanted):
    own = [reference("110", code=3)] if kind in NOTES else []
    root = factory.added(referring(kind, *own), "Encabezado/IdDoc", f"<IndServicio>{service}</IndServicio>")
    assert [f.expected for f in factory.findings(root, "G17")] == ([wanted] if wanted else [])
    if wanted:
        paper = reference(wanted, number=len(own) + 1)
        assert paths(factory.added(root, "", paper, before="TmstFirma"), "G17") == []


@pytest.mark.parametrize("kind", ANY)
@pytest.mark.parametrize(
    ("folio", "date"), [("9" * 6000, "0001-01-01"), ("٣", "9999-12-31"), ("0x1", "1-1-1")]
)
def test_hostile_references_break_no_rule(kind, folio, date, caplog):
    root = referring(kind, *(reference(str(t), folio, date, code=c, number=n)
                             for n, (t, c) in enumerate([(33, 1), (52, 3), (110, 2), ("٣", 9)], 1)))
    root = factory.changed(root, "Encabezado/IdDoc/FchEmis", date)
    report = rules.check(factory.document(root, originals={}))
    assert not [r for r, lack in report.not_evaluated.items() if lack == "internal error" and r in GROUP]


def test_a_move_without_references_is_not_judged():
    document = rules.Document(complete=False, type_code=61)
    report = rules.check(document)
    assert {"G01", "G05", "G06", "G11"} <= report.not_evaluated.keys()
    assert not [f for f in report.findings if f.rule in GROUP]


def test_a_move_that_knows_only_its_origin_is_not_asked_for_codref():
    document = rules.Document(complete=False, type_code=61)
    origin = rules.document.Reference(document, rules.Document.references, complete=False)
    document.references = rules.node.number([origin.put(type="33", folio="77")])
    report = rules.check(document)
    assert report.not_evaluated["G05"] == "Referencia[1]/CodRef"
    assert "G01" not in report.not_evaluated
    assert not [f for f in report.findings if f.rule in GROUP]


def test_tables_name_everything_twice_and_point_to_rules():
    assert all(row["name"] and row["name_es"] for row in load("reference_types").values())
    statuses = load("sii_statuses")
    keys = [(row["service"], row["field"], row["code"]) for row in statuses]
    assert len(keys) == len(set(keys))
    assert all(row["name"] and row["name_es"] and row["outcome"] for row in statuses)
    assert {"0", "7"} <= {row["code"] for row in statuses if row["service"] == "upload"}
    details = load("sii_detail_codes")
    assert details["REF-3-415"]["rules"] == ["G09"]
    assert {rule for row in details.values() for rule in row["rules"]} <= rules.RULES.keys()
    codes = [rules.RULES[rule].likely_sii_code for rule in GROUP]
    likely = {code for each in codes if each for code in each.split(", ")}
    assert likely <= details.keys()
