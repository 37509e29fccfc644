"""The sets of the suggestions' bench: deterministic, in order, true to what they say of themselves."""

import collections
import datetime
import itertools
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.suggest import chilean, chilean_text, controls, payments, sets
from bench.suggest.chilean_world import rut
from bench.suggest.rows import Material, Row, cut_at, plain, projects_of, words

SEED = 20261122
SMALL, BIG = (chilean.material(size, SEED) for size in ("small", "big"))


def natures(rows):
    return collections.Counter(row.nature for row in rows)


def test_the_seed_decides_everything():
    assert chilean.material("small", SEED).rows == SMALL.rows
    assert chilean.material("small", SEED + 1).rows != SMALL.rows


@pytest.mark.parametrize("size, material", [("small", SMALL), ("big", BIG)], ids=["small", "big"])
def test_as_many_lines_as_said_in_the_order_of_time(size, material):
    lines, companies, *_rest = chilean.SIZES[size]
    assert len(material.rows) == lines
    assert {row.company for row in material.rows} == set(range(1, companies + 1))
    dates = [row.date for row in material.rows]
    assert dates == sorted(dates)
    assert (dates[-1] - dates[0]).days > 24 * 30


def test_history_ends_where_the_last_months_begin():
    day = chilean.month_start(chilean.MONTHS - chilean.TEST_MONTHS)
    assert SMALL.history[-1].date < day <= SMALL.later[0].date


def test_a_closed_project_gets_no_lines_but_the_late_ones_that_are_said():
    for row in SMALL.rows:
        for project in projects_of(row.label):
            end = SMALL.ended.get(project)
            if end and row.date > end:
                assert row.nature == "late" and (row.date - end).days <= chilean.LATE_DAYS, row
    assert natures(BIG.rows)["late"] > 50


def test_projects_come_and_go():
    early, late = SMALL.rows[:1500], SMALL.rows[-1500:]
    before, after = ({row.label for row in rows} for rows in (early, late))
    assert after - before and before - after


def test_no_company_books_on_another_companys_projects():
    assert all(project // 1000 == row.company for row in SMALL.rows for project in projects_of(row.label))


def test_shares_of_a_split_make_a_whole():
    split = [row for row in SMALL.rows if ";" in row.label]
    assert split
    for row in split:
        assert sum(int(part.partition(":")[2]) for part in row.label.split(";")) == 100


def test_slips_and_corrections_are_as_frequent_as_said():
    rows = BIG.rows
    assert 0.7 < natures(rows)["slip"] / len(rows) / chilean.SLIP < 1.2
    assert 0.9 < sum(row.corrected for row in rows) / len(rows) / chilean.CORRECTED < 1.1


def test_every_way_of_deciding_is_there():
    known = natures(BIG.rows)
    assert {"named", "silent", "habit", "single", "goods", "client", "split", "order", "plate"} <= set(known)


def test_a_clients_number_stays_with_its_places():
    places = collections.defaultdict(set)
    for row in SMALL.rows:
        if row.nature in ("client", "split"):
            number = re.search(r"\b\d{6,7}-\d\b", row.text)
            if number:
                places[row.vendor, number[0]].add(row.label)
    assert places and all(len(labels) == 1 for labels in places.values())


def test_an_order_is_of_one_project():
    places = collections.defaultdict(set)
    for row in SMALL.rows:
        if row.nature == "order":
            places[row.company, row.vendor, row.order].add(row.label)
    assert len(places) > 50 and all(len(labels) == 1 for labels in places.values())


def test_what_says_nothing_names_no_project():
    names = {plain(name) for name in chilean_names()}
    for row in itertools.islice((r for r in SMALL.rows if r.nature == "silent"), 500):
        assert not any(name in plain(row.text) for name in names), row.text


def chilean_names():
    from bench.suggest.chilean_words import NAMES

    return NAMES


def test_ruts_have_their_check_digits():
    assert rut(76_192_083) == "76192083-9"
    assert len({row.vendor for row in SMALL.rows}) > 60


def test_people_write_as_people_do():
    texts = [row.text for row in SMALL.rows]
    capitals = sum(text == text.upper() for text in texts) / len(texts)
    assert abs(capitals - chilean_text.CAPITALS) < 0.06
    assert any("Ú" in text or "ó" in text for text in texts)


def row(**more):
    values = {"company": 1, "date": datetime.date(2024, 5, 1), "vendor": "1-9", "vendor_name": "Luz", "text": "Consumo",
              "label": "1:100", **more}  # fmt: skip
    return Row(**values)


def test_cut_at_the_end_and_before():
    rows = [row(), row(date=datetime.date(2024, 6, 1))]
    assert [cut_at(rows, datetime.date(2024, month, 1)) for month in (4, 6, 7)] == [0, 1, 2]


def test_peers_get_supplier_and_order_as_words():
    assert words(row(text="Hormigón G-25", order="OC 45", amount=1234.5)) == [
        "luz", "hormigon", "25", "zv19", "zooc45", "zm4"]


def test_peers_do_not_learn_what_was_closed_long_before():
    rows = [row(label="1:100"), row(label="2:60;3:40"), row(date=datetime.date(2024, 9, 1))]
    material = Material("some", rows, 2, ended={2: datetime.date(2024, 5, 30)})
    assert [each.label for each in material.known] == ["1:100"]
    late = Material("some", rows, 2, ended={2: datetime.date(2024, 8, 30)})
    assert len(late.known) == 2
    assert len(material.about("account").known) == 2


def test_shuffling_keeps_the_labels_and_takes_their_sense():
    made = controls.shuffled(SMALL, SEED)
    assert collections.Counter(r.label for r in made.rows) == collections.Counter(r.label for r in SMALL.rows)
    same = sum(a.label == b.label for a, b in zip(made.rows, SMALL.rows, strict=True)) / len(SMALL.rows)
    assert same < 0.1
    assert [r.text for r in made.rows] == [r.text for r in SMALL.rows]


def test_lots_within_suppliers_are_even():
    made = controls.within_vendor(SMALL, SEED)
    labels = collections.defaultdict(collections.Counter)
    for each in made.rows:
        labels[each.company, each.vendor][each.label] += 1
    for counts in labels.values():
        if sum(counts.values()) > 300:
            assert len(counts) >= controls.PLACES
            assert max(counts.values()) < 2 * sum(counts.values()) / len(counts)
    assert made.history[-1].date < SMALL.later[0].date <= made.later[0].date


def test_without_shared_data_the_public_sets_are_left_out(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("L10N_CL_AI_SHARED", str(tmp_path / "none"))
    assert payments.materials() == []
    assert "left out" in capsys.readouterr().out
    assert sets.names() == ["chilean small", "chilean big", "chilean big account"]


def test_headers_in_the_data_are_no_payment(tmp_path):
    file = tmp_path / "set_c.csv"
    file.write_text(
        "year,date,vendor,vendor_name,text,programme,account,amount\n2017,fecha,v,,descripcion,programa,,importe\n"
        "2018,2018-01-05,v1,ACME,Luz,334,,10.5\n2017,2017-01-02,v2,,Agua,170,,\n")
    assert [(r.text, r.label, r.amount) for r in payments.read(file)] == [("Agua", "170", 0.0), ("Luz", "334", 10.5)]


def test_who_is_asked_is_drawn_from_the_later_period_and_always_the_same():
    asked = sets.asked(SMALL, 3, 100)
    assert asked == sets.asked(SMALL, 3, 100) == sorted(asked)
    assert len(asked) == 100 and min(asked) >= SMALL.cut
