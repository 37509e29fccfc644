"""What a cache promises, wherever it is kept: run on PostgreSQL, on Redis, and on both.

The class that runs it brings `self.cache` and `age(seconds)`, which makes all that is kept so much older:
no test waits for a clock.
"""

import itertools
import os
from decimal import Decimal

from odoo.tests import tagged

_ids = itertools.count(1)


@tagged("post_install_l10n", "post_install", "-at_install")
class CacheContract:
    def setUp(self):
        super().setUp()
        self.key = os.urandom(32)
        self.company = next(_ids)

    def put(self, value="{}", key=None, company=None, feature="dte_review", ttl=900, **more):
        key = key or os.urandom(32)
        self.cache.put(key, company or self.company, feature, value, ttl, **more)
        return key

    def found(self, key, company=None):
        hit = self.cache.get(key, company or self.company)
        return hit and hit.value

    def test_what_was_put_is_found_with_what_it_cost(self):
        value = '{"why": "línea\n\\u0000 «ñ» \U0001f600"}'
        self.put(value, self.key, cost=Decimal("0.000123456789"), request_id=41)
        self.age(5)
        hit = self.cache.get(self.key, self.company)
        self.assertEqual((hit.value, hit.cost, hit.request_id), (value, Decimal("0.000123456789"), 41))
        self.assertIsInstance(hit.cost, Decimal)
        self.assertGreaterEqual(hit.age, 5)
        self.assertLess(hit.age, 60)

    def test_another_company_finds_nothing_even_with_the_key(self):
        self.put("ours", self.key)
        self.assertIsNone(self.found(self.key, self.company + 1_000_000))
        self.assertEqual(self.found(self.key), "ours")

    def test_it_expires(self):
        self.put("old", self.key, ttl=900)
        self.age(890)
        self.assertEqual(self.found(self.key), "old")
        self.age(20)
        self.assertIsNone(self.found(self.key))

    def test_putting_again_renews(self):
        self.put("first", self.key, cost=Decimal(1), request_id=1)
        self.age(890)
        self.put("second", self.key, cost=Decimal(2), request_id=2)
        self.age(20)
        hit = self.cache.get(self.key, self.company)
        self.assertEqual((hit.value, hit.cost, hit.request_id), ("second", Decimal(2), 2))

    def test_nothing_is_kept_for_no_time(self):
        self.put("no", self.key, ttl=0)
        self.assertIsNone(self.found(self.key))

    def test_the_oldest_leave_beyond_the_rows_of_their_company(self):
        ours = [self.put(str(number)) for number in range(5)]
        theirs = [self.put("theirs", company=self.company + 1_000_000) for _ in range(2)]
        self.put("0 again", ours[0])
        self.cache.evict(3, 10**9)
        self.assertEqual([self.found(key) for key in ours], ["0 again", None, None, "3", "4"])
        self.assertEqual([self.found(key, self.company + 1_000_000) for key in theirs], ["theirs"] * 2)

    def test_the_oldest_leave_beyond_the_bytes_of_their_company(self):
        ours = [self.put("x" * 1000) for _ in range(5)]
        self.cache.evict(1000, 3500)
        self.assertEqual([bool(self.found(key)) for key in ours], [False, False, True, True, True])

    def test_what_expired_leaves_first(self):
        self.put("old", self.key, ttl=10)
        self.age(20)
        kept = self.put("new")
        self.cache.evict(1, 10**9)
        self.assertEqual(self.found(kept), "new")
        self.assertIsNone(self.found(self.key))

    def test_forgetting(self):
        cases = {
            "company": ({"company_id": self.company}, [None, None, "theirs"]),
            "feature": ({"feature": "chat"}, ["review", None, "theirs"]),
            "feature of another company": ({"company_id": self.company + 1_000_000, "feature": "chat"},
                                           ["review", "chat", "theirs"]),
        }
        for name, (forgotten, left) in cases.items():
            with self.subTest(name):
                keys = [self.put("review"), self.put("chat", feature="chat")]
                theirs = self.put("theirs", company=self.company + 1_000_000)
                self.cache.forget(**forgotten)
                self.assertEqual(
                    [*map(self.found, keys), self.found(theirs, self.company + 1_000_000)], left)

    def test_forgetting_all_by_mistake_is_an_error(self):
        with self.assertRaises(ValueError):
            self.cache.forget()
