"""The gateway's own tables.

They are made here and not by the ORM, which cannot make unlogged tables, and ties every many2one to its row by a
foreign key: a row of the ledger must be writable while the record it speaks of is locked or not yet committed, and
must outlive it. The models over them have ``_auto = False``.
"""

from .day_schema import DAY_TABLES, DAYS

LEDGER = (
    """
    CREATE TABLE IF NOT EXISTS l10n_cl_ai_request (
        id serial PRIMARY KEY,
        token uuid NOT NULL UNIQUE,
        parent_id integer,
        asked_at timestamp NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'UTC'),
        settled_at timestamp,
        swept_at timestamp,
        lease_until timestamp CHECK (state <> 'running' OR lease_until IS NOT NULL),
        company_id integer NOT NULL,
        user_id integer NOT NULL,
        feature varchar NOT NULL,
        model varchar,
        prompt_version varchar,
        res_model varchar,
        res_id integer,
        state varchar NOT NULL CHECK (state IN ('running', 'done')),
        status varchar CHECK (status IN ('answered', 'cached', 'not_evaluated')),
        reason varchar,
        detail varchar,
        refused_by integer,
        stop_reason varchar,
        stopped boolean NOT NULL DEFAULT false,
        unconfirmed boolean NOT NULL DEFAULT false,
        simulated boolean NOT NULL DEFAULT false,
        batch boolean NOT NULL DEFAULT false,
        reserved numeric NOT NULL DEFAULT 0 CHECK (reserved >= 0 AND reserved <> 'NaN'),
        cost numeric NOT NULL DEFAULT 0 CHECK (cost >= 0 AND cost <> 'NaN'),
        saved numeric NOT NULL DEFAULT 0,
        counter_ids integer[] NOT NULL DEFAULT '{}',
        input_tokens integer NOT NULL DEFAULT 0,
        output_tokens integer NOT NULL DEFAULT 0,
        thinking_tokens integer NOT NULL DEFAULT 0,
        cache_write_5m_tokens integer NOT NULL DEFAULT 0,
        cache_write_1h_tokens integer NOT NULL DEFAULT 0,
        cache_read_tokens integer NOT NULL DEFAULT 0,
        attempts integer NOT NULL DEFAULT 0,
        admit_ms double precision,
        wait_ms double precision,
        call_ms double precision,
        settle_ms double precision,
        first_token_ms double precision,
        provider_request_id varchar,
        digest varchar,
        content_sent text,
        content_answer text,
        counted boolean NOT NULL DEFAULT false
    )
    """,
    "CREATE INDEX IF NOT EXISTS l10n_cl_ai_request_company_idx ON l10n_cl_ai_request (company_id, asked_at DESC)",
    "CREATE INDEX IF NOT EXISTS l10n_cl_ai_request_running_idx ON l10n_cl_ai_request (lease_until)"
    " WHERE state = 'running'",
    "CREATE INDEX IF NOT EXISTS l10n_cl_ai_request_record_idx ON l10n_cl_ai_request (res_model, res_id)",
    "CREATE INDEX IF NOT EXISTS l10n_cl_ai_request_parent_idx ON l10n_cl_ai_request (parent_id)"
    " WHERE parent_id IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS l10n_cl_ai_request_content_idx ON l10n_cl_ai_request (asked_at)"
    " WHERE content_sent IS NOT NULL OR content_answer IS NOT NULL",
    """
    CREATE TABLE IF NOT EXISTS l10n_cl_ai_budget_counter (
        id serial PRIMARY KEY,
        budget_id integer NOT NULL,
        company_id integer NOT NULL,
        period_start date NOT NULL,
        limit_usd numeric NOT NULL,
        spent numeric NOT NULL DEFAULT 0 CHECK (spent >= 0 AND spent <> 'NaN'),
        reserved numeric NOT NULL DEFAULT 0 CHECK (reserved >= 0 AND reserved <> 'NaN'),
        alerted integer NOT NULL DEFAULT 0,
        alerted_raise timestamp,
        simulated boolean NOT NULL DEFAULT false
    ) WITH (fillfactor = 50)
    """,
)

CACHE = (
    """
    CREATE TABLE IF NOT EXISTS l10n_cl_ai_cache_entry (
        id bigserial PRIMARY KEY,
        key bytea NOT NULL UNIQUE,
        company_id integer NOT NULL,
        feature varchar NOT NULL,
        value text NOT NULL,
        cost numeric NOT NULL DEFAULT 0,
        request_id integer,
        created_at timestamp NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'UTC'),
        expires_at timestamp NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS l10n_cl_ai_cache_entry_company_idx ON l10n_cl_ai_cache_entry (company_id, id)",
)

# Emptied by a crash of the server, which is right for them: claims, rates and breakers start afresh.
FLEETING = (
    """
    CREATE UNLOGGED TABLE IF NOT EXISTS l10n_cl_ai_flight (
        key bytea PRIMARY KEY,
        owner uuid NOT NULL,
        lease_until timestamp NOT NULL
    ) WITH (fillfactor = 50)
    """,
    """
    CREATE UNLOGGED TABLE IF NOT EXISTS l10n_cl_ai_rate (
        key text COLLATE "C" PRIMARY KEY,
        tat bigint NOT NULL,
        wait bigint NOT NULL
    ) WITH (fillfactor = 10)
    """,
    """
    CREATE UNLOGGED TABLE IF NOT EXISTS l10n_cl_ai_breaker (
        key text COLLATE "C" PRIMARY KEY,
        outcomes bigint[] NOT NULL DEFAULT '{}',
        open_until bigint,
        probe_until bigint,
        trips integer NOT NULL DEFAULT 0
    ) WITH (fillfactor = 50)
    """,
)

# What the ledger's settled rows add up to, for good: retention deletes rows, and no counter may go back.
TOTALS = (
    """
    CREATE TABLE IF NOT EXISTS l10n_cl_ai_total (
        company_id integer NOT NULL,
        feature varchar NOT NULL,
        model varchar NOT NULL,
        kind varchar NOT NULL,
        label varchar NOT NULL,
        bucket smallint NOT NULL,
        n bigint NOT NULL,
        amount numeric NOT NULL,
        since timestamp NOT NULL,
        PRIMARY KEY (company_id, feature, model, kind, label, bucket)
    ) WITH (fillfactor = 50)
    """,
    """
    CREATE TABLE IF NOT EXISTS l10n_cl_ai_total_day (
        day date NOT NULL,
        company_id integer NOT NULL,
        feature varchar NOT NULL,
        n bigint NOT NULL,
        cost numeric NOT NULL,
        saved numeric NOT NULL,
        PRIMARY KEY (day, company_id, feature)
    ) WITH (fillfactor = 50)
    """,
)

# Of columns that an older version's ledger lacks, so after ADDED. Both are small whatever the ledger's size: of rows
# that the totals lack, and of rows that the sweeper charged and nobody settled since.
COUNTING = (
    "CREATE INDEX IF NOT EXISTS l10n_cl_ai_request_uncounted_idx ON l10n_cl_ai_request (id)"
    " WHERE settled_at IS NOT NULL AND NOT counted",
    "CREATE INDEX IF NOT EXISTS l10n_cl_ai_request_swept_idx ON l10n_cl_ai_request (id)"
    " WHERE settled_at IS NULL AND state = 'done'",
    # Each row is marked once, and leaves the first of them then: what is dead there is to go before it is read again.
    "ALTER TABLE l10n_cl_ai_request SET (autovacuum_vacuum_scale_factor = 0.02)",
)

#: What ledger and cache of an older version lack. A new column of theirs comes here too.
ADDED = (
    "ALTER TABLE l10n_cl_ai_request ADD COLUMN IF NOT EXISTS swept_at timestamp",
    "ALTER TABLE l10n_cl_ai_request ADD COLUMN IF NOT EXISTS refused_by integer",
    "ALTER TABLE l10n_cl_ai_request ADD COLUMN IF NOT EXISTS counted boolean NOT NULL DEFAULT false",
    "ALTER TABLE l10n_cl_ai_budget_counter ADD COLUMN IF NOT EXISTS alerted_raise timestamp",
    "ALTER TABLE l10n_cl_ai_budget_counter ADD COLUMN IF NOT EXISTS simulated boolean NOT NULL DEFAULT false",
    # What a stand-in answers has a counter of its own.
    "ALTER TABLE l10n_cl_ai_budget_counter"
    " DROP CONSTRAINT IF EXISTS l10n_cl_ai_budget_counter_budget_id_period_start_key",
)

# On columns that an older version lacks: made after these.
ONCE = (
    "CREATE UNIQUE INDEX IF NOT EXISTS l10n_cl_ai_budget_counter_once"
    " ON l10n_cl_ai_budget_counter (budget_id, period_start, simulated)",
)

#: Makes everything in an empty database.
TABLES = LEDGER + ONCE + CACHE + FLEETING + TOTALS + COUNTING + DAYS

#: Those of which nothing is lost when they are made anew.
LOST = ("l10n_cl_ai_flight", "l10n_cl_ai_rate", "l10n_cl_ai_breaker", *DAY_TABLES)
#: The tables no model stands for: uninstalling the addon drops them by hand.
BARE = (*LOST, "l10n_cl_ai_total", "l10n_cl_ai_total_day")

#: Brings a database to this version, whatever it had.
UPGRADE = (
    *(f"DROP TABLE IF EXISTS {table}" for table in LOST),
    *LEDGER, *CACHE, *FLEETING, *TOTALS, *ADDED, *ONCE, *COUNTING, *DAYS,
)  # fmt: skip
