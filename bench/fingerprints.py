"""Fingerprints of a database's tables, by which a write that should not be is seen."""

import re
from collections.abc import Mapping, Sequence


def fingerprints(env, own: re.Pattern, without: Mapping[str, Sequence[str]] | None = None) -> dict[str, tuple]:
    """Return {table: fingerprint of its rows}.

    :param own: names of tables that are left out: what is measured writes them by design
    :param without: {table: columns} that it may change
    """
    env.cr.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    found = {}
    for table in sorted(name for (name,) in env.cr.fetchall() if not own.match(name)):
        skipped = (without or {}).get(table)
        row = f"to_jsonb(t) - '{{{','.join(skipped)}}}'::text[]" if skipped else "to_jsonb(t)"
        env.cr.execute(f'SELECT count(*), sum(hashtextextended(({row})::text, 7)) FROM "{table}" t')
        found[table] = tuple(map(str, env.cr.fetchone()))
    return found


def changed(before: Mapping[str, tuple], after: Mapping[str, tuple]) -> list[str]:
    """Return the tables that are not as they were."""
    return [table for table, fingerprint in after.items() if fingerprint != before.get(table)]
