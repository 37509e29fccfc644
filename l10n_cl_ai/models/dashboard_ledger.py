"""What the ledger holds of some days, by few statements: the sums of days that are over, and the ledger's own rows of
the others. Which days those are says ``l10n_cl_ai_day``; see :mod:`..llm.postgres.day_schema`.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from odoo.tools import SQL

from ..llm.postgres.day_schema import TIME_BASE
from .dashboard_days import Day

#: By what questions are told apart in the sums of a day, and what is summed up. Small types, and NULL for no money, as
#: all is added up again: a sum of bigint would be numeric, and NULL costs nothing to add.
FACETS = ("user_id", "feature", "model", "simulated")
COUNTS = {
    "asks": SQL("true"),
    "called": SQL("q.attempts > 0"),
    "answered": SQL("q.status = 'answered'"),
    "cached": SQL("q.status = 'cached'"),
    "waited": SQL("q.status = 'cached' AND q.wait_ms > 0"),
    "failed": SQL("q.status = 'not_evaluated'"),
    "running": SQL("q.status IS NULL"),
}
MONEY = ("cost", "saved", "unconfirmed")
FIGURES = SQL(", ").join(
    [
        *(SQL("count(*) FILTER (WHERE %s)::integer", test) for test in COUNTS.values()),
        SQL("nullif(sum(q.cost), 0), nullif(sum(q.saved), 0), nullif(sum(q.cost) FILTER (WHERE q.unconfirmed), 0)"),
    ]
)
#: Two rows for each row of the ledger, of which the one without a time counts for nothing.
TIMES = SQL("LATERAL (VALUES (false, q.call_ms), (true, q.first_token_ms)) t (first, ms)")
#: Up to 1 ms is the first bucket; the last is beyond any deadline.
BUCKET = SQL("ceil(ln(least(greatest(t.ms, 1), 1e9)) / ln(%s::float8))::smallint", TIME_BASE)
#: The rows of a day, by its index: without the fence the planner, which can't know how short days are, reads them all.
ROWS = SQL(
    "CROSS JOIN LATERAL (SELECT * FROM l10n_cl_ai_request r WHERE r.company_id = d.company_id"
    " AND r.asked_at >= d.starts AND r.asked_at < d.ends OFFSET 0) q"
)

#: Ways to look at the same rows, with the columns that name a group; in order of GROUPING's bits.
KEYS = ("day", "company_id", "feature", "user_id", "model")
SETS = {"total": (), **{key: (key,) for key in KEYS}}


@dataclass
class Ledger:
    """Reads the figures of companies in days, with no look at rights.

    :param zone: name of the days' time zone
    :param feature: only of it, where given
    """

    env: object
    company_ids: Sequence[int]
    zone: str
    days: Sequence[Day]
    feature: str | None = None

    def __post_init__(self):
        self._summed, self.live = self._split()
        self._live = SQL(", ").join(
            SQL("(%s, %s::date, %s::timestamp, %s::timestamp)", company, day.day, day.starts, day.ends)
            for company, day in self.live
        )

    def _split(self):
        """Return the ids of days whose sums stand, and (company, day) of those to be read from the ledger."""
        rows = self.env.execute_query(
            SQL(
                "SELECT company_id, day, id FROM l10n_cl_ai_day"
                " WHERE summed AND zone = %s AND company_id = ANY(%s) AND day BETWEEN %s AND %s",
                self.zone, list(self.company_ids), self.days[0].day, self.days[-1].day,
            )
        )  # fmt: skip
        summed = {(company, day): day_id for company, day, day_id in rows}
        wanted = [(company, day) for company in self.company_ids for day in self.days]
        live = [(company, day) for company, day in wanted if (company, day.day) not in summed]
        return list(summed.values()), live

    def is_long(self, before, rows):
        """Return whether more rows than that would be read of days that were over by then, for want of their sums."""
        over = [(company, day) for company, day in self.live if day.ends <= before]
        if not over:
            return False
        spans = SQL(", ").join(
            SQL("(%s, %s::timestamp, %s::timestamp)", company, day.starts, day.ends) for company, day in over
        )
        [(found,)] = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM (SELECT FROM (VALUES %s) d (company_id, starts, ends)"
                " JOIN l10n_cl_ai_request q ON q.company_id = d.company_id AND q.asked_at >= d.starts"
                " AND q.asked_at < d.ends LIMIT %s) q",
                spans, rows + 1,
            )
        )  # fmt: skip
        return found > rows

    def figures(self):
        """Return {name of a set: [{columns of the group, figures}]}: counts, and USD as floats of exact sums.

        Beside the keys there are ``simulated`` and the figures ``asks``, ``called``, ``answered``, ``cached``,
        ``waited`` (answered from the cache while an equal question was being asked), ``failed``, ``running``,
        ``cost``, ``saved`` and ``unconfirmed`` (part of the cost).
        """
        found = defaultdict(list)
        names = {self._bits(columns): name for name, columns in SETS.items()}
        for row in self.env.execute_query_dict(self._figures_query()):
            found[names[row.pop("bits")]].append(row)
        return found

    @staticmethod
    def _bits(columns):
        return sum(1 << place for place, key in enumerate(reversed(KEYS)) if key not in columns)

    def _figures_query(self):
        names = _names("q", (*FACETS, *COUNTS, *MONEY))
        facets = _names("q", FACETS)
        live = SQL(
            "SELECT d.company_id, d.day, %s, %s FROM %s WHERE %s GROUP BY d.company_id, d.day, %s",
            facets, FIGURES, self._ledger(), self._of_feature(), facets,
        )  # fmt: skip
        return SQL(
            "SELECT GROUPING(%(keys)s) AS bits, simulated, %(keys)s, %(sums)s FROM (%(rows)s) q"
            " GROUP BY simulated, GROUPING SETS (%(sets)s)",
            keys=SQL(", ").join(map(SQL.identifier, KEYS)),
            sums=SQL(", ").join(
                SQL("coalesce(sum(%s), 0) AS %s", SQL.identifier(name), SQL.identifier(name))
                for name in (*COUNTS, *MONEY)
            ),
            rows=self._union(SQL("d.company_id, d.day, %s", names), "l10n_cl_ai_day_sum", live),
            sets=SQL(", ").join(SQL("(%s)", SQL(", ").join(map(SQL.identifier, keys))) for keys in SETS.values()),
        )

    def reasons(self):
        """Return [{simulated, reason, asks}] of what was not evaluated."""
        live = SQL(
            "SELECT q.simulated, q.reason, count(*)::integer AS asks FROM %s"
            " WHERE q.status = 'not_evaluated' AND %s GROUP BY 1, 2",
            self._ledger(), self._of_feature(),
        )  # fmt: skip
        rows = self._union(SQL("q.simulated, q.reason, q.asks"), "l10n_cl_ai_day_reason", live)
        return self.env.execute_query_dict(
            SQL("SELECT simulated, reason, sum(asks) AS asks FROM (%s) q GROUP BY 1, 2", rows)
        )

    def times(self):
        """Return [{simulated, kind, day, feature, p50, p95, n}] of calls, in ms; off by 2 % at most.

        ``kind`` is ``call`` (the whole call) or ``first`` (to the first token). ``day`` and ``feature`` are None where
        the row is of all of them.
        """
        rows = self.env.execute_query_dict(self._times_query())
        for row in rows:
            row["kind"] = "first" if row.pop("first") else "call"
            row["p50"], row["p95"] = middle(row["p50"]), middle(row["p95"])
        return rows

    def _times_query(self):
        live = SQL(
            "SELECT d.day, q.feature, q.simulated, t.first, %s, count(*)::integer FROM %s, %s"
            " WHERE t.ms IS NOT NULL AND %s GROUP BY 1, 2, 3, 4, 5",
            BUCKET, self._ledger(), TIMES, self._of_feature(),
        )  # fmt: skip
        columns = SQL("d.day, q.feature, q.simulated, q.first, q.bucket, q.asks")
        return SQL(
            """
            WITH counted AS MATERIALIZED (
                SELECT simulated, first, day, feature, bucket, sum(asks)::integer AS asks
                  FROM (%s) q
                 GROUP BY simulated, first, bucket, GROUPING SETS ((day), (feature))
            ), every AS (
                SELECT * FROM counted
                 UNION ALL
                SELECT simulated, first, NULL, NULL, bucket, sum(asks)::integer FROM counted WHERE day IS NULL
                 GROUP BY simulated, first, bucket
            ), ranked AS (
                SELECT *, sum(asks) OVER (PARTITION BY simulated, first, day, feature ORDER BY bucket) AS rank,
                       sum(asks) OVER (PARTITION BY simulated, first, day, feature) AS n
                  FROM every
            )
            SELECT simulated, first, day, feature, min(bucket) FILTER (WHERE 2 * rank >= n) AS p50,
                   min(bucket) FILTER (WHERE 20 * rank >= 19 * n) AS p95, max(n) AS n
              FROM ranked
             GROUP BY simulated, first, day, feature
            """,
            self._union(columns, "l10n_cl_ai_day_time", live),
        )

    def _ledger(self):
        """Return the ledger's rows ``q`` of the days ``d`` that have no sums."""
        return SQL("(VALUES %s) d (company_id, day, starts, ends) %s", self._live, ROWS)

    def _of_feature(self):
        return SQL("q.feature = %s", self.feature) if self.feature else SQL("true")

    def _union(self, columns, table, live):
        """Return rows of the sums ``q`` of days ``d``, and those that are read from the ledger."""
        summed = SQL(
            "SELECT %s FROM l10n_cl_ai_day d JOIN %s q ON q.day_id = d.id WHERE d.id = ANY(%s) AND %s",
            columns, SQL.identifier(table), self._summed, self._of_feature(),
        )  # fmt: skip
        return SQL("%s UNION ALL %s", summed, live) if self._live.code else summed


def sum_up(env, day_ids):
    """Make the sums of days, each in place of what was there. They must be locked, with nothing under way in them."""
    ids = list(day_ids)
    rows, facets = SQL("l10n_cl_ai_day d %s", ROWS), _names("q", FACETS)
    sums = {
        "l10n_cl_ai_day_sum": SQL(
            "SELECT d.id, %s, %s FROM %s WHERE d.id = ANY(%s) GROUP BY d.id, %s", facets, FIGURES, rows, ids, facets
        ),
        "l10n_cl_ai_day_reason": SQL(
            "SELECT d.id, q.feature, q.simulated, q.reason, count(*) FROM %s"
            " WHERE d.id = ANY(%s) AND q.status = 'not_evaluated' GROUP BY 1, 2, 3, 4",
            rows, ids,
        ),
        "l10n_cl_ai_day_time": SQL(
            "SELECT d.id, q.feature, q.simulated, t.first, %s, count(*) FROM %s, %s"
            " WHERE d.id = ANY(%s) AND t.ms IS NOT NULL GROUP BY 1, 2, 3, 4, 5",
            BUCKET, rows, TIMES, ids,
        ),
    }  # fmt: skip
    for table, query in sums.items():
        env.cr.execute(SQL("DELETE FROM %s WHERE day_id = ANY(%s)", SQL.identifier(table), ids))
        env.cr.execute(SQL("INSERT INTO %s %s", SQL.identifier(table), query))
    env.cr.execute(SQL("UPDATE l10n_cl_ai_day SET summed = true WHERE id = ANY(%s)", ids))


def middle(bucket):
    """Return the ms that a bucket stands for, from which nothing in it differs by more than 2 %."""
    return None if bucket is None else 2 * math.pow(TIME_BASE, bucket) / (TIME_BASE + 1) if bucket else 1.0


def _names(table, names):
    return SQL(", ").join(SQL.identifier(table, name) for name in names)
