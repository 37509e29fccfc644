from odoo import fields, models


class AiCacheEntry(models.Model):
    """An answer kept for equal questions, written by :mod:`..llm.postgres.cache`. Nobody has rights on it."""

    _name = "l10n_cl_ai.cache.entry"
    _inherit = "l10n_cl_ai.side.row"
    _description = "Cached AI answer"
    _auto = False
    _log_access = False

    company_id = fields.Many2one("res.company", readonly=True)
    feature = fields.Char(readonly=True)
    request_id = fields.Many2one("l10n_cl_ai.request", readonly=True)
    created_at = fields.Datetime(readonly=True)
    expires_at = fields.Datetime(readonly=True)
