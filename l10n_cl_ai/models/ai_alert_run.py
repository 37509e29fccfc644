"""Measuring: one kind after another, each by one statement for all companies, and what follows from it."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, format_datetime

from ..watch.alert import NOTHING, Act, judge
from .ai_alert import QUIETLY
from .ai_budget_limits import TIMEZONE

_logger = logging.getLogger(__name__)

#: Hours at most for which somebody may silence an alert.
_LONGEST_SILENCE = 168


class AiAlert(models.Model):
    _inherit = "l10n_cl_ai.alert"

    @api.model
    def _cron_measure(self):
        """Measure all alerts. What goes wrong with one kind is said, and keeps no other from being measured."""
        cron, kinds = self.env["ir.cron"], list(self._kinds())
        cron._commit_progress(remaining=len(kinds))
        for kind in kinds:
            try:
                self._measure_kind(kind)
                left = cron._commit_progress(1)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()  # somebody else has just measured, or changed them: the next look will do
                self.env.invalidate_all()
                left = cron._commit_progress(1)
            if not left:
                return

    def action_measure(self):
        """Measure these now; nothing is asked of anybody outside."""
        self.check_access("write")
        # sudo: l10n_cl_ai.alert and what is read for it - figures of the alerts' own companies; the right was looked at
        mine = self.sudo()
        measured = mine.browse()
        for kind in set(mine.mapped("kind")):
            measured |= mine.filtered(lambda alert, kind=kind: alert.kind == kind)._measure_kind(kind, now=True)
        if mine.filtered("active") - measured:
            raise UserError(self.env._("It is just being measured. Look again in a moment."))

    def action_silence(self, hours=24):
        """Let nobody be told of these for so many hours; they are measured and fire as ever. It is written down."""
        self.check_access("write")
        if not isinstance(hours, int) or not 0 < hours <= _LONGEST_SILENCE:
            raise UserError(self.env._("An alert is silenced for 1 to %(hours)s hours.", hours=_LONGEST_SILENCE))
        until = fields.Datetime.now() + timedelta(hours=hours)
        shown = format_datetime(self.env, until, tz=TIMEZONE)
        for alert in self:
            alert._set_silence(until, self.env._("Silenced until %(time)s.", time=shown))

    def action_end_silence(self):
        """Let people be told of these again."""
        self.check_access("write")
        for alert in self.filtered("silenced_until"):
            alert._set_silence(False, self.env._("No longer silenced."))

    def _set_silence(self, until, words):
        # sudo: l10n_cl_ai.alert - written in the name of who silences it; the right was looked at by the actions
        alert = self.sudo()
        alert.write({"silenced_until": until, "silenced_by": self.env.uid if until else False})
        alert._message_log(body=words, author_id=self.env.user.partner_id.id)
        _logger.info("Alert %s: user %s, silenced until %s", self.id, self.env.uid, until)

    def _measure_kind(self, kind, now=False):
        """Measure the alerts of a kind and do what follows. Return those that were measured.

        :param now: those of ``self`` only
        """
        alerts = self._locked(kind, self.ids if now else None).with_context(**QUIETLY)
        if not alerts:
            return alerts
        try:
            with self.env.cr.savepoint():
                found = getattr(alerts, f"_measure_{kind}")()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("Alerts of kind %s cannot be measured", kind)
            alerts._not_measured()
            return alerts
        alerts._judge(found)
        return alerts

    def _locked(self, kind, ids):
        """Return the alerts of a kind that nobody else is measuring, locked until the end of the transaction."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT a.id FROM l10n_cl_ai_alert a JOIN res_company c ON c.id = a.company_id AND c.active
                 WHERE a.kind = %s AND a.active AND %s
                 ORDER BY a.id
                   FOR NO KEY UPDATE OF a SKIP LOCKED
                """,
                kind,
                SQL("true") if ids is None else SQL("a.id = ANY(%s)", list(ids)),
            )
        )
        return self.browse([row_id for (row_id,) in rows])

    def _judge(self, found):
        """Compare what was found with the limits, and do what follows. :param found: {company id: measure}"""
        now, due = fields.Datetime.now(), []
        for alert in self:
            measure = found.get(alert.company_id.id, NOTHING)
            memory, act = judge(measure, alert._limits(), alert._memory(), now)
            if act:
                due.append((alert, measure, memory, act))
            else:
                alert._remember(measure, memory, now)
        self.flush_recordset()  # by one statement, outside the savepoints below
        for alert, measure, memory, act in due:
            try:
                with self.env.cr.savepoint():
                    alert._remember(measure, memory, now)
                    alert._act(measure, act, now)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception:
                # What goes wrong with one alert keeps no other from being told.
                _logger.exception("Alert %s could not be told: it is tried again", alert.id)

    def _remember(self, measure, memory, now):
        state = "firing" if memory.firing else "waiting" if memory.since else "quiet"
        self.write(
            {"value": measure.value, "value_samples": measure.samples or 0, "words": measure.words, "measured_at": now,
             "problem_since": False, "state": state, "since": memory.since, "told": memory.told,
             "told_at": memory.told_at}
        )  # fmt: skip
        if memory.firing and (event := self._open_event()) and measure.value > event.peak:
            event.peak = measure.value

    def _act(self, measure, act, now):
        if Act.BEGIN in act:
            self._begin(measure, now)
        event = self._open_event()
        if Act.END in act:
            event.cleared_at = now
            if Act.TELL in act:
                self._tell_cleared(event)
        elif Act.TELL in act:
            self._tell_fired(event)

    def _begin(self, measure, now):
        # sudo: l10n_cl_ai.alert.event - written here alone
        self.env["l10n_cl_ai.alert.event"].sudo().create(
            {"alert_id": self.id, "company_id": self.company_id.id, "fired_at": now, "value": measure.value,
             "peak": measure.value, "samples": measure.samples or 0, "threshold": self.threshold,
             "words": measure.words}
        )  # fmt: skip

    def _open_event(self):
        # sudo: l10n_cl_ai.alert.event - as above
        events = self.env["l10n_cl_ai.alert.event"].sudo()
        return events.search([("alert_id", "=", self.id), ("cleared_at", "=", False)], limit=1)

    def _not_measured(self):
        """Write that these could not be measured, and tell of it once."""
        fresh = self.filtered(lambda alert: not alert.problem_since)
        fresh.problem_since = fields.Datetime.now()
        for alert in fresh:
            alert._tell_not_measured()

    def _stop(self):
        """End what these say: they were switched off."""
        now = fields.Datetime.now()
        for alert in self:
            alert._open_event().cleared_at = now
            alert._end_activities(self.env._("The alert was switched off."))
        self.write({"state": "quiet", "since": False, "told": False})
