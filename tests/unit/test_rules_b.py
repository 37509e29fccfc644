"""Group B: identification, folio and CAF, stamp, dates."""

import datetime

import pytest
import signing
from factory import RECEIVER, TODAY, changed, document, dte, findings

from l10n_cl_ai import dte as core
from l10n_cl_ai.dte.document import CafData, FolioRange
from l10n_cl_ai.dte.rules.b_folios import expiry
from l10n_cl_ai.dte.types import ALL

KINDS = sorted(ALL)
DAY = datetime.date


def check(data: bytes, rule: str, **context) -> list:
    """Return what one rule finds in the documents of a file."""
    known = core.Context(today=TODAY, **context)
    found = [finding for each in core.read(data, known) for finding in core.check(each).findings]
    return [finding for finding in found if finding.rule == rule]


def lacking(doc: core.Document) -> dict:
    return core.check(doc).not_evaluated


def caf(kind: int, first: int = 1, last: int = 500, **values) -> CafData:
    """Return a CAF as Odoo would give it."""
    root = core.Document(complete=True, type_code=kind)
    values = {"rut": "76192083-9", "type": kind, "date": DAY(2026, 10, 1), "key_id": 300, **values}
    data = CafData(root, None).put(**values)
    return data.put(range=FolioRange(data, CafData.range).put(first=first, last=last))


def move(kind: int = 33, **context) -> core.Document:
    """Return a document as it comes from a move: no stamp, no signature, no CAF."""
    doc = core.Document(complete=False, type_code=kind, context=core.Context(today=TODAY, **context))
    doc.id.put(type=kind, folio=101, date=DAY(2026, 11, 18))
    doc.issuer.put(rut="76192083-9")
    return doc


# -- B01, B02 --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["30", "35", "38", "40", "50", "914", "0"])
def test_b01_refuses_other_types(kind):
    (finding,) = findings(changed(dte(33), "Encabezado/IdDoc/TipoDTE", kind), "B01")
    assert (finding.found, finding.sii_effect) == (kind, "reject")


def test_b01_wants_a_type():
    (finding,) = findings(changed(dte(33), "Encabezado/IdDoc/TipoDTE", None), "B01")
    assert finding.path == "Encabezado/IdDoc/TipoDTE"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("folio", "wrong"), [("0", 1), ("-5", 1), ("10000000000", 1), ("9999999999", 0), ("1", 0)]
)
def test_b02_bounds_the_folio(kind, folio, wrong):
    assert len(findings(changed(dte(kind), "Encabezado/IdDoc/Folio", folio), "B02")) == wrong


def test_b02_wants_a_folio_but_not_of_a_draft_in_odoo():
    assert len(findings(changed(dte(33), "Encabezado/IdDoc/Folio", None), "B02")) == 1
    draft = core.Document(complete=False, type_code=33, context=core.Context(today=TODAY))
    assert lacking(draft)["B02"] == "Encabezado/IdDoc/Folio"


# -- B03 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "words"),
    [("accepted", "already taken"), ("sent", "already taken"), ("unknown", "already taken"),
     ("rejected", "rejected"), ("annulled", "annulled")],
)  # fmt: skip
def test_b03_refuses_a_used_folio(state, words):
    (finding,) = findings(dte(33), "B03", issued={(33, 101): state}, role="issuer")
    assert words in str(finding.message)
    assert (finding.basis, finding.action) == ("field", "block")


@pytest.mark.parametrize(
    "context",
    [
        {"issued": {(34, 101): "accepted", (33, 102): "accepted"}},
        {"issued": {(33, 101): "accepted"}, "role": "receiver"},
        {"issued": {(33, 101): "accepted"}, "company_rut": RECEIVER},
    ],
)
def test_b03_knows_other_documents_apart(context):
    assert not findings(dte(33), "B03", **context)


def test_b03_is_not_evaluated_without_history():
    assert lacking(document(dte(33)))["B03"] == "issued"


def test_b03_sees_a_folio_twice_in_an_envelope():
    roots = [dte(33, 7), dte(33, 8), dte(33, 7)]
    roots[2][0].set("ID", "other")
    data = signing.written(signing.envelope(roots))
    assert len(check(data, "B03")) == 2


# -- B04 to B07 ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", [{"first": 102}, {"last": 100}, {"type": 99}])
def test_b04_wants_the_folio_in_its_caf(kind, part):
    (finding,) = check(signing.sign(dte(kind), caf=part), "B04")
    assert finding.sii_effect == "reject"


def test_b04_wants_the_caf_of_the_issuer():
    data = signing.sign(dte(33)).replace(b"<DA><RE>76192083-9", b"<DA><RE>77262640-1")
    (finding,) = check(data, "B04")
    assert finding.path == "TED/DD/CAF/DA/RE"


def test_b04_looks_among_the_companys_cafs():
    assert lacking(move())["B04"] == "cafs"
    good = (caf(34), caf(33, 102, 500), caf(33, 1, 101))
    assert not [f for f in core.check(move(cafs=good)).findings if f.rule == "B04"]
    (finding,) = [f for f in core.check(move(cafs=good[:2])).findings if f.rule == "B04"]
    assert finding.path == "Encabezado/IdDoc/Folio"
    (stranger,) = [f for f in core.check(move(cafs=(caf(33, rut=RECEIVER),))).findings if f.rule == "B04"]
    assert stranger.found == RECEIVER


@pytest.mark.parametrize(
    ("authorised", "until"),
    [
        (DAY(2026, 5, 18), DAY(2026, 11, 18)),
        (DAY(2026, 8, 31), DAY(2027, 2, 28)),
        (DAY(2018, 7, 1), DAY(2019, 1, 1)),
        (DAY(2018, 6, 30), DAY(2018, 12, 31)),
        (DAY(2016, 1, 31), DAY(2017, 7, 31)),
    ],
)
def test_a_caf_lasts_six_months(authorised, until):
    assert expiry(authorised) == until


@pytest.mark.parametrize("kind", KINDS)
def test_b05_refuses_an_expired_caf_of_the_types_that_expire(kind):
    found = check(signing.sign(dte(kind), caf={"date": "2026-05-17"}), "B05")
    assert len(found) == (kind in (33, 43, 46, 56, 61))
    assert not check(signing.sign(dte(kind), caf={"date": "2026-05-18"}), "B05")


def test_b05_counts_until_the_signature_and_not_before_2018():
    late = changed(dte(33), "TmstFirma", "2026-11-19T00:00:01")
    (finding,) = check(signing.sign(late, caf={"date": "2026-05-18"}), "B05")
    assert finding.likely_sii_code == "CAF-3-517"
    old = changed(
        changed(dte(33), "Encabezado/IdDoc/FchEmis", "2017-01-02"), "TmstFirma", "2017-01-02T00:00:00"
    )
    assert not check(signing.sign(old, caf={"date": "2010-01-01"}), "B05")


@pytest.mark.parametrize("environment", ["certification", "production"])
@pytest.mark.parametrize("key_id", [100, 300, 77])
def test_b06_wants_the_caf_of_the_environment(environment, key_id):
    data = signing.sign(dte(33), caf={"key_id": key_id})
    wrong = (environment, key_id) in (("certification", 300), ("production", 100))
    assert len(check(data, "B06", environment=environment)) == wrong


@pytest.mark.parametrize(("resolution", "wrong"), [(0, 1), (80, 0)])
def test_b06_believes_the_cover(resolution, wrong):
    root = signing.signed(signing.stamped(dte(33)))
    assert len(check(signing.written(signing.envelope([root], resolution=resolution)), "B06")) == wrong


def test_b06_is_not_evaluated_where_nobody_says_the_environment():
    assert lacking(core.read(signing.sign(dte(33)))[0])["B06"] == "environment"


@pytest.mark.parametrize("kind", KINDS)
def test_b07_wants_the_caf_first(kind):
    (finding,) = check(signing.sign(dte(kind), caf={"date": "2026-11-19"}), "B07")
    assert (finding.found, finding.expected) == ("2026-11-18", "2026-11-19")
    assert not check(signing.sign(dte(kind), caf={"date": "2026-11-18"}), "B07")


# -- B08 to B10 ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("date", "effect"),
    [("2003-03-31", "reject"), ("2051-01-01", "reject"), ("2026-11-21", "none"), ("2001-01-01", "reject")],
)
def test_b08_wants_a_possible_date(kind, date, effect):
    (finding,) = findings(changed(dte(kind), "Encabezado/IdDoc/FchEmis", date), "B08")
    assert (finding.sii_effect, finding.action) == (effect, "block")
    assert (finding.fix == "future_date") == (date == "2026-11-21")


def test_b08_wants_a_date_and_takes_today():
    assert len(findings(changed(dte(33), "Encabezado/IdDoc/FchEmis", None), "B08")) == 1
    assert not findings(changed(dte(33), "Encabezado/IdDoc/FchEmis", "2026-11-20"), "B08")


def test_b08_warns_of_an_old_date_only_where_sending_is_new():
    old = changed(dte(33), "Encabezado/IdDoc/FchEmis", "2019-11-18")
    (finding,) = findings(old, "B08")
    assert (finding.sii_effect, finding.action) == ("none", "warn")
    assert not findings(changed(old, "TmstFirma", "2019-11-19T09:00:00"), "B08")
    posted, draft = move(), move(sent=None)
    for doc in (posted, draft):
        doc.id.put(date=DAY(2019, 1, 2))
    assert not [f for f in core.check(posted).findings if f.rule == "B08"]
    assert len([f for f in core.check(draft).findings if f.rule == "B08"]) == 1


@pytest.mark.parametrize("kind", [33, 34, 56, 61])
@pytest.mark.parametrize(("signed", "wrong"), [("2026-12-11", 1), ("2026-12-10", 0), ("2026-11-30", 0)])
def test_b09_wants_it_sent_within_its_period(kind, signed, wrong):
    found = findings(changed(dte(kind), "TmstFirma", f"{signed}T10:00:00"), "B09")
    assert [f.expected for f in found] == ["2026-12-10"] * wrong


def test_b09_does_not_guess_when_a_move_was_sent():
    assert lacking(move())["B09"] == "sent"
    late = move(sent=None)
    late.id.put(date=DAY(2026, 10, 1))
    (finding,) = [f for f in core.check(late).findings if f.rule == "B09"]
    assert (finding.expected, finding.basis) == ("2026-11-10", "law")


def test_b10_wants_dates_in_order():
    (due,) = findings(changed(dte(33), "Encabezado/IdDoc/FchVenc", "2026-11-17"), "B10")
    assert due.path == "Encabezado/IdDoc/FchVenc"
    assert not findings(changed(dte(33), "Encabezado/IdDoc/FchVenc", "2026-11-18"), "B10")
    doc = move()
    doc.id.put(due_date=None, period_from=DAY(2026, 11, 30), period_to=DAY(2026, 11, 1))
    (period,) = [f for f in core.check(doc).findings if f.rule == "B10"]
    assert period.path == "Encabezado/IdDoc/PeriodoHasta"
