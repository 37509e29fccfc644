"""What keeps suggestions few: those of bills posted long ago, and runs that nobody looks at any more."""

from datetime import timedelta

from odoo import api, fields, models

#: Days that suggestions of posted bills are kept: three years of figures to compare, and the year under way.
KEPT_DAYS = 4 * 365
#: Days that a run is kept: its bills are long posted, and what it proposed stays with them.
RUNS_KEPT_DAYS = 180
_AT_ONCE = 1000


class AiSuggestion(models.Model):
    _inherit = "l10n_cl_ai.suggestion"

    @api.autovacuum
    def _gc_suggestions(self):
        before = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        # sudo: time passes for all of them
        old = self.sudo().search(
            [("create_date", "<", before), ("settled_on", "!=", False)], order="id", limit=_AT_ONCE
        )
        old.unlink()
        return len(old), len(old) == _AT_ONCE


class AiSuggestionRun(models.Model):
    _inherit = "l10n_cl_ai.suggestion.run"

    @api.autovacuum
    def _gc_runs(self):
        before = fields.Datetime.now() - timedelta(days=RUNS_KEPT_DAYS)
        # sudo: time passes for all of them
        old = self.sudo().search([("create_date", "<", before)], order="id", limit=_AT_ONCE)
        old.unlink()
        return len(old), len(old) == _AT_ONCE
