"""When an alert fires, and when it is over."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from l10n_cl_ai.watch.alert import Act, Limits, Measure, Memory, judge

NOW = datetime(2026, 11, 18, 15)
LIMITS = Limits(threshold=10, clear=5)


def run(limits, *values, step=5, samples=None):
    """Return what was done at each look, a step of minutes after the one before."""
    memory, done = Memory(), []
    for number, value in enumerate(values):
        memory, act = judge(Measure(value, samples), limits, memory, NOW + timedelta(minutes=step * number))
        done.append(act)
    return done


BEGIN, END, NONE = Act.BEGIN | Act.TELL, Act.END | Act.TELL, Act.NONE


def test_it_fires_at_its_threshold_once():
    assert run(LIMITS, 9.99, 10, 11, 50) == [NONE, BEGIN, NONE, NONE]


def test_it_is_over_below_the_lower_one():
    assert run(LIMITS, 10, 9, 5, 4.9, 4) == [BEGIN, NONE, NONE, END, NONE]


def test_between_the_two_nothing_begins():
    assert run(LIMITS, 9, 6, 9, 6) == [NONE] * 4


def test_it_must_stay_above_for_its_minutes():
    patient = replace(LIMITS, minutes=10)
    assert run(patient, 10, 10, 10) == [NONE, NONE, BEGIN]
    assert run(patient, 10, 10, 9, 10, 10, 10) == [NONE] * 5 + [BEGIN]


def test_silence_keeps_what_comes_and_goes_from_being_told():
    quiet = replace(LIMITS, silence=20)
    # 0 told; 5 over, told; 10 fires in silence; 15 over in silence; 20 fires, the silence is over.
    assert run(quiet, 10, 0, 10, 0, 10) == [BEGIN, END, Act.BEGIN, Act.END, BEGIN]


def test_what_still_stands_when_the_silence_ends_is_told_then():
    quiet = replace(LIMITS, silence=20)
    assert run(quiet, 10, 0, 10, 10, 10, 10, 0) == [BEGIN, END, Act.BEGIN, NONE, Act.TELL, NONE, END]


def test_too_few_samples_say_nothing():
    scarce = replace(LIMITS, samples=20)
    assert run(scarce, 50, samples=19) == [NONE]
    assert run(scarce, 50, samples=20) == [BEGIN]
    assert run(scarce, 50, samples=None) == [BEGIN]
    _memory, act = judge(Measure(50, 3), scarce, Memory(firing=True, told=True, told_at=NOW), NOW)
    assert act == END


@given(st.lists(st.floats(0, 20), max_size=60), st.integers(0, 30), st.integers(0, 60), st.floats(1, 10))
def test_what_begins_ends_once_and_nothing_is_told_twice_within_a_silence(values, minutes, silence, clear):
    limits = Limits(10, clear, minutes, silence)
    firing, told_at, told = False, None, False
    for number, act in enumerate(run(limits, *values)):
        now = NOW + timedelta(minutes=5 * number)
        assert not (Act.BEGIN in act and (firing or Act.END in act))
        assert Act.END not in act or firing
        if Act.END in act:
            assert (Act.TELL in act) == told
            firing, told = False, False
        elif Act.TELL in act:
            assert told_at is None or now - told_at >= timedelta(minutes=silence)
            told_at, told = now, True
        firing = firing or Act.BEGIN in act
        assert firing or values[number] < 10 or minutes
