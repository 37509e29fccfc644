"""What an invoice knows of its reviews by the AI, and how one is asked for."""

import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .account_move import READERS

_logger = logging.getLogger(__name__)

REVIEW_STATES = [
    ("queued", "Waiting"),
    ("running", "Reading"),
    ("clean", "Nothing to add"),
    ("info", "Remarks"),
    ("warn", "Warnings"),
    ("not_evaluated", "Not evaluated"),
    ("stale", "Changed since"),
]
#: What follows from reviews; nobody writes it by hand.
REVIEWED = frozenset({"l10n_cl_ai_review_id"})


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_cl_ai_review_ids = fields.One2many("l10n_cl_ai.review", "move_id", "Reviews by the AI", groups=READERS)
    l10n_cl_ai_review_id = fields.Many2one(
        "l10n_cl_ai.review",
        "Last review by the AI",
        compute="_compute_l10n_cl_ai_review_id",
        store=True,
        precompute=True,
        copy=False,
        index="btree_not_null",
        groups=READERS,
    )
    l10n_cl_ai_review_state = fields.Selection(
        REVIEW_STATES, "AI review", compute="_compute_l10n_cl_ai_review_state", groups=READERS
    )
    l10n_cl_ai_review_panel = fields.Json(
        "Review by the AI", compute="_compute_l10n_cl_ai_review_panel", groups=READERS
    )

    def write(self, vals):
        if not REVIEWED.isdisjoint(vals):
            raise AccessError(self.env._("What a review found can't be written by hand; review the document."))
        return super().write(vals)

    # -- computes ------------------------------------------------------------------------------------

    @api.depends("l10n_cl_ai_review_ids", "l10n_cl_ai_review_ids.state")
    def _compute_l10n_cl_ai_review_id(self):
        rows = self.env["l10n_cl_ai.review"]._read_group(
            [("move_id", "in", self._origin.ids), ("state", "!=", "cancelled")], ["move_id"], ["id:max"]
        )
        last = {move.id: review_id for move, review_id in rows}
        for move in self:
            review = last.get(move._origin.id, False)
            # Only what differs: each state of a review would else write the document, and meet who edits it.
            if not move.id or move.l10n_cl_ai_review_id.id != review:
                move.l10n_cl_ai_review_id = review

    @api.depends("l10n_cl_ai_review_id.state", "l10n_cl_ai_review_id.holds")
    def _compute_l10n_cl_ai_review_state(self):
        for move in self:
            review = move.l10n_cl_ai_review_id
            state = review.state or False
            if state in ("done", "not_evaluated") and not review.holds:
                state = "stale"
            elif state == "done":
                state = "warn" if review.warning_count else "info" if review.finding_count else "clean"
            move.l10n_cl_ai_review_state = state

    @api.depends(
        "l10n_cl_ai_review_state",
        "l10n_cl_ai_review_ids.looked_by",
        "l10n_cl_ai_sii_state",
        "l10n_cl_ai_claim_state",
    )
    @api.depends_context("lang", "uid")
    def _compute_l10n_cl_ai_review_panel(self):
        for move in self:
            review = move.l10n_cl_ai_review_id
            move.l10n_cl_ai_review_panel = review and review._panel(move.l10n_cl_ai_review_state)

    # -- actions -------------------------------------------------------------------------------------

    def action_l10n_cl_ai_review(self):
        """Ask the AI to read these documents, in the background. One asked for by hand is read in any case."""
        reviews = self._l10n_cl_ai_review("button", forced=len(self) == 1)
        if len(self) == 1:
            return True
        waiting = len(reviews.filtered(lambda review: review.state in ("queued", "running")))
        message = self.env._(
            "%(waiting)s documents wait for the AI; the list shows how far it is. Nobody has to wait for it.",
            waiting=waiting,
        )
        if not waiting:
            message = self.env._(
                "The AI is asked nothing about these documents. What each has, and why, is in its review."
            )
        close = {"type": "ir.actions.act_window_close"}
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "info" if waiting else "warning", "message": message, "next": close},
        }

    def action_l10n_cl_ai_open_reviews(self):
        """Open the reviews of these documents, the last first."""
        action = self.env["ir.actions.act_window"]._for_xml_id("l10n_cl_ai.ai_review_action")
        return {**action, "domain": [("move_id", "in", self.ids)], "context": {}}

    # -- business ------------------------------------------------------------------------------------

    def _l10n_cl_ai_review_digests(self):
        """Return {move id: digest} of what could be sent of each now; nothing where that can't be told."""
        moves = self._origin.filtered("l10n_cl_ai_applies")
        try:
            # A query that fails must not leave the reader a transaction in which nothing works any more.
            with self.env.cr.savepoint(flush=False):
                pictures = self.env["l10n_cl_ai.review.handler"]._pictures(moves._l10n_cl_ai_documents())
                return {move.id: picture.digest for move, picture in zip(moves, pictures, strict=True)}
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("What could be sent of %s documents could not be read", len(moves))
            return {}

    def _l10n_cl_ai_review(self, trigger="button", forced=False, batch_ref=0):
        """Check by the rules, then queue a review by the AI where it can add something. No network.

        :param trigger: who wants it, see ``TRIGGERS`` of the review
        :param forced: ask also where nothing seems to be added by it
        :param batch_ref: id of the batch that is to ask, in place of the queue
        :return: the reviews that wait, stand, or say why they are not asked
        """
        if not self.env.user.has_group("l10n_cl_ai.group_accountant"):
            raise AccessError(self.env._("Only accountants (AI Chile) may have documents reviewed."))
        self.check_access("read")
        moves = self.filtered("l10n_cl_ai_applies")
        moves.filtered(lambda move: move.l10n_cl_ai_state in ("unchecked", "stale", "error"))._l10n_cl_ai_check()
        return self.env["l10n_cl_ai.review"]._request(moves, trigger, forced, batch_ref)
