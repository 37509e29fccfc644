"""The side door across a fork, and among greenlets: tried in processes of their own."""

from odoo.tests import tagged

from .side_common import ADDON, SideCase

#: Begins every program run in another process: the pure packages without Odoo, a door, its statements.
PROGRAM = f"""
import os, sys, types
package = types.ModuleType("l10n_cl_ai")
package.__path__ = [{str(ADDON)!r}]
sys.modules["l10n_cl_ai"] = package
import psycopg2, psycopg2.extensions
from l10n_cl_ai.llm.postgres.door import Door, SideConnection, Statement
ECHO = Statement("door_test_echo", "SELECT $1, pg_backend_pid()", ("text",))
TOUCH = Statement(
    "door_test_touch", "UPDATE notes SET text = $2 WHERE id = $1 RETURNING text", ("integer", "text"), repeatable=True)
door = Door(lambda: psycopg2.connect(os.environ["L10N_CL_AI_DSN"], connection_factory=SideConnection))
"""

FORK = PROGRAM + """
import threading
backend = door.run(ECHO, ["parent"])[0][1]
held, leave = threading.Event(), threading.Event()
def hold():
    with door._lock:  # another thread is at the shelf while we fork
        held.set()
        leave.wait()
thread = threading.Thread(target=hold)
thread.start()
held.wait()
child = os.fork()
if not child:
    [(word, other)] = door.run(ECHO, ["child"])
    door.close()
    os._exit(0 if word == "child" and other != backend else 1)
leave.set()
thread.join()
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), door.run(ECHO, ["parent"])[0][1] == backend)
"""

FORK_WHILE_LENT = PROGRAM + """
with door.connection() as connection:
    child = os.fork()
    if child:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        with connection.cursor() as cursor:
            cursor.execute("SELECT 7")
            print(code, cursor.fetchone()[0])
if not child:
    kept = len(door._idle)
    del connection
    os._exit(kept)
"""

EVENTED = PROGRAM.replace("import os", "import gevent.monkey; gevent.monkey.patch_all(); import os", 1) + """
import gevent
from gevent.socket import wait_read, wait_write
from psycopg2.extensions import POLL_OK, POLL_READ
def wait(connection):
    while (state := connection.poll()) != POLL_OK:
        (wait_read if state == POLL_READ else wait_write)(connection.fileno())
psycopg2.extensions.set_wait_callback(wait)  # as Odoo's evented server does

holder = psycopg2.connect(os.environ["L10N_CL_AI_DSN"])
cursor = holder.cursor()
cursor.execute("SELECT id FROM notes ORDER BY id FOR UPDATE LIMIT 1")
[note] = cursor.fetchone()
late = gevent.spawn(door.run, TOUCH, [note, "late"])
echoes = [gevent.spawn(door.run, ECHO, [str(n)]) for n in range(20)]
gevent.joinall(echoes, timeout=20)
print([each.value[0][0] for each in echoes] == [str(n) for n in range(20)], late.ready())
holder.rollback()
late.join(timeout=20)
print(late.value)

cursor.execute("SELECT FROM notes FOR UPDATE")
try:
    with gevent.Timeout(0.2):
        door.run(TOUCH, [note, "never"])
except gevent.Timeout:
    print("stopped")
holder.rollback()
print(door.run(ECHO, ["mine"])[0][0])
backends = [connection.info.backend_pid for connection in door._idle]
for backend in backends:
    cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [backend])
print(door.run(ECHO, ["again"])[0][1] not in backends)
"""


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDoorInProcesses(SideCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sql("CREATE TABLE notes (id serial PRIMARY KEY, text text); INSERT INTO notes (text) VALUES ('first')")

    def test_a_fork_shares_neither_connections_nor_locks(self):
        self.assertEqual(self.said(FORK), ["0 True"])

    def test_a_connection_lent_at_a_fork_stays_the_parents(self):
        self.assertEqual(self.said(FORK_WHILE_LENT), ["0 7"])

    def test_greenlets_wait_side_by_side(self):
        self.assertEqual(self.said(EVENTED), ["True False", "[('late',)]", "stopped", "mine", "True"])

    def said(self, program):
        out, _err = self.python(program).communicate(timeout=60)
        return out.splitlines()
