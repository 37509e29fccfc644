"""Single flight in PostgreSQL: lost connections, killed owners, gevent."""

import threading
import uuid
from pathlib import Path

from odoo.tests import tagged

from .contract_flight import FlightContract
from .store_common import PostgresStores

_START = """
import os, sys, types, uuid
package = types.ModuleType("l10n_cl_ai")
package.__path__ = [os.environ["L10N_CL_AI_FOLDER"]]
sys.modules["l10n_cl_ai"] = package
import psycopg2
from l10n_cl_ai.llm.postgres.door import Door, SideConnection
from l10n_cl_ai.llm.postgres.flight import Flights
flights = Flights(Door(lambda: psycopg2.connect(os.environ["L10N_CL_AI_DSN"], connection_factory=SideConnection)))
"""
#: Claims for a minute, then waits to be killed.
_OWNER = _START + """
print(flights.claim(bytes.fromhex(sys.argv[1]), uuid.uuid4(), 60), flush=True)
sys.stdin.readline()
"""
_GEVENT = Path(__file__).with_name("flight_gevent.py")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFlight(FlightContract, PostgresStores):
    def test_the_owner_is_killed_and_another_takes_over(self):
        owner = self.python(_OWNER, self.key.hex())
        self.assertEqual(owner.stdout.readline(), "True\n")
        owner.kill()
        owner.wait()
        self.assertFalse(self.flights.claim(self.key, self.other, 60), "nobody knows yet that it died")
        self.age(61)
        self.assertTrue(self.flights.wait(self.key, 30))
        self.assertTrue(self.flights.claim(self.key, self.other, 60))

    def test_no_transaction_is_open_while_waiting(self):
        self.flights.claim(self.key, self.one, 60)
        thread, found = self.start_waiting()
        busy = self.eventually(lambda: not self.backends("(xact_start IS NOT NULL OR state <> 'idle')") or None)
        self.assertTrue(busy)
        self.assertTrue(self.backends("query LIKE 'LISTEN%%'"))
        locks = self.sql(
            "SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE application_name = %s"
            " AND pid <> pg_backend_pid()", self.name)
        self.assertFalse(locks)
        self.flights.land(self.key, self.one)
        thread.join(10)
        self.assertEqual(found, [True])

    def test_the_connection_that_waited_is_lent_again_and_hears_nothing(self):
        self.flights.claim(self.key, self.one, 60)
        self.flights.wait(self.key, 0)
        lent = []
        while self.door._idle:
            lent.append(self.door._borrow())
        for connection in lent:
            with connection.cursor() as cursor:
                cursor.execute("SELECT * FROM pg_listening_channels()")
                self.assertFalse(cursor.fetchall())
            self.door._give_back(connection)
        self.assertTrue(lent)

    def test_landings_of_others_wake_nobody_for_good(self):
        self.flights.claim(self.key, self.one, 60)
        thread, found = self.start_waiting()
        noise = bytes(32)
        self.flights.claim(noise, self.other, 60)
        self.flights.land(noise, self.other)
        thread.join(0.2)
        self.assertEqual(found, [])
        self.flights.land(self.key, self.one)
        thread.join(10)
        self.assertEqual(found, [True])

    def test_a_lost_connection_leaves_looking(self):
        self.flights.claim(self.key, self.one, 60)
        thread, found = self.start_waiting(look_every=0.1)
        self.terminate(*(pid for (pid,) in self.backends("query LIKE 'LISTEN%%'")))
        self.age(61)
        thread.join(10)
        self.assertEqual(found, [True])

    def test_what_is_heard_after_a_lost_connection_is_nothing(self):
        """Waiting goes on to the end without its ear, and ends in time."""
        self.flights.claim(self.key, self.one, 60)
        with self.flights._listening(self.key) as ear:
            self.terminate(*(pid for (pid,) in self.backends("query LIKE 'LISTEN%%'")))
            ear.hear(5)  # returns at once, for the connection says so
            self.assertTrue(ear._connection.closed)
            ear.hear(0.01)
        self.assertFalse(self.flights.wait(self.key, 0))

    def test_under_gevent_waiting_blocks_nobody(self):
        self.flights.claim(self.key, self.one, 60)
        process = self.python(_GEVENT, self.key.hex(), str(self.one))
        said, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)
        self.assertEqual(said.split(), ["True", "True"], "waited until landed; others ran meanwhile")

    def test_the_claims_of_the_dead_are_swept(self):
        self.flights.claim(self.key, self.one, 1)
        self.age(4000)
        self.flights.claim(bytes(31) + b"\1", self.other, 60)
        self.assertGreaterEqual(self.flights.sweep(), 1)
        rows = self.sql("SELECT count(*) FROM l10n_cl_ai_flight WHERE owner = %s", str(self.one))
        self.assertEqual(rows, [(0,)])
        self.assertFalse(self.flights.claim(bytes(31) + b"\1", self.one, 60))

    def test_many_who_wait_ask_once_after_a_failure(self):
        """Owners that fail land too; of those who then wake, one asks."""
        self.flights.claim(self.key, self.one, 60)
        asked = []

        def ask(owner):
            """As the gateway does: look for an answer after waiting, and once more after claiming."""
            while not self.flights.claim(self.key, owner, 60):
                self.flights.wait(self.key, 30)
            if not asked:
                asked.append(owner)
            self.flights.land(self.key, owner)

        threads = [threading.Thread(target=ask, args=(uuid.uuid4(),)) for _ in range(3)]
        for thread in threads:
            thread.start()
        self.flights.land(self.key, self.one)
        for thread in threads:
            thread.join(20)
        self.assertEqual(len(asked), 1)
