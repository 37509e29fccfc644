"""The gateway's stores and transport, one set per process and database."""

import os
import threading

import psycopg2

from odoo.sql_db import connection_info_for

from ..llm.gateway import Gateway
from ..llm.postgres.breaker import Breaker
from ..llm.postgres.budget import Budget
from ..llm.postgres.cache import Cache
from ..llm.postgres.door import Door, SideConnection
from ..llm.postgres.flight import Flights
from ..llm.postgres.limiter import Limiter
from ..llm.stores import Stores
from ..llm.transport import Transport

#: Seconds to reach PostgreSQL: a server that has vanished must not outlast every deadline.
_CONNECT = 5

_lock = threading.Lock()
_doors: dict[tuple[int, str], Door] = {}
_gateways: dict[tuple[int, str, str, str], Gateway] = {}


def door(dbname: str) -> Door:
    """Return this process's door to that database, made at first use, so never before a fork."""
    with _lock:
        return _doors.setdefault((os.getpid(), dbname), Door(lambda: _connect(dbname)))


def gateway(dbname: str, redis_url: str, prefix: str) -> Gateway:
    """Return this process's gateway.

    :param redis_url: "" where PostgreSQL alone is to carry everything
    :param prefix: of the keys in Redis: no two databases share one
    """
    key = (os.getpid(), dbname, redis_url, prefix)
    found = _gateways.get(key)
    if not found:
        made = Gateway(stores(door(dbname), redis_url, prefix), Transport())
        with _lock:
            found = _gateways.setdefault(key, made)
    return found


def stores(side: Door, redis_url: str = "", prefix: str = "") -> Stores:
    """Return the stores behind a door, with Redis before those that may use it."""
    cache, flights, limiter, breaker = Cache(side), Flights(side), Limiter(side), Breaker(side)
    if redis_url:
        from ..llm.redis_tier import tiered  # noqa: PLC0415 - loads redis, which few need

        cache, flights, limiter, breaker = tiered(redis_url, prefix, cache, flights, limiter, breaker)
    return Stores(cache, flights, limiter, breaker, Budget(side))


def _connect(dbname: str) -> SideConnection:
    _name, parameters = connection_info_for(dbname)
    return psycopg2.connect(connection_factory=SideConnection, **{"connect_timeout": _CONNECT, **parameters})
