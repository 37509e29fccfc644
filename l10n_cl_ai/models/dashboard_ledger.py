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

#: By what rows of the ledger are told apart in the sums of a day.
FACETS = SQL(
    "q.user_id, q.feature, q.model, q.status, q.reason, q.simulated, q.unconfirmed,"
    " coalesce(q.wait_ms > 0, false) AS waited, q.attempts > 0 AS called"
)
FIGURES = SQL("count(*) AS asks, sum(q.cost) AS cost, sum(q.saved) AS saved")
#: Two rows for each row of the ledger, of which the one without a time counts for nothing.
TIMES = SQL("LATERAL (VALUES ('call', q.call_ms), ('first', q.first_token_ms)) t (kind, ms)")
#: Up to 1 ms is the first bucket; the last is beyond any deadline.
BUCKET = SQL("ceil(ln(least(greatest(t.ms, 1), 1e9)) / ln(%s::float8))::smallint", TIME_BASE)

#: Ways to look at the same rows, with the columns that name a group; in order of GROUPING's bits.
KEYS = ("day", "company_id", "feature", "user_id", "model", "status")
SETS = {"total": (), **{key: (key,) for key in KEYS[:-1]}, "result": ("status", "reason")}


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
        self._summed, live = self._split()
        self._live = SQL(", ").join(
            SQL("(%s, %s::date, %s::timestamp, %s::timestamp)", company, day.day, day.starts, day.ends)
            for company, day in live
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
        columns = SQL(
            "user_id, feature, model, status, reason, simulated, unconfirmed, waited, called, asks, cost, saved"
        )
        summed = SQL(
            "SELECT d.company_id, d.day, %s FROM l10n_cl_ai_day d JOIN l10n_cl_ai_day_sum q ON q.day_id = d.id"
            " WHERE d.id = ANY(%s) AND %s",
            columns, self._summed, self._of_feature(),
        )  # fmt: skip
        live = SQL(
            "SELECT d.company_id, d.day, %s, %s FROM %s WHERE %s GROUP BY d.company_id, d.day, %s",
            FACETS, FIGURES, self._ledger(), self._of_feature(), SQL("3, 4, 5, 6, 7, 8, 9, 10, 11"),
        )  # fmt: skip
        return SQL(
            """
            SELECT GROUPING(%(keys)s) AS bits, simulated, %(keys)s, reason,
                   sum(asks)::bigint AS asks,
                   coalesce(sum(asks) FILTER (WHERE called), 0)::bigint AS called,
                   coalesce(sum(asks) FILTER (WHERE status = 'answered'), 0)::bigint AS answered,
                   coalesce(sum(asks) FILTER (WHERE status = 'cached'), 0)::bigint AS cached,
                   coalesce(sum(asks) FILTER (WHERE status = 'cached' AND waited), 0)::bigint AS waited,
                   coalesce(sum(asks) FILTER (WHERE status = 'not_evaluated'), 0)::bigint AS failed,
                   coalesce(sum(asks) FILTER (WHERE status IS NULL), 0)::bigint AS running,
                   sum(cost) AS cost, sum(saved) AS saved,
                   coalesce(sum(cost) FILTER (WHERE unconfirmed), 0) AS unconfirmed
              FROM (%(rows)s) q
             GROUP BY simulated, GROUPING SETS (%(sets)s)
            """,
            keys=SQL(", ").join(map(SQL.identifier, KEYS)),
            rows=self._union(summed, live),
            sets=SQL(", ").join(SQL("(%s)", SQL(", ").join(map(SQL.identifier, keys))) for keys in SETS.values()),
        )

    def times(self):
        """Return [{simulated, kind, day, feature, p50, p95, n}] of calls, in ms; off by 1 % at most.

        ``kind`` is ``call`` (the whole call) or ``first`` (to the first token). ``day`` and ``feature`` are None where
        the row is of all of them.
        """
        rows = self.env.execute_query_dict(self._times_query())
        for row in rows:
            row["p50"], row["p95"] = middle(row["p50"]), middle(row["p95"])
        return rows

    def _times_query(self):
        summed = SQL(
            "SELECT d.day, q.feature, q.simulated, q.kind, q.bucket, q.asks"
            "  FROM l10n_cl_ai_day d JOIN l10n_cl_ai_day_time q ON q.day_id = d.id WHERE d.id = ANY(%s) AND %s",
            self._summed, self._of_feature(),
        )  # fmt: skip
        live = SQL(
            "SELECT d.day, q.feature, q.simulated, t.kind, %s, count(*) FROM %s, %s"
            " WHERE t.ms IS NOT NULL AND %s GROUP BY 1, 2, 3, 4, 5",
            BUCKET, self._ledger(), TIMES, self._of_feature(),
        )  # fmt: skip
        return SQL(
            """
            WITH counted AS (
                SELECT simulated, kind, day, feature, bucket, sum(asks) AS asks
                  FROM (%s) q
                 GROUP BY simulated, kind, bucket, GROUPING SETS ((), (day), (feature))
            ), ranked AS (
                SELECT *, sum(asks) OVER (PARTITION BY simulated, kind, day, feature ORDER BY bucket) AS rank,
                       sum(asks) OVER (PARTITION BY simulated, kind, day, feature) AS n
                  FROM counted
            )
            SELECT simulated, kind, day, feature, min(bucket) FILTER (WHERE rank >= 0.5 * n) AS p50,
                   min(bucket) FILTER (WHERE rank >= 0.95 * n) AS p95, max(n)::bigint AS n
              FROM ranked
             GROUP BY simulated, kind, day, feature
            """,
            self._union(summed, live),
        )

    def _ledger(self):
        """Return the ledger's rows ``q`` of the days ``d`` that have no sums."""
        return SQL(
            "(VALUES %s) d (company_id, day, starts, ends) JOIN l10n_cl_ai_request q"
            " ON q.company_id = d.company_id AND q.asked_at >= d.starts AND q.asked_at < d.ends",
            self._live,
        )

    def _of_feature(self):
        return SQL("q.feature = %s", self.feature) if self.feature else SQL("true")

    def _union(self, summed, live):
        return SQL("%s UNION ALL %s", summed, live) if self._live.code else summed


def sum_up(env, day_ids):
    """Make the sums of days, each in place of what was there. They must be locked, with nothing under way in them."""
    ids = list(day_ids)
    day_rows = SQL(
        "l10n_cl_ai_day d JOIN l10n_cl_ai_request q"
        " ON q.company_id = d.company_id AND q.asked_at >= d.starts AND q.asked_at < d.ends"
    )
    for table in ("l10n_cl_ai_day_sum", "l10n_cl_ai_day_time"):
        env.cr.execute(SQL("DELETE FROM %s WHERE day_id = ANY(%s)", SQL.identifier(table), ids))
    env.cr.execute(
        SQL(
            "INSERT INTO l10n_cl_ai_day_sum (day_id, user_id, feature, model, status, reason, simulated, unconfirmed,"
            " waited, called, asks, cost, saved)"
            " SELECT d.id, %s, %s FROM %s WHERE d.id = ANY(%s) GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10",
            FACETS, FIGURES, day_rows, ids,
        )
    )  # fmt: skip
    env.cr.execute(
        SQL(
            "INSERT INTO l10n_cl_ai_day_time (day_id, feature, simulated, kind, bucket, asks)"
            " SELECT d.id, q.feature, q.simulated, t.kind, %s, count(*) FROM %s, %s"
            " WHERE d.id = ANY(%s) AND t.ms IS NOT NULL GROUP BY 1, 2, 3, 4, 5",
            BUCKET, day_rows, TIMES, ids,
        )
    )  # fmt: skip
    env.cr.execute(SQL("UPDATE l10n_cl_ai_day SET summed = true WHERE id = ANY(%s)", ids))


def middle(bucket):
    """Return the ms that a bucket stands for, from which nothing in it differs by more than 1 %."""
    return None if bucket is None else 2 * math.pow(TIME_BASE, bucket) / (TIME_BASE + 1) if bucket else 1.0
