"""Booking what is certain enough by itself, where a manager let the company do so: marked, and undone by a click."""

from odoo import models


class AiSuggestion(models.Model):
    _inherit = "l10n_cl_ai.suggestion"

    def _apply_automatic(self):
        """Book those of these in the automatic band, in companies that let it."""
        # sudo: res.company - a setting, whoever asks
        certain = self.filtered(
            lambda one: one.band == "auto" and one.state == "open" and one.company_id.sudo().l10n_cl_ai_suggest_auto
        )
        if certain:
            certain._apply("accepted", by="auto")
        return certain
