from odoo import fields, models
from odoo.tools import LazyTranslate

from .kept import DELETE, Keeping

_lt = LazyTranslate(__name__)


class AiCacheEntry(models.Model):
    """An answer kept for equal questions, written by :mod:`..llm.postgres.cache`. Nobody has rights on it."""

    _name = "l10n_cl_ai.cache.entry"
    _inherit = "l10n_cl_ai.side.row"
    _description = "Cached AI answer"
    _auto = False
    _log_access = False
    _l10n_cl_ai_kept = (
        Keeping(
            "cache", _lt("Cached answers, masked"), days=0, date="created_at",
            why=_lt("An equal question costs nothing for a while: each feature says how long (15 minutes)."),
            processing=("*",), erase=DELETE,
        ),
    )  # fmt: skip

    company_id = fields.Many2one("res.company", readonly=True)
    feature = fields.Char(readonly=True)
    request_id = fields.Many2one("l10n_cl_ai.request", readonly=True)
    created_at = fields.Datetime(readonly=True)
    expires_at = fields.Datetime(readonly=True)
