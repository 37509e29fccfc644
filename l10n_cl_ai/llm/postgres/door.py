"""Side connections in autocommit: what is written through them stands, whatever becomes of the user's transaction.

Odoo's own cursors are REPEATABLE READ: exact, but ruinous on a hot row, and rolled back with the user's work.
"""

import contextlib
import os
import select
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg2
import psycopg2.errors
import psycopg2.extensions

#: Connections kept open for the next use, per process and database. More may be open at once.
KEPT = 4
#: Seconds to wait for a row that somebody else holds: our own statements hold one for a millisecond.
LOCK_SECONDS = 5.0

#: Reported by a server that did nothing, or undid it: a statement forgotten by a pooler's DISCARD ALL, a plan
#: outlived by its table, a deadlock, a conflict.
_UNDONE = (
    psycopg2.errors.InvalidSqlStatementName, psycopg2.errors.FeatureNotSupported,
    psycopg2.errors.DeadlockDetected, psycopg2.errors.SerializationFailure,
)


@dataclass(frozen=True)
class Statement:
    """A statement prepared once per connection.

    :param name: unique among all statements
    :param types: PostgreSQL types of $1, $2, …
    :param repeatable: done twice it is as good as done once, so it may be sent again when the connection broke and
        nobody knows whether it was done
    """

    name: str
    sql: str
    types: tuple[str, ...] = ()
    repeatable: bool = False

    @property
    def preparation(self) -> str:
        types = f"({', '.join(self.types)})" if self.types else ""
        return f"PREPARE {self.name}{types} AS {self.sql}"

    @property
    def execution(self) -> str:
        marks = f"({', '.join(['%s'] * len(self.types))})" if self.types else ""
        return f"EXECUTE {self.name}{marks}"


class SideConnection(psycopg2.extensions.connection):
    """A connection that remembers what was prepared on it, and whose it is."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.l10n_cl_ai_prepared: set[str] = set()
        self.l10n_cl_ai_pid = os.getpid()


class Door:
    """Runs single statements, each its own transaction, on connections of its own. Any thread may use it.

    :param connect: makes a :class:`SideConnection`; called in the process that uses it, never before a fork
    :param lock_seconds: how long a statement waits for a row before PostgreSQL ends it (``LockNotAvailable``)
    """

    def __init__(self, connect: Callable[[], SideConnection], lock_seconds: float = LOCK_SECONDS):
        self._connect = connect
        self._settings = (
            "SET default_transaction_isolation TO 'read committed';"
            f"SET lock_timeout TO {round(lock_seconds * 1000)}"
        )
        self._forget()
        _doors.add(self)

    def run(self, statement: Statement, params: Sequence[Any] = ()) -> list[tuple]:
        """Run one statement and return its rows; numerics are Decimal, in Odoo too.

        A connection that the server closed while it lay idle is replaced before. A statement is sent once more, on a
        fresh connection, where the server undid it, or where the connection broke and it is repeatable.

        :raises psycopg2.Error: what PostgreSQL objects to; after a broken connection the statement may have been done
        """
        with self.connection() as connection:
            try:
                return _execute(connection, statement, params)
            except psycopg2.Error as error:
                if not _may_repeat(statement, connection, error):
                    raise
                connection.close()
        # What lies idle is likely as stale as the one that failed.
        self.close()
        with self.connection() as connection:
            return _execute(connection, statement, params)

    @contextlib.contextmanager
    def connection(self) -> Iterator[SideConnection]:
        """Lend a connection in autocommit. It is kept for the next unless the block raises or closes it.

        Interrupted between a question and its answer, nobody may read that answer as his own; and after an error of
        the server a new connection knows its tables afresh.
        """
        connection = self._borrow()
        try:
            yield connection
        except BaseException:
            _discard(connection)
            raise
        self._give_back(connection)

    def close(self):
        """Close what lies idle."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _borrow(self) -> SideConnection:
        with self._lock:
            while self._idle:
                connection = self._idle.pop()
                if _alive(connection):
                    return connection
                connection.close()
        return self._open()

    def _open(self) -> SideConnection:
        connection = self._connect()
        try:
            connection.autocommit = True
            # Odoo makes floats of numerics for every connection of the process: money is none.
            psycopg2.extensions.register_type(psycopg2.extensions.DECIMAL, connection)
            with connection.cursor() as cursor:
                cursor.execute(self._settings)
        except BaseException:
            connection.close()
            raise
        return connection

    def _give_back(self, connection: SideConnection):
        if connection.closed or connection.l10n_cl_ai_pid != os.getpid():
            return
        with self._lock:
            if len(self._idle) < KEPT:
                self._idle.append(connection)
                return
        connection.close()

    def _forget(self):
        """Begin with nothing: at first, and in a child, whose parent's sockets and locks are not its own.

        psycopg2 says no goodbye to the server for connections of another process.
        """
        self._lock = threading.Lock()
        self._idle: list[SideConnection] = []


_doors: "weakref.WeakSet[Door]" = weakref.WeakSet()


def _after_fork():
    for door in _doors:
        door._forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _discard(connection: SideConnection):
    if connection.l10n_cl_ai_pid == os.getpid():
        connection.close()


def _may_repeat(statement: Statement, connection: SideConnection, error: psycopg2.Error) -> bool:
    return isinstance(error, _UNDONE) or (statement.repeatable and bool(connection.closed))


def _alive(connection: SideConnection) -> bool:
    """Whether an idle connection still stands: an idle server says nothing, a closing one says goodbye."""
    if connection.closed:
        return False
    if not hasattr(select, "poll"):
        return not select.select([connection.fileno()], [], [], 0)[0]
    # Unlike select(), poll() takes file descriptors above 1023.
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return not poll.poll(0)


def _execute(connection: SideConnection, statement: Statement, params: Sequence[Any]) -> list[tuple]:
    prepared = connection.l10n_cl_ai_prepared
    with connection.cursor() as cursor:
        if statement.name not in prepared:
            cursor.execute(statement.preparation)
            prepared.add(statement.name)
        cursor.execute(statement.execution, params)
        return cursor.fetchall() if cursor.description else []
