"""What alerts measure: each kind by one statement for all its companies.

A method ``_measure_<kind>`` is called on the alerts of its kind, reads and writes nothing else, and returns
{company id: ``watch.alert.Measure``}. A company that is not in it has nothing of the kind.
"""

from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.tools import SQL

from ..watch.alert import Measure
from . import ai_base, ai_budget, ai_model  # noqa: F401 - what the next ones extend is defined first
from .ai_batch import OPEN
from .ai_budget_limits import TIMEZONE
from .ai_model_lifecycle import WARNING_DAYS

#: Why nothing came of a question that should have been answered; switched off, without a key or beyond our own limits
#: is no error.
ERRORS = (
    "breaker_open", "deadline", "overloaded", "refused", "truncated", "invalid_answer", "auth", "bad_model",
    "unreachable",
)  # fmt: skip
LIMITS = ("rate_limited", "over_budget")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: Without a question turned away for so long, the provider no longer counts as at rest.
_BREAKER_FRESH = timedelta(minutes=15)


class AiAlert(models.Model):
    _inherit = "l10n_cl_ai.alert"

    # -- of the ledger ---------------------------------------------------------------------------------

    def _measure_cost_day(self):
        today = self.env["l10n_cl_ai.budget"]._today(self.company_id[:1])
        midnight = pytz.timezone(TIMEZONE).localize(datetime.combine(today, time()))
        since = midnight.astimezone(pytz.utc).replace(tzinfo=None)
        return self._of_ledger("sum(cost) FILTER (WHERE NOT simulated)", since)

    def _measure_unconfirmed(self):
        return self._of_ledger("sum(cost) FILTER (WHERE unconfirmed AND NOT simulated)", self._ago(DAY))

    def _measure_errors_hour(self):
        errors = SQL("count(*) FILTER (WHERE reason IN %s AND NOT stopped)", ERRORS)
        return self._of_ledger(errors, self._ago(HOUR))

    def _measure_limits_hour(self):
        return self._of_ledger(SQL("count(*) FILTER (WHERE reason IN %s)", LIMITS), self._ago(HOUR))

    def _measure_requests_hour(self):
        return self._of_ledger("count(*)", self._ago(HOUR))

    def _measure_latency_p95(self):
        asked = "status = 'answered' AND call_ms IS NOT NULL AND NOT batch"
        return self._of_ledger(
            f"percentile_disc(0.95) WITHIN GROUP (ORDER BY call_ms) FILTER (WHERE {asked})",
            self._ago(HOUR),
            f"count(*) FILTER (WHERE {asked})",
        )

    def _measure_breaker(self):
        """Minutes since the provider was first left alone, with no answer of it since."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT r.company_id, extract(epoch FROM %(now)s - min(r.asked_at)) / 60, count(*)
                  FROM l10n_cl_ai_request r
                 WHERE r.company_id = ANY(%(companies)s) AND r.asked_at > %(since)s AND r.asked_at <= %(now)s
                   AND r.reason = 'breaker_open'
                   AND NOT EXISTS (
                        SELECT FROM l10n_cl_ai_request later
                         WHERE later.company_id = r.company_id AND later.asked_at > r.asked_at
                           AND later.asked_at <= %(now)s AND later.status = 'answered')
                 GROUP BY r.company_id
                HAVING max(r.asked_at) > %(fresh)s
                """,
                now=fields.Datetime.now(),
                companies=self.company_id.ids,
                since=self._ago(DAY),
                fresh=self._ago(_BREAKER_FRESH),
            )
        )
        return {company_id: Measure(float(minutes), count) for company_id, minutes, count in rows}

    def _of_ledger(self, figure, since, samples="count(*)"):
        """Return a figure of each company's rows since then. :param samples: how many rows it rests on"""
        figure, samples = (SQL(part) if isinstance(part, str) else part for part in (figure, samples))
        rows = self.env.execute_query(
            SQL(
                "SELECT company_id, %s, %s FROM l10n_cl_ai_request"
                " WHERE company_id = ANY(%s) AND asked_at >= %s AND asked_at <= %s GROUP BY company_id",
                figure,
                samples,
                self.company_id.ids,
                since,
                fields.Datetime.now(),
            )
        )
        return {company_id: Measure(float(value or 0), count) for company_id, value, count in rows}

    @api.model
    def _ago(self, span):
        return fields.Datetime.now() - span

    # -- of models -------------------------------------------------------------------------------------

    def _measure_retiring_model(self):
        """Models that features which are on ask, and that end within the days in which managers are warned."""
        soon = fields.Date.today() + timedelta(days=WARNING_DAYS)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT s.company_id, count(DISTINCT m.id), string_agg(DISTINCT m.label, ', ')
                  FROM l10n_cl_ai_feature_switch s
                  JOIN l10n_cl_ai_feature f ON f.id = s.feature_id AND f.active AND f.sends_data
                  JOIN l10n_cl_ai_model m ON m.id IN (f.model_id, f.escalation_model_id)
                 WHERE s.enabled AND s.company_id = ANY(%s) AND (m.retires_on <= %s OR m.lifecycle = 'retired')
                 GROUP BY s.company_id
                """,
                self.company_id.ids,
                soon,
            )
        )
        return {company_id: Measure(float(count), None, names) for company_id, count, names in rows}

    # -- of work that waits ----------------------------------------------------------------------------

    def _measure_stuck_queue(self):
        """Minutes for which the oldest waits that could be worked off, and where."""
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (company_id) company_id, extract(epoch FROM %(now)s - since) / 60, place
                  FROM (%(places)s) waiting (company_id, place, since)
                 WHERE since <= %(now)s AND company_id = ANY(%(companies)s)
                 ORDER BY company_id, since
                """,
                now=now,
                places=SQL(" UNION ALL ").join(self._waiting_places(now)),
                companies=self.company_id.ids,
            )
        )
        return {company_id: Measure(float(minutes), None, place) for company_id, minutes, place in rows}

    @api.model
    def _waiting_places(self, now):
        """Return statements, each of which gives company id, name of a model, and since when its oldest row waits.

        Another addon adds its own queue.
        """
        queues = self.env["l10n_cl_ai.queued"]._queues()
        waits = "state = 'queued' AND coalesce(batch_ref, 0) = 0"
        # A claim whose lease is over is taken up by the next run of the cron, if there is one.
        dead = "state = 'running' AND coalesce(batch_ref, 0) = 0"
        return [
            *(self._place(name, "coalesce(not_before, create_date)", waits) for name in queues),
            *(self._place(name, "lease_until", dead) for name in queues),
            self._place("l10n_cl_ai.batch", "greatest(next_look, lease_until)", SQL("state IN %s", OPEN)),
            self._place("l10n_cl_ai.article.import", "write_date", "state = 'queued'"),
            self._place("l10n_cl_ai.webhook.delivery", "greatest(next_at, lease_until)", "state = 'queued'"),
        ]

    @api.model
    def _place(self, name, since, waiting):
        """Return the statement of one model. :param since: expression  :param waiting: condition"""
        self.env[name].flush_model()
        since, waiting = (SQL(part) if isinstance(part, str) else part for part in (since, waiting))
        table = SQL.identifier(self.env[name]._table)
        return SQL("SELECT company_id, %s, min(%s) FROM %s WHERE %s GROUP BY company_id", name, since, table, waiting)
