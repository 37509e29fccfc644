"""What a circuit breaker promises, wherever it is kept: run on PostgreSQL, on Redis, and on both.

The class that runs it brings `self.breaker` and `age(seconds)`, which makes all that is kept so much older:
no test waits for a clock.
"""

import itertools
import threading

from odoo.tests import tagged

from .store_common import side_by_side

_ids = itertools.count(1)


@tagged("post_install_l10n", "post_install", "-at_install")
class BreakerContract:
    def setUp(self):
        super().setUp()
        self.key = f"https://provider-{next(_ids)}.example"

    def fault(self, times=1):
        for _ in range(times):
            self.breaker.record(self.key, False)

    def opened(self):
        self.fault(5)
        self.assertEqual(self.state(), "open")

    def state(self):
        return self.breaker.admit(self.key).state

    def test_healthy(self):
        self.assertEqual(self.state(), "closed")
        self.breaker.record(self.key, True)
        self.assertEqual(self.state(), "closed")

    def test_looking_says_how_it_stands_and_changes_nothing(self):
        other = f"{self.key}/other"
        self.assertEqual(self.breaker.states([self.key]), {self.key: "closed"})
        self.opened()
        self.assertEqual(self.breaker.states([self.key, other]), {self.key: "open", other: "closed"})
        self.age(31)
        for _look in range(2):
            self.assertEqual(self.breaker.states([self.key]), {self.key: "half_open"})
        self.assertEqual(self.state(), "probe", "who only looks takes no probe")

    def test_four_faults_do_not_open_it(self):
        self.fault(4)
        self.assertEqual(self.state(), "closed")

    def test_five_faults_open_it_for_half_a_minute(self):
        self.opened()
        self.assertIn(self.breaker.admit(self.key).retry_after, range(25, 31))

    def test_faults_among_more_successes_do_not_open_it(self):
        self.fault()
        for _ in range(9):
            self.breaker.record(self.key, True)
            self.breaker.record(self.key, True)
            self.fault()
        self.assertEqual(self.state(), "closed")

    def test_half_of_the_outcomes_open_it(self):
        self.fault()
        for _ in range(4):
            self.assertEqual(self.state(), "closed")
            self.breaker.record(self.key, True)
            self.fault()
        self.assertEqual(self.state(), "open")

    def test_faults_of_a_minute_ago_are_forgotten(self):
        self.fault(4)
        self.age(61)
        self.fault(4)
        self.assertEqual(self.state(), "closed")
        self.fault()
        self.assertEqual(self.state(), "open")

    def test_other_providers_are_not_concerned(self):
        self.opened()
        self.assertEqual(self.breaker.admit(self.key + "/other").state, "closed")

    def test_one_probe_at_a_time(self):
        self.opened()
        self.age(31)
        states = side_by_side(8, lambda _: self.state())
        self.assertEqual((states.count("probe"), states.count("open")), (1, 7))
        self.assertGreaterEqual(self.breaker.admit(self.key).retry_after, 1)

    def test_a_probe_that_goes_well_closes_it(self):
        self.opened()
        self.age(31)
        self.assertEqual(self.state(), "probe")
        self.breaker.record(self.key, True, probe=True)
        self.assertEqual(self.state(), "closed")
        self.fault(4)
        self.assertEqual(self.state(), "closed", "what opened it before no longer counts")

    def test_probes_that_fail_double_the_time_up_to_five_minutes(self):
        self.opened()
        for seconds in (30, 60, 120, 240, 300, 300, 300):
            self.age(seconds - 5)
            self.assertEqual(self.state(), "open")
            self.age(6)
            self.assertEqual(self.state(), "probe")
            self.breaker.record(self.key, False, probe=True)
        self.assertIn(self.breaker.admit(self.key).retry_after, range(290, 301))

    def test_after_closing_it_starts_with_half_a_minute_again(self):
        self.opened()
        for seconds, ok in ((31, False), (61, True)):
            self.age(seconds)
            self.assertEqual(self.state(), "probe")
            self.breaker.record(self.key, ok, probe=True)
        self.opened()
        self.assertIn(self.breaker.admit(self.key).retry_after, range(25, 31))

    def test_a_probe_whose_owner_died_goes_to_another(self):
        self.opened()
        self.age(31)
        self.assertEqual(self.breaker.admit(self.key, lease=20).state, "probe")
        self.age(15)
        self.assertEqual(self.state(), "open")
        self.age(6)
        self.assertEqual(self.state(), "probe")

    def test_a_probe_given_back_goes_to_another_at_once(self):
        self.opened()
        self.age(31)
        self.assertEqual(self.state(), "probe")
        self.breaker.release(self.key)
        self.assertEqual(self.state(), "probe")

    def test_late_results_of_earlier_calls_change_nothing(self):
        self.opened()
        before = self.breaker.admit(self.key).retry_after
        self.breaker.record(self.key, True)
        self.fault(7)
        self.assertLessEqual(self.breaker.admit(self.key).retry_after, before)
        self.age(31)
        self.breaker.record(self.key, True)
        self.assertEqual(self.state(), "probe")

    def test_the_late_word_of_an_older_probe_changes_nothing(self):
        self.opened()
        self.age(31)
        self.assertEqual(self.breaker.admit(self.key, lease=10).state, "probe")
        self.age(11)
        self.assertEqual(self.state(), "probe")
        self.breaker.record(self.key, False, probe=True)
        for ok in (True, False):
            self.breaker.record(self.key, ok, probe=True)
            self.assertIn(self.breaker.admit(self.key).retry_after, range(55, 61))

    def test_it_opens_and_closes_again_under_concurrency(self):
        down = threading.Event()
        down.set()

        def ask(_index):
            """One question, as the gateway asks it; return whether the provider was called."""
            admission = self.breaker.admit(self.key)
            if admission.state != "open":
                self.breaker.record(self.key, not down.is_set(), admission.state == "probe")
            return admission.state

        def wave():
            return [state for states in side_by_side(8, lambda index: [ask(index) for _ in range(4)])
                    for state in states]

        first = wave()
        # Each of the eight may have been admitted before the fifth fault was written.
        self.assertLessEqual(first.count("closed"), 5 + 7)
        self.age(31)
        self.assertEqual(wave().count("probe"), 1)
        self.age(61)
        down.clear()
        third = wave()
        self.assertEqual(third.count("probe"), 1)
        self.assertGreater(third.count("closed"), 0)
        self.assertEqual(set(wave()), {"closed"})
