"""What a single flight promises, wherever it is kept: run on PostgreSQL, on Redis, and on both.

The class that runs it brings `self.flights` and `age(seconds)`, which makes all that is kept so much older:
no test waits for a clock.
`self.looking` is the store whose looks and places count.
"""

import os
import threading
import uuid
from unittest.mock import patch

from odoo.tests import tagged

from ..llm import waiting
from ..llm.waiting import Crowded, Room
from .store_common import side_by_side


@tagged("post_install_l10n", "post_install", "-at_install")
class FlightContract:
    def setUp(self):
        super().setUp()
        self.key = os.urandom(32)
        self.one, self.other = uuid.uuid4(), uuid.uuid4()

    def start_waiting(self, look_every=25.0):
        """Wait in a thread; return (thread, what it finds) once it listens and has looked."""
        looked, found = threading.Event(), []
        look = self.looking._lease_left
        for constant in ("FIRST_LOOK", "LAST_LOOK"):
            self.enterContext(patch.object(waiting, constant, look_every))

        def watched(key):
            left = look(key)
            looked.set()
            return left

        self.enterContext(patch.object(self.looking, "_lease_left", watched))
        thread = threading.Thread(target=lambda: found.append(self.flights.wait(self.key, 30)))
        thread.start()
        self.addCleanup(thread.join, 60)
        self.assertTrue(looked.wait(20))
        return thread, found

    def test_one_of_many_may_ask(self):
        claimed = side_by_side(8, lambda _: self.flights.claim(self.key, uuid.uuid4(), 60))
        self.assertEqual(claimed.count(True), 1)

    def test_other_questions_are_not_held_up(self):
        self.assertTrue(self.flights.claim(self.key, self.one, 60))
        self.assertTrue(self.flights.claim(os.urandom(32), self.other, 60))

    def test_claiming_again_is_no_claim_of_another(self):
        self.assertTrue(self.flights.claim(self.key, self.one, 60))
        self.assertTrue(self.flights.claim(self.key, self.one, 60))
        self.assertFalse(self.flights.claim(self.key, self.other, 60))

    def test_landing_frees_it(self):
        self.flights.claim(self.key, self.one, 60)
        self.assertTrue(self.flights.land(self.key, self.one))
        self.assertFalse(self.flights.land(self.key, self.one))
        self.assertTrue(self.flights.claim(self.key, self.other, 60))

    def test_another_can_neither_land_nor_renew_it(self):
        self.flights.claim(self.key, self.one, 60)
        self.assertFalse(self.flights.land(self.key, self.other))
        self.assertFalse(self.flights.renew(self.key, self.other, 60))
        self.assertFalse(self.flights.claim(self.key, self.other, 60))

    def test_when_the_lease_ends_another_takes_over(self):
        self.flights.claim(self.key, self.one, 60)
        self.age(61)
        self.assertTrue(self.flights.claim(self.key, self.other, 60))
        # The first was only slow: its landing must not free what is another's now.
        self.assertFalse(self.flights.land(self.key, self.one))
        self.assertFalse(self.flights.renew(self.key, self.one, 60))
        self.assertFalse(self.flights.claim(self.key, self.one, 60))

    def test_renewing_keeps_it(self):
        self.flights.claim(self.key, self.one, 60)
        self.age(50)
        self.assertTrue(self.flights.renew(self.key, self.one, 60))
        self.age(50)
        self.assertFalse(self.flights.claim(self.key, self.other, 60))

    def test_nobody_waits_for_what_is_free(self):
        self.assertTrue(self.flights.wait(self.key, 30))
        self.flights.claim(self.key, self.one, 60)
        self.flights.land(self.key, self.one)
        self.assertTrue(self.flights.wait(self.key, 30))

    def test_waiting_ends_in_time(self):
        self.flights.claim(self.key, self.one, 60)
        self.assertFalse(self.flights.wait(self.key, 0))
        self.assertFalse(self.flights.wait(self.key, 0.02))

    def test_who_waits_is_woken_by_the_landing(self):
        self.flights.claim(self.key, self.one, 60)
        thread, found = self.start_waiting()
        self.flights.land(self.key, self.one)
        thread.join(10)  # the next look would be after 25 s
        self.assertEqual(found, [True])

    def test_who_waits_is_woken_when_the_lease_of_the_dead_ends(self):
        self.flights.claim(self.key, self.one, 0.05)
        self.enterContext(patch.object(waiting, "FIRST_LOOK", 25.0))
        self.assertTrue(self.flights.wait(self.key, 20))
        self.assertTrue(self.flights.claim(self.key, self.other, 60))

    def test_a_lost_notification_costs_a_look(self):
        self.flights.claim(self.key, self.one, 60)
        looks = []

        def look(_key):
            looks.append(len(looks))
            return None if len(looks) == 3 else 60.0

        self.enterContext(patch.object(waiting, "FIRST_LOOK", 0.001))
        self.enterContext(patch.object(self.looking, "_lease_left", look))
        self.assertTrue(self.flights.wait(self.key, 20))
        self.assertEqual(looks, [0, 1, 2])

    def test_too_many_are_told_at_once(self):
        self.flights.claim(self.key, self.one, 60)
        self.enterContext(patch.object(type(self.looking), "room", Room(1)))
        thread, found = self.start_waiting()
        with self.assertRaises(Crowded):
            self.flights.wait(self.key, 30)
        self.flights.land(self.key, self.one)
        thread.join(10)
        self.assertEqual(found, [True])
        self.assertTrue(self.flights.wait(self.key, 30))
