"""Rate limits shared by all workers: GCRA, one row a key and one statement a question, by the server's clock.

GCRA keeps the *theoretical arrival time* (tat, in µs) of the next question, were all of them evenly spaced. A question
is admitted while that time is no further ahead than the burst allows, and moves it on. READ COMMITTED looks at the
newest row after it has its lock, and the clock is read there too, so the limit is exact. A denial writes nothing.
"""

import math
from dataclasses import dataclass

from .clock import NOW_US
from .door import Door, Statement

_MINUTE_US = 60_000_000
# A time further ahead than any burst, and more than clocks ever differ, was left by a clock that has been set back
# since, or by a limit that has been lowered: it must not lock people out.
_TAT = f"CASE WHEN r.tat > {NOW_US} + $3 + 1000000 THEN {NOW_US} ELSE greatest(r.tat, {NOW_US}) END"

_TAKE = Statement(
    "l10n_cl_ai_rate_take",
    f"""
    WITH taken AS (
        INSERT INTO l10n_cl_ai_rate AS r (key, tat) VALUES ($1, {NOW_US} + $2)
        ON CONFLICT (key) DO UPDATE SET tat = {_TAT} + $2 WHERE {_TAT} + $2 - {NOW_US} <= $3
        RETURNING tat
    )
    SELECT NULL FROM taken
    UNION ALL
    SELECT coalesce((SELECT {_TAT} + $2 - $3 - {NOW_US} FROM l10n_cl_ai_rate r WHERE key = $1), $2)
     WHERE NOT EXISTS (SELECT FROM taken)
    """,
    ("text", "bigint", "bigint"),
    repeatable=True,  # it then takes two for one, and never grants more
)

_SWEEP = Statement(
    "l10n_cl_ai_rate_sweep", f"DELETE FROM l10n_cl_ai_rate WHERE tat < {NOW_US} - {_MINUTE_US} RETURNING 1",
    repeatable=True,
)


@dataclass(frozen=True)
class Taken:
    """What became of the wish to ask.

    :param retry_after: seconds after which it may be granted, 0 where it was; infinite where it never will be
    """

    ok: bool
    retry_after: float = 0.0


def spacing(per_minute: int, burst: int | None, cost: int) -> tuple[int, int]:
    """Return (µs that this question takes, µs that may be taken ahead). Rounded so that no more is ever granted.

    :raises ValueError: for a rate, burst or cost below 1
    """
    burst = per_minute if burst is None else burst
    if min(per_minute, burst, cost) < 1:
        raise ValueError(f"No rate: {per_minute} a minute, burst {burst}, cost {cost}")
    each = math.ceil(_MINUTE_US / per_minute)
    return each * cost, each * burst


class Limiter:
    """Grants so many a minute and key, whoever asks."""

    def __init__(self, door: Door):
        self._door = door

    def take(self, key: str, per_minute: int, burst: int | None = None, cost: int = 1) -> Taken:
        """Take one, if there is one.

        :param key: whose limit it is; always the same rate and burst for one key
        :param burst: how many may come at once after a pause; a minute's worth by default
        :raises ValueError: for a rate, burst or cost below 1
        """
        each, room = spacing(per_minute, burst, cost)
        if each > room:
            return Taken(False, math.inf)
        [(wait,)] = self._door.run(_TAKE, (key, each, room))
        if wait is None:
            return Taken(True)
        # The row was read as it stood when the statement began: another may have taken that place meanwhile.
        return Taken(False, (wait if wait > 0 else each) / 1e6)

    def sweep(self) -> int:
        """Delete rows that limit nothing any more; return how many."""
        return len(self._door.run(_SWEEP))
