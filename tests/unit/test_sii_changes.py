"""What changed on a page, and what did not: controlled mutations, each with what must be found."""

import random

import pytest

from bench.sii.changes import run
from bench.sii.mutations import BROKEN, encoded
from bench.sii.site import PAGES, rows_for
from l10n_cl_ai.sii.changes import Changes, compare, doubt
from l10n_cl_ai.sii.look import look
from l10n_cl_ai.sii.mapping import Mapping
from l10n_cl_ai.sii.row import Row


def test_every_change_of_rows_is_found_and_nothing_else_is():
    tally = run(random.Random(7))
    assert sum(tally.all.values()) >= 1000
    assert tally.misses == []
    assert tally.whole_alarms > 300, "who watches whole texts is alarmed by these"


@pytest.mark.parametrize("name", sorted(BROKEN))
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_is_no_page_is_doubted_by_its_reason(name, page):
    lot = random.Random(3)
    rows = rows_for(page, lot)
    text = page.write(rows)
    known = {row.identity: row.digest for row in page.mapping.rows(encoded(text), page.url)}
    seen = look(page.mapping, encoded(BROKEN[name](text, lot)), page.url, "", known)
    assert seen.doubt or not seen.changes
    if name not in ("cut", "mojibake"):
        assert seen.doubt


def test_at_the_first_look_nothing_is_new():
    page = PAGES[0]
    seen = look(page.mapping, encoded(page.write(rows_for(page, random.Random(1)))), page.url, "", None)
    assert len(seen.rows) == 12 and not seen.changes and not seen.doubt


def test_a_page_that_never_ends_is_believed_where_it_never_did():
    page = PAGES[0]
    rows = rows_for(page, random.Random(1))
    open_end = encoded(page.write(rows).replace("</html>", ""))
    known = {row.identity: row.digest for row in page.mapping.rows(encoded(page.write(rows[1:])), page.url)}
    assert look(page.mapping, open_end, page.url, "", known).doubt == "cut"
    seen = look(page.mapping, open_end, page.url, "", known, whole=False)
    assert not seen.doubt and len(seen.changes.added) == 1


def test_a_mapping_that_can_not_be_used_is_said_to_be():
    seen = look(Mapping("norms", path="//["), b"<html><p>x</p></html>", "https://www.sii.cl/", "", {})
    assert (seen.doubt, seen.why) == ("mapping", "xpath_steps")


def test_losing_most_rows_at_once_is_doubted_and_losing_few_is_not():
    rows = [Row(f"t{at}") for at in range(8)]
    known = {row.identity: row.digest for row in rows}
    assert doubt(compare(known, rows[:2]), 8, 2) == "shrunk"
    assert not doubt(compare(known, rows[:6]), 8, 6)
    assert doubt(Changes(), 8, 0) == "no_rows"
    # In another encoding every title is another.
    assert doubt(compare(known, [Row(f"n{at}") for at in range(8)]), 8, 8) == "rewritten"
    assert not doubt(compare({}, rows), 0, 8), "a new year's page has all its rows new"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_an_error_page_is_one_however_its_page_is_read(page):
    body = b"<html><head><title>Request Rejected</title></head><body><p>Support ID 1</p></body></html>"
    assert look(page.mapping, body, page.url, "", {}).doubt == "error_page"


def test_a_page_of_norms_without_any_has_no_rows():
    seen = look(Mapping("norms"), b"<html><p>Nothing here</p></html>", "https://www.sii.cl/", "", {"norm:1": "x"})
    assert (seen.doubt, seen.why) == ("no_rows", "")
