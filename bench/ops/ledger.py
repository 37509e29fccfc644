"""A ledger of any size, made by SQL: companies, features, models, every status and reason, a month of questions."""

#: Rows beside the settled ones: under way, and charged for want of a word.
RUNNING, SWEPT = 20, 5

#: Parameters: first and upto (numbers of rows), seed.
FILL = """
    INSERT INTO l10n_cl_ai_request (
        token, company_id, user_id, feature, model, state, status, reason, asked_at, settled_at, cost, saved,
        input_tokens, output_tokens, cache_read_tokens, attempts, wait_ms, call_ms, first_token_ms, batch)
    SELECT gen_random_uuid(), CASE WHEN h %% 5 < 4 THEN 1 ELSE 2 + h %% 2 END, 2 + h %% 9,
           (ARRAY['dte_review', 'chat', 'project_suggestion', 'server_action', 'sii_watch'])[1 + h %% 5],
           (ARRAY['claude-haiku-5-5', 'claude-sonnet-5-5', 'claude-opus-5-5'])[1 + h / 5 %% 3],
           'done', status, CASE WHEN status = 'not_evaluated' THEN
               (ARRAY['rate_limited', 'over_budget', 'deadline', 'overloaded', 'refused', 'invalid_answer'])[1 + h %% 6]
           END,
           at, at + interval '3 seconds',
           CASE WHEN status = 'answered' THEN (h %% 100000)::numeric / 1e7 ELSE 0 END,
           CASE WHEN status = 'cached' THEN (h %% 1000)::numeric / 1e5 ELSE 0 END,
           CASE WHEN status = 'answered' THEN h %% 20000 ELSE 0 END,
           CASE WHEN status = 'answered' THEN h %% 900 ELSE 0 END,
           CASE WHEN status = 'answered' THEN h %% 7000 ELSE 0 END,
           CASE WHEN status = 'cached' THEN 0 ELSE 1 END, CASE WHEN h %% 11 = 0 THEN 12.5 ELSE 0 END,
           CASE WHEN status <> 'cached' THEN (h %% 9000)::float8 * 1.037 END,
           CASE WHEN status = 'answered' THEN (h %% 1500)::float8 * 0.913 END, h %% 97 = 0
      FROM (
          SELECT abs(hashint8(n + %(seed)s))::bigint AS h,
                 CASE WHEN n %% 10 < 6 THEN 'answered' WHEN n %% 10 < 9 THEN 'cached'
                      ELSE 'not_evaluated' END AS status,
                 (now() AT TIME ZONE 'UTC') - interval '30 days' * (1 - n::float8 / %(upto)s) AS at
            FROM generate_series(%(first)s::bigint, %(upto)s::bigint) AS n
      ) AS drawn
"""

BESIDE = f"""
    INSERT INTO l10n_cl_ai_request (token, company_id, user_id, feature, model, state, reserved, lease_until)
    SELECT gen_random_uuid(), 1, 2, 'chat', 'claude-haiku-5-5', 'running', 0.05, now() + interval '1 day'
      FROM generate_series(1, {RUNNING});
    INSERT INTO l10n_cl_ai_request (token, company_id, user_id, feature, model, state, status, reason, reserved, cost,
                                    swept_at, unconfirmed)
    SELECT gen_random_uuid(), 1, 2, 'chat', 'claude-haiku-5-5', 'done', 'not_evaluated', 'deadline', 0.05, 0.05, now(),
           true
      FROM generate_series(1, {SWEPT})
"""

_BY = "company_id, feature, model"
_BATCHLESS = "settled_at IS NOT NULL AND NOT batch"
_US = "sum(round({} * 1000)::bigint) * 0.000001"

#: What the counters have to be, from the ledger alone: (metric, its labels, SQL of label values and the figure).
TRUTH = (
    ("l10n_cl_ai_requests_total", ("company", "feature", "model", "status", "reason"),
     f"SELECT {_BY}, status, reason, count(*) FROM l10n_cl_ai_request WHERE settled_at IS NOT NULL GROUP BY 1,2,3,4,5"),
    ("l10n_cl_ai_cost_usd_total", ("company", "feature", "model"),
     f"SELECT {_BY}, sum(cost) FROM l10n_cl_ai_request WHERE settled_at IS NOT NULL GROUP BY 1, 2, 3"),
    ("l10n_cl_ai_saved_usd_total", ("company", "feature", "model"),
     f"SELECT {_BY}, sum(saved) FROM l10n_cl_ai_request WHERE settled_at IS NOT NULL GROUP BY 1, 2, 3"
     " HAVING sum(saved) > 0"),
    *(("l10n_cl_ai_tokens_total", ("company", "feature", "model", "type"),
       f"SELECT {_BY}, '{name}', sum({name}_tokens) FROM l10n_cl_ai_request WHERE settled_at IS NOT NULL"
       f" GROUP BY 1, 2, 3 HAVING sum({name}_tokens) > 0") for name in ("input", "output", "cache_read")),
    ("l10n_cl_ai_quota_denied_total", ("company", "scope"),
     "SELECT company_id, CASE reason WHEN 'rate_limited' THEN 'rate' ELSE 'budget' END, count(*)"
     " FROM l10n_cl_ai_request WHERE reason IN ('rate_limited', 'over_budget') AND settled_at IS NOT NULL"
     " GROUP BY 1, 2"),
    ("l10n_cl_ai_errors_total", ("company", "reason"),
     "SELECT company_id, reason, count(*) FROM l10n_cl_ai_request WHERE reason IS NOT NULL AND settled_at IS NOT NULL"
     " GROUP BY 1, 2"),
    ("l10n_cl_ai_duplicates_avoided_total", ("company",),
     "SELECT company_id, count(*) FROM l10n_cl_ai_request WHERE status = 'cached' AND wait_ms > 0 GROUP BY 1"),
    ("l10n_cl_ai_swept_total", ("company",),
     "SELECT company_id, count(*) FROM l10n_cl_ai_request WHERE swept_at IS NOT NULL GROUP BY 1"),
    *((f"gen_ai_client_operation_duration_seconds_{what}", ("gen_ai_request_model", "feature", "error_type"),
       f"SELECT model, CASE WHEN reason IS NULL THEN feature END, reason, {figure} FROM l10n_cl_ai_request"
       f" WHERE {_BATCHLESS} AND call_ms IS NOT NULL GROUP BY 1, 2, 3")
      for what, figure in (("count", "count(*)"), ("sum", _US.format("call_ms")))),
    ("gen_ai_client_operation_time_to_first_chunk_seconds_sum", ("gen_ai_request_model", "feature"),
     f"SELECT model, feature, {_US.format('first_token_ms')} FROM l10n_cl_ai_request WHERE {_BATCHLESS}"
     " AND first_token_ms IS NOT NULL GROUP BY 1, 2"),
    ("gen_ai_client_token_usage_tokens_sum", ("gen_ai_request_model", "gen_ai_token_type"),
     "SELECT model, 'input', sum(input_tokens + cache_read_tokens) FROM l10n_cl_ai_request"
     " WHERE settled_at IS NOT NULL GROUP BY 1 HAVING sum(input_tokens + cache_read_tokens) > 0"),
    *(("gen_ai_client_operation_duration_seconds_bucket", ("le",),
       f"SELECT '{le}', count(*) FROM l10n_cl_ai_request WHERE {_BATCHLESS}"
       f" AND round(call_ms * 1000)::bigint <= {us}") for le, us in (("0.64", 640_000), ("5.12", 5_120_000))),
)

_HISTOGRAM = """
    SELECT model, {feature}, {label}, width_bucket({value}, ARRAY[{bounds}]::float8[]), count(*), sum({value})
      FROM l10n_cl_ai_request WHERE settled_at IS NOT NULL AND {value} > 0 GROUP BY 1, 2, 3, 4
"""
_SECONDS = ", ".join(str(0.01 * 2**n) for n in range(14))
_POWERS = ", ".join(str(4**n) for n in range(14))
#: What is done without totals: the whole ledger, grouped at every scrape, as one would write it.
NAIVE = (
    "SELECT company_id, feature, model, status, reason, count(*), sum(cost), sum(saved), sum(input_tokens),"
    " sum(output_tokens), sum(cache_read_tokens), count(*) FILTER (WHERE status = 'cached' AND wait_ms > 0)"
    " FROM l10n_cl_ai_request WHERE settled_at IS NOT NULL GROUP BY 1, 2, 3, 4, 5",
    _HISTOGRAM.format(feature="feature", label="reason", value="call_ms / 1000", bounds=_SECONDS),
    _HISTOGRAM.format(feature="feature", label="NULL", value="first_token_ms / 1000", bounds=_SECONDS),
    _HISTOGRAM.format(feature="NULL", label="NULL", value="(input_tokens + cache_read_tokens)", bounds=_POWERS),
    _HISTOGRAM.format(feature="NULL", label="NULL", value="output_tokens", bounds=_POWERS),
)
