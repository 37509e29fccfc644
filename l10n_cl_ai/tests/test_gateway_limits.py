"""The rate limits in PostgreSQL: exact whoever asks, however many at once."""

import json
from unittest.mock import patch

from odoo.tests import tagged

from ..llm.postgres import clock, limiter
from .contract_limiter import LimiterContract
from .store_common import PostgresStores

#: Takes until it is told to stop; says how many it got, and the server's clock before and after.
_TAKER = """
import json, os, sys, types
package = types.ModuleType("l10n_cl_ai")
package.__path__ = [os.environ["L10N_CL_AI_FOLDER"]]
sys.modules["l10n_cl_ai"] = package
import psycopg2
from l10n_cl_ai.llm.postgres.door import Door, SideConnection
from l10n_cl_ai.llm.postgres.limiter import Limiter
door = Door(lambda: psycopg2.connect(os.environ["L10N_CL_AI_DSN"], connection_factory=SideConnection))
limiter = Limiter(door)
print("ready", flush=True)
sys.stdin.readline()
print(json.dumps(sum(limiter.take("hot", 6000, 20).ok for _ in range(150))), flush=True)
"""


@tagged("post_install_l10n", "post_install", "-at_install")
class TestLimiter(LimiterContract, PostgresStores):
    def test_processes_together_get_what_the_servers_clock_allows(self):
        takers = [self.python(_TAKER) for _ in range(4)]
        for taker in takers:
            self.assertEqual(taker.stdout.readline(), "ready\n")
        [(start,)] = self.sql("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
        for taker in takers:
            taker.stdin.write("go\n")
            taker.stdin.flush()
        granted = sum(json.loads(taker.stdout.readline()) for taker in takers)
        [(end,)] = self.sql("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
        each = 60_000_000 // 6000
        self.assertLessEqual(granted, 20 + (end - start) // each)
        self.assertGreaterEqual(granted, 20)
        # The row tells it too: it moved on by exactly what was granted.
        [(tat,)] = self.sql("SELECT tat FROM l10n_cl_ai_rate WHERE key = 'hot'")
        self.assertLessEqual(granted * each, tat - start)

    def test_a_denial_puts_nobody_off_further(self):
        self.limiter.take(self.key, 1)
        before = self.sql("SELECT tat FROM l10n_cl_ai_rate WHERE key = %s", self.key)
        waits = [self.limiter._wait(self.key, 60_000_000, 60_000_000) for _ in range(10)]
        self.assertEqual(waits, sorted(waits, reverse=True))
        self.assertEqual(self.sql("SELECT tat FROM l10n_cl_ai_rate WHERE key = %s", self.key), before)

    def test_a_clock_behind_a_lock_is_not_one_set_back(self):
        """A statement that waited for the row sees a tat far ahead of the time when it began: that heals nothing."""
        self.limiter.take(self.key, 60, burst=3)
        self.age(-2)
        run, healed = self.door.run, []

        def late(statement, params=()):
            rows = run(statement, params)
            if statement is limiter._HEAL:
                healed.append(params)
            return [(10_000_000,)] if statement is limiter._TAKE and not healed else rows

        before = self.sql("SELECT tat FROM l10n_cl_ai_rate WHERE key = %s", self.key)
        with patch.object(self.door, "run", late):
            self.assertFalse(self.limiter.take(self.key, 60, burst=3).ok)
        self.assertEqual(len(healed), 1)
        self.assertEqual(self.sql("SELECT tat FROM l10n_cl_ai_rate WHERE key = %s", self.key), before)

    def test_the_clock_is_exact_to_the_microsecond(self):
        query = f"SELECT {clock.NOW_US.replace('clock_timestamp()', 't')} - (extract(epoch FROM t) * 1000000)::bigint"
        rows = self.sql(f"{query} FROM generate_series(0, 9999) n, to_timestamp(1.9e9 + n * 0.618033) t")
        self.assertEqual({difference for (difference,) in rows}, {0})

    def test_no_more_waits_are_remembered_than_needed(self):
        with patch.object(limiter, "_REMEMBERED", 10):
            for number in range(50):
                for _ in range(2):
                    self.limiter.take(f"{self.key}:{number}", 1)
        self.assertLessEqual(len(self.limiter.denials._until), 10)

    def test_what_limits_nothing_is_swept(self):
        self.limiter.take(self.key, 1)
        self.age(200)
        self.limiter.take(self.key + "kept", 1)
        self.limiter.sweep()
        keys = self.sql("SELECT key FROM l10n_cl_ai_rate WHERE key LIKE %s", self.key + "%")
        self.assertEqual(keys, [(self.key + "kept",)])

    def test_a_lowered_limit_holds_nobody_for_the_old_one(self):
        for _ in range(100):
            self.limiter.take(self.key, 100)
        self.assertTrue(self.limiter.take(self.key, 10, burst=1).ok)
        self.assertFalse(self.limiter.take(self.key, 10, burst=1).ok)
