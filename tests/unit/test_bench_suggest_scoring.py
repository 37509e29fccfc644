"""How the suggestions' bench scores: worked out by hand on a few answers, and its floors on a few lines."""

import datetime
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.suggest import bands, contest, posting, quality, speed
from bench.suggest.history import LastTime, SupplierHistory
from bench.suggest.rows import Material, Row
from bench.suggest.scoring import Answer, answer_of, band, calibration_error, coverage_at, percentile, top
from bench.suggest.sklearn_peer import Learned

ANSWERS = [Answer(0, 0.9, "auto", 1), Answer(1, 0.8, "auto", 2), Answer(0, 0.6, "suggested", 3),
           Answer(None, 0.1, "unknown", 9)]  # fmt: skip


def test_the_first_and_the_first_three():
    assert top(ANSWERS) == 0.5
    assert top(ANSWERS, 3) == 0.75
    assert top([]) == 0


def test_an_answer_has_the_rank_of_the_right_label():
    assert answer_of("b", ["a", "b"]).rank == 1
    assert answer_of("c", ["a", "b"]).rank is None
    assert answer_of("c", []).right is False


def test_a_band_tells_what_it_holds():
    auto = band(ANSWERS, "auto")
    assert (auto.n, auto.right, auto.share, auto.precision) == (2, 1, 0.5, 0.5)
    assert band(ANSWERS, "none of these").precision is None


@pytest.mark.parametrize("share, value", [(0.5, 2), (0.51, 3), (0.99, 9), (0, 1)])
def test_percentiles_are_values_that_were_measured(share, value):
    assert percentile([9, 1, 3, 2], share) == value


def test_no_values_no_percentile():
    assert percentile([], 0.5) == 0


def test_coverage_in_hindsight():
    assert coverage_at(ANSWERS, 1.0) == 0.25
    assert coverage_at(ANSWERS, 0.6) == 0.75
    # A threshold can't take one of two equal probabilities and leave the other.
    assert coverage_at([Answer(0, 0.9), Answer(None, 0.9)], 0.95) == 0


def test_calibration_error_of_the_honest_and_of_the_boaster():
    assert calibration_error([Answer(0, 0.5), Answer(None, 0.5)]) == 0
    assert calibration_error([Answer(None, 0.95)] * 4) == pytest.approx(0.95)
    assert calibration_error([Answer(0)]) == 0


def rows_of(*pairs, vendor="v1"):
    return [Row(1, datetime.date(2024, 1, n), vendor, "", "x", label) for n, label in enumerate(pairs, 1)]


def test_supplier_history_is_the_most_frequent_and_the_last():
    rows = rows_of("1:100", "1:100", "2:100", "9:100")
    material = Material("some", rows, 3)
    assert SupplierHistory(material).candidates(rows[3]) == ["1:100", "2:100"]
    assert LastTime(material).candidates(rows[3]) == ["2:100", "1:100"]


def test_an_unknown_supplier_gets_the_companys_most_frequent():
    rows = [*rows_of("1:100", "1:100", "2:100"), *rows_of("2:100", vendor="v2")]
    for history in (SupplierHistory, LastTime):
        assert history(Material("some", rows, 3)).candidates(rows[3]) == ["1:100", "2:100"]


def held(**answers):
    rows = rows_of("1:100", "2:100", "3:100", "4:100", "5:100")
    return contest.Contest(Material("chilean small", rows, 1), rows[1:], answers, sklearn=Learned("words", "", [], 1.0))


def test_quality_wants_to_be_ahead_of_the_supplier_and_close_to_sklearn():
    right, wrong = Answer(0), Answer(None)
    found = quality._metrics(held(**{
        "ours": [right] * 3 + [wrong], "supplier": [right] * 2 + [wrong] * 2, "supplier, last": [wrong] * 4,
        "ts_rank": [right] * 3 + [wrong], "scikit-learn": [right] * 4}))  # fmt: skip
    assert found["ahead_of_supplier chilean small"].ok is True
    assert found["ahead_of_supplier chilean small"].value == 0.25
    assert found["ahead_of_sklearn chilean small"].ok is False


def test_without_sklearn_its_goal_is_neither_met_nor_missed():
    wrong = [Answer(None)] * 4
    found = quality._metrics(held(**{"ours": wrong, "supplier": wrong, "supplier, last": wrong, "ts_rank": wrong}))
    assert found["ahead_of_sklearn chilean small"].ok is None
    assert found["ahead_of_supplier chilean small"].ok is False


def test_learning_counts_what_is_offered():
    assert bands._offered(ANSWERS) == 0.75
    assert bands._automatic(ANSWERS) == 0.5


def test_posting_takes_the_difference_within_rounds():
    metric = posting._more({"off": [10, 100, 50], "project": [13, 103, 58]}, "project")
    assert metric.value == 3 and metric.ok is True
    assert posting._more({"off": [1], "project": [7]}, "project").ok is False


def test_speed_meets_and_misses_its_goals():
    def ms(value):
        return {"lookup": [value] * 9, "alone": [9] * 9, "together": [value], "ts_rank": [32] * 9}

    fast = speed._metrics({"ms": ms(1), "cpu": ms(1)}, {"ms": ms(2), "cpu": ms(2)})
    assert all(metric.ok is not False for metric in fast.values())
    slow = speed._metrics({"ms": ms(4), "cpu": ms(4)}, {"ms": ms(20), "cpu": ms(20)})
    assert [name for name, metric in slow.items() if metric.ok is False] == [
        "line_p50_ms", "line_of_many_ms", "times_faster_than_ts_rank", "line_350000_of_67000"]
