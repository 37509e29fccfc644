"""What a line is booked on, as one text: equal for equal distributions, whatever order and precision they came in.

``12:100`` is all on analytic account 12; ``12,30:60;15,30:40`` is split, with a second plan; ``4711`` is a ledger
account.
"""

from decimal import Decimal

#: Keys of Odoo's own in a distribution that are no accounts.
_NO_ACCOUNTS = ("__update__",)


def label_of(distribution: dict | None) -> str:
    """Return the label of an analytic distribution ``{"12,30": 60.0, …}``; empty where there is none.

    :raise ValueError: a key is no list of ids, or a percentage no number
    """
    shares: dict[tuple[int, ...], Decimal] = {}
    for key, percent in (distribution or {}).items():
        if key in _NO_ACCOUNTS:
            continue
        ids = tuple(sorted({int(part) for part in key.split(",")}))
        shares[ids] = shares.get(ids, Decimal(0)) + _percent(percent)
    return ";".join(f"{','.join(map(str, ids))}:{_text(share)}" for ids, share in sorted(shares.items()) if share)


def distribution_of(label: str) -> dict[str, float]:
    """Return the analytic distribution that a label stands for. :raise ValueError: it is none"""
    distribution = {}
    for part in label.split(";") if label else ():
        ids, _colon, share = part.partition(":")
        distribution[",".join(str(int(one)) for one in ids.split(","))] = float(_percent(share))
    return distribution


def accounts_of(label: str) -> frozenset[int]:
    """Return the ids of the analytic accounts that a label names. :raise ValueError: it is none"""
    return frozenset(int(one) for key in distribution_of(label) for one in key.split(","))


def _percent(value) -> Decimal:
    try:
        share = Decimal(str(value)).quantize(Decimal("0.01"))
    except ArithmeticError:
        raise ValueError(f"no percentage: {value!r}") from None
    if not share.is_finite():
        raise ValueError(f"no percentage: {value!r}")
    return share


def _text(share: Decimal) -> str:
    return format(share.normalize(), "f")
