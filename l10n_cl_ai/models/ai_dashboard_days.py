"""Sums of days that are over, made ahead, so that the panel needn't read every row of a month."""

from dataclasses import astuple
from datetime import timedelta

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL
from odoo.tools.misc import split_every

from ..llm.postgres.day_schema import SETTLED_AFTER
from .ai_dashboard import MOST_DAYS
from .dashboard_days import days
from .dashboard_ledger import sum_up

#: Days summed up in one transaction.
_TOGETHER = 10


class AiDashboard(models.AbstractModel):
    _inherit = "l10n_cl_ai.dashboard"

    @api.model
    def _cron_sum_days(self):
        """Sum up the days that are over, in the time zones of those who see the panel; the newest first."""
        cron = self.env["ir.cron"]
        self._add_days()
        waiting = self._days_to_sum()
        if not cron._commit_progress(remaining=len(waiting)):
            return
        for ids in split_every(_TOGETHER, waiting):
            try:
                self._sum_days(ids)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()  # a day was changed between our snapshot and our look: the next run takes it
                continue
            if not cron._commit_progress(len(ids)):
                return

    @api.model
    def sum_up_soon(self):
        """Have the cron sum up what has no sums: after an upgrade, or in a zone that is new. Return whether it will.

        :raises AccessError: the user manages no AI
        """
        self._companies(None)
        # sudo: ir.cron - to wake it is all that is done
        cron = (self.env.ref("l10n_cl_ai.cron_dashboard", raise_if_not_found=False) or self.env["ir.cron"]).sudo()
        if cron.active:
            cron._trigger()
        return cron.active

    @api.model
    def _wake_after_update(self):
        """Have the sums made again: an update of the addon makes their tables anew."""
        # An administrator may have deleted it.
        if cron := self.env.ref("l10n_cl_ai.cron_dashboard", raise_if_not_found=False):
            cron._trigger()

    @api.model
    def _zones(self):
        """Return the time zones of managers and administrators."""
        groups = self.env.ref("l10n_cl_ai.group_manager") | self.env.ref("base.group_system")
        return sorted({user.tz or "UTC" for user in groups.all_user_ids if user.active and not user.share})

    def _add_days(self):
        """Note the days of the ledger that are over, and forget those of which it has no row any more."""
        for zone in self._zones():
            here = self.with_context(tz=zone)
            last = fields.Date.context_today(here) - timedelta(days=1)
            over = days(here.env.tz, last - timedelta(days=MOST_DAYS - 1), last)
            values = SQL(", ").join(SQL("(%s::date, %s::timestamp, %s::timestamp)", *astuple(one)) for one in over)
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO l10n_cl_ai_day (company_id, zone, day, starts, ends)
                    SELECT c.id, %s, d.day, d.starts, d.ends
                      FROM res_company c, (VALUES %s) d (day, starts, ends)
                     WHERE EXISTS (SELECT FROM l10n_cl_ai_request q
                                    WHERE q.company_id = c.id AND q.asked_at >= d.starts AND q.asked_at < d.ends)
                    ON CONFLICT DO NOTHING
                    """,
                    zone, values,
                )
            )  # fmt: skip
        self.env.cr.execute(
            """
            DELETE FROM l10n_cl_ai_day d
             WHERE NOT d.summed AND d.ends < (now() AT TIME ZONE 'UTC') - interval '2 days'
               AND NOT EXISTS (SELECT FROM l10n_cl_ai_request q
                                WHERE q.company_id = d.company_id AND q.asked_at >= d.starts AND q.asked_at < d.ends)
            """
        )

    def _days_to_sum(self):
        """Return the ids of days without sums that are over, with nothing under way in them."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT d.id FROM l10n_cl_ai_day d
                 WHERE NOT d.summed AND d.ends < (now() AT TIME ZONE 'UTC') - %s::interval AND %s
                 ORDER BY d.day DESC, d.id
                """,
                SETTLED_AFTER, _QUIET,
            )
        )  # fmt: skip
        return [day_id for (day_id,) in rows]

    def _sum_days(self, ids):
        """Sum these up, but those that somebody changes just now. Their rows stay locked until the transaction ends.

        Begin a transaction for it: what it reads must not be older than its locks.
        """
        locked = self.env.execute_query(
            SQL(
                "SELECT id FROM l10n_cl_ai_day d WHERE id = ANY(%s) AND %s FOR UPDATE SKIP LOCKED", list(ids), _QUIET
            )
        )
        sum_up(self.env, [day_id for (day_id,) in locked])


#: A question under way is charged when its lease ends, at the latest: its day waits until then.
_QUIET = SQL(
    "NOT EXISTS (SELECT FROM l10n_cl_ai_request r WHERE r.state = 'running' AND r.company_id = d.company_id"
    " AND r.asked_at >= d.starts AND r.asked_at < d.ends)"
)
