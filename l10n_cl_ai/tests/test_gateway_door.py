"""The side door: what breaks is replaced, nobody gets another's answer, and nothing is done twice that must not be."""

import select
import threading
import time

import psycopg2
import psycopg2.errors

from odoo.tests import tagged

from ..llm.postgres.door import KEPT, Door, Statement
from .side_common import SideCase

ADD = Statement("door_test_add", "INSERT INTO notes (text) VALUES ($1) RETURNING id", ("text",))
TOUCH = Statement(
    "door_test_touch", "UPDATE notes SET text = $2 WHERE id = $1 RETURNING text", ("integer", "text"), repeatable=True)
ECHO = Statement("door_test_echo", "SELECT $1, pg_backend_pid()", ("text",))
BARE = Statement("door_test_bare", "SELECT 0.1::numeric, current_setting('transaction_isolation')")

@tagged("post_install_l10n", "post_install", "-at_install")
class TestDoor(SideCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sql("CREATE TABLE notes (id serial PRIMARY KEY, text text)")

    def setUp(self):
        super().setUp()
        self.connections = []
        self.door = Door(self.remembered)
        self.addCleanup(self.door.close)

    def remembered(self):
        self.connections.append(self.connect())
        return self.connections[-1]

    def note(self, text="first"):
        return self.sql("INSERT INTO notes (text) VALUES (%s) RETURNING id", text)[0][0]

    def count(self, text):
        return self.sql("SELECT count(*) FROM notes WHERE text = %s", text)[0][0]

    def pids(self):
        return [connection.info.backend_pid for connection in self.connections if not connection.closed]

    def in_thread(self, work):
        """Run in a thread; return (the thread, what it returned or raised as a list of one)."""
        outcome = []

        def run():
            try:
                outcome.append(work())
            except psycopg2.Error as error:
                outcome.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        return thread, outcome

    # --- plain ----------------------------------------------------------------------------------------------------

    def test_one_connection_serves_and_prepares_once(self):
        for n in range(5):
            self.assertEqual(self.door.run(ECHO, [str(n)])[0][0], str(n))
        self.assertEqual(len(self.connections), 1)
        with self.door.connection() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT name, generic_plans + custom_plans FROM pg_prepared_statements")
            self.assertEqual(cursor.fetchall(), [(ECHO.name, 5)])

    def test_money_is_exact_and_read_committed(self):
        [(tenth, isolation)] = self.door.run(BARE)
        self.assertEqual((str(tenth), isolation), ("0.1", "read committed"))
        self.assertFalse(isinstance(tenth, float), "Odoo's own casters make floats of numerics")

    def test_each_statement_stands_by_itself(self):
        self.door.run(ADD, ["stands"])
        self.assertEqual(self.count("stands"), 1)

    def test_threads_get_their_own_answers(self):
        wrong = []

        def run(name):
            for n in range(50):
                word = f"{name}-{n}"
                if self.door.run(ECHO, [word])[0][0] != word:
                    wrong.append(word)

        threads = [threading.Thread(target=run, args=(name,)) for name in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])
        self.assertLessEqual(len(self.pids()), KEPT)

    # --- what breaks ----------------------------------------------------------------------------------------------

    def test_what_died_idle_is_replaced(self):
        self.door.run(ADD, ["before"])
        [dead] = self.pids()
        self.terminate(dead)
        select.select([self.connections[0].fileno()], [], [], 10)
        self.door.run(ADD, ["after idling"])
        self.assertEqual(self.count("after idling"), 1)
        self.assertNotIn(dead, self.pids())

    def test_all_that_died_idle_are_replaced(self):
        barrier = threading.Barrier(KEPT)

        def run():
            with self.door.connection():
                barrier.wait()

        threads = [self.in_thread(run)[0] for _ in range(KEPT)]
        for thread in threads:
            thread.join()
        self.terminate(*self.pids())
        for n in range(3):
            self.door.run(TOUCH, [0, str(n)])
        self.assertEqual(len(self.connections), KEPT + 1)

    def test_cut_in_the_middle_a_repeatable_statement_is_repeated(self):
        note = self.note()
        holder = self.connect()
        self.addCleanup(holder.close)
        with holder, holder.cursor() as cursor:
            cursor.execute("SELECT FROM notes WHERE id = %s FOR UPDATE", (note,))
            thread, outcome = self.in_thread(lambda: self.door.run(TOUCH, [note, "second"]))
            [first] = self.blocked()
            self.terminate(*first)
            self.eventually(lambda: self.blocked() != [first])
        thread.join()
        self.assertEqual(outcome, [[("second",)]])

    def test_cut_in_the_middle_any_other_is_not(self):
        holder = self.connect()
        self.addCleanup(holder.close)
        with holder, holder.cursor() as cursor:
            cursor.execute("LOCK TABLE notes")
            thread, outcome = self.in_thread(lambda: self.door.run(ADD, ["once at most"]))
            self.terminate(*self.blocked()[0])
            thread.join()
        self.assertIsInstance(outcome[0], psycopg2.OperationalError)
        self.assertEqual(self.count("once at most"), 0)
        self.assertEqual(self.door.run(ECHO, ["next"])[0][0], "next")

    def test_a_server_that_is_down_is_an_error_and_back_up_is_found(self):
        self.door.run(ECHO, ["up"])
        self.terminate(*self.pids())
        working, self.door._connect = self.door._connect, lambda: psycopg2.connect("host=127.0.0.1 port=1")
        for statement, params in ((ECHO, ["down"]), (TOUCH, [0, "down"])):
            with self.assertRaises(psycopg2.OperationalError):
                self.door.run(statement, params)
        self.door._connect = working
        self.assertEqual(self.door.run(ECHO, ["up again"])[0][0], "up again")

    def test_a_connection_that_cannot_be_set_up_is_closed(self):
        door = Door(self.remembered)
        door._settings = "SET no_such_setting TO 1"
        with self.assertRaises(psycopg2.errors.UndefinedObject):
            door.run(ECHO, ["x"])
        self.assertEqual(self.pids(), [])

    # --- exceptions -----------------------------------------------------------------------------------------------

    def test_an_error_of_the_server_is_raised_and_the_next_is_served(self):
        wrong = Statement("door_test_wrong", "SELECT 1 / $1", ("integer",))
        with self.assertRaises(psycopg2.errors.DivisionByZero):
            self.door.run(wrong, [0])
        self.assertEqual(self.door.run(wrong, [1]), [(1,)])

    def test_interrupted_nobody_reads_anothers_answer(self):
        with self.assertRaises(KeyboardInterrupt), self.door.connection() as connection:
            connection.cursor().execute("SELECT 'not for you'")
            raise KeyboardInterrupt
        self.assertTrue(self.connections[0].closed)
        self.assertEqual(self.door.run(ECHO, ["mine"])[0][0], "mine")

    def test_waiting_for_a_row_ends(self):
        note, impatient = self.note(), Door(self.connect, lock_seconds=0.05)
        self.addCleanup(impatient.close)
        holder = self.connect()
        self.addCleanup(holder.close)
        with holder, holder.cursor() as cursor:
            cursor.execute("SELECT FROM notes WHERE id = %s FOR UPDATE", (note,))
            start = time.monotonic()
            with self.assertRaises(psycopg2.errors.LockNotAvailable):
                impatient.run(TOUCH, [note, "x"])
            self.assertLess(time.monotonic() - start, 4)

    # --- prepared statements --------------------------------------------------------------------------------------

    def test_what_a_pooler_forgot_is_prepared_again(self):
        self.door.run(ECHO, ["x"])
        with self.door.connection() as connection, connection.cursor() as cursor:
            cursor.execute("DEALLOCATE ALL")
        self.assertEqual(self.door.run(ECHO, ["y"])[0][0], "y")

    def test_a_table_changed_by_an_upgrade_is_read_anew(self):
        self.sql("CREATE TABLE changing AS SELECT 1 AS number")
        read = Statement("door_test_read", "SELECT * FROM changing")
        self.assertEqual(self.door.run(read), [(1,)])
        self.sql("ALTER TABLE changing ADD word text DEFAULT 'new'")
        self.assertEqual(self.door.run(read), [(1, "new")])
