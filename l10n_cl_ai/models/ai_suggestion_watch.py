"""Watching what was booked by itself: where it is wrong too often, it is stopped, and the managers hear of it."""

import logging
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models

from ..suggest.bands import FEWEST, PROMISED
from .ai_index_fit import FEWEST_ENTRIES

_logger = logging.getLogger(__name__)

#: Days of posting that count.
WATCHED_DAYS = 90
_ACTIVITY = "mail.mail_activity_data_warning"


class AiIndex(models.Model):
    _inherit = "l10n_cl_ai.index"

    measure_wanted = fields.Boolean("To be measured", readonly=True, help="A manager asked for it.")

    @api.model
    def _cron_upkeep(self):
        self.env["res.company"]._l10n_cl_ai_watch_auto()
        return super()._cron_upkeep()

    def _measure_when_due(self):
        wanted = self.filtered(lambda index: index.measure_wanted and index.built_at)
        now = wanted.filtered(lambda index: index._entry_count() >= FEWEST_ENTRIES)
        for index in now:
            index._measure()
        wanted.measure_wanted = False  # last: the row is not locked while it is measured
        return super(AiIndex, self - now)._measure_when_due()


class ResCompany(models.Model):
    _inherit = "res.company"

    def action_l10n_cl_ai_measure(self):
        """Have the company's history measured anew in the background.

        :raise AccessError: no manager of AI Chile, or no company of his
        """
        self.ensure_one()
        self.check_access("read")
        self.env["l10n_cl_ai.index"].check_access("read")
        for target in self._l10n_cl_ai_targets():
            self.env["l10n_cl_ai.index"]._of(self, target).measure_wanted = True
        # sudo: ir.cron - to wake it
        self.env.ref("l10n_cl_ai.cron_index").sudo()._trigger()
        return self.env["l10n_cl_ai.suggestion"]._notice(
            self.env._("It is being measured in the background: look again in some minutes.")
        )

    @api.model
    def _l10n_cl_ai_watch_auto(self):
        """Stop booking by itself where too little of it was right."""
        for company in self.search([("l10n_cl_ai_suggest_auto", "=", True)]):
            for target, seen, right in company._l10n_cl_ai_auto_outcome():
                if seen >= FEWEST and right / seen < PROMISED:
                    company._l10n_cl_ai_stop_auto(target, seen, right)
                    break

    def _l10n_cl_ai_auto_outcome(self):
        """Return (target, lines, how many were right) of what was booked by itself and posted since it is on.

        Also of what a person put right before posting: that it was is what is watched for.
        """
        since = fields.Date.context_today(self) - timedelta(days=WATCHED_DAYS)
        domain = [
            ("company_id", "=", self.id),
            ("was_automatic", "=", True),
            ("settled_on", ">=", since),
            ("create_date", ">=", self.l10n_cl_ai_suggest_auto_since or fields.Datetime.to_datetime(since)),
        ]
        return self.env["l10n_cl_ai.suggestion"]._read_group(domain, ["target"], ["__count", "right:sum"])

    def _l10n_cl_ai_stop_auto(self, target, seen, right):
        self.write({"l10n_cl_ai_suggest_auto": False, "l10n_cl_ai_suggest_stopped_on": fields.Date.context_today(self)})
        _logger.info("Company %s: %s of %s lines booked by itself were right: stopped", self.id, right, seen)
        for user in self.env["l10n_cl_ai.budget"]._managers(self):
            self._l10n_cl_ai_tell_stopped(user, target, seen, right)

    def _l10n_cl_ai_tell_stopped(self, user, target, seen, right):
        told = self.with_context(lang=user.lang)
        names = dict(told.env["l10n_cl_ai.suggestion"]._fields["target"]._description_selection(told.env))
        note = told.env._(
            "%(company)s, %(target)s: of %(seen)s lines booked by itself and posted, %(right)s were right "
            "(%(percent)s %%). It proposes on, and books nothing by itself until a manager turns it on again.",
            company=told.name,
            target=names[target],
            seen=seen,
            right=round(right),
            percent=told._l10n_cl_ai_percent(right / seen),
        )
        told.partner_id.activity_schedule(
            _ACTIVITY,
            summary=told.env._("Suggestions are no longer booked by themselves"),
            note=Markup("<p>%s</p>") % note,
            user_id=user.id,
        )
