"""The semantic set of the review's bench: what is planted is there, and nothing else differs or is found."""

import collections
import json
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.gateway.seeded import allowed
from bench.review import generate, recipe
from bench.review.recipe import document, leaves
from l10n_cl_ai import dte
from l10n_cl_ai.review import TOPICS, picture_of, topics_for

CASES = recipe.load()
#: What may leave, of the feature's data file: a quote the model never sees could not be found.
ALLOWED = allowed("dte_review")
#: Sums, which follow from lines: no twin differs in them alone.
SUMS = re.compile(r"Encabezado/(Totales|OtraMoneda)/|.*/MontoItem$|Encabezado/Transporte/Aduana/TotClauVenta$")


def by_id(case):
    return case.id


def test_the_file_is_what_the_generator_makes():
    rows = [json.loads(line) for line in recipe.CORPUS.read_text("utf-8").splitlines()]
    made = [json.loads(json.dumps(recipe.asdict(case))) for case in generate.cases()]
    assert rows == made


def test_another_seed_makes_another_set():
    assert generate.cases(1, 2) == generate.cases(1, 2)
    assert [case.recipe for case in generate.cases(1, 2)] != [case.recipe for case in generate.cases(2, 2)]


def test_every_topic_has_as_many_cases():
    counts = collections.Counter(case.code for case in CASES)
    assert set(counts) == set(TOPICS)
    assert set(counts.values()) == {25}
    assert len({case.id for case in CASES}) == len(CASES)


def test_the_set_has_every_type_it_should():
    assert {case.type for case in CASES} >= {33, 34, 39, 46, 56, 61, 110}


@pytest.mark.parametrize("case", CASES, ids=by_id)
def test_rules_find_nothing_in_either_twin(case):
    for xml in (case.clean_xml, case.planted_xml):
        report = dte.check(document(xml))
        assert [(found.rule, found.path) for found in report.findings] == []


@pytest.mark.parametrize("case", CASES, ids=by_id)
def test_twins_differ_only_in_what_was_planted(case):
    clean, planted = leaves(case.clean_xml), leaves(case.planted_xml)
    differing = {path for path in clean.keys() | planted.keys() if clean.get(path) != planted.get(path)}
    said = {path for path in differing if not SUMS.match(path)}
    assert said
    assert all(case.accepts(case.code, path) or _of_the_planted(case, path) for path in said), said


def _of_the_planted(case, path):
    """Whether an element changed with a part that the recipe names: a removed reference, another type's marks."""
    if "references" in case.planted:
        return path.startswith("Referencia")
    return "kind" in case.planted and path.startswith(("Encabezado/IdDoc", "Detalle"))


@pytest.mark.parametrize("case", CASES, ids=by_id)
def test_the_defect_can_be_seen_and_named(case):
    picture = picture_of(document(case.planted_xml), ALLOWED, 60_000)
    topic = topics_for(picture.type)[case.code]
    assert not picture.left_out
    assert case.path in picture.values
    assert case.path.startswith(topic.places)
    assert picture.holds(case.quote, case.path)
    assert case.accepts(case.code, case.path)
    assert not case.accepts("J09" if case.code != "J09" else "J03", case.path)


@pytest.mark.parametrize("case", [c for c in CASES if c.code == "J06"], ids=by_id)
def test_history_shows_the_slip_and_vouches_for_the_clean_twin(case):
    def far(xml):
        lines = document(xml).lines
        usual = [(line, case.known.usual(line.name)) for line in lines]
        return [line.name for line, known in usual if not (
            known.prices[0] <= line.price <= known.prices[1] and
            known.quantities[0] <= line.quantity <= known.quantities[1]
        )]  # fmt: skip

    assert far(case.clean_xml) == []
    assert len(far(case.planted_xml)) == 1
