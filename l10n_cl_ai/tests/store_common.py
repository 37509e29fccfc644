"""Where the stores' promises are tried: PostgreSQL, a private Redis, and how time passes in each."""

import json
import os
import sys
import threading
import uuid
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

import redis

from ..llm.postgres.breaker import Breaker
from ..llm.postgres.cache import Cache
from ..llm.postgres.flight import Flights
from ..llm.postgres.limiter import Limiter
from ..llm.redis_tier import link
from ..llm.redis_tier.breaker import RedisBreaker
from ..llm.redis_tier.cache import RedisCache
from ..llm.redis_tier.flight import RedisFlights
from ..llm.redis_tier.limiter import RedisLimiter
from .side_common import SideCase

# The house lives with the other tools of the repository, not in the addon.
sys.path.append(str(Path(__file__).resolve().parents[2] / "dev"))

from house import redis as redis_of_the_house


def side_by_side(count, job):
    """Run a job in so many threads that start at once; return what they returned."""
    results, barrier = [None] * count, threading.Barrier(count)

    def run(index):
        barrier.wait(20)
        results[index] = job(index)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


class PostgresStores(SideCase):
    def setUp(self):
        super().setUp()
        self.limiter, self.cache = Limiter(self.door), Cache(self.door)
        self.flights, self.breaker = Flights(self.door), Breaker(self.door)
        self.looking = self.flights

    def age(self, seconds):
        """Make all that is kept so many seconds older."""
        getattr(self.limiter, "_second", self.limiter).denials.clear()
        self.sql(
            """
            UPDATE l10n_cl_ai_rate SET tat = tat - %(us)s;
            UPDATE l10n_cl_ai_flight SET lease_until = lease_until - %(s)s * interval '1 second';
            UPDATE l10n_cl_ai_cache_entry SET created_at = created_at - %(s)s * interval '1 second',
                                              expires_at = expires_at - %(s)s * interval '1 second';
            UPDATE l10n_cl_ai_breaker SET open_until = open_until - %(us)s, probe_until = probe_until - %(us)s,
                outcomes = ARRAY(SELECT sign(o) * (abs(o) - %(us)s) FROM unnest(outcomes) o)
            """.replace("%(us)s", str(round(seconds * 1e6))).replace("%(s)s", str(seconds)))


class PrivateRedis:
    """A Redis of our own, which a test may stop, freeze, and start again."""

    def __init__(self):
        self._stack = ExitStack()
        with patch.dict(os.environ):
            os.environ.pop("REDIS_URL", None)  # one that others use is not ours to stop
            self.url = self._stack.enter_context(redis_of_the_house.running())
        self.client = redis.Redis.from_url(self.url, decode_responses=True)
        self.pid = self.client.info()["process_id"]

    def stop(self):
        self.client.close()
        self._stack.close()


def patient(seconds):
    """Wait longer for Redis than in earnest: a busy machine that runs tests loses none."""
    return patch.multiple(link, CONNECT_TIMEOUT=seconds, READ_TIMEOUT=seconds)


class RedisAge:
    """How time passes in Redis: what is kept, and when it expires."""

    def __init__(self, client, of):
        self._client = client
        self._link = of

    def __call__(self, seconds):
        for key in self._client.keys(self._link.key("*")):
            kind = key.removeprefix(self._link.key("")).partition(":")[0]
            getattr(self, f"_{kind}", self._other)(key, round(seconds * 1e6))
            left = self._client.pttl(key)
            if left > 0:
                self._client.pexpire(key, round(left - seconds * 1000))

    def _other(self, key, us):
        """Nothing in it tells the time."""

    def _rate(self, key, us):
        self._client.set(key, int(self._client.get(key)) - us, keepttl=True)

    def _cache(self, key, us):
        put_at, rest = self._client.get(key).split("\n", 1)
        self._client.set(key, f"{int(put_at) - us}\n{rest}", keepttl=True)

    def _breaker(self, key, us):
        for name in ("open_until", "probe_until"):
            if self._client.hexists(key, name):
                self._client.hincrby(key, name, -us)

    def _outcomes(self, key, us):
        older = [int(o) - us if int(o) > 0 else int(o) + us for o in self._client.lrange(key, 0, -1)]
        self._client.delete(key)
        self._client.rpush(key, *older)


class RedisCase(SideCase):
    """A private Redis for the class, and keys of their own for each test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.redis = PrivateRedis()
        cls.addClassCleanup(cls.redis.stop)

    def setUp(self):
        super().setUp()
        self.enterContext(patient(10.0))
        self.link = link.Link(self.redis.url, str(uuid.uuid4()))
        self.addCleanup(self.link.client.close)
        self._age = RedisAge(self.redis.client, self.link)
        self.limiter, self.cache = RedisLimiter(self.link), RedisCache(self.link)
        self.flights, self.breaker = RedisFlights(self.link), RedisBreaker(self.link)
        self.looking = self.flights

    def age(self, seconds):
        """Make all that is kept so many seconds older."""
        self.limiter.denials.clear()
        self._age(seconds)

    def dump(self):
        """Return all that this test's database keeps in Redis."""
        return json.dumps(sorted(self.redis.client.keys(self.link.key("*"))))
