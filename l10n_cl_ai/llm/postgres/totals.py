"""What the ledger adds up to: counters that many workers and hosts share, that never go back, and that are exact.

A settled row is final. It is added to the totals once, some time after it was settled, by one statement that marks it
*counted*: whoever settles does nothing for it. What is counted at a moment is therefore the totals and the few rows not
yet marked, both read in one snapshot (:data:`READ`). Retention deletes marked rows only, so nothing is lost with them.

A row that the sweeper charged is not final: the true cost may still come. It is counted when it does, or when retention
gives it up.

Every row becomes *lines*: (kind, label, bucket, amount). One text says how (:data:`LINES`), for totals and rest alike.

========== ================== ======================================= =================================
kind       label              bucket                                  amount
========== ================== ======================================= =================================
calls      status:reason      –                                       USD
saved      –                  –                                       USD a cached answer saved
cache      hit, coalesced,    –                                       –
           miss
tokens     class              –                                       tokens
swept      –                  –                                       USD charged for want of a word
first      –                  of :data:`FIRST_US`                     µs to the first token
duration   reason             of :data:`DURATION_US`                  µs of the call
usage      input, output      of :data:`TOKENS`                       tokens
========== ================== ======================================= =================================

A reading adds lines that no total holds: *running* and *expired* (USD reserved), *charged* (USD of rows that are not
final), *uncounted* (rows that the totals lack) and *day* (USD, label today or month).
"""

from .door import Statement

#: Upper bounds of buckets, as OpenTelemetry's conventions for generative AI have them; above the last comes one more.
DURATION_US = tuple(10_000 * 2**n for n in range(14))
FIRST_US = tuple(round(s * 1e6) for s in (
    .001, .005, .01, .02, .04, .06, .08, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10, 25, 50))
TOKENS = tuple(4**n for n in range(14))
#: Kinds whose lines are told without the company: buckets are many.
SPREAD = ("first", "duration", "usage")
#: Where the day is begun by which costs are told.
TIMEZONE = "America/Santiago"

#: Rows that one statement counts: it holds them for some tens of milliseconds.
AT_ONCE = 2000

#: Columns that lines are made of.
COLUMNS = (
    "id, company_id, feature, model, status, reason, asked_at, settled_at, swept_at, batch, reserved, cost, saved,"
    " attempts, wait_ms, call_ms, first_token_ms, input_tokens, output_tokens, thinking_tokens,"
    " cache_write_5m_tokens, cache_write_1h_tokens, cache_read_tokens"
)
_UNCOUNTED = "settled_at IS NOT NULL AND NOT counted"
_KEY = "company_id, feature, model, kind, label, bucket"


def _bucket(value: str, bounds: tuple[int, ...]) -> str:
    """Return SQL: the place of the first bound that is not below the value, from 0.

    width_bucket counts bounds that are at most the value; Prometheus's buckets hold their bound. So all is negated.
    """
    return f"{len(bounds)} - width_bucket(-({value}), ARRAY[{', '.join(str(-b) for b in reversed(bounds))}]::bigint[])"


_CALL_US, _FIRST_US = "round(r.call_ms * 1000)::bigint", "round(r.first_token_ms * 1000)::bigint"
_INPUT = "(r.input_tokens + r.cache_write_5m_tokens + r.cache_write_1h_tokens + r.cache_read_tokens)::bigint"
_OUTPUT = "r.output_tokens::bigint"
#: (kind, label, bucket, amount, whether the row has it)
_LINES = (
    ("'calls'", "coalesce(r.status, '') || ':' || coalesce(r.reason, '')", "0", "r.cost", "true"),
    ("'saved'", "''", "0", "r.saved", "r.saved <> 0"),
    ("'cache'", "CASE WHEN r.status <> 'cached' THEN 'miss' WHEN r.wait_ms > 0 THEN 'coalesced' ELSE 'hit' END", "0",
     "0", "r.status = 'cached' OR r.attempts > 0"),
    *(("'tokens'", f"'{name}'", "0", f"r.{name}_tokens", f"r.{name}_tokens > 0")
      for name in ("input", "output", "thinking", "cache_write_5m", "cache_write_1h", "cache_read")),
    ("'swept'", "''", "0", "r.reserved", "r.swept_at IS NOT NULL"),
    ("'first'", "''", _bucket(_FIRST_US, FIRST_US), _FIRST_US, "r.first_token_ms IS NOT NULL AND NOT r.batch"),
    ("'duration'", "coalesce(r.reason, '')", _bucket(_CALL_US, DURATION_US), _CALL_US,
     "r.call_ms IS NOT NULL AND NOT r.batch"),
    ("'usage'", "'input'", _bucket(_INPUT, TOKENS), _INPUT, f"{_INPUT} > 0"),
    ("'usage'", "'output'", _bucket(_OUTPUT, TOKENS), _OUTPUT, f"{_OUTPUT} > 0"),
)

#: Buckets are many: by feature only where it says how long people wait for an answer.
_FEATURE = {"'duration'": "CASE WHEN r.reason IS NULL THEN r.feature ELSE '' END", "'usage'": "''"}
# One SELECT a kind, as PostgreSQL prepares the expressions of a lateral VALUES anew for each row: that took ten times
# as long.
#: The lines of the rows in the CTE ``rows_``.
LINES = " UNION ALL ".join(
    f"SELECT r.company_id, {_FEATURE.get(kind, 'r.feature')}::varchar AS feature,"
    f" coalesce(r.model, '')::varchar AS model, {kind}::varchar AS kind,"
    f" ({label})::varchar AS label, ({bucket})::smallint AS bucket, 1::bigint AS n, ({amount})::numeric AS amount,"
    f" r.settled_at AS since FROM rows_ r WHERE {has}"
    for kind, label, bucket, amount, has in _LINES
)

_DAY = f"(r.asked_at AT TIME ZONE 'UTC' AT TIME ZONE '{TIMEZONE}')::date"
_DAYS = f"SELECT {_DAY} AS day, r.company_id, r.feature, 1::bigint AS n, r.cost, r.saved FROM rows_ r"

# What SKIP LOCKED passes by is counted the next time: somebody is just taking its content away. All upserts go in the
# order of the key, so that no two of them wait for each other.
COUNT = Statement(
    "l10n_cl_ai_totals_count",
    f"""
    WITH rows_ AS MATERIALIZED (
        SELECT {COLUMNS} FROM l10n_cl_ai_request WHERE {_UNCOUNTED} ORDER BY id LIMIT {AT_ONCE} FOR UPDATE SKIP LOCKED
    ), marked AS (
        UPDATE l10n_cl_ai_request r SET counted = true FROM rows_ WHERE r.id = rows_.id
    ), added AS (
        INSERT INTO l10n_cl_ai_total AS t ({_KEY}, n, amount, since)
        SELECT {_KEY}, sum(n), sum(amount), min(since) FROM ({LINES}) AS lines GROUP BY {_KEY} ORDER BY {_KEY}
        ON CONFLICT ({_KEY}) DO UPDATE SET
            n = t.n + EXCLUDED.n, amount = t.amount + EXCLUDED.amount, since = least(t.since, EXCLUDED.since)
    ), added_by_day AS (
        INSERT INTO l10n_cl_ai_total_day AS t (day, company_id, feature, n, cost, saved)
        SELECT day, company_id, feature, sum(n), sum(cost), sum(saved) FROM ({_DAYS}) AS days
         GROUP BY day, company_id, feature ORDER BY day, company_id, feature
        ON CONFLICT (day, company_id, feature) DO UPDATE SET
            n = t.n + EXCLUDED.n, cost = t.cost + EXCLUDED.cost, saved = t.saved + EXCLUDED.saved
    )
    SELECT count(*) FROM rows_
    """,
    # Done twice it counts what is left: no row is marked twice.
    repeatable=True,
)

_SPREAD = ", ".join(f"'{kind}'" for kind in SPREAD)
_LATE = "settled_at IS NULL AND state = 'done'"


def _now(kind: str, where: str, amount: str = "0", feature: str = "feature", label: str = "''", n: str = "1") -> str:
    """Return SQL of lines that are no part of the totals: what is so at the moment."""
    return (f"SELECT company_id, {feature}, '', '{kind}', {label}, 0::smallint, {n}, {amount}, NULL::timestamp"
            f" FROM {where}")


_TODAY = "CASE WHEN {} = %(today)s THEN 'today' ELSE 'month' END"
_MOMENT = " UNION ALL ".join((
    _now("running", "l10n_cl_ai_request WHERE state = 'running'", "reserved"),
    _now("expired", "l10n_cl_ai_request WHERE state = 'running' AND lease_until < now() AT TIME ZONE 'UTC'"),
    _now("charged", f"l10n_cl_ai_request WHERE {_LATE}", "cost"),
    _now("swept", f"l10n_cl_ai_request WHERE {_LATE}", "reserved"),
    _now("uncounted", "rows_"),
    _now("day", "l10n_cl_ai_total_day WHERE day >= %(month)s", "cost", "''", _TODAY.format("day"), "n"),
    _now("day", f"rows_ r WHERE {_DAY} >= %(month)s", "cost", "''", _TODAY.format(_DAY)),
    _now("day", f"l10n_cl_ai_request r WHERE {_LATE} AND {_DAY} >= %(month)s", "cost", "''", _TODAY.format(_DAY)),
))
# Numerics as text: Odoo's cursors make floats of them.
#: All lines, of totals and of what they lack, added up, and of the moment; parameters: today, month (its first day).
#: (company, feature, model, kind, label, bucket, n, amount, since)
READ = f"""
    WITH rows_ AS MATERIALIZED (SELECT {COLUMNS} FROM l10n_cl_ai_request WHERE {_UNCOUNTED}),
    lines AS (
        SELECT {_KEY}, n, amount, since FROM l10n_cl_ai_total
         UNION ALL {LINES}
         UNION ALL {_MOMENT}
    )
    SELECT CASE WHEN kind IN ({_SPREAD}) THEN 0 ELSE company_id END, feature, model, kind, label, bucket,
           sum(n)::bigint, sum(amount)::text, min(since)
      FROM lines
     GROUP BY 1, 2, 3, 4, 5, 6
"""

#: What was asked since a day: (day, company, feature, questions, USD, USD saved); of rows swept the estimate.
COSTS = f"""
    WITH rows_ AS MATERIALIZED (
        SELECT {COLUMNS} FROM l10n_cl_ai_request WHERE {_UNCOUNTED}
         UNION ALL
        SELECT {COLUMNS} FROM l10n_cl_ai_request WHERE {_LATE}
    ), days AS (
        SELECT day, company_id, feature, n, cost, saved FROM l10n_cl_ai_total_day WHERE day >= %s
         UNION ALL {_DAYS} WHERE {_DAY} >= %s
    )
    SELECT day, company_id, feature, sum(n)::bigint, sum(cost)::text, sum(saved)::text
      FROM days
     GROUP BY 1, 2, 3
"""
