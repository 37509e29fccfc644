"""A line booked by hand after something was proposed for it: that is a decision too, and needs no click of its own."""

from odoo import models

from .account_move_suggest import PURCHASES
from .suggestion_states import APPLIED, DECIDING

#: What a target is booked in.
BOOKED_IN = {"analytic_distribution": "project", "account_id": "account"}


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def write(self, vals):
        targets = [target for field, target in BOOKED_IN.items() if field in vals]
        watched = self._l10n_cl_ai_watched(targets) if targets and not self.env.context.get(DECIDING) else {}
        before = {one: one._value_label() for one in watched}
        done = super().write(vals)
        for one, label in before.items():
            one._decided_by_hand(label)
        return done

    def _l10n_cl_ai_watched(self, targets):
        """Return the last suggestions of these lines' drafts that something may still become of."""
        drafts = self.filtered(
            lambda line: line.parent_state == "draft"
            and line.display_type == "product"
            and line.move_id.move_type in PURCHASES
        )
        # sudo: suggestions are written by methods only; who may write the line decides on it by doing so
        suggestions = self.env["l10n_cl_ai.suggestion"].sudo()
        if not drafts.ids:
            return suggestions
        found = suggestions.search([("line_id", "in", drafts.ids), ("target", "in", targets)])._newest()
        return found.filtered(lambda one: one.state == "open" or one.state in APPLIED)
