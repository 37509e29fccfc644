"""Redis before PostgreSQL, and Redis lost in the middle of everything."""

import logging
import os
import signal
import threading
import time
import uuid
from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..llm.postgres.breaker import Breaker
from ..llm.postgres.cache import Cache
from ..llm.postgres.flight import Flights
from ..llm.postgres.limiter import Limiter
from ..llm.redis_tier import tiered
from ..llm.tier import Lost
from .contract_breaker import BreakerContract
from .contract_cache import CacheContract
from .contract_flight import FlightContract
from .contract_limiter import LimiterContract
from .store_common import PostgresStores, PrivateRedis, patient

TIER = "odoo.addons.l10n_cl_ai.llm.tier"
#: A Redis that nobody runs.
NOWHERE = "redis://someone:s3cr3t-w0rd@127.0.0.1:1/0"
_TAGS = ("post_install_l10n", "post_install", "-at_install")


class Tiers(PostgresStores):
    """The four with a Redis before them, which a test may lose."""

    def tie(self, url):
        limiter, cache = Limiter(self.door), Cache(self.door)
        self.postgres = Flights(self.door)
        self.prefix = str(uuid.uuid4())
        self.cache, self.flights, self.limiter, self.breaker = tiered(
            url, self.prefix, cache, self.postgres, limiter, Breaker(self.door))
        self.addCleanup(self.limiter._first.link.client.close)
        self.redis_flights = self.flights._first
        self.looking = self.postgres

    def come_back(self):
        """End the time for which Redis is left alone."""
        self.limiter._outage._until = 0.0

    @contextmanager
    def said_lost(self, times=1):
        with self.assertLogs(TIER, "WARNING") as said:
            yield
        self.assertEqual(len(said.output), times, said.output)


class WithoutRedis(Tiers):
    """Configured, and not there: all promises hold, on PostgreSQL."""

    def setUp(self):
        super().setUp()
        self.tie(NOWHERE)
        self.enterContext(mute_logger(TIER))


@tagged(*_TAGS)
class TestLimiterWithoutRedis(LimiterContract, WithoutRedis):
    pass


@tagged(*_TAGS)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestCacheWithoutRedis(CacheContract, WithoutRedis):
    def test_forgetting(self):
        """PostgreSQL forgets; that Redis could not be told is not hidden."""
        self.put("ours", self.key)
        with self.assertRaises(Lost):
            self.cache.forget(company_id=self.company)
        self.assertIsNone(self.found(self.key))


@tagged(*_TAGS)
class TestFlightWithoutRedis(FlightContract, WithoutRedis):
    pass


@tagged(*_TAGS)
class TestBreakerWithoutRedis(BreakerContract, WithoutRedis):
    pass


@tagged(*_TAGS)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestRedisLost(Tiers):
    """Redis goes in the middle of things."""

    def setUp(self):
        super().setUp()
        self.server = PrivateRedis()
        self.addCleanup(self.server.stop)
        with patient(2.0):
            self.tie(self.server.url)
        self.sql("TRUNCATE l10n_cl_ai_rate, l10n_cl_ai_flight, l10n_cl_ai_breaker, l10n_cl_ai_cache_entry")
        self.key, self.company = os.urandom(32), 7
        self.one, self.other = uuid.uuid4(), uuid.uuid4()

    @contextmanager
    def frozen(self):
        """Redis is there and says nothing."""
        os.kill(self.server.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.server.pid, signal.SIGCONT)

    def put(self, value="{}"):
        self.cache.put(self.key, self.company, "dte_review", value, 900)

    def found(self):
        hit = self.cache.get(self.key, self.company)
        return hit and hit.value

    def test_redis_carries_them_while_it_is_there(self):
        self.put()
        self.limiter.take("a", 1)
        self.flights.claim(self.key, self.one, 60)
        for _ in range(5):
            self.breaker.record("b", False)
        self.assertEqual(self.breaker.admit("b").state, "open")
        keys = self.server.client.keys("*")
        kinds = {key.removeprefix(f"l10n_cl_ai:{self.prefix}:").partition(":")[0] for key in keys}
        self.assertEqual(kinds, {"rate", "cache", "index", "companies", "flight", "breaker", "outcomes"})
        for table in ("rate", "flight", "breaker"):
            self.assertEqual(self.sql(f"SELECT count(*) FROM l10n_cl_ai_{table}"), [(0,)], table)
        self.assertTrue(self.limiter.reachable())

    def test_each_goes_on_within_the_same_call(self):
        self.put("paid for")
        self.server.stop()
        with self.said_lost():
            self.assertTrue(self.limiter.take("a", 1).ok)
        self.assertFalse(self.limiter.take("a", 1).ok)
        self.assertEqual(self.found(), "paid for")
        self.assertTrue(self.flights.claim(self.key, self.one, 60))
        self.assertFalse(self.flights.claim(self.key, self.other, 60))
        self.assertEqual(self.breaker.admit("b").state, "closed")
        self.assertFalse(self.limiter.reachable())

    def test_one_further_burst_is_the_most_a_loss_grants(self):
        granted = sum(self.limiter.take("a", 1, burst=5).ok for _ in range(8))
        self.server.stop()
        self.assertFalse(self.limiter.take("a", 1, burst=5).ok, "this process knows that it has to wait")
        self.limiter._first.denials.clear()  # another does not
        with self.said_lost():
            granted += sum(self.limiter.take("a", 1, burst=5).ok for _ in range(8))
        self.assertEqual(granted, 10)

    def test_it_is_left_alone_for_a_while(self):
        self.tie(self.server.url)
        link = self.limiter._first.link
        with self.frozen(), self.said_lost():
            start = time.monotonic()
            self.assertTrue(self.limiter.take("a", 20).ok)
            self.assertLess(time.monotonic() - start, 5, "half a second, and what a busy machine adds")
            with patch.object(link, "run", side_effect=AssertionError("left alone")):
                self.assertTrue(self.limiter.take("a", 20).ok)
                self.assertTrue(self.flights.claim(self.key, self.one, 60))
                self.assertIsNone(self.found())
                self.put()
        now = time.monotonic()
        with patch(f"{TIER}.time.monotonic", return_value=now + 14.0), patch.object(link, "run") as asked:
            self.assertTrue(self.limiter.take("a", 20).ok)
        self.assertFalse(asked.called)
        later = patch(f"{TIER}.time.monotonic", return_value=now + 16.0)
        with later, patch.object(link, "run", wraps=link.run) as asked:
            self.assertTrue(self.limiter.take("a", 20).ok)
        self.assertTrue(asked.called)

    def test_who_waits_on_redis_goes_on_when_it_is_lost(self):
        self.flights.claim(self.key, self.one, 60)
        self.looking = self.redis_flights
        thread, found = FlightContract.start_waiting(self)
        with self.said_lost():
            self.server.stop()
            thread.join(20)
        self.assertEqual(found, [True], "what was claimed there holds nobody up")
        self.assertTrue(self.flights.claim(self.key, self.other, 60))
        self.assertFalse(self.flights.land(self.key, self.one), "it was lost, and this claim is another's")
        self.assertFalse(self.flights.claim(self.key, self.one, 60))

    def test_a_claim_made_meanwhile_lands_after_redis_is_back(self):
        with self.frozen(), self.said_lost():
            self.assertTrue(self.flights.claim(self.key, self.one, 60))
        self.come_back()
        self.assertTrue(self.flights.renew(self.key, self.one, 60))
        self.assertTrue(self.flights.land(self.key, self.one))
        self.assertEqual(self.sql("SELECT count(*) FROM l10n_cl_ai_flight"), [(0,)])
        # The claim that Redis was sent while it said nothing was not left behind either.
        self.assertTrue(self.flights.claim(self.key, self.other, 60))

    def test_a_claim_in_redis_lands_there_while_it_is_left_alone(self):
        self.assertTrue(self.flights.claim(self.key, self.one, 60))
        with self.frozen(), self.said_lost():
            self.limiter.take("a", 20)
        self.assertTrue(self.flights.land(self.key, self.one))
        self.assertTrue(self.redis_flights.claim(self.key, self.other, 60))

    def test_landing_never_fails(self):
        self.flights.claim(self.key, self.one, 60)
        self.server.stop()
        with self.said_lost():
            self.assertFalse(self.flights.land(self.key, self.one))

    def test_answers_put_meanwhile_are_found_after_it_is_back(self):
        with self.frozen(), self.said_lost():
            self.put("paid for")
        self.come_back()
        self.server.client.flushall()
        self.assertEqual(self.found(), "paid for")

    def test_forgetting_reaches_both(self):
        self.put()
        self.assertEqual(self.cache.forget(company_id=self.company), 1)
        self.assertIsNone(self.found())
        self.put()
        self.cache.evict(0, 0)
        self.assertIsNone(self.found())

    def test_a_probe_admitted_by_redis_and_ended_elsewhere_changes_nothing_there(self):
        for _ in range(5):
            self.breaker.record("b", False)
        self.server.stop()
        with self.said_lost():
            self.breaker.record("b", False, probe=True)
        self.assertEqual(self.breaker.admit("b").state, "closed")

    def test_a_redis_that_may_only_be_read_is_lost_too(self):
        self.server.client.replicaof("127.0.0.1", "1")
        with self.said_lost():
            self.assertTrue(self.limiter.take("a", 20).ok)

    def test_scripts_forgotten_by_a_restart_are_sent_again(self):
        self.limiter.take("a", 20)
        self.server.client.script_flush()
        with self.assertNoLogs(TIER, "WARNING"):
            self.assertTrue(self.limiter.take("a", 20).ok)

    def test_many_threads_that_notice_at_once_all_go_on(self):
        self.server.stop()
        results, lock = [], threading.Lock()

        def take(_index):
            taken = self.limiter.take("a", 1, burst=5)
            with lock:
                results.append(taken.ok)

        with self.assertLogs(TIER, "WARNING"):
            threads = [threading.Thread(target=take, args=(index,)) for index in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(20)
        self.assertEqual(results.count(True), 5)


@tagged(*_TAGS)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestRedisSecrets(Tiers):
    def test_the_password_is_never_said(self):
        self.tie(NOWHERE)
        with self.assertLogs(level="DEBUG") as logs:
            self.limiter.take("a", 20)
            self.flights.land(os.urandom(32), uuid.uuid4())
            try:
                self.limiter._first.take("a", 20)
            except Lost:
                logging.getLogger(TIER).exception("as a caller who logs what he did not expect")
        said = "\n".join(logs.output) + repr(vars(self.limiter)) + repr(self.limiter._first.link)
        self.assertIn("Redis is lost (ConnectionError)", said)
        self.assertIn("Traceback", said)
        for secret in ("s3cr3t-w0rd", "someone", "127.0.0.1"):
            self.assertNotIn(secret, said)

    def test_redis_is_loaded_by_those_who_use_it(self):
        program = """
import os, sys, types
package = types.ModuleType("l10n_cl_ai")
package.__path__ = [os.environ["L10N_CL_AI_FOLDER"]]
sys.modules["l10n_cl_ai"] = package
import l10n_cl_ai.llm.tier, l10n_cl_ai.llm.redis_tier
print("redis" in sys.modules)
l10n_cl_ai.llm.redis_tier.Link("redis://127.0.0.1:1", "x")
print("redis" in sys.modules)
"""
        said, _ = self.python(program).communicate(timeout=60)
        self.assertEqual(said.split(), ["False", "True"])

    def test_what_is_no_address_is_an_error(self):
        with self.assertRaises(ValueError):
            self.tie("not an address")
