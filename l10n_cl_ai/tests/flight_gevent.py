"""Run by a test in a process of its own, as Odoo's evented one: waits in a greenlet while others work.

Prints whether the flight landed, and whether another greenlet ran meanwhile.
"""

import gevent.monkey

gevent.monkey.patch_all()

import os  # noqa: E402
import sys  # noqa: E402
import types  # noqa: E402
import uuid  # noqa: E402

import gevent  # noqa: E402
import gevent.socket  # noqa: E402
import psycopg2  # noqa: E402
import psycopg2.extensions  # noqa: E402


def gevent_wait(connection, timeout=None):
    """Wait for PostgreSQL as Odoo does under gevent."""
    while (state := connection.poll()) != psycopg2.extensions.POLL_OK:
        wait = gevent.socket.wait_read if state == psycopg2.extensions.POLL_READ else gevent.socket.wait_write
        wait(connection.fileno(), timeout=timeout)


def main(key: bytes, owner: uuid.UUID):
    from l10n_cl_ai.llm import waiting  # noqa: PLC0415 - after the patches
    from l10n_cl_ai.llm.postgres.door import Door, SideConnection  # noqa: PLC0415
    from l10n_cl_ai.llm.postgres.flight import Flights  # noqa: PLC0415

    door = Door(lambda: psycopg2.connect(os.environ["L10N_CL_AI_DSN"], connection_factory=SideConnection))
    flights, ticks = Flights(door), []
    waiting.FIRST_LOOK = 20.0  # only the notification can wake it in time

    def work():
        while len(ticks) < 20:
            ticks.append(gevent.sleep(0.005))
        flights.land(key, owner)

    waiter = gevent.spawn(flights.wait, key, 15)
    worker = gevent.spawn(work)
    gevent.joinall([waiter, worker], timeout=14)
    sys.stdout.write(f"{waiter.value} {len(ticks) == 20}\n")


if __name__ == "__main__":
    psycopg2.extensions.set_wait_callback(gevent_wait)
    package = types.ModuleType("l10n_cl_ai")
    package.__path__ = [os.environ["L10N_CL_AI_FOLDER"]]
    sys.modules["l10n_cl_ai"] = package
    main(bytes.fromhex(sys.argv[1]), uuid.UUID(sys.argv[2]))
