"""Which orders fit a bill, by number, amount and lines: plain values."""

import pytest

from l10n_cl_ai.suggest.orders import Item, Order, Papers, fitting, paired, same_number, similarity

PAPER = Item(1, "Resma de papel carta 75 g", None, 10, 1050.0)


ORDERED = (Item(11, "[RES75] Resma papel carta 75g", 5, 10, 1050.0),)


def order(number=7, items=ORDERED, **names):
    return Order(number, names.get("numbers", (f"P0000{number}",)), items)


def papers(*items, amount=None, **texts):
    items = items or (PAPER,)
    return Papers(sum(item.amount for item in items) if amount is None else amount, items, **texts)


def test_the_same_is_found_and_another_is_not():
    [fit] = fitting(papers(), [order(), order(8, (Item(12, "Flete", 6, 1, 99999.0),))], 2)
    assert (fit.order, fit.difference, fit.within, fit.pairs, fit.lines) == (7, 0.0, True, ((1, 11),), 1)


@pytest.mark.parametrize(("amount", "found"), [(10710, True), (10711, False), (10290, True), (10289, False)])
def test_the_tolerance_is_a_border(amount, found):
    """Of 10,500, 2 % is 210; the line is another, so that only the amount speaks."""
    bill = papers(Item(1, "Varios", None, 1, float(amount)))
    assert bool(fitting(bill, [order()], 2)) is found


def test_a_named_order_hides_those_that_only_fit():
    far = order(9, (Item(13, "Otra cosa", 5, 1, 5.0),))
    [fit] = fitting(papers(named=("OC P00009",)), [order(), far], 2)
    assert (fit.order, fit.reference, fit.within) == (9, "P00009", False)


def test_equals_are_all_shown_but_no_more_than_three():
    assert [fit.order for fit in fitting(papers(), [order(number) for number in range(1, 6)], 2)] == [5, 4, 3]


@pytest.mark.parametrize(
    ("word", "number", "same"),
    [
        ("P00012", "P00012", True), ("p-00012", "P00012", True), ("12", "P00012", True), ("012", "P00012", True),
        ("112", "P00012", False), ("0", "P00000", False), ("", "P1", False), ("12", "12-A", False),
        ("4510083633", "4510083633", True),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(word, number, same):
    assert same_number(word, number) is same


def test_short_numbers_in_the_text_of_a_line_are_no_reference():
    near = order(12, numbers=("12",))
    bill = papers(Item(1, "Clavos 12 mm", None, 1, 1.0), texts=("Clavos 12 mm",))
    assert fitting(bill, [near], 2) == []


def test_lines_are_paired_by_product_then_text_each_once():
    mine = [Item(1, "Silla", 5, 2, 100.0), Item(2, "Mesa de centro", None, 1, 100.0)]
    theirs = [Item(11, "Mesa centro roble", 6, 1, 100.0), Item(12, "Silla", 5, 2, 100.0)]
    assert paired(mine, theirs, 2) == [(1, 12), (2, 11)]


def test_other_price_too_many_and_another_product_are_no_pair():
    for item in (PAPER._replace(price=1100.0), PAPER._replace(quantity=11), PAPER._replace(product=9)):
        assert paired([item], order().items, 2) == []
    assert paired([PAPER._replace(quantity=4)], order().items, 2) == [(1, 11)]


def test_nothing_open_or_nothing_billed_fits_nothing():
    assert fitting(papers(), [order(items=())], 2) == []
    assert fitting(Papers(0, ()), [order()], 2) == []


def test_texts_are_alike_whatever_case_accents_and_order():
    assert similarity("Instalación eléctrica", "ELECTRICA instalacion") == 1
    assert similarity("Resma", "") == 0
    assert similarity("Flete a Temuco", "Resma de papel") < 0.5
