"""Sums of the ledger by day, which the panel reads in place of half a million rows.

A day that is over, with no question under way, changes hardly ever any more. Then its sums are made once, by
``l10n_cl_ai.dashboard``, in the same statement that would read the ledger. Whoever changes a row of it all the same (a
late settlement of what was swept, retention, erasure, an import by SQL) marks the day, in the same transaction, by the
trigger below: from then on it is read from the ledger again. So the sums are the ledger's at any time, whoever writes.

All of it can be thrown away: the next run of the cron makes it again.
"""

#: Rows of the ledger asked so long ago are late when they come: no day is summed up that ended less than this ago.
SETTLED_AFTER = "1 hour"
#: Base of the buckets of times: each is as wide as 4 % of what it counts, so its middle is off by 2 % at most.
TIME_BASE = 1.04

# The columns of the ledger that sums are made of.
_FIGURES = (
    "company_id, user_id, feature, model, state, status, reason, simulated, unconfirmed, attempts, wait_ms, cost,"
    " saved, call_ms, first_token_ms, asked_at"
)

# ``starts`` and ``ends`` in UTC: a day where the reader is, in the zone of that name.
DAYS = (
    """
    CREATE TABLE IF NOT EXISTS l10n_cl_ai_day (
        id serial PRIMARY KEY,
        company_id integer NOT NULL,
        zone varchar NOT NULL,
        day date NOT NULL,
        starts timestamp NOT NULL,
        ends timestamp NOT NULL,
        summed boolean NOT NULL DEFAULT false,
        UNIQUE (company_id, zone, day)
    ) WITH (fillfactor = 70)
    """,
    "CREATE INDEX IF NOT EXISTS l10n_cl_ai_day_company_idx ON l10n_cl_ai_day (company_id, starts)",
    """
    CREATE TABLE IF NOT EXISTS l10n_cl_ai_day_sum (
        day_id integer NOT NULL REFERENCES l10n_cl_ai_day ON DELETE CASCADE,
        user_id integer NOT NULL,
        feature varchar NOT NULL,
        model varchar,
        simulated boolean NOT NULL,
        asks integer NOT NULL,
        called integer NOT NULL,
        answered integer NOT NULL,
        cached integer NOT NULL,
        waited integer NOT NULL,
        failed integer NOT NULL,
        running integer NOT NULL,
        cost numeric,
        saved numeric,
        unconfirmed numeric
    )
    """,
    "CREATE INDEX IF NOT EXISTS l10n_cl_ai_day_sum_idx ON l10n_cl_ai_day_sum (day_id)",
    """
    CREATE TABLE IF NOT EXISTS l10n_cl_ai_day_reason (
        day_id integer NOT NULL REFERENCES l10n_cl_ai_day ON DELETE CASCADE,
        feature varchar NOT NULL,
        simulated boolean NOT NULL,
        reason varchar,
        asks integer NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS l10n_cl_ai_day_reason_idx ON l10n_cl_ai_day_reason (day_id)",
    # Of calls, and of their first tokens.
    """
    CREATE TABLE IF NOT EXISTS l10n_cl_ai_day_time (
        day_id integer NOT NULL REFERENCES l10n_cl_ai_day ON DELETE CASCADE,
        feature varchar NOT NULL,
        simulated boolean NOT NULL,
        first boolean NOT NULL,
        bucket smallint NOT NULL,
        asks integer NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS l10n_cl_ai_day_time_idx ON l10n_cl_ai_day_time (day_id)",
    # The day is locked before it is looked at: its sums may just be being made, of rows as they were. Locking it twice
    # in a transaction writes nothing, so a thousand rows of a day are one new version of it. (OLD of an INSERT and NEW
    # of a DELETE are null, and so is what is compared with them.)
    """
    CREATE OR REPLACE FUNCTION l10n_cl_ai_day_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        changed integer[];
    BEGIN
        SELECT array_agg(id) INTO changed FROM (
            SELECT d.id FROM l10n_cl_ai_day d
             WHERE (d.company_id = OLD.company_id AND d.starts <= OLD.asked_at AND OLD.asked_at < d.ends)
                OR (d.company_id = NEW.company_id AND d.starts <= NEW.asked_at AND NEW.asked_at < d.ends)
             ORDER BY d.id FOR UPDATE) locked;
        UPDATE l10n_cl_ai_day SET summed = false WHERE id = ANY (changed) AND summed;
        RETURN NULL;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION l10n_cl_ai_day_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE l10n_cl_ai_day SET summed = false;
        RETURN NULL;
    END $$
    """,
    "DROP TRIGGER IF EXISTS l10n_cl_ai_day_late ON l10n_cl_ai_request",
    f"""
    CREATE TRIGGER l10n_cl_ai_day_late AFTER INSERT ON l10n_cl_ai_request FOR EACH ROW
      WHEN (NEW.asked_at < (now() AT TIME ZONE 'UTC') - interval '{SETTLED_AFTER}')
      EXECUTE FUNCTION l10n_cl_ai_day_changed()
    """,
    "DROP TRIGGER IF EXISTS l10n_cl_ai_day_altered ON l10n_cl_ai_request",
    f"""
    CREATE TRIGGER l10n_cl_ai_day_altered AFTER UPDATE OF {_FIGURES} ON l10n_cl_ai_request FOR EACH ROW
      WHEN (OLD.state = 'done')
      EXECUTE FUNCTION l10n_cl_ai_day_changed()
    """,
    "DROP TRIGGER IF EXISTS l10n_cl_ai_day_gone ON l10n_cl_ai_request",
    """
    CREATE TRIGGER l10n_cl_ai_day_gone AFTER DELETE ON l10n_cl_ai_request FOR EACH ROW
      EXECUTE FUNCTION l10n_cl_ai_day_changed()
    """,
    "DROP TRIGGER IF EXISTS l10n_cl_ai_day_emptied ON l10n_cl_ai_request",
    """
    CREATE TRIGGER l10n_cl_ai_day_emptied AFTER TRUNCATE ON l10n_cl_ai_request FOR EACH STATEMENT
      EXECUTE FUNCTION l10n_cl_ai_day_emptied()
    """,
)

#: Dropped by an upgrade, whose sums may have other columns, and by uninstalling.
DAY_TABLES = ("l10n_cl_ai_day_sum", "l10n_cl_ai_day_reason", "l10n_cl_ai_day_time", "l10n_cl_ai_day")
FUNCTIONS = ("l10n_cl_ai_day_changed", "l10n_cl_ai_day_emptied")
