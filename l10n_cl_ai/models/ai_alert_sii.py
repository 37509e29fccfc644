"""Alert: pages of the SII that can't be read any more, each counted once it failed often enough in a row."""

from odoo import fields, models

from ..watch.alert import Kind, Measure
from .ai_sii_source import BROKEN_AFTER
from .sii_words import in_spanish

#: Names that are told.
_NAMED = 5


class AiAlert(models.Model):
    _inherit = "l10n_cl_ai.alert"

    kind = fields.Selection(
        selection_add=[("sii_source_broken", "Pages of the SII that can't be read")],
        ondelete={"sii_source_broken": "cascade"},
    )

    def _kinds(self):
        return super()._kinds() | {"sii_source_broken": Kind("count", 1, 1, silence=1440)}

    def _measure_sii_source_broken(self):
        watching = self.company_id.filtered(lambda company: company.l10n_cl_ai_watch)
        domain = [("failures", ">=", BROKEN_AFTER), ("company_id", "in", [False, *watching.ids])]
        # sudo: l10n_cl_ai.sii.source - how many of the pages watched for a company are broken, and which
        broken = self.env["l10n_cl_ai.sii.source"].sudo().search(domain)
        measures = {}
        for company in watching:
            own = broken.filtered(lambda source, company=company: source.company_id in (company, company.browse()))
            if own:
                # The cron measures in no language of people: what it names is read in the company's.
                named = own[:_NAMED].with_context(lang=company.partner_id.lang or in_spanish(self.env).lang)
                measures[company.id] = Measure(len(own), None, ", ".join(named.mapped("name")))
        return measures
