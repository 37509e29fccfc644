"""Claims in Redis: a key that expires with its lease; publish/subscribe wakes who waits."""

import contextlib
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from ..postgres.flight import Flights
from ..tier import Lost
from ..waiting import wait_until_free
from .link import Link

# KEYS: the claim. ARGV: owner, ms of the lease.
_CLAIM = """
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
_RENEW = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""
# The channel is named as the key.
_LAND = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('PUBLISH', KEYS[1], 'landed')
return 1
"""
_LEFT = "return redis.call('PTTL', KEYS[1])"


class RedisFlights:
    """As :class:`..postgres.flight.Flights`."""

    #: The same places: what is scarce is threads, wherever they wait.
    room = Flights.room

    def __init__(self, link: Link):
        self.link = link

    def claim(self, key: bytes, owner: UUID, lease: float) -> bool:
        """Claim the question for `owner`.

        :param lease: seconds
        :raises Lost: when Redis is; it may be claimed
        """
        return bool(self.link.number(_CLAIM, [self._name(key)], [str(owner), _ms(lease)]))

    def renew(self, key: bytes, owner: UUID, lease: float) -> bool:
        """Hold the claim for `lease` seconds from now; False when it is no longer the owner's.

        :raises Lost: when Redis is
        """
        return bool(self.link.number(_RENEW, [self._name(key)], [str(owner), _ms(lease)]))

    def land(self, key: bytes, owner: UUID) -> bool:
        """Give the claim up and wake who waits; False when it was not the owner's.

        :raises Lost: when Redis is
        """
        return bool(self.link.number(_LAND, [self._name(key)], [str(owner)]))

    def wait(self, key: bytes, seconds: float) -> bool:
        """Wait until nobody holds the claim; return whether that came to be within so many seconds.

        :raises Crowded: at once, when too many of this process wait already
        :raises Lost: when Redis is, even while waiting
        """
        with self.room.place(), self._listening(key) as ear:
            return wait_until_free(
                seconds, lambda: self._lease_left(key), lambda pause: ear.get_message(timeout=pause))

    def _lease_left(self, key: bytes) -> float | None:
        left = self.link.number(_LEFT, [self._name(key)])
        return left / 1000 if left > 0 else None

    @contextlib.contextmanager
    def _listening(self, key: bytes) -> Iterator[Any]:
        with self.link.watched() as client, client.pubsub() as ear:
            ear.subscribe(self._name(key))
            # Only once it is confirmed does a look that finds the claim mean that its landing will be heard.
            if not ear.get_message(timeout=self.link.patience):
                raise Lost("not subscribed in time")
            yield ear

    def _name(self, key: bytes) -> str:
        return self.link.key("flight", key.hex())


def _ms(seconds: float) -> int:
    return max(int(seconds * 1000), 1)
