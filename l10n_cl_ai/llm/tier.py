"""Redis before PostgreSQL. Redis lost, in the middle of whatever, means slower, never blind and never wrong.

The same call goes on with PostgreSQL, and for a while Redis is left alone. The two don't know of each other, so while
some processes reach Redis and others do not:

- the **limiter** has two stores, each exact by itself: a key may be granted one further burst, and for as long as the
  processes disagree one further rate;
- a **flight** claimed in one is not seen in the other: the question may be asked once more, and nobody waits for a
  claim that can't land, as its lease ends;
- the **breaker** starts closed in the other, and opens there after as many faults;
- the **cache** is written to both, so nothing paid for is lost with Redis;
- **money** is not here at all.
"""

import logging
import time
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from .postgres.breaker import PROBE_LEASE, Admission
from .postgres.cache import Hit
from .postgres.limiter import Taken

_logger = logging.getLogger(__name__)

#: Seconds for which Redis is left alone after it was lost.
LEFT_ALONE = 15.0


class Lost(ConnectionError):
    """Redis gave no answer, or none that can be used. What it was asked may have been done."""


class Outage:
    """Whether Redis is being left alone, as all stores of a process know it.

    :param seconds: how long, after each loss
    """

    def __init__(self, seconds: float = LEFT_ALONE):
        self.seconds = seconds
        self._until = 0.0

    @property
    def on(self) -> bool:
        return time.monotonic() < self._until

    def begin(self, lost: Lost):
        """Leave Redis alone from now on. Said once for all who notice at the same time."""
        if not self.on:
            _logger.warning("Redis is lost (%s): PostgreSQL carries on, tried again in %d s", lost, self.seconds)
        self._until = time.monotonic() + self.seconds


class Tiered:
    """Two stores of one kind.

    :param first: on Redis; raises :class:`Lost`
    :param second: on PostgreSQL
    """

    def __init__(self, first: Any, second: Any, outage: Outage):
        self._first = first
        self._second = second
        self._outage = outage

    def reachable(self) -> bool:
        """Return whether Redis answers now, even if it is being left alone."""
        return self._first.link.reachable()

    def sweep(self) -> int:
        """Delete what is of no use any more; return how much. Redis does so by itself."""
        return self._second.sweep()

    def _ask(self, method: str, *args: Any) -> Any:
        """Ask the first, or the second if that is lost."""
        try:
            return self._ask_first(method, *args)
        except Lost:
            return getattr(self._second, method)(*args)

    def _ask_first(self, method: str, *args: Any) -> Any:
        if self._outage.on:
            raise Lost("left alone")
        return self._insist(method, *args)

    def _insist(self, method: str, *args: Any) -> Any:
        """Ask the first even while it is being left alone."""
        try:
            return getattr(self._first, method)(*args)
        except Lost as lost:
            self._outage.begin(lost)
            raise


class TieredLimiter(Tiered):
    """As :class:`.postgres.limiter.Limiter`."""

    def take(self, key: str, per_minute: int, burst: int | None = None, cost: int = 1) -> Taken:
        """Take one, if there is one."""
        return self._ask("take", key, per_minute, burst, cost)


class TieredBreaker(Tiered):
    """As :class:`.postgres.breaker.Breaker`. A probe that ends where it was not admitted changes nothing there."""

    def admit(self, key: str, lease: float = PROBE_LEASE) -> Admission:
        """Ask leave to call."""
        return self._ask("admit", key, lease)

    def states(self, keys: Sequence[str]) -> dict[str, str]:
        """Return the state of each key."""
        return self._ask("states", keys)

    def health(self, keys: Sequence[str]) -> dict[str, Any]:
        """Return how each key fares as Redis knows it.

        :raises Lost: when Redis is: then PostgreSQL carries on, and its table is there to be read
        """
        return self._ask_first("health", keys)

    def record(self, key: str, ok: bool, probe: bool = False):
        """Tell how an admitted call ended."""
        self._ask("record", key, ok, probe)

    def release(self, key: str):
        """Give back a probe that was never sent."""
        self._ask("release", key)


class TieredCache(Tiered):
    """As :class:`.postgres.cache.Cache`: written to both, read from Redis and, where that has nothing, from the other.

    A miss is followed by a call of seconds: looking twice costs it nothing.
    """

    def get(self, key: bytes, company_id: int) -> Hit | None:
        """Return the company's entry under this key, if there is one that has not expired."""
        try:
            hit = self._ask_first("get", key, company_id)
        except Lost:
            hit = None
        return hit or self._second.get(key, company_id)

    def put(self, key: bytes, company_id: int, feature: str, value: str, ttl: float, cost: Decimal = Decimal(0),
            request_id: int | None = None):
        """Keep an answer for `ttl` seconds."""
        entry = (key, company_id, feature, value, ttl, cost, request_id)
        self._second.put(*entry)
        self._both("put", *entry)

    def evict(self, rows: int, size: int) -> int:
        """Delete what has expired and each company's oldest beyond its caps; return how many in PostgreSQL."""
        self._both("evict", rows, size)
        return self._second.evict(rows, size)

    def forget(self, company_id: int | None = None, feature: str | None = None) -> int:
        """Delete a company's entries or a feature's; return how many in PostgreSQL.

        :raises Lost: when Redis could not be told: its entries then stay until their time to live ends
        """
        forgotten = self._second.forget(company_id, feature)
        self._insist("forget", company_id, feature)
        return forgotten

    def forget_first(self, company_id: int) -> int:
        """Delete a company's entries in Redis alone, for who deletes what PostgreSQL has in a transaction of his own.

        :raises Lost: as above
        """
        return self._insist("forget", company_id, None)

    def _both(self, method: str, *args: Any):
        try:
            self._ask_first(method, *args)
        except Lost:
            return  # PostgreSQL has it


class TieredFlights(Tiered):
    """As :class:`.postgres.flight.Flights`."""

    def claim(self, key: bytes, owner: UUID, lease: float) -> bool:
        """Claim the question for `owner`, for `lease` seconds."""
        return self._ask("claim", key, owner, lease)

    def renew(self, key: bytes, owner: UUID, lease: float) -> bool:
        """Hold the claim for `lease` seconds from now, wherever it was made."""
        try:
            held = self._ask_first("renew", key, owner, lease)
        except Lost:
            held = False
        return self._second.renew(key, owner, lease) or held

    def land(self, key: bytes, owner: UUID) -> bool:
        """Give the claim up wherever it was made: Redis may have been lost, or have come back, since.

        Redis is told even while it is left alone: a claim forgotten there would hold others up until its lease ends.
        """
        landed = self._second.land(key, owner)
        try:
            return self._insist("land", key, owner) or landed
        except Lost:
            return landed

    def wait(self, key: bytes, seconds: float) -> bool:
        """Wait until nobody holds the claim; return whether that came to be within so many seconds.

        :raises Crowded: at once, when too many of this process wait already
        """
        end = time.monotonic() + seconds
        try:
            return self._ask_first("wait", key, seconds)
        except Lost:
            return self._second.wait(key, max(end - time.monotonic(), 0.0))
