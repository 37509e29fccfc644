"""Single flight: equal questions asked at the same time, by any worker on any host, are one call to the provider.

Who asks holds a claim with a lease; no transaction, lock or connection stays open meanwhile. The others wait: a
notification wakes them, and they look by themselves in growing intervals, as a notification may be lost. When the
holder dies its lease ends, and one of those who wait takes the claim over.
"""

import contextlib
import logging
import math
import select
import time
from collections.abc import Iterator
from uuid import UUID

import psycopg2

from ..waiting import Crowded, Room, wait_until_free
from .clock import NOW_UTC
from .door import Door, Statement

__all__ = ("Crowded", "Flights")

_logger = logging.getLogger(__name__)
_CHANNEL = "l10n_cl_ai_flight"
_LEASE = f"{NOW_UTC} + $3 * interval '1 second'"

_CLAIM = Statement(
    "l10n_cl_ai_flight_claim",
    f"""
    INSERT INTO l10n_cl_ai_flight AS f (key, owner, lease_until) VALUES ($1, $2, {_LEASE})
    ON CONFLICT (key) DO UPDATE SET owner = EXCLUDED.owner, lease_until = {_LEASE}
     WHERE f.lease_until <= {NOW_UTC} OR f.owner = EXCLUDED.owner
    RETURNING 1
    """,
    ("bytea", "uuid", "float8"),
    repeatable=True,
)
_RENEW = Statement(
    "l10n_cl_ai_flight_renew",
    f"UPDATE l10n_cl_ai_flight SET lease_until = {_LEASE} WHERE key = $1 AND owner = $2 RETURNING 1",
    ("bytea", "uuid", "float8"),
    repeatable=True,
)
_LAND = Statement(
    "l10n_cl_ai_flight_land",
    f"""
    WITH landed AS (DELETE FROM l10n_cl_ai_flight WHERE key = $1 AND owner = $2 RETURNING key)
    SELECT pg_notify('{_CHANNEL}', encode(key, 'hex')) FROM landed
    """,
    ("bytea", "uuid"),
    repeatable=True,
)
_LEFT = Statement(
    "l10n_cl_ai_flight_left",
    f"""
    SELECT extract(epoch FROM lease_until - {NOW_UTC})::float8
      FROM l10n_cl_ai_flight WHERE key = $1 AND lease_until > {NOW_UTC}
    """,
    ("bytea",),
    repeatable=True,
)
_SWEEP = Statement(
    "l10n_cl_ai_flight_sweep",
    f"DELETE FROM l10n_cl_ai_flight WHERE lease_until < {NOW_UTC} - interval '1 hour' RETURNING 1",
    repeatable=True,
)


class Flights:
    """Claims to ask a question."""

    #: How many threads of this process may wait at once, whatever the database.
    room = Room(16)

    def __init__(self, door: Door):
        self._door = door

    def claim(self, key: bytes, owner: UUID, lease: float) -> bool:
        """Claim the question for `owner`, who asks it when True is returned.

        :param lease: seconds after which, unless renewed, another may claim it
        """
        return bool(self._door.run(_CLAIM, (key, str(owner), lease)))

    def renew(self, key: bytes, owner: UUID, lease: float) -> bool:
        """Hold the claim for `lease` seconds from now; False when it is no longer the owner's."""
        return bool(self._door.run(_RENEW, (key, str(owner), lease)))

    def land(self, key: bytes, owner: UUID) -> bool:
        """Give the claim up and wake who waits, answered or not; False when it was no longer the owner's."""
        return bool(self._door.run(_LAND, (key, str(owner))))

    def wait(self, key: bytes, seconds: float) -> bool:
        """Wait until nobody holds the claim; return whether that came to be within so many seconds.

        It blocks the thread, or under gevent the greenlet, and no transaction stays open. True promises no answer:
        the holder may have failed or died, and another who waited may be first to claim.

        :raises Crowded: at once, when too many of this process wait already
        """
        with self.room.place(), self._listening(key) as ear:
            return wait_until_free(seconds, lambda: self._lease_left(key), ear.hear)

    def sweep(self) -> int:
        """Delete the claims of the dead; return how many."""
        return len(self._door.run(_SWEEP))

    def _lease_left(self, key: bytes) -> float | None:
        rows = self._door.run(_LEFT, (key,))
        return rows[0][0] if rows else None

    @contextlib.contextmanager
    def _listening(self, key: bytes) -> Iterator["_Ear"]:
        with self._door.connection() as connection:
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {_CHANNEL}")
            try:
                yield _Ear(connection, key.hex())
            finally:
                _hush(connection)


class _Ear:
    """Hears that a flight has landed; deaf once its connection is lost, when looking has to do."""

    def __init__(self, connection, payload: str):
        self._connection = connection
        self._payload = payload

    def hear(self, seconds: float):
        """Return when the flight lands, or after so many seconds."""
        if self._connection.closed:
            time.sleep(seconds)
            return
        end = time.monotonic() + seconds
        while not self._heard() and (left := end - time.monotonic()) > 0:
            if _readable(self._connection.fileno(), left) and not self._listen():
                return

    def _listen(self) -> bool:
        try:
            self._connection.poll()
        except psycopg2.Error as error:
            _logger.info("The connection that listens for answers was lost (%s)", type(error).__name__)
            self._connection.close()
        return not self._connection.closed

    def _heard(self) -> bool:
        heard = [notice.payload for notice in self._connection.notifies]
        self._connection.notifies.clear()
        return self._payload in heard


def _hush(connection):
    """Stop listening, so that the connection can be lent to others; one that broke is not lent again."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"UNLISTEN {_CHANNEL}")
    except psycopg2.Error:
        connection.close()
    connection.notifies.clear()


def _readable(descriptor: int, seconds: float) -> bool:
    """Wait for something to read. Cooperative under gevent, which puts its own poll in this one's place."""
    if not hasattr(select, "poll"):
        return bool(select.select([descriptor], [], [], seconds)[0])
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(math.ceil(seconds * 1000)))
