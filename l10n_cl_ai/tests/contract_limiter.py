"""What a rate limiter promises, wherever it is kept: run on PostgreSQL, on Redis, and on both.

The class that runs it brings `self.limiter` and `age(seconds)`, which makes all that is kept so much older:
no test waits for a clock.
"""

import itertools
import math
import time
from unittest.mock import patch

from odoo.tests import tagged

from .store_common import side_by_side

_ids = itertools.count(1)


@tagged("post_install_l10n", "post_install", "-at_install")
class LimiterContract:
    @property
    def limits(self):
        """The store that limits, behind its tier."""
        return getattr(self.limiter, "_second", self.limiter)

    def setUp(self):
        super().setUp()
        self.key = f"1:{next(_ids)}:dte_review"

    def test_burst_then_denied(self):
        taken = [self.limiter.take(self.key, 20, burst=3) for _ in range(5)]
        self.assertEqual([each.ok for each in taken], [True, True, True, False, False])
        for denied in taken[3:]:
            self.assertGreater(denied.retry_after, 2.0)
            self.assertLessEqual(denied.retry_after, 3.0)

    def test_a_minutes_worth_at_once_by_default(self):
        taken = [self.limiter.take(self.key, 20).ok for _ in range(21)]
        self.assertEqual(taken, [True] * 20 + [False])

    def test_retry_after_is_when_it_works(self):
        for _ in range(3):
            self.limiter.take(self.key, 2, burst=2)
        denied = self.limiter.take(self.key, 2, burst=2)
        self.age(denied.retry_after - 5)
        self.assertFalse(self.limiter.take(self.key, 2, burst=2).ok)
        self.age(5)
        self.assertTrue(self.limiter.take(self.key, 2, burst=2).ok)
        self.assertFalse(self.limiter.take(self.key, 2, burst=2).ok)

    def test_a_long_pause_saves_up_no_more_than_the_burst(self):
        self.limiter.take(self.key, 1, burst=2)
        self.age(3600)
        self.assertEqual([self.limiter.take(self.key, 1, burst=2).ok for _ in range(3)], [True, True, False])

    def test_keys_do_not_share(self):
        self.assertTrue(self.limiter.take(self.key, 1).ok)
        self.assertFalse(self.limiter.take(self.key, 1).ok)
        self.assertTrue(self.limiter.take(self.key.replace("1:", "2:", 1), 1).ok)

    def test_a_cost_takes_so_many(self):
        self.assertTrue(self.limiter.take(self.key, 1, burst=5, cost=3).ok)
        self.assertFalse(self.limiter.take(self.key, 1, burst=5, cost=3).ok)
        self.assertTrue(self.limiter.take(self.key, 1, burst=5, cost=2).ok, "less may be had where more may not")

    def test_a_denial_is_remembered_until_it_ends(self):
        """By the process that was denied: it asks nobody, and is told the time that is left."""
        self.limiter.take(self.key, 1)
        denied = self.limiter.take(self.key, 1)
        asked = patch.object(self.limits, "_wait", side_effect=AssertionError("asked again"))
        with asked, patch("time.monotonic", return_value=time.monotonic() + 40):
            again = self.limiter.take(self.key, 1)
            self.assertFalse(again.ok)
            self.assertAlmostEqual(again.retry_after, denied.retry_after - 40, delta=5)
        with patch.object(self.limits, "_wait", return_value=0), \
                patch("time.monotonic", return_value=time.monotonic() + 61):
            self.assertTrue(self.limiter.take(self.key, 1).ok)

    def test_a_raised_limit_counts_at_once(self):
        self.limiter.take(self.key, 1)
        self.assertGreater(self.limiter.take(self.key, 1).retry_after, 50)
        self.assertLess(self.limiter.take(self.key, 60).retry_after, 2)

    def test_a_cost_above_the_burst_is_never_granted(self):
        denied = self.limiter.take(self.key, 60, burst=5, cost=6)
        self.assertEqual((denied.ok, denied.retry_after), (False, math.inf))
        self.assertTrue(self.limiter.take(self.key, 60, burst=5, cost=5).ok)

    def test_a_clock_set_back_locks_nobody_out(self):
        self.limiter.take(self.key, 1)
        self.age(-86_400)
        self.assertTrue(self.limiter.take(self.key, 1).ok)
        self.assertFalse(self.limiter.take(self.key, 1).ok)

    def test_no_rate_is_an_error(self):
        for rate in ({"per_minute": 0}, {"per_minute": 5, "burst": 0}, {"per_minute": 5, "cost": 0}):
            with self.subTest(rate=rate), self.assertRaises(ValueError):
                self.limiter.take(self.key, **rate)

    def test_many_at_once_get_no_more_than_the_burst(self):
        granted = side_by_side(8, lambda _: [self.limiter.take(self.key, 1, burst=10).ok for _ in range(5)])
        self.assertEqual(sum(map(sum, granted)), 10)
