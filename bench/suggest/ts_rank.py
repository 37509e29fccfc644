"""The peer in PostgreSQL: full-text search of its own, any word may match, ``ts_rank`` sorts, the nearest vote.

A plain table with a GIN index in the same database as ours; its words are those that every peer gets, with no stems
(``simple``), as the supplier and the numbers are words too.
"""

import collections
import time

from .rows import Material, Row, words

NEIGHBOURS = 15


class TsRank:
    def __init__(self, cr, material: Material):
        self.cr, self.material = cr, material
        cr.execute("CREATE TABLE bench_line (id serial PRIMARY KEY, company int, label text, words tsvector)")
        cr.execute("CREATE INDEX bench_line_words ON bench_line USING gin (words)")

    def learn(self, rows: list[Row]) -> float:
        """Hold these rows and no others; return the seconds it took."""
        start = time.perf_counter()
        self.cr.execute("TRUNCATE bench_line")
        for first in range(0, len(rows), 2000):
            some = rows[first : first + 2000]
            self.cr.execute(
                "INSERT INTO bench_line (company, label, words) SELECT company, label, to_tsvector('simple', text) "
                "FROM unnest(%s::int[], %s::text[], %s::text[]) AS given(company, label, text)",
                [[row.company for row in some], [self.material.answer(row) for row in some],
                 [" ".join(words(row)) for row in some]])  # fmt: skip
        self.cr.connection.commit()
        self.cr.execute("ANALYZE bench_line")
        # What a GIN index has only pending would make every question slow.
        self.cr.execute("SELECT gin_clean_pending_list('bench_line_words')")
        self.cr.connection.commit()
        return time.perf_counter() - start

    def suggest(self, row: Row) -> list[str]:
        """Return labels, best first."""
        self.cr.execute(
            "SELECT label, ts_rank(words, query, 1) AS score FROM bench_line, to_tsquery('simple', %s) AS query "
            "WHERE words @@ query AND company = %s ORDER BY score DESC LIMIT %s",
            [" | ".join(dict.fromkeys(words(row))), row.company, NEIGHBOURS])
        votes: dict[str, float] = collections.defaultdict(float)
        for label, score in self.cr.fetchall():
            votes[label] += score**3
        return sorted(votes, key=lambda label: -votes[label])
