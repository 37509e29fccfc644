"""What the review's bench makes of the figures that come out of Odoo."""

import copy
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.review import bulk, posting, shell

FOUND = {
    "documents": 10_000, "made_s": 60.0,
    "queue": {
        "rules_s": 15.0, "queued_s": 30.0, "waiting": 1000, "again": 0, "worked_s": 100.0, "whole": True,
        "states": {"done": 1000}, "ledger_usd": 0.25, "calls": 1000, "tokens": 4_000_000, "usd": 0.25,
    },
    "batches": {
        "worked_s": 50.0, "batches": [["done", 1000, 0.125]], "states": {"done": 1000}, "calls": 1000,
        "tokens": 4_000_000, "usd": 0.125,
    },
    "budget": {
        "limit": 0.26, "given": 0.01, "spent": 0.2595, "reserved": 0.0, "usd": 0.0095, "worked_s": 5.0, "whole": True,
        "states": {"done": 60, "not_evaluated over_budget": 240}, "calls": 60, "tokens": 100,
    },
}  # fmt: skip
NAIVE = {"calls": 10_000, "tokens": 9_000_000, "usd": 32.0, "worked_s": 80.0, "sample": 500}


def metrics(**changes):
    found = copy.deepcopy(FOUND)
    for place, value in changes.items():
        part, name = place.split("__")
        found[part][name] = value
    return bulk._metrics(found, NAIVE)


def test_all_goals_are_met_by_good_figures():
    assert [name for name, metric in metrics().items() if metric.ok is False] == []
    assert metrics()["bulk_batch_usd_of_queue"].value == 0.5
    assert metrics()["bulk_rules_ms"].value == 1.5


@pytest.mark.parametrize(("changes", "missed"), [
    ({"budget__spent": 0.2605}, "bulk_overspend_usd"),
    ({"budget__reserved": 0.001}, "bulk_overspend_usd"),
    ({"budget__usd": 0.0101}, "bulk_overspend_usd"),
    ({"budget__calls": 300}, "bulk_loop_stops"),
    ({"budget__whole": False}, "bulk_loop_stops"),
    ({"queue__again": 3}, "bulk_asked_twice"),
    ({"queue__whole": False}, "bulk_queue_done"),
    ({"queue__ledger_usd": 0.26}, "bulk_ledger_off_by_usd"),
    ({"queue__rules_s": 21.0}, "bulk_rules_ms"),
    ({"batches__usd": 0.2}, "bulk_batch_usd_of_queue"),
    ({"batches__batches": [["failed", 0, 0.0]]}, "bulk_batch_done"),
])  # fmt: skip
def test_each_goal_can_be_missed(changes, missed):
    assert [name for name, metric in metrics(**changes).items() if metric.ok is False] == [missed]


def test_without_batches_they_are_left_out():
    assert not [name for name in bulk._metrics({**FOUND, "batches": None}, NAIVE) if "batch" in name]


def test_the_ratio_is_the_median_of_the_rounds_and_not_of_the_medians():
    assert posting._ratio([10, 100, 30], [10, 50, 20]) == 1.5


def rounds(hanging, answering, off):
    one = {"hanging": (hanging, hanging), "answering": (answering, answering), "off": (off, off)}
    return {"rounds": [one] * posting.ROUNDS, "reviews": {"queued": 400}, "posted": 630, "waiting": 21}


def test_waiting_for_the_provider_would_be_seen():
    good, bad = posting._metrics(rounds(2.08, 2.04, 2.0)), posting._metrics(rounds(3.0, 2.0, 2.0))
    assert all(metric.ok for metric in good.values())
    assert (bad["posting_ratio"].ok, bad["posting_hanging_of_answering"].ok) == (False, False)


def test_a_program_that_gives_no_answer_is_told():
    done = type("Done", (), {"stdout": ">>> \n", "stderr": "Traceback\nValueError: x\n"})
    with pytest.raises(shell.NotMeasured, match="ValueError: x") as problem:
        shell._answer(done)
    assert problem.value.failed
