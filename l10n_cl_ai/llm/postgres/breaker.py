"""A circuit breaker shared by all workers: one row a provider, by the server's clock.

While nothing fails nothing is written: a healthy breaker is one indexed read before a call and one after it. From the
first fault on, every outcome is written until a minute has passed without one. So the share of faults is exact, and is
counted from where the trouble began: successes before the first fault of the last minute don't dilute an outage that
has just started.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from .clock import NOW_US
from .door import Door, Statement

#: It opens at so many faults, when they are at least this share of the outcomes of so many seconds.
FAULTS, SHARE, WINDOW = 5, 0.5, 60
#: Seconds it stays open at first, and at most; doubled by each probe that fails.
OPEN, LONGEST_OPEN = 30, 300
#: Seconds after which a probe whose owner said nothing is given to another.
PROBE_LEASE = 60.0
#: Outcomes kept, the newest, when more than this come in one window.
KEPT = 200

_SECOND = 1_000_000
_RECENT = f"{NOW_US} - {WINDOW * _SECOND}"

# No row, or none that is open: closed.
_LOOK = Statement(
    "l10n_cl_ai_breaker_look",
    f"""
    SELECT (open_until - {NOW_US}) / 1e6::float8, (coalesce(probe_until, 0) - {NOW_US}) / 1e6::float8
      FROM l10n_cl_ai_breaker WHERE key = $1 AND open_until IS NOT NULL
    """,
    ("text",),
    repeatable=True,
)
_PROBE = Statement(
    "l10n_cl_ai_breaker_probe",
    f"""
    UPDATE l10n_cl_ai_breaker SET probe_until = {NOW_US} + ($2 * {_SECOND})::bigint
     WHERE key = $1 AND open_until <= {NOW_US} AND coalesce(probe_until, 0) <= {NOW_US}
    RETURNING 1
    """,
    ("text", "float8"),
)
# An outcome is the µs of its end, negative when it went well.
_WENT_WELL = Statement(
    "l10n_cl_ai_breaker_well",
    f"""
    UPDATE l10n_cl_ai_breaker b
       SET outcomes = (SELECT array_agg(o) FROM (
            SELECT o FROM unnest(b.outcomes) o WHERE abs(o) > {_RECENT} ORDER BY abs(o) DESC LIMIT {KEPT - 1}
            ) recent) || -{NOW_US}
     WHERE key = $1 AND open_until IS NULL AND EXISTS (SELECT FROM unnest(b.outcomes) o WHERE o > {_RECENT})
    """,
    ("text",),
)
_FAILED = Statement(
    "l10n_cl_ai_breaker_failed",
    f"""
    INSERT INTO l10n_cl_ai_breaker AS b (key, outcomes) VALUES ($1, ARRAY[{NOW_US}])
    ON CONFLICT (key) DO UPDATE SET (outcomes, open_until, trips) = (
        SELECT array_agg(o),
               CASE WHEN bool_and(opens) THEN {NOW_US} + {OPEN * _SECOND} END,
               CASE WHEN bool_and(opens) THEN 1 ELSE 0 END
          FROM (SELECT o, count(*) FILTER (WHERE o > 0) OVER () >= greatest({FAULTS}, {SHARE} * count(*) OVER ()) opens
                  FROM (SELECT o FROM unnest(b.outcomes || {NOW_US}) o
                         WHERE abs(o) > {_RECENT} ORDER BY abs(o) DESC LIMIT {KEPT}) recent) judged)
     WHERE b.open_until IS NULL
    RETURNING open_until IS NOT NULL
    """,
    ("text",),
)
# What ends a probe speaks only while the breaker is half open: a late word must not undo a newer one's.
_CLOSE = Statement(
    "l10n_cl_ai_breaker_close",
    f"""
    UPDATE l10n_cl_ai_breaker SET open_until = NULL, probe_until = NULL, trips = 0, outcomes = '{{}}'
     WHERE key = $1 AND open_until <= {NOW_US}
    """,
    ("text",),
    repeatable=True,
)
_REOPEN = Statement(
    "l10n_cl_ai_breaker_reopen",
    f"""
    UPDATE l10n_cl_ai_breaker SET probe_until = NULL, trips = trips + 1,
           open_until = {NOW_US} + {_SECOND} * least({OPEN} * 2 ^ least(trips, 16), {LONGEST_OPEN})::bigint
     WHERE key = $1 AND open_until <= {NOW_US}
    """,
    ("text",),
    repeatable=True,
)
_RELEASE = Statement(
    "l10n_cl_ai_breaker_release",
    f"UPDATE l10n_cl_ai_breaker SET probe_until = NULL WHERE key = $1 AND open_until <= {NOW_US}",
    ("text",),
    repeatable=True,
)

_STATES = Statement(
    "l10n_cl_ai_breaker_states",
    f"SELECT key, open_until > {NOW_US} FROM l10n_cl_ai_breaker WHERE key = ANY ($1) AND open_until IS NOT NULL",
    ("text[]",),
    repeatable=True,
)


@dataclass(frozen=True)
class Admission:
    """Whether to call.

    :param state: ``closed`` (call), ``probe`` (call: you try it for all) or ``open`` (don't)
    :param retry_after: seconds, when open
    """

    state: str
    retry_after: float | None = None


class Breaker:
    """Leaves a failing provider alone, and finds out by one call at a time whether it is back."""

    def __init__(self, door: Door):
        self._door = door

    def admit(self, key: str, lease: float = PROBE_LEASE) -> Admission:
        """Ask leave to call.

        :param lease: seconds the call may take, if it is to be the probe
        """
        rows = self._door.run(_LOOK, (key,))
        if not rows:
            return Admission("closed")
        if max(rows[0]) <= 0 and self._door.run(_PROBE, (key, lease)):
            return Admission("probe")
        # Another got the probe since we looked, and may even be back.
        rows = self._door.run(_LOOK, (key,))
        return Admission("open", math.ceil(max(*rows[0], 1.0))) if rows else Admission("closed")

    def states(self, keys: Sequence[str]) -> dict[str, str]:
        """Return ``closed``, ``half_open`` or ``open`` for each key. Looking changes nothing."""
        found = dict(self._door.run(_STATES, (list(keys),)))
        return {key: state_of(found.get(key)) for key in keys}

    def record(self, key: str, ok: bool, probe: bool = False):
        """Tell how an admitted call ended.

        :param ok: False when the provider is at fault: not for a question it rightly refused
        :param probe: whether :meth:`admit` had said ``probe``
        """
        if probe:
            self._door.run(_CLOSE if ok else _REOPEN, (key,))
        else:
            self._door.run(_WENT_WELL if ok else _FAILED, (key,))

    def release(self, key: str):
        """Give back a probe that was never sent, for another to try."""
        self._door.run(_RELEASE, (key,))


@dataclass(frozen=True)
class Health:
    """How a provider fares.

    :param state: ``closed``, ``half_open`` or ``open``
    :param until: UTC until when it is left alone, or was
    :param faults: of the last minute
    """

    state: str
    until: datetime | None
    faults: int


def state_of(is_open: bool | None) -> str:
    """Return the word for whether a breaker that has opened is still open; None: it has not."""
    return "closed" if is_open is None else "open" if is_open else "half_open"
