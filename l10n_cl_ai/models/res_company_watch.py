"""How a company wants to know of the SII's news."""

from odoo import api, fields, models

from .ai_sii_notice import IMPACTS

DIGESTS = [("off", "None"), ("daily", "Every day"), ("weekly", "Every week")]


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_cl_ai_watch = fields.Boolean("Watch the SII's site", default=True)
    l10n_cl_ai_watch_user_id = fields.Many2one("res.users", "Responsible for the SII's news")
    l10n_cl_ai_watch_from = fields.Selection(IMPACTS, "Activity from", default="3")
    l10n_cl_ai_watch_words = fields.Char(
        "Words that matter", help="Separated by commas: a document with one of them has to be done something about."
    )
    l10n_cl_ai_watch_digest = fields.Selection(DIGESTS, "Digest by e-mail", default="off")
    l10n_cl_ai_watch_digest_user_ids = fields.Many2many(
        "res.users", "l10n_cl_ai_watch_digest_user_rel", string="Digest to"
    )

    @api.model
    def _l10n_cl_ai_watching(self):
        """Return the companies in Chile that want to know of the SII's news."""
        domain = [("partner_id.country_id.code", "=", "CL"), ("l10n_cl_ai_watch", "=", True)]
        return self.search_fetch(domain, ["partner_id", "l10n_cl_ai_watch"], order="id")
