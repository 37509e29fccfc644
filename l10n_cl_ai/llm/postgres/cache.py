"""Answers already paid for, shared by all workers: one indexed read, no write on a hit.

The company stands in the key and beside it: an entry is found by nobody who does not name both. Entries leave first in
first out, so reading moves nothing.
"""

from dataclasses import dataclass
from decimal import Decimal

from .clock import NOW_UTC
from .door import Door, Statement

#: Entries deleted by one statement: its locks are held no longer than a question can wait.
BATCH = 1000

# One column for all four facts: each further one costs the client as much as the index costs the server.
_GET = Statement(
    "l10n_cl_ai_cache_get",
    f"""
    SELECT concat(cost, ' ', request_id, ' ', date_part('epoch', {NOW_UTC} - created_at), E'\\n', value)
      FROM l10n_cl_ai_cache_entry
     WHERE key = $1 AND company_id = $2 AND expires_at > {NOW_UTC}
    """,
    ("bytea", "integer"),
    repeatable=True,
)

# An entry lost in a crash is asked again, so its commit waits for no disk. A renewed one is the newest again.
_PUT = Statement(
    "l10n_cl_ai_cache_put",
    f"""
    WITH quick AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
    INSERT INTO l10n_cl_ai_cache_entry AS e (key, company_id, feature, value, cost, request_id, expires_at)
    SELECT $1, $2, $3, $4, $5, $6, {NOW_UTC} + $7 * interval '1 second' FROM quick
    ON CONFLICT (key) DO UPDATE SET (id, feature, value, cost, request_id, created_at, expires_at) =
        (EXCLUDED.id, EXCLUDED.feature, EXCLUDED.value, EXCLUDED.cost, EXCLUDED.request_id, EXCLUDED.created_at,
         EXCLUDED.expires_at)
     WHERE e.company_id = EXCLUDED.company_id
    RETURNING current_setting('synchronous_commit')
    """,
    ("bytea", "integer", "varchar", "text", "numeric", "integer", "float8"),
    repeatable=True,
)

_EXPIRE = Statement(
    "l10n_cl_ai_cache_expire",
    f"""
    DELETE FROM l10n_cl_ai_cache_entry WHERE id IN (
        SELECT id FROM l10n_cl_ai_cache_entry WHERE expires_at <= {NOW_UTC}
         ORDER BY id LIMIT {BATCH} FOR UPDATE SKIP LOCKED)
    RETURNING 1
    """,
    repeatable=True,
)

# The newest stay, as many as both caps allow; counted per company, so that one can't push out another's.
_EVICT = Statement(
    "l10n_cl_ai_cache_evict",
    f"""
    WITH placed AS (
        SELECT id, row_number() OVER newest AS place, sum(octet_length(value)) OVER newest AS size
          FROM l10n_cl_ai_cache_entry
        WINDOW newest AS (PARTITION BY company_id ORDER BY id DESC)
    )
    DELETE FROM l10n_cl_ai_cache_entry WHERE id IN (
        SELECT id FROM l10n_cl_ai_cache_entry
         WHERE id IN (SELECT id FROM placed WHERE place > $1 OR size > $2 ORDER BY id LIMIT {BATCH})
           FOR UPDATE SKIP LOCKED)
    RETURNING 1
    """,
    ("bigint", "bigint"),
    repeatable=True,
)

_FORGET = Statement(
    "l10n_cl_ai_cache_forget",
    """
    DELETE FROM l10n_cl_ai_cache_entry
     WHERE ($1 IS NULL OR company_id = $1) AND ($2 IS NULL OR feature = $2)
    RETURNING 1
    """,
    ("integer", "varchar"),
    repeatable=True,
)


@dataclass(frozen=True, slots=True)
class Hit:
    """An answer found.

    :param value: as it was put
    :param cost: USD it once cost, so that are saved now
    :param request_id: row of the ledger it came of
    :param age: seconds since it was put
    """

    value: str
    cost: Decimal
    request_id: int | None
    age: float


class Cache:
    """Keeps valid answers for a time. Whether one is valid is for the caller to know: an error is never put."""

    def __init__(self, door: Door):
        self._door = door

    def get(self, key: bytes, company_id: int) -> Hit | None:
        """Return the company's entry under this key, if there is one that has not expired."""
        rows = self._door.run(_GET, (key, company_id))
        if not rows:
            return None
        facts, _, value = rows[0][0].partition("\n")
        cost, request_id, age = facts.split(" ")
        return Hit(value, Decimal(cost), int(request_id) if request_id else None, float(age))

    def put(self, key: bytes, company_id: int, feature: str, value: str, ttl: float, cost: Decimal = Decimal(0),
            request_id: int | None = None):
        """Keep an answer, in place of an older one.

        :param ttl: seconds; nothing is kept for 0
        :param value: JSON or text; without NUL, which PostgreSQL can't store
        :raises ValueError: for a NUL in the value
        """
        if ttl > 0:
            self._door.run(_PUT, (key, company_id, feature, value, cost, request_id, ttl))

    def evict(self, rows: int, size: int) -> int:
        """Delete what has expired, then each company's oldest beyond its caps; return how many.

        :param rows: entries a company may keep
        :param size: bytes of answers a company may keep
        """
        return self._in_batches(_EXPIRE) + self._in_batches(_EVICT, (rows, size))

    def forget(self, company_id: int | None = None, feature: str | None = None) -> int:
        """Delete a company's entries, a feature's, or a feature's of one company; return how many.

        :raises ValueError: when neither is named
        """
        if company_id is None and feature is None:
            raise ValueError("Forget what? Name a company or a feature")
        return len(self._door.run(_FORGET, (company_id, feature)))

    def _in_batches(self, statement: Statement, params=()) -> int:
        deleted = batch = len(self._door.run(statement, params))
        while batch == BATCH:
            batch = len(self._door.run(statement, params))
            deleted += batch
        return deleted
