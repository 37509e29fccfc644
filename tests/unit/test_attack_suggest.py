"""What a hostile supplier writes on a bill costs who opens or posts it no more than an honest text."""

import random
import time

import pytest

from l10n_cl_ai.suggest import Line
from l10n_cl_ai.suggest.orders import Item, paired, similarity, words
from l10n_cl_ai.suggest.terms import MOST_LETTERS, terms_of

#: Seconds: some hundred times what an honest bill takes, some thousandth of what these took.
QUICK = 0.5


def seconds(job):
    start = time.process_time()
    job()
    return time.process_time() - start


@pytest.mark.parametrize("text", ["-" * 200_000, "./" * 100_000, "a" + "-" * 200_000, "a- " * 70_000, "a-" * 100_000])
def test_rows_of_signs_are_no_order_numbers_and_take_no_time(text):
    assert seconds(lambda: words(text)) < QUICK


def test_order_numbers_are_found_as_people_write_them():
    assert words("OC: P00012, ./oc-7. (N° 4500/12-A) -P3-") == ["OC", "P00012", "oc-7", "N", "4500/12-A", "P3"]


def test_a_contract_in_place_of_a_name_takes_no_time():
    contract = "ﷺ " * 500_000
    assert seconds(lambda: similarity(contract, contract)) < QUICK


def test_a_bill_of_sixty_lines_at_the_price_of_each_line_of_an_order():
    dice = random.Random(7)

    def rows(first):
        texts = ["".join(dice.choice("ab ") for _n in range(400)) for _n in range(60)]
        return [Item(first + n, text, None, 1, 1000.0) for n, text in enumerate(texts)]

    bill, order = rows(0), rows(1000)
    assert seconds(lambda: paired(bill, order, 2)) < 4 * QUICK


def test_no_term_breaks_in_two_or_is_longer_than_can_be_indexed():
    line = Line("x", vendor="7", order=" 1\nV8\r\n\x85V9\u2028P1 " + "x" * 500)
    known = terms_of(line, ["ñ" * 2000, "b" * 2000])
    assert not [term for term in known.counted if "\n" in term]
    assert max(map(len, known.counted)) <= 2 * MOST_LETTERS + 1
    assert known.distinct[2].startswith("O1 V8 V9 P1 X")
