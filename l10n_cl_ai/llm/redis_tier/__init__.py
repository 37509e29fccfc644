"""Cache, flights, limiter and breaker on Redis, for several hosts. Money and ledger never are: they stay in PostgreSQL.

Redis may be lost at any moment, in the middle of anything: see :mod:`..tier`.
"""

from ..tier import Outage, TieredBreaker, TieredCache, TieredFlights, TieredLimiter
from .breaker import RedisBreaker
from .cache import RedisCache
from .flight import RedisFlights
from .limiter import RedisLimiter
from .link import Link


def tiered(url: str, prefix: str, cache, flights, limiter, breaker):
    """Return the four with Redis before them. Nothing is connected yet.

    :param url: ``redis://``, ``rediss://`` or ``unix://``
    :param prefix: of all keys: the database's own id, so that two databases on one Redis never meet
    :raises ValueError: for a URL that is none
    """
    link, outage = Link(url, prefix), Outage()
    return (
        TieredCache(RedisCache(link), cache, outage),
        TieredFlights(RedisFlights(link), flights, outage),
        TieredLimiter(RedisLimiter(link), limiter, outage),
        TieredBreaker(RedisBreaker(link), breaker, outage),
    )
