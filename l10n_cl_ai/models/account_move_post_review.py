"""Posting and the AI: what the company wants looked at first, and what is read afterwards. Never a call."""

from odoo import models

from .account_move_post import OVERRIDE, PostingBlocked
from .move_facts import issued_by_us


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_cl_ai_check_posting(self):
        res = super()._l10n_cl_ai_check_posting()
        moves = self.filtered(lambda move: move.l10n_cl_ai_applies and issued_by_us(move))
        moves._l10n_cl_ai_check_look()
        moves._l10n_cl_ai_review_posted()
        return res

    def _l10n_cl_ai_check_look(self):
        """Refuse what the AI warns about and no manager has looked at, where the company wants that.

        :raise PostingBlocked: there is such a document, and no manager posts it with a reason
        """
        # sudo: the policy binds also who may post without reading reviews.
        moves = self.sudo()
        unseen = moves.filtered(
            lambda move: move.company_id.l10n_cl_ai_require_look
            and move.l10n_cl_ai_review_id._needs_look()
            and move.l10n_cl_ai_review_id.holds
        )
        reason = (self.env.context.get(OVERRIDE) or "").strip()
        if not unseen or (reason and self._l10n_cl_ai_may_override()):
            return
        names = ", ".join(move.commercial_partner_id.name or move.display_name for move in unseen[:10])
        raise PostingBlocked(
            self.env._(
                "Not posted: the AI warns about %(documents)s, and the company wants a manager of AI Chile to look "
                "at it first (tab DTE check).",
                documents=names,
            )
        )

    def _l10n_cl_ai_review_posted(self):
        """Queue what was posted, where the company wants it read. It may not make posting fail."""
        # sudo: res.company - a setting, whoever posts
        wanted = self.filtered(lambda move: move.company_id.sudo().l10n_cl_ai_review_on_post)
        if wanted and self.env.user.has_group("l10n_cl_ai.group_accountant"):
            wanted._l10n_cl_ai_review("posting")
