"""What was posted and is to be read: posting writes a short row, and the queue does the rest."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from . import ai_base  # noqa: F401 - what it inherits is defined first

_logger = logging.getLogger(__name__)

#: Documents whose reviews are made in one transaction.
_TOGETHER = 100
#: Seconds until the queue looks: waking it at once is a connection of its own to the database, for each posting.
_SOON = 20


class AiReviewWish(models.Model):
    """That a posted document is to be read, in the name of who posted it.

    Rules, picture and history of a document take longer than posting may wait: they are read when the wish is granted.
    """

    _name = "l10n_cl_ai.review.wish"
    _inherit = "l10n_cl_ai.evidence"
    _description = "Posted document to be reviewed by the AI"
    _log_access = False

    move_id = fields.Many2one("account.move", required=True, readonly=True, ondelete="cascade", index=True)
    user_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="cascade")

    @api.model
    def _add(self, moves):
        """Wish for reviews of these documents in the user's name. :param moves: that the user has just posted"""
        # sudo: rows of the queue; nobody has rights on them
        self.sudo().create([{"move_id": move.id, "user_id": self.env.uid} for move in moves])
        # sudo: ir.cron - waking it is no right of who posts
        cron = self.env.ref("l10n_cl_ai.cron_queue").sudo()
        now = fields.Datetime.now()
        waking = [("cron_id", "=", cron.id), ("call_at", ">=", now)]
        # sudo: as above
        if not self.env["ir.cron.trigger"].sudo().search_count(waking, limit=1):
            cron._trigger(now + timedelta(seconds=_SOON))

    @api.model
    def _grant(self):
        """Make the reviews that are wished for while the cron has time, and commit. Any number of workers may do it."""
        try:
            self._grant_all()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # Somebody writes these documents just now: they stay wished for; what waits already is asked all the same.
            self.env.cr.rollback()

    @api.model
    def _grant_all(self):
        while wishes := self.search([], limit=_TOGETHER, order="id").try_lock_for_update():
            for user, part in wishes.grouped("user_id").items():
                for company, wished in part.grouped(lambda wish: wish.move_id.company_id).items():
                    self._review(company, user, wished.move_id)
            wishes.unlink()
            if self.env["ir.cron"]._commit_progress(remaining=self.search_count([])) <= 0:
                return

    @api.model
    def _review(self, company, user, moves):
        """Queue these, as their user would; a failure of ours loses these only, and is logged."""
        if not user.active or company not in user.company_ids:
            return
        try:
            with self.env.cr.savepoint():
                env = self.env["l10n_cl_ai.queued"]._env_of(company.id, user)
                moves.with_env(env).filtered(lambda move: move.state == "posted")._l10n_cl_ai_review("posting")
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("What was posted could not be put into the queue: %s", moves.ids)
