"""The arithmetic of the review's bench, on a confusion that was counted by hand."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.harness import wilson
from bench.review import path, recipe, scripted
from bench.review.recipe import Case
from bench.review.scoring import Judged, score

CASE = Case("J05-01", "J05", "Detalle[2]/NmbItem", "amoblado", "", {"kind": 34}, {}, also=("J01",))
OTHER = replace(CASE, id="J03-01", code="J03", path="Detalle[1]/NmbItem", also=(), near=("Encabezado/IdDoc",))


def test_the_place_and_the_topic_must_both_be_right():
    assert CASE.accepts("J05", "Detalle[2]/NmbItem")
    assert CASE.accepts("J05", "Detalle[2]/IndExe")
    assert CASE.accepts("J01", "Detalle[2]/NmbItem")
    assert not CASE.accepts("J03", "Detalle[2]/NmbItem")
    assert not CASE.accepts("J05", "Detalle[1]/NmbItem")
    assert not CASE.accepts("J05", "Detalle[22]/NmbItem")
    assert OTHER.accepts("J03", "Encabezado/IdDoc/TipoDTE")
    assert not OTHER.accepts("J03", "Encabezado/Totales/MntNeto")


def test_recall_and_precision_of_a_confusion_counted_by_hand():
    right, wrong = ("J05", "Detalle[2]/NmbItem"), ("J05", "Detalle[1]/NmbItem")
    found = score([
        Judged(CASE, True, [right]),
        Judged(CASE, True, [right, wrong, ("J03", "Detalle[2]/NmbItem")]),
        Judged(CASE, True, [("J01", "Detalle[2]/NmbItem")]),
        Judged(CASE, True, [wrong]),
        Judged(CASE, True, []),
        Judged(CASE, True, None),
        Judged(OTHER, True, [("J03", "Detalle[1]/DscItem")]),
        Judged(CASE, False, []),
        Judged(CASE, False, [right]),
        Judged(CASE, False, None),
    ])
    assert found.planted == {"J05": 6, "J03": 1}
    assert found.found == {"J05": 3, "J03": 1}
    assert found.said == {"J05": 5, "J03": 2, "J01": 1}
    assert found.right == {"J05": 2, "J03": 1, "J01": 1}
    assert (found.clean, found.alarmed, found.unanswered) == (3, 1, 2)
    assert found.topics == ["J01", "J03", "J05"]


def test_two_right_remarks_on_one_defect_find_it_once():
    found = score([Judged(CASE, True, [("J05", "Detalle[2]/NmbItem"), ("J01", "Detalle[2]/NmbItem")])])
    assert found.found["J05"] == 1
    assert found.right.total() == 2


def test_nothing_judged_is_no_share():
    found = score([])
    assert (found.topics, found.clean, found.planted.total()) == ([], 0, 0)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(22, 25) == (0.7004, 0.9583)




@pytest.fixture(scope="module")
def twins():
    made = []
    for case in recipe.load()[::5]:
        for planted, xml in ((False, case.clean_xml), (True, case.planted_xml)):
            made.append(scripted.Twin(case, planted, path.asked(xml, case.known).picture))
    return made


@pytest.mark.parametrize("names", [0.0, 0.2, 0.6, 1.0])
def test_a_plan_does_as_often_as_it_says(twins, names):
    planned = scripted.plan(twins, scripted.Quality(names=names, over_reports=0.4), 7)
    found = score(each.judged for each in planned.values())
    assert all(found.found[code] == round(names * number) for code, number in found.planted.items())
    assert found.alarmed == sum(round(0.4 * 5) for _code in found.planted)
    assert planned == scripted.plan(twins, scripted.Quality(names=names, over_reports=0.4), 7)


def test_what_a_plan_calls_wrong_is_never_right(twins):
    planned = scripted.plan(twins, scripted.Quality(names=0, elsewhere=0.5, other_topic=0.5), 7)
    found = score(each.judged for each in planned.values())
    assert found.said.total() > 0
    assert (found.right.total(), found.found.total()) == (0, 0)


def test_what_invents_is_expected_to_be_refused(twins):
    planned = scripted.plan(twins, scripted.Quality(names=0, invents=1), 7)
    assert {each.judged.remarks for each in planned.values()} == {None}


def test_a_spoiled_document_is_one_that_the_rules_object_to():
    case = recipe.load()[30]
    blocked, warned = (path.asked(path.spoiled(case.clean_xml, how), case.known) for how in (True, False))
    assert (str(blocked.report.worst), str(warned.report.worst)) == ("block", "warn")
    assert path.verdict_of(blocked, None).recommendation == "reject"
    assert path.verdict_of(warned, None).recommendation == "review"
