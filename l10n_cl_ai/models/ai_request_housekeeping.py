"""What keeps the gateway's tables right and small: sweeper, audit, retention."""

import logging

from markupsafe import Markup

from odoo import api, models
from odoo.tools import SQL

from ..llm.postgres.budget import Budget
from ..llm.postgres.cache import Cache
from ..llm.postgres.door import Statement

_logger = logging.getLogger(__name__)

#: Rows per statement of the retention.
_AT_ONCE = 5000
#: Answers kept per company, the newest.
_CACHE_ROWS, _CACHE_BYTES = 50_000, 100_000_000
#: When the oldest row of company ``c`` that is kept was asked; 400 days ago where the company is no more.
_OLDEST = SQL("(now() AT TIME ZONE 'UTC') - interval '1 day' * coalesce(c.l10n_cl_ai_ledger_days, 400)")
#: The company has no legal hold (``l10n_cl_ai.hold``).
_FREE = SQL("NOT EXISTS (SELECT FROM l10n_cl_ai_hold h WHERE h.company_id = c.id AND h.lifted_at IS NULL)")

_LEASES = Statement(
    "l10n_cl_ai_gc_flights",
    "DELETE FROM l10n_cl_ai_flight WHERE lease_until < clock_timestamp() AT TIME ZONE 'UTC'",
    repeatable=True,
)
# A rate whose time has passed allows as much as one that was never there.
_RATES = Statement(
    "l10n_cl_ai_gc_rates",
    "DELETE FROM l10n_cl_ai_rate WHERE tat < extract(epoch FROM clock_timestamp()) * 1000000",
    repeatable=True,
)
# Swept so long ago that retention takes it: no word of it is waited for, and what was charged stands. So it is counted.
_GIVE_UP = Statement(
    "l10n_cl_ai_gc_give_up",
    f"""
    UPDATE l10n_cl_ai_request SET settled_at = coalesce(swept_at, asked_at)
     WHERE id IN (
        SELECT r.id
          FROM l10n_cl_ai_request r LEFT JOIN res_company c ON c.id = r.company_id
         WHERE r.settled_at IS NULL AND r.state = 'done' AND r.asked_at < {_OLDEST.code} AND {_FREE.code})
    """,
    repeatable=True,
)


class AiRequest(models.Model):
    _inherit = "l10n_cl_ai.request"

    # -- crons ---------------------------------------------------------------------------------------

    @api.model
    def _cron_sweep(self):
        """Charge the reservations of workers that died: their budgets are neither blocked nor overspent."""
        swept = Budget(self.env["l10n_cl_ai.gateway"]._door()).sweep()
        if swept:
            _logger.warning("%s asks whose worker died were charged at their estimate", swept)

    @api.model
    def _cron_audit(self):
        """Compare the budgets' counters with the ledger, and call the administrators if they differ."""
        differences = Budget(self.env["l10n_cl_ai.gateway"]._door()).audit()
        if not differences:
            return
        _logger.error("The budgets of the AI and its ledger differ: %s", "; ".join(differences))
        for user in self.env.ref("base.group_system").all_user_ids.filtered("active"):
            self.with_context(lang=user.lang)._tell_differences(user, differences)

    def _tell_differences(self, user, differences):
        summary = self.env._("The budgets of the AI and its ledger differ")
        note = Markup("<ul>%s</ul>") % Markup("").join(Markup("<li>%s</li>") % line for line in differences)
        # On no record: what hangs on a contact is read by all who read the contact, and this is of every company.
        activities, kind = self.env["mail.activity"], self.env.ref("mail.mail_activity_data_warning")
        own = [("res_model", "=", False), ("activity_type_id", "=", kind.id), ("user_id", "=", user.id)]
        # Ours: who made one that only looks like it could read what is written there.
        own.append(("create_uid", "=", self.env.uid))
        told = activities.search([*own, ("summary", "=", summary)], limit=1)
        if told:
            told.note = note
        else:
            activities.create(
                {"activity_type_id": kind.id, "summary": summary, "note": note, "user_id": user.id}
            )  # fmt: skip

    # -- retention -----------------------------------------------------------------------------------

    @api.autovacuum
    def _gc_content(self):
        """Forget what was sent and answered once its company no longer wants it kept; the figures stay."""
        forgotten = self.env.execute_query(
            SQL(
                """
                UPDATE l10n_cl_ai_request SET content_sent = NULL, content_answer = NULL
                 WHERE id IN (
                    SELECT r.id
                      FROM l10n_cl_ai_request r LEFT JOIN res_company c ON c.id = r.company_id
                     WHERE (r.content_sent IS NOT NULL OR r.content_answer IS NOT NULL) AND r.state = 'done'
                       AND %s
                       AND r.asked_at < (now() AT TIME ZONE 'UTC')
                           - interval '1 day' * coalesce(c.l10n_cl_ai_content_days, 0)
                     LIMIT %s)
                RETURNING id
                """,
                _FREE,
                _AT_ONCE,
            )
        )
        return len(forgotten), len(forgotten) == _AT_ONCE

    @api.autovacuum
    def _gc_ledger(self):
        """Delete what is older than its company keeps it, but no row that a counter still counts, or no total holds."""
        # On side connections, and first: this transaction then sees what became of it.
        self.env["l10n_cl_ai.gateway"]._door().run(_GIVE_UP)
        self.env["l10n_cl_ai.metrics"]._cron_count()
        self._gc_counters()
        deleted = self.env.execute_query(
            SQL(
                """
                DELETE FROM l10n_cl_ai_request
                 WHERE id IN (
                    SELECT r.id
                      FROM l10n_cl_ai_request r LEFT JOIN res_company c ON c.id = r.company_id
                     WHERE r.state = 'done' AND r.counted
                       AND %(free)s
                       AND r.asked_at < %(oldest)s
                       AND NOT EXISTS (SELECT FROM l10n_cl_ai_budget_counter n WHERE n.id = ANY (r.counter_ids))
                     LIMIT %(at_once)s)
                RETURNING id
                """,
                oldest=_OLDEST,
                free=_FREE,
                at_once=_AT_ONCE,
            )
        )
        ids = [row_id for (row_id,) in deleted]
        self.env.execute_query(
            SQL("UPDATE l10n_cl_ai_request SET parent_id = NULL WHERE parent_id = ANY(%s) RETURNING id", ids)
        )
        return len(ids), len(ids) == _AT_ONCE

    def _gc_counters(self):
        """Delete the counters of months over for longer than the ledger is kept; the audit asks of no other."""
        self.env.execute_query(
            SQL(
                """
                DELETE FROM l10n_cl_ai_budget_counter
                 WHERE id IN (
                    SELECT n.id
                      FROM l10n_cl_ai_budget_counter n LEFT JOIN res_company c ON c.id = n.company_id
                     WHERE n.reserved = 0
                       AND %(free)s
                       AND date_trunc('month', n.period_start) + interval '1 month'
                           < %(oldest)s)
                RETURNING id
                """,
                oldest=_OLDEST,
                free=_FREE,
            )
        )

    @api.autovacuum
    def _gc_side_tables(self):
        """Delete the oldest answers of companies that keep too many, and claims and rates that are over."""
        door = self.env["l10n_cl_ai.gateway"]._door()
        Cache(door).evict(_CACHE_ROWS, _CACHE_BYTES)
        door.run(_LEASES)
        door.run(_RATES)
