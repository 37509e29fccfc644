"""The gateway's stores on Redis keep the same promises."""

import uuid

from odoo.tests import tagged

from ..llm.redis_tier.link import Link
from .contract_breaker import BreakerContract
from .contract_cache import CacheContract
from .contract_flight import FlightContract
from .contract_limiter import LimiterContract
from .store_common import RedisCase

_TAGS = ("post_install_l10n", "post_install", "-at_install")


@tagged(*_TAGS)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestRedisLimiter(LimiterContract, RedisCase):
    def test_rows_expire_by_themselves(self):
        self.limiter.take(self.key, 20, burst=3)
        self.assertIn(self.redis.client.pttl(self.link.key("rate", self.key)), range(2000, 3001))


@tagged(*_TAGS)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestRedisCache(CacheContract, RedisCase):
    def test_the_company_stands_in_every_key(self):
        self.put("{}", self.key)
        self.assertIn(f":cache:{self.company}:{self.key.hex()}", self.dump())

    def test_databases_on_one_redis_never_meet(self):
        other = type(self.cache)(Link(self.redis.url, str(uuid.uuid4())))
        self.addCleanup(other.link.client.close)
        self.put("ours", self.key)
        self.assertIsNone(other.get(self.key, self.company))
        self.assertEqual(other.forget(company_id=self.company), 0)
        self.assertEqual(other.evict(0, 0), 0)
        self.assertEqual(self.found(self.key), "ours")

    def test_all_of_it_ends_with_its_time_to_live(self):
        self.put("{}", ttl=10)
        self.put("{}", ttl=5)
        lives = {key: self.redis.client.pttl(key) for key in self.redis.client.keys(self.link.key("*"))}
        lives.pop(self.link.key("companies"))
        self.assertEqual(len(lives), 3)
        for key, left in lives.items():
            self.assertIn(left, range(1, 10_001), key)


@tagged(*_TAGS)
class TestRedisFlight(FlightContract, RedisCase):
    pass


@tagged(*_TAGS)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestRedisBreaker(BreakerContract, RedisCase):
    def test_health_is_not_written_down(self):
        self.breaker.admit(self.key)
        self.breaker.record(self.key, True)
        self.assertEqual(self.dump(), "[]")
