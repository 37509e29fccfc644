"""The bare tables of the lexical index, and how text becomes lexemes.

They are no models: a posting writes dozens of short rows, which the ORM would make one by one, and nobody may read
them but through the index. Counts are only ever added to, also when something is taken back (a negative one): two
postings at once then never wait for each other nor fail, however often the same word stands in both. ``_compact`` sums
them up.
"""

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS l10n_cl_ai_index_entry (
        id serial PRIMARY KEY,
        index_id integer NOT NULL,
        res_id integer NOT NULL,
        label varchar COLLATE "C" NOT NULL,
        vendor varchar COLLATE "C" NOT NULL DEFAULT '',
        date date NOT NULL,
        weight real NOT NULL CHECK (weight > 0),
        words text[] NOT NULL,
        terms text[] NOT NULL,
        distinct_words integer NOT NULL,
        distinct_pairs integer NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX IF NOT EXISTS l10n_cl_ai_index_entry_uniq ON l10n_cl_ai_index_entry (index_id, res_id)",
    "CREATE INDEX IF NOT EXISTS l10n_cl_ai_index_entry_vendor_idx ON l10n_cl_ai_index_entry"
    " (index_id, vendor, date DESC, id DESC) WHERE vendor <> ''",
    "CREATE INDEX IF NOT EXISTS l10n_cl_ai_index_entry_date_idx ON l10n_cl_ai_index_entry (index_id, date)",
    """
    CREATE TABLE IF NOT EXISTS l10n_cl_ai_index_posting (
        index_id integer NOT NULL,
        lexeme text COLLATE "C" NOT NULL,
        entry_id integer NOT NULL,
        weight real NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS l10n_cl_ai_index_posting_idx ON l10n_cl_ai_index_posting"
    " (index_id, lexeme, entry_id) INCLUDE (weight)",
    """
    CREATE TABLE IF NOT EXISTS l10n_cl_ai_index_count (
        index_id integer NOT NULL,
        lexeme text COLLATE "C" NOT NULL,
        label varchar COLLATE "C" NOT NULL,
        n real NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS l10n_cl_ai_index_count_idx ON l10n_cl_ai_index_count"
    " (index_id, lexeme) INCLUDE (label, n)",
    # Words of articles as they are written, to mend slips by.
    """
    CREATE TABLE IF NOT EXISTS l10n_cl_ai_index_word (
        index_id integer NOT NULL,
        word text COLLATE "C" NOT NULL,
        lexeme text COLLATE "C" NOT NULL,
        PRIMARY KEY (index_id, word)
    )
    """,
    # What was looked up by it is kept in memory now.
    "ALTER TABLE l10n_cl_ai_index_word DROP COLUMN IF EXISTS near",
    # A row for each change of an index of articles: see ``ai_index_shelf.py``.
    """
    CREATE TABLE IF NOT EXISTS l10n_cl_ai_index_change (
        index_id integer NOT NULL,
        id bigserial NOT NULL,
        PRIMARY KEY (index_id, id)
    )
    """,
)

#: Trusted since PostgreSQL 13: who owns the database may create it, where it is on the server at all.
#: In a schema of our own where it is not there yet: Odoo looks in its own, and would search all texts another way.
EXTENSION = """
    DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'unaccent') THEN
            CREATE SCHEMA IF NOT EXISTS l10n_cl_ai;
            CREATE EXTENSION unaccent SCHEMA l10n_cl_ai;
        END IF;
    END $$
"""
#: Without accents, then Spanish stems. A stem is a word's own matter: both sides are treated alike. Where there is no
#: ``unaccent``, stemming takes the accents of vowels itself, and ñ stays ñ. What was made is not changed later: by it
#: was read what is in the tables.
LEXER = """
    DO $$ DECLARE
        dictionary regdictionary := (SELECT min(oid) FROM pg_ts_dict WHERE dictname = 'unaccent');
    BEGIN
        IF NOT EXISTS (SELECT FROM pg_ts_config
                        WHERE cfgname = 'l10n_cl_ai' AND pg_ts_config_is_visible(oid)) THEN
            CREATE TEXT SEARCH CONFIGURATION l10n_cl_ai (COPY = pg_catalog.spanish);
            IF dictionary IS NOT NULL THEN
                EXECUTE 'ALTER TEXT SEARCH CONFIGURATION l10n_cl_ai
                    ALTER MAPPING FOR hword, hword_part, word WITH ' || dictionary || ', spanish_stem';
            END IF;
        END IF;
    END $$
"""

BARE = (
    "l10n_cl_ai_index_entry", "l10n_cl_ai_index_posting", "l10n_cl_ai_index_count", "l10n_cl_ai_index_word",
    "l10n_cl_ai_index_change",
)  # fmt: skip
