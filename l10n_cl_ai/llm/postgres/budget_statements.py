"""The statements of :mod:`.budget`: each is one transaction, and leaves counters and ledger in agreement.

All lock a row of the ledger first, if any, and counters after it, in the order of their ids: no two can wait for each
other. What a CTE reads FOR UPDATE is the row's newest version, whoever wrote it while we waited; so counters are set
from what was read there. An UPDATE would first try its own columns of an older version, and offend their CHECKs.
"""

from .clock import NOW_UTC
from .door import Statement
from .ledger import ENTRY, SETTLEMENT, insert, marks

#: Expired reservations swept in one statement.
AT_ONCE = 100

OPEN = Statement(
    "l10n_cl_ai_budget_open",
    """
    INSERT INTO l10n_cl_ai_budget_counter (budget_id, company_id, period_start, limit_usd, simulated)
    SELECT *, $5 FROM unnest($1, $2, $3, $4) ORDER BY 1, 3
    ON CONFLICT (budget_id, period_start, simulated) DO NOTHING
    """,
    ("integer[]", "integer[]", "date[]", "numeric[]", "boolean"),
    repeatable=True,
)

RESERVE = Statement(
    "l10n_cl_ai_budget_reserve",
    f"""
    WITH wanted AS MATERIALIZED (
        SELECT * FROM unnest($14, $15, $16) WITH ORDINALITY AS w(budget_id, period_start, limit_usd, place)
    ), held AS MATERIALIZED (
        SELECT c.id, c.spent, c.reserved, w.limit_usd, w.place
          FROM l10n_cl_ai_budget_counter c JOIN wanted w USING (budget_id, period_start)
         WHERE c.simulated = ${list(ENTRY).index("simulated") + 1}
         ORDER BY c.id
           FOR UPDATE OF c
    ), verdict AS MATERIALIZED (
        SELECT count(*) = cardinality($14) AS complete,
               count(*) = cardinality($14) AND coalesce(bool_and(spent + reserved + $17 <= limit_usd), true) AS ok,
               coalesce(array_agg(id ORDER BY id), '{{}}') AS counter_ids
          FROM held
    ), booked AS (
        UPDATE l10n_cl_ai_budget_counter c
           SET reserved = h.reserved + CASE WHEN v.ok THEN $17 ELSE 0 END, limit_usd = h.limit_usd
          FROM held h, verdict v
         WHERE c.id = h.id AND (v.ok OR c.limit_usd <> h.limit_usd)
    ), written AS (
        {insert(
            (*ENTRY, "state", "reserved", "counter_ids", "lease_until"),
            f"SELECT {marks(len(ENTRY))}, 'running', $17, counter_ids, {NOW_UTC} + make_interval(secs => $18)"
            " FROM verdict WHERE ok RETURNING id",
        )}
    )
    SELECT (SELECT id FROM written), v.complete, v.counter_ids, h.place, h.spent, h.reserved
      FROM verdict v LEFT JOIN held h ON h.spent + h.reserved + $17 > h.limit_usd
     ORDER BY h.place
     LIMIT 1
    """,
    (*ENTRY.values(), "integer[]", "date[]", "numeric[]", "numeric", "float8"),
    # Its token can be written once only: the second time nothing happens at all.
    repeatable=True,
)

STANDING = Statement(
    "l10n_cl_ai_budget_standing",
    "SELECT id, counter_ids FROM l10n_cl_ai_request WHERE token = $1 AND state = 'running'",
    ("uuid",),
    repeatable=True,
)

_SETTLED = {name: f"${n}" for n, name in enumerate(SETTLEMENT, start=2)}
_SETTLED["simulated"] = f"r.simulated OR {_SETTLED['simulated']}"

SETTLE = Statement(
    "l10n_cl_ai_budget_settle",
    f"""
    WITH taken AS MATERIALIZED (
        SELECT id, counter_ids, cost AS charged, CASE WHEN state = 'running' THEN reserved ELSE 0 END AS held
          FROM l10n_cl_ai_request
         WHERE token = $1 AND settled_at IS NULL
           FOR UPDATE
    ), counter AS MATERIALIZED (
        SELECT c.id, c.spent + $2 - t.charged AS spent, c.reserved - t.held AS reserved
          FROM taken t JOIN l10n_cl_ai_budget_counter c ON c.id = ANY (t.counter_ids)
         ORDER BY c.id
           FOR UPDATE OF c
    ), booked AS (
        UPDATE l10n_cl_ai_budget_counter c
           SET spent = h.spent, reserved = h.reserved
          FROM counter h
         WHERE c.id = h.id
    )
    UPDATE l10n_cl_ai_request r
       SET state = 'done', settled_at = {NOW_UTC}, {', '.join(f'{name} = {value}' for name, value in _SETTLED.items())}
      FROM taken t
     WHERE r.id = t.id
    RETURNING r.id
    """,
    ("uuid", *SETTLEMENT.values()),
    repeatable=True,
)

SWEEP = Statement(
    "l10n_cl_ai_budget_sweep",
    f"""
    WITH late AS MATERIALIZED (
        SELECT id, counter_ids, reserved
          FROM l10n_cl_ai_request
         WHERE state = 'running' AND lease_until < statement_timestamp() AT TIME ZONE 'UTC'
         ORDER BY lease_until
         LIMIT {AT_ONCE}
           FOR UPDATE SKIP LOCKED
    ), share AS MATERIALIZED (
        SELECT counter_id, sum(reserved) AS amount FROM late, unnest(counter_ids) AS counter_id GROUP BY counter_id
    ), counter AS MATERIALIZED (
        SELECT c.id, c.spent + s.amount AS spent, c.reserved - s.amount AS reserved
          FROM share s JOIN l10n_cl_ai_budget_counter c ON c.id = s.counter_id
         ORDER BY c.id
           FOR UPDATE OF c
    ), booked AS (
        UPDATE l10n_cl_ai_budget_counter c
           SET spent = h.spent, reserved = h.reserved
          FROM counter h
         WHERE c.id = h.id
    )
    UPDATE l10n_cl_ai_request r
       SET state = 'done', status = 'not_evaluated', reason = 'deadline', cost = late.reserved, unconfirmed = true,
           swept_at = {NOW_UTC}, detail = 'owner died before settling: charged at its estimate'
      FROM late
     WHERE r.id = late.id
    RETURNING r.id
    """,
    repeatable=True,
)

RENEW = Statement(
    "l10n_cl_ai_budget_renew",
    f"""
    UPDATE l10n_cl_ai_request SET lease_until = greatest(lease_until, {NOW_UTC} + make_interval(secs => $2))
     WHERE token = $1 AND state = 'running'
    RETURNING id
    """,
    ("uuid", "float8"),
    repeatable=True,
)

_NOTED = [column for column in SETTLEMENT if column != "simulated"]
_AT = {name: f"${n}" for n, name in enumerate(SETTLEMENT, start=len(ENTRY) + 1)}

# Nobody's money is in it, so nobody need wait for the disk: the setting is of this one transaction, and looked at when
# it commits.
NOTE = Statement(
    "l10n_cl_ai_budget_note",
    insert(
        (*ENTRY, *_NOTED, "saved", "state", "asked_at", "settled_at"),
        f"""
        SELECT {marks(len(ENTRY) - 1)}, ${len(ENTRY)} OR {_AT['simulated']}, {', '.join(map(_AT.get, _NOTED))},
               ${len(ENTRY) + len(SETTLEMENT) + 1}, 'done', at, at
          FROM (SELECT set_config('synchronous_commit', 'off', true), {NOW_UTC} AS at) AS hurried
        -- What stands is our own, sent before the connection broke.
        ON CONFLICT (token) DO UPDATE SET token = EXCLUDED.token WHERE l10n_cl_ai_request.settled_at IS NOT NULL
        RETURNING id
        """,
    ),
    (*ENTRY.values(), *SETTLEMENT.values(), "numeric"),
    repeatable=True,
)

AUDIT = Statement(
    "l10n_cl_ai_budget_audit",
    """
    WITH ledger AS (
        SELECT counter_id, sum(cost) AS spent, sum(CASE WHEN state = 'running' THEN reserved ELSE 0 END) AS reserved
          FROM l10n_cl_ai_request, unnest(counter_ids) AS counter_id
         GROUP BY counter_id
    )
    SELECT budget_id, period_start, c.spent, c.reserved, coalesce(l.spent, 0), coalesce(l.reserved, 0)
      FROM l10n_cl_ai_budget_counter c LEFT JOIN ledger l ON l.counter_id = c.id
     WHERE (c.spent, c.reserved) IS DISTINCT FROM (coalesce(l.spent, 0), coalesce(l.reserved, 0))
     ORDER BY c.id
    """,
    repeatable=True,
)
