import logging

import psycopg2

from odoo import fields, models
from odoo.exceptions import LockError
from odoo.tools import LazyTranslate

from ..llm.batch_ticket import Kept
from . import ai_base  # noqa: F401 - what it inherits is defined first
from .ai_batch import OPEN as OPEN_BATCHES
from .ai_queued import OPEN, NotAsked
from .kept import STAY, Keeping

_logger = logging.getLogger(__name__)
_lt = LazyTranslate(__name__)

ITEM_STATES = [("waiting", "Waiting"), ("sent", "In the batch"), ("done", "Done")]


class AiBatchItem(models.Model):
    """One question of a batch. Its ticket holds private text until the answer has come: nobody reads these rows."""

    _name = "l10n_cl_ai.batch.item"
    _inherit = "l10n_cl_ai.evidence"
    _description = "Question in a mass review"
    _order = "id"
    _l10n_cl_ai_kept = (
        Keeping(
            "batch_items", _lt("Questions of mass reviews, after these have ended"), days=30,
            date="batch_id.finished_at", ended=(("batch_id.state", "not in", OPEN_BATCHES),),
            company="batch_id.company_id",
            why=_lt("Their answers are in the reviews, the money in the ledger."),
            processing=("dte_review",), erase=STAY,
            law=_lt("While the provider answers, within a day, the question is needed to read it; then it is emptied."),
        ),
    )  # fmt: skip

    batch_id = fields.Many2one("l10n_cl_ai.batch", required=True, index=True, ondelete="cascade")
    res_model = fields.Char(required=True)
    res_id = fields.Integer(required=True, help="A plain id: what waits there may be deleted meanwhile.")
    token = fields.Char(required=True, help="From it follows what the ledger and the provider call the question.")
    state = fields.Selection(ITEM_STATES, required=True, default="waiting", index=True)
    ticket = fields.Json(help="What is needed to read the answer; emptied when it has come.")

    def _row(self):
        """Return what waits for this answer."""
        return self.env[self.res_model].browse(self.res_id).exists()

    def _kept(self):
        return Kept.from_json(self.ticket)

    def _question(self, hook="_l10n_cl_ai_ask"):
        """Return what is asked. :raise NotAsked: nothing, and why"""
        row, batch = self._row(), self.batch_id
        if not row:
            raise NotAsked("gone")
        return row._question(row.id, batch.company_id.id, batch.user_id, hook)

    def _sent(self, kept):
        """Write that it is asked, with what is needed to read the answer."""
        self.write({"state": "sent", "ticket": kept.to_json()})
        row = self._row()
        if row.state == "queued":
            row.write({"state": "running", "attempts": row.attempts + 1, "started_at": fields.Datetime.now()})
            row._tell()

    def _take(self, engine, kept, result):
        """Book a result, and write it where it belongs."""
        ask, why = None, None
        try:
            ask = self._question("_l10n_cl_ai_reader")
        except NotAsked as reason:
            why = reason.reason
        try:
            answer = engine.collect(kept, result, ask)
        except psycopg2.Error:
            raise
        except Exception:
            _logger.exception("What came of %s %s could not be read", self.res_model, self.res_id)
            answer, why = None, "internal"
        if answer and answer.stopped:
            why = "cancelled"
        elif answer and answer.reason and ask:
            why = answer.reason.value
        self._finish(answer, why)

    def _finish(self, answer, reason):
        """Write what came of it, unless the row is not this batch's any more."""
        self.write({"state": "done", "ticket": False})
        row = self._row()
        try:
            row.lock_for_update()
        except LockError:  # deleted meanwhile
            return
        if not row or row.batch_ref != self.batch_id.id or row.state not in OPEN:
            return
        if reason == "cancelled":
            row.write({"state": "cancelled", "finished_at": fields.Datetime.now()})
            row._tell()
        else:
            row._close(answer, reason)
