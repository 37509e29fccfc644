"""Posting and the AI: what the company wants looked at first, and what is read afterwards. Never a call."""

import logging

from odoo import fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .account_move_post import OVERRIDE, PostingBlocked
from .move_facts import issued_by_us

_logger = logging.getLogger(__name__)

#: Reasons for which a document is rightly not read: nobody misses an answer.
NOTHING_TO_ASK = ("nothing_to_add", "rules_first")


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
        unseen = self._l10n_cl_ai_unseen()
        if not unseen:
            self._l10n_cl_ai_note_warnings()
            return
        names = ", ".join(move.commercial_partner_id.name or move.display_name for move in unseen[:10])
        raise PostingBlocked(
            self.env._(
                "Not posted: the AI warns about %(documents)s, and the company wants a manager of AI Chile to look "
                "at it first (tab DTE check).",
                documents=names,
            )
        )

    def _l10n_cl_ai_note_warnings(self):
        """Keep with what reason a manager posts what nobody has looked at: his posting it is the look."""
        reason = self._l10n_cl_ai_override_reason()
        notes = {}
        for move in self._l10n_cl_ai_warned() if reason else ():
            reviews = move.l10n_cl_ai_review_ids._unseen()
            reviews.write({"looked_by": self.env.uid, "looked_at": fields.Datetime.now()})
            heading = self.env._(
                "Posted by %(user)s in spite of the warnings of the AI. Reason: %(reason)s",
                user=self.env.user.name,
                reason=reason,
            )
            warnings = reviews.finding_ids.filtered(lambda remark: remark.action == "warn")
            notes[move.id] = self._l10n_cl_ai_note(heading, [f"{each.place}: {each.reason}" for each in warnings])
        if notes:
            self.browse(notes)._message_log_batch(notes)

    def _l10n_cl_ai_unseen(self):
        """Return those that a manager has to look at first, unless one goes on with a reason."""
        return self.browse() if self._l10n_cl_ai_override_reason() else self._l10n_cl_ai_warned()

    def _l10n_cl_ai_warned(self):
        """Return, as root, those with warnings that their company wants looked at, and nobody has."""
        # sudo: the policy binds also who may post without reading reviews.
        return self.sudo().filtered(
            lambda move: move.company_id.l10n_cl_ai_require_look and move.l10n_cl_ai_review_ids._unseen()
        )

    def _l10n_cl_ai_override_reason(self):
        """Return the reason with which a manager goes on. The context is the browser's: the right is looked at here."""
        reason = (self.env.context.get(OVERRIDE) or "").strip()
        return reason if reason and self._l10n_cl_ai_may_override() else ""

    def _l10n_cl_ai_review_alert(self):
        """Return the state of the review that sending tells of; nothing of one for which there was nothing to ask."""
        review, state = self.l10n_cl_ai_review_id, self.l10n_cl_ai_review_state
        return False if review.reason in NOTHING_TO_ASK else state

    def _l10n_cl_ai_review_posted(self):
        """Have read what was posted, where the company wants it. It may not make posting fail, nor wait."""
        # sudo: res.company - a setting, whoever posts
        wanted = self.filtered(lambda move: move.company_id.sudo().l10n_cl_ai_review_on_post)
        if not wanted or not self.env.user.has_group("l10n_cl_ai.group_accountant"):
            return
        self.env.flush_all()  # what posting itself did wrong is no failure of ours
        try:
            with self.env.cr.savepoint():
                self.env["l10n_cl_ai.review.wish"]._add(wanted)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("What was posted could not be put into the queue: %s", wanted.ids)
