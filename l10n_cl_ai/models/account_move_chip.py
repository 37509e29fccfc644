"""The suggestions of one bill as its form shows them: a chip beside each line, a bar above them, and what both do."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .account_move import READERS
from .suggestion_states import APPLIED

FIELDS = {"project": "l10n_cl_ai_suggestion", "account": "l10n_cl_ai_suggestion_account"}


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_cl_ai_suggestion_bar = fields.Json(
        "Suggestions of the bill", compute="_compute_l10n_cl_ai_suggestion_bar", groups=READERS
    )
    l10n_cl_ai_has_suggestions = fields.Boolean(compute="_compute_l10n_cl_ai_suggestion_bar", groups=READERS)
    l10n_cl_ai_has_account_suggestions = fields.Boolean(
        compute="_compute_l10n_cl_ai_suggestion_bar", groups=READERS
    )

    @api.depends(
        "state", *(f"l10n_cl_ai_suggestion_ids.{name}" for name in ("state", "band", "label", "settled_on"))
    )
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_l10n_cl_ai_suggestion_bar(self):
        newest = self._origin._l10n_cl_ai_newest().grouped("move_id")
        for move in self:
            found = newest.get(move._origin, self.env["l10n_cl_ai.suggestion"])
            move.l10n_cl_ai_has_suggestions = "project" in found.mapped("target")
            move.l10n_cl_ai_has_account_suggestions = "account" in found.mapped("target")
            move.l10n_cl_ai_suggestion_bar = move._l10n_cl_ai_bar(found) if found else False

    def _l10n_cl_ai_newest(self):
        """Return the last suggestion of each line and target of these bills."""
        if not self.ids:
            return self.env["l10n_cl_ai.suggestion"]
        return self.env["l10n_cl_ai.suggestion"].search([("move_id", "in", self.ids)])._newest()

    def _l10n_cl_ai_bar(self, found):
        """Return what the bar above the lines shows: how many of which kind, and how many each button is about."""
        chips = [one._chip() for one in found]
        still = [chip for chip in chips if chip["state"] == "open" and not chip["settled"]]
        sure = [chip for chip in still if chip["label"] and chip["band"] != "unknown"]
        settled = [chip for chip in chips if chip["settled"] and chip["band"] != "unknown"]
        return {
            "suggested": len(sure),
            "unknown": len(still) - len(sure),
            "automatic": len([chip for chip in chips if chip["state"] in APPLIED and chip["automatic"]]),
            "decided": len([chip for chip in chips if chip["state"] != "open" and not chip["automatic"]]),
            "settled": len(settled),
            "right": len([chip for chip in settled if chip["right"]]),
            "acceptable": len([chip for chip in sure if chip["may_decide"]]),
            "undoable": len([chip for chip in chips if chip["may_undo"]]),
        }

    # -- actions ---------------------------------------------------------------------------------------

    def action_l10n_cl_ai_accept_all(self):
        """Book all lines of these drafts as proposed, but for those of which nothing is proposed with confidence."""
        found = self._l10n_cl_ai_newest().filtered(
            lambda one: one.state == "open" and one.band != "unknown" and one._still_fits()
        )
        if not found:
            raise UserError(self.env._("Nothing to accept: no line of this bill has a suggestion."))
        return found.action_accept()

    def action_l10n_cl_ai_undo_all(self):
        """Give the lines of these drafts back what they had; those changed by hand since keep it."""
        return self._l10n_cl_ai_newest().action_undo()


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    l10n_cl_ai_suggestion_ids = fields.One2many(
        "l10n_cl_ai.suggestion", "line_id", "Suggestions", readonly=True, groups=READERS
    )
    l10n_cl_ai_suggestion = fields.Json(
        "Suggested project", compute="_compute_l10n_cl_ai_suggestion", groups=READERS
    )
    l10n_cl_ai_suggestion_account = fields.Json(
        "Suggested account", compute="_compute_l10n_cl_ai_suggestion", groups=READERS
    )

    @api.depends(
        "parent_state",
        *(f"l10n_cl_ai_suggestion_ids.{name}" for name in ("state", "band", "label", "probability", "settled_on")),
    )
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_l10n_cl_ai_suggestion(self):
        suggestions = self.env["l10n_cl_ai.suggestion"]
        found = suggestions.search([("line_id", "in", self._origin.ids)]) if self._origin.ids else suggestions
        newest = {(one.line_id.id, one.target): one for one in found._newest()}
        for line in self:
            for target, field in FIELDS.items():
                one = newest.get((line._origin.id, target))
                line[field] = one._chip() if one else False
