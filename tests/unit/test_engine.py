"""The engine: what runs, what is left unevaluated, and what a broken rule does."""

import datetime
import logging

import factory
import pytest

from l10n_cl_ai import dte
from l10n_cl_ai.dte.message import _
from l10n_cl_ai.dte.rule import Action, Basis, SiiEffect, _changed


@pytest.fixture
def catalogue(monkeypatch):
    """A catalogue of its own for a test; the real one is back afterwards."""
    before = dict(dte.RULES)
    dte.RULES.clear()
    _changed()
    yield dte.RULES
    dte.RULES.clear()
    dte.RULES.update(before)
    _changed()


def register(rule_id="X01", check=None, **facts):
    facts = {"title": _("Test"), "source": "test", "effect": SiiEffect.REPARO, "action": Action.WARN} | facts
    return dte.rule(rule_id, **facts)(check or (lambda doc: iter([doc.id.wrong("folio", why=_("no"))])))


def report(kind=33, **context):
    return dte.check(factory.document(factory.dte(kind), **context))


def test_a_rule_runs_on_its_types_only(catalogue):
    register(types={33})
    assert [f.rule for f in report(33).findings] == ["X01"]
    assert report(34).findings == []
    assert report(34).not_evaluated == {}


def test_a_rule_without_what_it_needs_is_not_evaluated(catalogue):
    register(needs=("uf",))
    assert report().findings == []
    assert report().not_evaluated == {"X01": "uf"}
    assert report(uf=39000).not_evaluated == {}


def test_an_xml_rule_is_not_evaluated_on_a_move(catalogue):
    register(xml_only=True)
    move = dte.check(dte.Document(complete=False, type_code=33))
    assert move.not_evaluated == {"X01": "xml"}
    assert report().findings


def test_unknown_is_not_evaluated_and_absent_is_none(catalogue):
    seen = []
    register(check=lambda doc: seen.append(doc.totals.container_deposit) or ())
    assert report().not_evaluated == {}
    assert seen == [None]
    move = dte.check(dte.Document(complete=False, type_code=33))
    assert move.not_evaluated == {"X01": "Encabezado/Totales/GrntDep"}


def test_findings_made_before_an_unknown_field_are_kept(catalogue):
    def check(doc):
        yield doc.id.wrong("folio")
        yield doc.id.wrong(str(doc.totals.net))

    register(check=check)
    move = dte.check(dte.Document(complete=False, type_code=33))
    assert len(move.findings) == 1
    assert "X01" in move.not_evaluated


def test_a_broken_rule_is_logged_and_silences_no_other(catalogue, caplog):
    register("X01", check=lambda doc: 1 / 0)
    register("X02")
    with caplog.at_level(logging.ERROR):
        outcome = report()
    assert [f.rule for f in outcome.findings] == ["X02"]
    assert outcome.not_evaluated == {"X01": "internal error"}
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize(
    ("since", "until", "runs"),
    [
        (None, None, True),
        (datetime.date(2026, 11, 18), None, True),
        (datetime.date(2026, 11, 19), None, False),
        (None, datetime.date(2026, 11, 18), True),
        (None, datetime.date(2026, 11, 17), False),
    ],
)
def test_rules_hold_on_the_issue_date(catalogue, since, until, runs):
    register(since=since, until=until)
    assert bool(report().findings) is runs


def test_a_type_nobody_knows_is_judged_by_what_holds_for_every_type(catalogue):
    register("X01")
    register("X02", types={33})
    odd = factory.changed(factory.dte(33), "Encabezado/IdDoc/TipoDTE", "40")
    assert [f.rule for f in factory.findings(odd)] == ["X01"]


def test_two_rules_cannot_share_an_id(catalogue):
    register("X01")
    with pytest.raises(ValueError, match="X01 exists already"):
        register("X01")


def test_a_hit_overrides_effect_action_and_fix(catalogue):
    def check(doc):
        yield doc.id.wrong("folio", effect=SiiEffect.REJECT)
        yield doc.id.wrong("folio", effect=SiiEffect.NONE, action=Action.INFO, fix="other")
        yield doc.id.wrong("folio", fix="")

    register(check=check, fix="usual")
    facts = [(f.sii_effect, f.action, f.fix) for f in report().findings]
    assert facts == [
        (SiiEffect.REJECT, Action.BLOCK, "usual"),
        (SiiEffect.NONE, Action.INFO, "other"),
        (SiiEffect.REPARO, Action.WARN, None),
    ]


def test_worst_is_the_strongest_action(catalogue):
    assert report().worst is None
    register("X01", action=Action.INFO)
    assert report().worst is Action.INFO
    register("X02", action=Action.BLOCK)
    assert report().worst is Action.BLOCK


def test_a_broken_translation_does_not_hide_a_finding():
    message = _("%(found)s is wrong", found="12")
    assert message.text(lambda source: "%(encontrado)s está mal") == "12 is wrong"
    assert message.text(lambda source: "%(found)s está mal") == "12 está mal"


def test_the_catalogue_is_whole():
    """Group and last number; E11 has its deterministic half, G15 is for the AI alone."""
    groups = {"A": 10, "B": 14, "C": 11, "D": 11, "E": 11, "F": 16, "G": 17, "H": 7, "K": 5}
    expected = {f"{group}{number:02}" for group, last in groups.items() for number in range(1, last + 1)}
    assert set(dte.RULES) == expected - {"G15"}


def test_every_rule_states_its_facts():
    for rule in dte.RULES.values():
        assert rule.source, rule.id
        assert rule.check.__doc__, f"{rule.id} says nowhere why"
        if rule.basis is Basis.FIELD:
            assert "SII" not in rule.source.split(",")[0] or "Formato" in rule.source, rule.id
