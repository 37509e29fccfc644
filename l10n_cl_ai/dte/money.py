"""Arithmetic as the SII does it: whole pesos, halves up. Python's ``round`` goes to even.

Everything is exact: amounts are ``int`` pesos or ``Decimal``, and neither the size of a number nor the
precision of Decimal's context can change a result.
"""

from decimal import Decimal

Number = Decimal | int


def half_up(value: Number) -> int:
    """Return an amount in whole pesos, halves away from zero (1350 × 19 % = 256.5 → 257)."""
    if value.__class__ is int:
        return value
    return _divided(*value.as_integer_ratio())


def percent(base: Number, rate: Number) -> int:
    """Return ``rate`` percent of ``base`` in whole pesos, halves away from zero.

    Whole numbers, nearly all there are, take a path without Decimal.
    """
    if base.__class__ is int and rate == (whole := int(rate)):
        return _divided(base * whole, 100)
    numerator, denominator = base.as_integer_ratio()
    rate_numerator, rate_denominator = rate.as_integer_ratio()
    return _divided(numerator * rate_numerator, denominator * rate_denominator * 100)


def without_iva(gross: Number, rate: Number) -> int:
    """Return the net amount in a gross one, in whole pesos, halves away from zero.

    :param rate: IVA in percent, above -100
    """
    numerator, denominator = gross.as_integer_ratio()
    rate_numerator, rate_denominator = rate.as_integer_ratio()
    return _divided(
        numerator * 100 * rate_denominator, denominator * (100 * rate_denominator + rate_numerator)
    )


def places(value: Number) -> int:
    """Return how many decimals a number is written with, zeros at its end aside."""
    if value.__class__ is int:
        return 0
    exponent = value.as_tuple().exponent
    digits = value.as_tuple().digits
    while exponent < 0 and digits and digits[-1] == 0:
        exponent, digits = exponent + 1, digits[:-1]
    return max(0, -exponent) if digits else 0


def _divided(numerator: int, denominator: int) -> int:
    """Return a quotient rounded, halves away from zero; the denominator is positive."""
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude
