"""Alert: pages of the SII that can't be read any more, each counted once it failed often enough in a row; or that
nobody looks at, though it is time: a watch that stands still says nothing of news either."""

from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from ..watch.alert import Kind, Measure
from .ai_sii_source import BROKEN_AFTER
from .sii_words import in_spanish

#: Names that are told; how late a look may be.
_NAMED, _LATE = 5, timedelta(hours=24)


class AiAlert(models.Model):
    _inherit = "l10n_cl_ai.alert"

    kind = fields.Selection(
        selection_add=[("sii_source_broken", "Pages of the SII that can't be read")],
        ondelete={"sii_source_broken": "cascade"},
    )

    def _kinds(self):
        return super()._kinds() | {"sii_source_broken": Kind("count", 1, 1, minutes=60, silence=1440)}

    def _measure_sii_source_broken(self):
        watching = self.company_id.filtered(lambda company: company.l10n_cl_ai_watch)
        unread = Domain("failures", ">=", BROKEN_AFTER) | Domain("next_at", "<", fields.Datetime.now() - _LATE)
        domain = unread & Domain("company_id", "in", [False, *watching.ids])
        # sudo: l10n_cl_ai.sii.source - how many of the pages watched for a company are not read, and which
        broken = self.env["l10n_cl_ai.sii.source"].sudo().search(domain)
        if not broken:
            return {}
        # sudo: res.company - which companies are told of the pages of all
        for_all = self.env["res.company"].sudo()._l10n_cl_ai_watching()
        measures = {}
        for company in watching:
            mine = (company, company.browse()) if company in for_all else (company,)
            own = broken.filtered(lambda source, mine=mine: source.company_id in mine)
            if own:
                # The cron measures in no language of people: what it names is read in the company's.
                named = own[:_NAMED].with_context(lang=company.partner_id.lang or in_spanish(self.env).lang)
                measures[company.id] = Measure(len(own), None, ", ".join(named.mapped("name")))
        return measures
