"""From what is known of a document to what is advised, and how sure."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l10n_cl_ai.dte.rule import Action
from l10n_cl_ai.review import History, Recommendation, Remark, Signal, Troubles, judge, signal_of
from l10n_cl_ai.review.verdict import PRIOR


def remark(action):
    return Remark("J03", "Detalle[1]/NmbItem", "x", "Detalle[1]/NmbItem", "x", "", 80, action)


WARN, INFO = remark(Action.WARN), remark(Action.INFO)
WORST = (None, Action.INFO, Action.WARN, Action.BLOCK)
REMARKS = (None, (), (INFO,), (WARN,), (INFO, WARN))
#: Of two, the first is what to do where both are advised.
GRAVITY = (Recommendation.REJECT, Recommendation.REVIEW, Recommendation.NOT_EVALUATED, Recommendation.SEND)

SIGNALS = {
    (None, None, True): "vouched", (None, None, False): "unanswered", (None, (), False): "clean",
    (None, (INFO,), False): "clean", (None, (WARN,), False): "ai_warn", (None, (INFO, WARN), False): "ai_warn",
    (Action.INFO, (), False): "clean", (Action.INFO, None, False): "unanswered",
    (Action.WARN, (), False): "rules_warn", (Action.WARN, None, False): "rules_warn",
    (Action.WARN, None, True): "rules_warn", (Action.WARN, (WARN,), False): "rules_warn",
    (Action.BLOCK, (), False): "rules_block", (Action.BLOCK, None, True): "rules_block",
    (Action.BLOCK, (WARN,), False): "rules_block",
}  # fmt: skip
ADVICE = {
    "rules_failed": "not_evaluated", "rules_block": "reject", "rules_warn": "review", "ai_warn": "review",
    "unanswered": "not_evaluated", "vouched": "send", "clean": "send",
}  # fmt: skip


@pytest.mark.parametrize(("known", "signal"), SIGNALS.items(), ids=str)
def test_what_is_known_is_one_signal(known, signal):
    assert signal_of(*known) == signal


@pytest.mark.parametrize("known", list(itertools.product(WORST, REMARKS, (True, False))), ids=str)
def test_failed_rules_are_never_covered_by_anything(known):
    assert signal_of(*known, failed=True) == "rules_failed"


@pytest.mark.parametrize(("signal", "advice"), ADVICE.items())
def test_a_signal_has_its_advice(signal, advice):
    verdict = judge(Signal(signal))
    assert (verdict.recommendation, verdict.signal) == (advice, signal)
    assert verdict.confidence == (None if signal == "rules_failed" else round(100 * PRIOR[Signal(signal)]))


def test_every_signal_is_judged():
    assert set(PRIOR) == set(Signal) == {Signal(name) for name in ADVICE}


def test_no_answer_is_never_an_ok():
    for worst in WORST:
        verdict = judge(signal_of(worst, None, vouched=False))
        assert verdict.recommendation is not Recommendation.SEND


def grave(worst, remarks):
    verdict = judge(signal_of(worst, remarks, vouched=False))
    return GRAVITY.index(verdict.recommendation), verdict.confidence


@pytest.mark.parametrize("remarks", REMARKS, ids=str)
@pytest.mark.parametrize(("less", "more"), list(itertools.pairwise(WORST)), ids=str)
def test_a_graver_finding_never_raises_anything(less, more, remarks):
    (advice, confidence), (graver, lower) = grave(less, remarks), grave(more, remarks)
    assert graver <= advice
    assert lower <= confidence


@pytest.mark.parametrize("worst", WORST, ids=str)
@pytest.mark.parametrize(
    ("less", "more"), [((), (INFO,)), ((INFO,), (INFO, WARN)), ((), (WARN,)), ((WARN,), (WARN, WARN))]
)
def test_a_remark_more_never_raises_anything(less, more, worst):
    (advice, confidence), (graver, lower) = grave(worst, less), grave(worst, more)
    assert graver <= advice
    assert lower <= confidence


counts = st.integers(0, 10_000)


def troubled(accepted, *counts):
    kinds = [(Troubles("1", "x", count),) for count in counts]
    return History(accepted + sum(counts), accepted, *kinds)


@given(st.sampled_from(Signal), counts, st.tuples(counts, counts, counts), st.integers(0, 2))
def test_a_trouble_more_never_raises_anything(signal, accepted, troubles, which):
    worse = [count + (place == which) for place, count in enumerate(troubles)]
    before, after = judge(signal, troubled(accepted, *troubles)), judge(signal, troubled(accepted, *worse))
    assert GRAVITY.index(after.recommendation) <= GRAVITY.index(before.recommendation)
    assert (after.confidence or 0) <= (before.confidence or 0)


@given(st.sampled_from(Signal), counts, counts, st.integers(0, 10_000))
def test_experience_never_makes_more_than_a_chance(signal, accepted, troubles, went):
    history = troubled(accepted, troubles, 0, 0)
    verdict = judge(signal, history, {signal: (went, 10_000)})
    assert verdict.confidence is None or 0 <= verdict.confidence <= 100
    if ADVICE[signal] != "send":
        assert verdict.recommendation == ADVICE[signal], "experience clears nothing"


def test_the_arithmetic_is_the_documented_one():
    # (0.97 × 20 + 10) / (20 + 20) = 0.735; with 6 of 10 of this customer: (0.735 × 10 + 6) / 20 = 0.6675
    recorded = {Signal.CLEAN: (10, 20), Signal.AI_WARN: (0, 1000)}
    assert judge(Signal.CLEAN, None, recorded).confidence == 74
    assert judge(Signal.CLEAN, troubled(6, 2, 1, 1), recorded).confidence == 67


def test_what_comes_back_as_often_as_not_is_not_sent():
    assert judge(Signal.CLEAN, None, {Signal.CLEAN: (500, 1000)}).recommendation is Recommendation.SEND  # 50.9 %
    assert judge(Signal.CLEAN, None, {Signal.CLEAN: (480, 1000)}).recommendation is Recommendation.REVIEW  # 49.0 %


def test_a_history_without_outcomes_changes_nothing():
    assert judge(Signal.CLEAN, History(500)) == judge(Signal.CLEAN)
