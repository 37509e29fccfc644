"""Rate limits shared by all workers: GCRA, one row a key and one statement a question, by the server's clock.

GCRA keeps the *theoretical arrival time* (tat, in µs) of the next question, were all of them evenly spaced. A question
is admitted while that time is no further ahead than the burst allows, and moves it on. READ COMMITTED looks at the
newest row after it has its lock. The clock was read a moment earlier, when the statement began, which errs to the
safe side: n grants have moved tat on by n spacings, to at most that time plus the burst. So the limit is exact.
"""

import math
from dataclasses import dataclass

from .clock import NOW_US
from .door import Door, Statement

_MINUTE_US = 60_000_000
# EXCLUDED.tat is the clock plus this question's spacing. A tat further ahead of the clock, as it is now, than any burst
# was left by a clock set back since, or by a limit lowered since: it must not lock people out.
_NEXT = (
    f"(CASE WHEN r.tat > {NOW_US} + $3 + 1000000 THEN EXCLUDED.tat"
    " ELSE greatest(r.tat + $2, EXCLUDED.tat) END)"
)
_AHEAD = f"({_NEXT} - EXCLUDED.tat + $2 - $3)"

# The wait is kept in the row only to be returned: so a denial, too, is one statement and one round trip.
_TAKE = Statement(
    "l10n_cl_ai_rate_take",
    f"""
    INSERT INTO l10n_cl_ai_rate AS r (key, tat, wait) VALUES ($1, {NOW_US} + $2, 0)
    ON CONFLICT (key) DO UPDATE SET
        tat = CASE WHEN {_AHEAD} <= 0 THEN {_NEXT} ELSE r.tat END, wait = greatest({_AHEAD}, 0)
    RETURNING wait
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
        return Taken(wait == 0, wait / 1e6)

    def sweep(self) -> int:
        """Delete rows that limit nothing any more; return how many."""
        return len(self._door.run(_SWEEP))
