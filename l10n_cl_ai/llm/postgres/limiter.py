"""Rate limits shared by all workers: GCRA, one row a key and one statement a question, by the server's clock.

GCRA keeps the *theoretical arrival time* (tat, in µs) of the next question, were all of them evenly spaced. A question
is admitted while that time is no further ahead than the burst allows, and moves it on. READ COMMITTED looks at the
newest row after it has its lock. The clock was read a moment earlier, when the statement began, which errs to the
safe side: n grants have moved tat on by n spacings, to at most that time plus the burst. So the limit is exact.

Time only moves tat on, so who is told to wait would be told so again until then. Each process remembers it: a loop over
10,000 invoices that has used up its rate troubles the database no more than the rate.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from .clock import NOW_US
from .door import Door, Statement

_MINUTE_US = 60_000_000
#: Clocks of one server's processors never differ by as much.
SLACK_US = 1_000_000
#: Keys whose waits a process remembers.
_REMEMBERED = 10_000
# $2 is the spacing and $3 how far ahead tat may be before it; EXCLUDED.tat is the clock plus the spacing. The wait, not
# above 0 when granted, is kept only to be returned: a denial, too, is one statement. Few expressions are here on
# purpose, as PostgreSQL builds them anew each time.
_TAKE = Statement(
    "l10n_cl_ai_rate_take",
    f"""
    INSERT INTO l10n_cl_ai_rate AS r (key, tat, wait) VALUES ($1, {NOW_US} + $2, 0)
    ON CONFLICT (key) DO UPDATE SET
        wait = r.tat + $2 - EXCLUDED.tat - $3,
        tat = CASE WHEN r.tat + $2 - EXCLUDED.tat <= $3 THEN greatest(r.tat + $2, EXCLUDED.tat) ELSE r.tat END
    RETURNING wait
    """,
    ("text", "bigint", "bigint"),
    repeatable=True,  # it then takes two for one, and never grants more
)
# A tat further ahead than the burst was left by a clock set back since, or by a limit lowered since: it must not lock
# people out. The clock is read afresh, for the wait may have been long because of a lock.
_HEAL = Statement(
    "l10n_cl_ai_rate_heal",
    f"UPDATE l10n_cl_ai_rate SET tat = {NOW_US} WHERE key = $1 AND tat > {NOW_US} + $2 + {SLACK_US}",
    ("text", "bigint"),
    repeatable=True,
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


class Denials:
    """What this process was told to wait for, so that it need not ask again before."""

    def __init__(self):
        self._until: dict[tuple, float] = {}

    def left(self, *limit: object) -> float:
        """Return the seconds still to wait, 0 where it may be tried."""
        until = self._until.get(limit)
        if until is None:
            return 0.0
        left = until - time.monotonic()
        if left <= 0:
            self._until.pop(limit, None)
        return max(left, 0.0)

    def remember(self, until: float, *limit: object):
        """Remember that nothing is granted before that time of the monotonic clock."""
        if len(self._until) >= _REMEMBERED:
            self._until.clear()
        self._until[limit] = until

    def clear(self):
        self._until.clear()


class Limiter:
    """Grants so many a minute and key, whoever asks."""

    def __init__(self, door: Door):
        self._door = door
        self.denials = Denials()

    def take(self, key: str, per_minute: int, burst: int | None = None, cost: int = 1) -> Taken:
        """Take one, if there is one.

        :param key: whose limit it is; always the same rate and burst for one key
        :param burst: how many may come at once after a pause; a minute's worth by default
        :raises ValueError: for a rate, burst or cost below 1
        """
        return bounded(self._wait, self.denials, key, *spacing(per_minute, burst, cost))

    def sweep(self) -> int:
        """Delete rows that limit nothing any more; return how many."""
        return len(self._door.run(_SWEEP))

    def _wait(self, key: str, each: int, room: int) -> int:
        """Take one and return 0 or less; or the µs to wait."""
        [(wait,)] = self._door.run(_TAKE, (key, each, room - each))
        if wait > each + SLACK_US:
            self._door.run(_HEAL, (key, room))
            [(wait,)] = self._door.run(_TAKE, (key, each, room - each))
        return wait


def bounded(ask: Callable[[str, int, int], int], denials: Denials, key: str, each: int, room: int) -> Taken:
    """Take one through `ask`, which returns the µs to wait, unless it is known that there is none."""
    if each > room:
        return Taken(False, math.inf)
    known = denials.left(key, each, room)
    if known:
        return Taken(False, known)
    start = time.monotonic()
    wait = ask(key, each, room) / 1e6
    if wait <= 0:
        return Taken(True)
    # From before it was asked: rather asked a little early than denied a little late.
    denials.remember(start + wait, key, each, room)
    return Taken(False, wait)
