"""Working batches off: claim one, do the step that its state asks for, write, let go.

Whatever a killed worker leaves is found in the batch's state: each step can be begun again. Who has a batch proves by
``attempts`` that it is still his before he writes, and before he sends.
"""

import logging
from contextlib import suppress
from datetime import timedelta

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import LockError
from odoo.tools import SQL

from .ai_batch import OPEN

_logger = logging.getLogger(__name__)

#: Seconds a claim lasts; longer than any request about a batch and any handful of rows.
LEASE = 600
#: Seconds until the next look: at first, and at most.
FIRST, MOST = 60, 600
#: Errors of ours in a row after which a batch is given up; one that was sent not before so long. Its documents could
#: not be reviewed any more, and its questions stayed here; their money is charged by the ledger's own sweeper.
MOST_FAILURES, GIVEN_UP = 5, timedelta(days=7)


class TakenOver(Exception):
    """Another worker has the batch: ours was held for dead."""


class AiBatch(models.Model):
    _inherit = "l10n_cl_ai.batch"

    @api.model
    def _cron_run(self):
        """Do the next step of every batch that is due, until there is none or the cron's time is over."""
        while batch := self._claim():
            if batch._work() <= 0:
                return

    @api.model
    def _claim(self):
        """Claim one batch, and commit; none if none is due."""
        for _try in range(3):
            with suppress(psycopg2.errors.SerializationFailure):
                rows = self._claim_row()
                self._commit_work()
                return self.browse(row_id for (row_id,) in rows)
            self.env.cr.rollback()  # it was taken by another between our snapshot and our look
        return self.browse()

    @api.model
    def _claim_row(self):
        self.flush_model()
        now = fields.Datetime.now()
        return self.env.execute_query(
            SQL(
                """
                UPDATE l10n_cl_ai_batch
                   SET attempts = attempts + 1,
                       lease_until = %(now)s + %(lease)s * interval '1 second'
                 WHERE id = (
                    SELECT id FROM l10n_cl_ai_batch
                     WHERE state IN %(open)s AND next_look <= %(now)s
                       AND coalesce(lease_until, '-infinity') < %(now)s
                     ORDER BY next_look, id
                     LIMIT 1
                       FOR UPDATE SKIP LOCKED)
                RETURNING id
                """,
                now=now,
                lease=LEASE,
                open=OPEN,
            )
        )

    @api.model
    def _due(self):
        """Return how many batches could be claimed now."""
        return self.search_count([("state", "in", OPEN), ("next_look", "<=", fields.Datetime.now())])

    @api.model
    def _commit_work(self, processed=0):
        """Commit, and return the seconds that are left."""
        self.env.invalidate_all()
        return self.env["ir.cron"]._commit_progress(processed, remaining=self._due())

    def _work(self):
        """Do what is to be done now, and let go. Return the seconds that are left."""
        attempt = self.attempts
        try:
            self._step(attempt)
            self._mine(attempt)
            self.write({"lease_until": False, "failures": 0})
        except TakenOver:
            self.env.cr.rollback()
        except psycopg2.errors.SerializationFailure:
            self.env.cr.rollback()  # somebody wants it cancelled, or a document was written: begin the step again
            self.write({"lease_until": False})
        except Exception:
            _logger.exception("A step of mass review %s failed", self.id)
            self.env.cr.rollback()
            self._failed(attempt)
        if self.state in OPEN and self.next_look > fields.Datetime.now():
            self._wake(self.next_look)
        return self._commit_work(1)

    def _step(self, attempt):
        """Do the steps that need no waiting, one after another."""
        steps = {"draft": self._prepare, "sending": self._send, "submitted": self._look, "collecting": self._collect}
        done = None
        while self.state in OPEN and self.state != done and self.next_look <= fields.Datetime.now():
            done = self.state
            steps[done](attempt)
            self._keep(attempt)  # the next one may use the network, with no transaction open

    def _failed(self, attempt):
        """Begin the step again later; after several errors of ours give the batch up."""
        with suppress(TakenOver):
            self._mine(attempt)
            self.write({"lease_until": False, "failures": self.failures + 1})
            if self.failures >= MOST_FAILURES and not (self.sent_at and self._age() < GIVEN_UP):
                self._close_all("internal")
            self._later(min(FIRST * 2**self.failures, 6 * MOST))

    def _mine(self, attempt):
        """Lock the batch. :raise TakenOver: it is not ours any more"""
        try:
            self.lock_for_update()
        except LockError:
            raise TakenOver from None
        if self.attempts != attempt:
            raise TakenOver

    def _keep(self, attempt, processed=0, **values):
        """Write, keep the batch for longer, and commit. Return the seconds that are left."""
        self._mine(attempt)
        self.write({**values, "lease_until": fields.Datetime.now() + timedelta(seconds=LEASE)})
        self._tell()
        return self._commit_work(processed)

    def _later(self, seconds=None):
        """Look again later: each time without news a little more so, unless seconds are given."""
        pause = min(FIRST * 1.5**self.looks, MOST) if seconds is None else seconds
        self.write({"next_look": fields.Datetime.now() + timedelta(seconds=pause), "looks": self.looks + 1})

    def _end(self, state, reason=False):
        self.write({"state": state, "reason": reason, "finished_at": fields.Datetime.now(), "lease_until": False})
        self._tell()
