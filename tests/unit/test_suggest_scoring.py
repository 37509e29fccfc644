"""From what the index knows to candidates, and from the past to how far they are trusted."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l10n_cl_ai import suggest
from l10n_cl_ai.suggest import Band, Choice, Evidence, Fitted, Line, Neighbour, Prediction, Priors, Seen, Terms
from l10n_cl_ai.suggest.fitting import DEFAULT_WEIGHTS, HOLD, Case, _slope, calibrated

PRIORS = Priors({"a": 8, "b": 2}, {"a": 40, "b": 10}, {"a": 60, "b": 15}, 100)


def terms(words="arriendo retroexcavadora", vendor="7", amount=1000.0):
    return Terms(tuple(words.split()), Line(words, vendor, amount))


def evidence(**counts):
    named = {"V7": {"a": 2}, "arriendo": {"a": 2, "b": 2}, "retroexcavadora": {"b": 2}, **counts}
    return Evidence({term: known for term, known in named.items() if known})


# -- terms ---------------------------------------------------------------------------------------------


def test_terms_of_a_line():
    found = suggest.terms_of(Line("x", "7", -1234.5, product="3", order=" oc 45 "), ["pint", "45", "mur", "pint"])
    assert found.distinct == ("pint", "45", "mur", "P3", "OOC 45", "V7", "A9")
    assert found.pairs == ("pint mur", "mur pint")
    assert found.keys == {"vfirst": "V7|pint", "vab": "V7|A9", "va": "V7|-1234.50"}
    assert found.searched == ("pint", "45", "mur", "pint", "P3", "OOC 45", "V7")


def test_a_line_without_supplier_or_words_has_what_is_left():
    found = suggest.terms_of(Line(""), [])
    assert (found.distinct, found.pairs, found.keys, found.searched) == (("A0",), (), {}, ())


@given(st.text(max_size=300))
def test_signs_are_no_part_of_what_is_read(text):
    cleaned = suggest.clean(text)
    assert all(char.isalnum() or char == " " for char in cleaned)


def test_what_is_stored_asks_the_same():
    line = suggest.terms_of(Line("x", "7", 10, product="2"), ["uno", "dos", "3"])
    stored = suggest.StoredTerms(line.searched, line.counted, len(line.distinct), len(line.pairs), line.vendor)
    for name in ("searched", "counted", "distinct", "pairs", "keys", "vendor"):
        assert getattr(stored, name) == getattr(line, name), name


# -- candidates ----------------------------------------------------------------------------------------


def test_nothing_is_known_of_an_empty_index():
    assert suggest.candidates(terms(), Evidence({}), Priors({}, {}, {}, 0)) == []


def test_nothing_follows_from_what_was_never_seen():
    assert suggest.candidates(terms(), Evidence({}), PRIORS) == []


def test_words_and_supplier_are_weighed():
    found = suggest.candidates(terms(), evidence(), PRIORS)
    assert {one.label for one in found} == {"a", "b"}
    assert math.isclose(sum(one.probability for one in found), 1)
    alone = suggest.candidates(terms("retroexcavadora", vendor=""), evidence(), PRIORS)
    assert alone[0].label == "b"


def test_a_neighbour_speaks_for_its_label():
    near = Evidence(evidence().counts, (Neighbour(1, "b", 9.0), Neighbour(2, "a", 1.0)))
    without = {one.label: one.probability for one in suggest.candidates(terms(), evidence(), PRIORS)}
    with_it = {one.label: one.probability for one in suggest.candidates(terms(), near, PRIORS)}
    assert with_it["b"] > without["b"]


def test_an_old_neighbour_says_less():
    def chance(age):
        near = Evidence(evidence().counts, (Neighbour(1, "b", 5.0, age), Neighbour(2, "a", 5.0, 0)))
        return {one.label: one.probability for one in suggest.candidates(terms(), near, PRIORS)}["b"]

    assert chance(720) < chance(0)


def test_a_label_that_was_taken_back_is_none():
    gone = Priors({"a": 8, "b": 0}, {"a": 40, "b": 0}, {"a": 60, "b": 0}, 100)
    assert [one.label for one in suggest.candidates(terms(), evidence(), gone)] == ["a"]


@given(
    st.dictionaries(st.sampled_from(["arriendo", "retroexcavadora", "V7", "A9"]),
                    st.dictionaries(st.sampled_from("abcde"), st.floats(0.01, 1e6), min_size=1), max_size=4),
    st.dictionaries(st.sampled_from("abcde"), st.floats(0.01, 1e6)),
)  # fmt: skip
def test_probabilities_are_probabilities(counts, lines):
    priors = Priors(lines, lines, lines, 100)
    found = suggest.candidates(terms(), Evidence(counts), priors)
    assert all(0 <= one.probability <= 1 for one in found)
    assert not found or math.isclose(sum(one.probability for one in found), 1)


# -- weights, calibration, bands -----------------------------------------------------------------------


def cases(number, seed=1):
    """Lines whose truth is where the second sign is highest, nine times of ten."""
    rng, made = random.Random(seed), []
    for _ in range(number):
        rows = [tuple(rng.random() for _sign in DEFAULT_WEIGHTS) for _candidate in range(4)]
        truth = max(range(4), key=lambda at: rows[at][1]) if rng.random() < 0.9 else rng.randrange(4)
        made.append(Case(tuple(rows), truth))
    return made


def test_weights_learn_which_sign_tells():
    found = suggest.weights(cases(600))
    assert found[1] > DEFAULT_WEIGHTS[1] + 1
    slope = _slope(cases(600), list(found), DEFAULT_WEIGHTS)
    assert max(map(abs, slope)) < 2 * HOLD, "the descent did not end near the lowest point"


def test_few_cases_leave_the_weights():
    assert suggest.weights(cases(50)) == DEFAULT_WEIGHTS


def test_calibration_is_as_sure_as_it_was_right():
    rng = random.Random(2)
    measured = []
    for _ in range(2000):
        sure = rng.random()
        signs = (math.log((sure + 0.01) / (1.01 - sure)), rng.random(), 1.0, rng.random(), 1.0)
        measured.append((signs, rng.random() < 0.6 * sure))
    found = suggest.calibration(measured)
    mean = sum(calibrated(signs, found) for signs, _right in measured) / len(measured)
    assert abs(mean - sum(right for _signs, right in measured) / len(measured)) < 0.02


def test_too_few_are_no_measure():
    assert suggest.calibration([((0.0,) * 5, True)] * 99) is None


@pytest.mark.parametrize(
    ("right", "seen", "bound"), [(0, 0, 0), (30, 30, 0.917), (97, 100, 0.927), (970, 1000, 0.960), (0, 50, 0)]
)
def test_lower_bound(right, seen, bound):
    assert suggest.wilson_lower(right, seen) == pytest.approx(bound, abs=0.001)


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_bound_is_below_what_was_measured(right, more):
    seen = right + more
    assert 0 <= suggest.wilson_lower(right, seen) <= right / seen


def test_threshold_is_the_lowest_that_was_precise_enough():
    measured = [(0.99, True)] * 400 + [(0.9, True)] * 100 + [(0.8, False)] * 50
    assert suggest.lowest_threshold(measured) == 0.9


def test_without_enough_precise_lines_there_is_no_threshold():
    assert suggest.lowest_threshold([(0.99, True)] * 29) is None
    assert suggest.lowest_threshold([(0.99, True)] * 60) is None, "60 of 60 prove 95.7 % only"
    assert suggest.lowest_threshold([(0.9, n % 2 == 0) for n in range(1000)]) is None


@pytest.mark.parametrize(
    ("probability", "threshold", "band"),
    [(0.96, 0.95, "auto"), (0.96, None, "suggested"), (0.5, 0.95, "suggested"), (0.49, 0.95, "unknown"),
     (0.4, 0.3, "unknown"), (0.6, 0.3, "auto")],
)  # fmt: skip
def test_bands(probability, threshold, band):
    assert suggest.band_of(probability, threshold) is Band(band)


def past(number, tell, seed=3):
    """Lines of a past in which the words tell the label, or nothing does."""
    rng, made = random.Random(seed), []
    for _ in range(number):
        found = suggest.candidates(terms(), evidence(), PRIORS)
        best = found[0].label if tell else rng.choice("abcdef")
        made.append(Seen(tuple(found), best))
    return made


def test_a_past_that_tells_makes_an_automatic_band():
    fitted = suggest.fit(past(300, True), past(300, True))
    assert fitted.threshold is not None
    assert fitted.bands[Band.AUTO]["lower"] >= 0.97
    assert Fitted.from_json(fitted.to_json()) == fitted


def test_a_past_that_tells_nothing_makes_none():
    fitted = suggest.fit(past(300, False), past(300, False))
    assert fitted.threshold is None
    assert fitted.bands[Band.UNKNOWN]["coverage"] > 0.9


def test_a_young_company_has_nothing_automatic():
    fitted = Fitted()
    found = suggest.candidates(terms(), evidence(), PRIORS)
    assert fitted.probability(found[0]) <= 0.9
    assert fitted.band(1.0) is Band.SUGGESTED


def test_what_is_kept_in_another_form_is_passed_over():
    assert Fitted.from_json(None) == Fitted()
    assert Fitted.from_json({"weights": [1, 2], "entries": 9}) == Fitted()


# -- predictions ---------------------------------------------------------------------------------------


def test_what_may_not_be_seen_leaves_its_share():
    found = suggest.candidates(terms(vendor=""), evidence(), PRIORS)
    both = suggest.predict(found, evidence(), Fitted(), {"a", "b"})
    one = suggest.predict(found, evidence(), Fitted(), {"a"})
    assert both.best.label == "b"
    assert [choice.label for choice in one.choices] == ["a"]
    assert one.best.probability < 0.5
    assert one.band is Band.UNKNOWN


def test_method_says_whose_history_it_is():
    found = suggest.candidates(terms(), evidence(), PRIORS)
    choices = suggest.predict(found, evidence(), Fitted(), {"a", "b"}).choices
    assert {choice.label: choice.method for choice in choices} == {"a": "history", "b": "similar"}


def test_a_rule_comes_first():
    ruled = Prediction((Choice("a", 0.6, "history"), Choice("b", 0.3, "similar"))).ruled("b")
    assert [(one.label, one.method) for one in ruled.choices] == [("b", "rule"), ("a", "history")]
    assert ruled.band is Band.AUTO


def test_sources_are_the_lines_of_that_label():
    near = Evidence(evidence().counts, (Neighbour(11, "b", 9.0), Neighbour(12, "a", 8.0), Neighbour(13, "b", 7.0)))
    found = suggest.candidates(terms(), near, PRIORS)
    sources = {one.label: one.sources for one in suggest.predict(found, near, Fitted(), {"a", "b"}).choices}
    assert sources == {"a": (12,), "b": (11, 13)}
