"""A plain database with the gateway's tables, without Odoo, on the house's server or the one that PGHOST names."""

import contextlib
import os
import secrets
import sys
import types
from collections.abc import Iterator

import psycopg2

from ..harness import ROOT

_package = types.ModuleType("l10n_cl_ai")
_package.__path__ = [str(ROOT / "l10n_cl_ai")]
# The addon's own __init__ would import Odoo.
sys.modules.setdefault("l10n_cl_ai", _package)
if str(ROOT / "dev") not in sys.path:
    sys.path.append(str(ROOT / "dev"))

from l10n_cl_ai.llm.postgres.door import Door, SideConnection  # noqa: E402 - importable only now
from l10n_cl_ai.llm.postgres.schema import TABLES  # noqa: E402


@contextlib.contextmanager
def database() -> Iterator[str]:
    """Make a database with the gateway's tables; yield its DSN, and drop it at the end.

    Its commits wait for the log, as money does in production; whether the log then waits for the disk is the server's
    ``fsync``: name a server of yours (PGHOST) to measure with it.
    """
    from house import database as databases  # noqa: PLC0415 - only where the house stands
    from house import postgres  # noqa: PLC0415

    with postgres.running() as server:
        databases.sweep(server)
        name = f"{databases.PREFIX}_test_{os.getpid()}_{secrets.token_hex(2)}"
        databases.client(server, "createdb", name)
        try:
            databases.sql(server, f'ALTER DATABASE "{name}" SET synchronous_commit TO on')
            place = dsn(server, name)
            with contextlib.closing(psycopg2.connect(place)) as connection, connection, connection.cursor() as cursor:
                for table in TABLES:
                    cursor.execute(table)
            yield place
        finally:
            databases.drop(server, name)


def dsn(server: dict, name: str) -> str:
    """Return where a database of the house's server is."""
    known = (("host", "PGHOST"), ("port", "PGPORT"), ("user", "PGUSER"))
    return " ".join([f"dbname={name}", *(f"{key}={server[env]}" for key, env in known if server.get(env))])


def connect(dsn: str) -> SideConnection:
    return psycopg2.connect(dsn, connection_factory=SideConnection)


def door(dsn: str) -> Door:
    return Door(lambda: connect(dsn))


def query(dsn: str, sql: str, *params) -> list[tuple]:
    """Run one query on a connection of its own, and return its rows."""
    with contextlib.closing(connect(dsn)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql, params or None)
            return cursor.fetchall() if cursor.description else []
