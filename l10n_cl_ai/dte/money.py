"""Arithmetic as the SII does it: whole pesos, halves up. Python's ``round`` goes to even."""

from decimal import ROUND_HALF_UP, Decimal

_ONE = Decimal(1)


def half_up(value: Decimal | int) -> int:
    """Return an amount rounded to whole pesos, halves away from zero (1350 × 19 % = 256.5 → 257)."""
    if value.__class__ is int:
        return value
    return int(value.quantize(_ONE, ROUND_HALF_UP))


def percent(base: Decimal | int, rate: Decimal | int) -> int:
    """Return ``rate`` percent of ``base`` in whole pesos, halves up.

    Whole numbers, nearly all there are, take a path without Decimal.
    """
    if base.__class__ is int and rate == (whole := int(rate)):
        product = base * whole
        magnitude = (abs(product) + 50) // 100
        return magnitude if product >= 0 else -magnitude
    return half_up(Decimal(base) * Decimal(rate) / 100)
