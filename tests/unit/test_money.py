"""Money: exact, halves away from zero."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l10n_cl_ai.dte import money

HALF = Fraction(1, 2)
amounts = st.integers(-(10**18), 10**18)
decimals = st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False, places=6)
rates = st.one_of(st.integers(0, 100), st.decimals(0, 100, allow_nan=False, places=2))


def is_nearest(whole: int, exact: Fraction) -> bool:
    """Whether a whole number is the nearest to an exact one, the outer of two that are as near."""
    distance = abs(whole - exact)
    return distance < HALF or (distance == HALF and abs(whole) > abs(exact))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("0.5"), 1),
        (Decimal("-0.5"), -1),
        (Decimal("1.5"), 2),
        (Decimal("2.5"), 3),
        (Decimal("256.49"), 256),
        (Decimal("-256.51"), -257),
        (7, 7),
        (Decimal("7.0"), 7),
    ],
)
def test_halves_go_away_from_zero(value, expected):
    assert money.half_up(value) == expected


@pytest.mark.parametrize(
    ("base", "rate", "expected"),
    [
        (1350, 19, 257),
        (1350, Decimal("19.00"), 257),
        (13350, 19, 2537),
        (-1350, 19, -257),
        (1000, Decimal("31.5"), 315),
        (1001, Decimal("20.5"), 205),
        (Decimal("1350.0"), 19, 257),
        (48190822, 19, 9156256),
    ],
)
def test_percent(base, rate, expected):
    assert money.percent(base, rate) == expected


def test_iva_line_by_line_is_not_iva_of_the_sum():
    assert sum(money.percent(1350, 19) for _line in range(61)) == 15677
    assert money.percent(1350 * 61, 19) == 15647


@given(decimals)
def test_half_up_is_the_nearest_whole_number(value):
    assert is_nearest(money.half_up(value), Fraction(value))


@given(st.one_of(amounts, decimals), rates)
def test_percent_is_exact(base, rate):
    assert is_nearest(money.percent(base, rate), Fraction(base) * Fraction(rate) / 100)


@given(st.one_of(amounts, decimals), rates)
def test_without_iva_is_exact(gross, rate):
    assert is_nearest(money.without_iva(gross, rate), Fraction(gross) / (1 + Fraction(rate) / 100))


@given(st.integers(0, 10**12))
def test_net_and_iva_of_a_gross_amount_differ_from_it_by_a_peso_at_most(gross):
    net = money.without_iva(gross, 19)
    assert abs(net + money.percent(net, 19) - gross) <= 1


@given(amounts, st.integers(0, 100))
def test_sign_does_not_change_the_rounding(base, rate):
    assert money.percent(-base, rate) == -money.percent(base, rate)


def test_huge_numbers_lose_nothing():
    huge = 10**29 + 3
    assert money.percent(huge, Decimal("100.00")) == huge
    assert money.half_up(Decimal("9" * 39 + ".5")) == 10**39


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, 0),
        (Decimal("3.00"), 0),
        (Decimal("3.1"), 1),
        (Decimal("0.000001"), 6),
        (Decimal("0"), 0),
        (Decimal("10"), 0),
    ],
)
def test_places_counts_the_decimals_that_say_something(value, expected):
    assert money.places(value) == expected
