"""The cache in PostgreSQL: company in the key and beside it, FIFO, no write on a hit."""

import os
from decimal import Decimal
from unittest.mock import patch

from odoo.tests import tagged

from ..llm.postgres import cache
from .contract_cache import CacheContract
from .store_common import PostgresStores


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCache(CacheContract, PostgresStores):
    def test_a_hit_writes_nothing(self):
        self.put("{}", self.key)
        before = self.sql("SELECT ctid, xmin::text, id FROM l10n_cl_ai_cache_entry WHERE key = %s", self.key)
        self.assertEqual(self.found(self.key), "{}")
        after = self.sql("SELECT ctid, xmin::text, id FROM l10n_cl_ai_cache_entry WHERE key = %s", self.key)
        self.assertEqual(before, after)

    def test_the_commit_of_an_entry_waits_for_no_disk(self):
        with self.door.connection() as connection, connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit TO on")
        entry = (self.key, self.company, "dte_review", "{}", Decimal(0), None, 60)
        self.assertEqual(self.door.run(cache._PUT, entry), [("off",)])
        # Only that one: money goes through the same connections.
        with self.door.connection() as connection, connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            self.assertEqual(cursor.fetchall(), [("on",)])

    def test_one_companys_key_cannot_overwrite_anothers(self):
        self.put("ours", self.key)
        self.put("theirs", self.key, company=self.company + 1_000_000)
        self.assertEqual(self.found(self.key), "ours")
        self.assertIsNone(self.found(self.key, self.company + 1_000_000))

    def test_what_was_thrown_out_is_counted(self):
        self.sql("DELETE FROM l10n_cl_ai_cache_entry")
        self.put("old", ttl=1)
        self.age(10)
        for _ in range(4):
            self.put("new")
        self.assertEqual(self.cache.evict(3, 10**9), 2)
        self.assertEqual(self.cache.forget(company_id=self.company), 3)

    def test_more_than_a_batch_leaves(self):
        self.sql("DELETE FROM l10n_cl_ai_cache_entry")
        self.sql(
            f"""
            INSERT INTO l10n_cl_ai_cache_entry (key, company_id, feature, value, expires_at)
            SELECT sha256(n::text::bytea), 1, 'dte_review', '{{}}', now() + interval '1 hour'
              FROM generate_series(1, {2 * cache.BATCH + 10}) n
            """)
        self.assertEqual(self.cache.evict(5, 10**9), 2 * cache.BATCH + 5)
        self.assertEqual(self.sql("SELECT count(*), min(id) - max(id) FROM l10n_cl_ai_cache_entry"), [(5, -4)])

    def test_a_locked_entry_holds_up_no_eviction(self):
        keys = [self.put("x") for _ in range(3)]
        holder = self.connect()
        self.addCleanup(holder.close)
        with holder.cursor() as cursor:
            cursor.execute("SELECT 1 FROM l10n_cl_ai_cache_entry WHERE key = %s FOR UPDATE", (keys[0],))
        self.cache.evict(1, 10**9)
        self.assertEqual([bool(self.found(key)) for key in keys], [True, False, True])

    def test_a_nul_is_an_error_and_not_a_cut_answer(self):
        with self.assertRaises(ValueError):
            self.put("cut \0 here", self.key)
        self.assertIsNone(self.found(self.key))

    def test_reading_uses_the_index_of_the_key(self):
        with self.door.connection() as connection, connection.cursor() as cursor:
            cursor.execute("SET enable_seqscan TO off")
            cursor.execute("EXPLAIN " + cache._GET.sql.replace("$1", "%s").replace("$2", "%s"), (os.urandom(32), 1))
            plan = "\n".join(line for (line,) in cursor.fetchall())
            connection.close()
        self.assertIn("l10n_cl_ai_cache_entry_key_key", plan)

    def test_a_dead_connection_in_reserve_costs_nothing(self):
        self.put("{}", self.key)
        self.terminate(*(pid for (pid,) in self.backends()))
        with patch.object(self.door, "_connect", wraps=self.door._connect) as opened:
            self.assertEqual(self.found(self.key), "{}")
        self.assertEqual(opened.call_count, 1)
