"""Answers in Redis, beside PostgreSQL's: the company in every key, and an index per company for FIFO and forgetting."""

import json
from decimal import Decimal

from ..postgres.cache import Hit
from ..tier import Lost
from .link import BATCH, CLOCK, NONSENSE, Link

# An entry is three lines: µs when it was put, JSON of what is known of it, the value.
# KEYS: entry, index, companies. ARGV: lines 2 and 3, ms to live, member of the index, company.
_PUT = CLOCK + """
redis.call('SET', KEYS[1], string.format('%.0f', now) .. '\\n' .. ARGV[1], 'PX', ARGV[2])
redis.call('ZADD', KEYS[2], now, ARGV[3])
redis.call('PEXPIRE', KEYS[2], math.max(redis.call('PTTL', KEYS[2]), tonumber(ARGV[2])))
return redis.call('SADD', KEYS[3], ARGV[4])
"""
_GET = CLOCK + """
local entry = redis.call('GET', KEYS[1])
return entry and {entry, now}
"""


class RedisCache:
    """As :class:`..postgres.cache.Cache`."""

    def __init__(self, link: Link):
        self.link = link

    def get(self, key: bytes, company_id: int) -> Hit | None:
        """Return the company's entry under this key.

        :raises Lost: when Redis is
        """
        found = self.link.run(_GET, [self._entry(company_id, key.hex())])
        if not found:
            return None
        try:
            return _hit(*found)
        except NONSENSE:
            raise Lost("not an entry") from None

    def put(self, key: bytes, company_id: int, feature: str, value: str, ttl: float, cost: Decimal = Decimal(0),
            request_id: int | None = None):
        """Keep an answer for `ttl` seconds.

        :raises Lost: when Redis is
        """
        if ttl <= 0:
            return
        facts = json.dumps([str(cost), request_id])
        self.link.run(
            _PUT, [self._entry(company_id, key.hex()), self._index(company_id), self.link.key("companies")],
            [f"{facts}\n{value}", max(int(ttl * 1000), 1), f"{key.hex()} {feature}", company_id],
        )

    def evict(self, rows: int, size: int) -> int:
        """Delete each company's oldest beyond its caps; return how many. What expired only leaves the index.

        :raises Lost: when Redis is
        """
        return sum(self._evict(company, rows, size) for company in self._companies())

    def forget(self, company_id: int | None = None, feature: str | None = None) -> int:
        """Delete a company's entries, a feature's, or a feature's of one company; return how many.

        :raises Lost: when Redis is
        :raises ValueError: when neither is named
        """
        if company_id is None and feature is None:
            raise ValueError("Forget what? Name a company or a feature")
        companies = self._companies() if company_id is None else [company_id]
        return sum(self._delete(company, [
            member for member in self._members(company) if feature in (None, member.partition(" ")[2])
        ]) for company in companies)

    def _evict(self, company: object, rows: int, size: int) -> int:
        doomed, kept, kept_size = [], 0, 0
        for member, length in self._sizes(company, self._members(company)):
            if not length:
                doomed.append(member)
                continue
            kept, kept_size = kept + 1, kept_size + length
            if kept > rows or kept_size > size:
                doomed.append(member)
        return self._delete(company, doomed)

    def _companies(self) -> set[str]:
        with self.link.watched() as client:
            return set(client.smembers(self.link.key("companies")))

    def _members(self, company: object) -> list[str]:
        """Return what the index holds, the newest first."""
        with self.link.watched() as client:
            return [str(member) for member in client.zrevrange(self._index(company), 0, -1)]

    def _sizes(self, company: object, members: list[str]):
        """Yield each member with the length of its entry, 0 when that has expired."""
        for batch in _batches(members):
            with self.link.watched() as client:
                pipeline = client.pipeline(transaction=False)
                for member in batch:
                    pipeline.strlen(self._entry(company, member.partition(" ")[0]))
                sizes = list(zip(batch, map(int, pipeline.execute()), strict=True))
            yield from sizes

    def _delete(self, company: object, members: list[str]) -> int:
        deleted = 0
        for batch in _batches(members):
            with self.link.watched() as client:
                deleted += client.delete(*(self._entry(company, member.partition(" ")[0]) for member in batch))
                client.zrem(self._index(company), *batch)
        return deleted

    def _entry(self, company: object, key: str) -> str:
        return self.link.key("cache", company, key)

    def _index(self, company: object) -> str:
        return self.link.key("index", company)


def _hit(entry: str, now: int) -> Hit:
    """Return what an entry says; raises one of NONSENSE for what we have not put."""
    put_at, facts, value = entry.split("\n", 2)
    cost, request_id = json.loads(facts)
    if not Decimal(cost).is_finite() or not isinstance(request_id, int | None):
        raise ValueError(facts)
    return Hit(value, Decimal(cost), request_id, (now - int(put_at)) / 1e6)


def _batches(members: list[str]):
    return (members[start:start + BATCH] for start in range(0, len(members), BATCH))
