"""Working off the queue: claim, ask side by side without a cursor, write each answer as it comes.

Any number of workers and hosts may do it at once: a row is claimed by one statement with SKIP LOCKED, for as long as
its lease. Who finishes a row proves by ``attempts`` that it is still his.
"""

import contextlib
import logging
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, MissingError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..llm.question import Reason
from . import ai_gateway
from .ai_queued import NotAsked

_logger = logging.getLogger(__name__)

#: Rows claimed at once, all of them asked side by side: one that waited for another could outlive its lease.
AT_ONCE = SIDE_BY_SIDE = 8
#: Seconds a claim lasts beyond the longest deadline of a feature (600 s).
LEASE = 660
#: Times a row may be interrupted before it counts as the cause.
MOST_DEATHS = 3
#: Times to begin anew when another transaction writes the same rows.
_TRIES = 5
#: How long a row is put off in all. Our own limit lets some through each minute, however many wait before them.
PATIENCE, PATIENCE_RATE = timedelta(hours=6), timedelta(days=3)
#: Nothing was billed and asking later may help: (seconds to wait at least, how long in all).
_LATER = {
    Reason.RATE_LIMITED: (60, PATIENCE_RATE), Reason.BREAKER_OPEN: (60, PATIENCE), Reason.OVERLOADED: (120, PATIENCE),
}  # fmt: skip
#: Seconds after which the cron asks what no job of queue_job has: no runner, a job that was cancelled.
TO_JOBS = 3600


class AiQueued(models.AbstractModel):
    _inherit = "l10n_cl_ai.queued"

    # -- crons -----------------------------------------------------------------------------------------

    @api.model
    def _cron_run(self):
        """Ask what waits in all queues, until there is none or the cron's time is over."""
        self.env["l10n_cl_ai.review.wish"]._grant()
        for name in self._queues():
            queue = self.env[name]
            while claims := queue._claim():
                if not queue._work(claims):
                    return

    @api.model
    def _queues(self):
        """Return the names of the concrete models, in a fixed order."""
        base = self.env.registry["l10n_cl_ai.queued"]
        return sorted(
            name for name, model in self.env.registry.items() if issubclass(model, base) and not model._abstract
        )

    def _run_job(self):
        """Ask these rows, as a job of OCA ``queue_job``.

        A job may not commit: its own transaction holds the lock by which the runner sees that its worker lives, and
        nothing else. The row is claimed, asked and written on a cursor of its own, of which no transaction is open
        during the call. Should the job be run twice, the claim lets only one of them ask.
        """
        with self.env.registry.cursor() as cr:
            # As the cron: root, and nothing of the context of whoever put it into the queue.
            rows = self.with_env(self.env(cr=cr, user=SUPERUSER_ID, su=True, context={}))
            if claims := rows._claim(rows.ids):
                rows.browse()._work(claims)
                return
            # Put off since, with all that waits for the same limit: its job has come too early.
            for row in rows.exists().filtered(lambda row: row.state == "queued" and row.not_before):
                row._wake(row.not_before)

    @api.model
    def _grace(self):
        """Return the seconds for which the cron leaves what waits to its job of ``queue_job``."""
        return TO_JOBS if "queue.job" in self.env else 0

    # -- claiming --------------------------------------------------------------------------------------

    @api.model
    def _claim(self, ids=None):
        """Claim rows that wait, or whose worker died, and commit. Return {id: attempt}.

        :param ids: only of these
        """
        for _try in range(_TRIES):
            with contextlib.suppress(*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
                claims = dict(self._claim_rows(ids))
                self.invalidate_model()
                self.browse(claims)._tell()
                self._commit_work()
                return claims
            self.env.cr.rollback()  # a row was taken by another between our snapshot and our look
        return {}

    @api.model
    def _claim_rows(self, ids):
        # A subquery in the WHERE may be run once for each row, and its LIMIT then bounds nothing.
        return self.env.execute_query(
            SQL(
                """
                WITH ready AS MATERIALIZED (
                    SELECT id FROM %(table)s
                     WHERE coalesce(batch_ref, 0) = 0 AND %(only)s
                       AND ((state = 'queued' AND %(ready)s)
                            OR (state = 'running' AND lease_until < now() AT TIME ZONE 'UTC'))
                     ORDER BY id
                     LIMIT %(at_once)s
                       FOR UPDATE SKIP LOCKED)
                UPDATE %(table)s row
                   SET state = 'running', attempts = attempts + 1, started_at = now() AT TIME ZONE 'UTC',
                       deaths = deaths + (state = 'running')::integer, reason = NULL,
                       lease_until = (now() AT TIME ZONE 'UTC') + %(lease)s * interval '1 second'
                  FROM ready WHERE row.id = ready.id
                RETURNING row.id, attempts
                """,
                table=SQL.identifier(self._table),
                lease=LEASE,
                only=SQL("true") if ids is None else SQL("id = ANY(%s)", list(ids)),
                ready=self._ready(self._grace() if ids is None else 0),
                at_once=AT_ONCE,
            )
        )

    @api.model
    def _ready(self, grace):
        """Return the condition of what waits and may be asked. :param grace: s it is left to others"""
        if not grace:
            return SQL("coalesce(not_before, '-infinity') <= now() AT TIME ZONE 'UTC'")
        return SQL("coalesce(not_before, create_date) + %s * interval '1 second' <= now() AT TIME ZONE 'UTC'", grace)

    @api.model
    def _waiting(self):
        """Return how many rows that wait the cron could claim now."""
        self.flush_model()
        waiting = SQL(
            "SELECT count(*) FROM %s WHERE state = 'queued' AND coalesce(batch_ref, 0) = 0 AND %s",
            SQL.identifier(self._table),
            self._ready(self._grace()),
        )
        return self.env.execute_query(waiting)[0][0]

    @api.model
    def _commit_work(self, processed=0):
        """Commit, and return the seconds that are left."""
        self.invalidate_model()
        return self.env["ir.cron"]._commit_progress(processed, remaining=self._waiting())

    # -- asking ----------------------------------------------------------------------------------------

    @api.model
    def _work(self, claims):
        """Ask what was claimed, and write what comes of each. Return whether there is time for more."""
        jobs, not_asked = jobs_of(self.browse(claims).exists())
        left = self._commit_work()  # nothing was written: it ends the transaction before anybody waits
        for row_id, reason in not_asked.items():
            left = self._finish(row_id, claims[row_id], None, reason)
        for row_id, answer in self._side_by_side(jobs):
            left = self._finish(row_id, claims[row_id], answer)
        return left > 0

    @api.model
    def _question(self, row_id, company_id, user, hook="_l10n_cl_ai_ask"):
        """Return what a row asks, as its user would. :raise NotAsked: nothing, and why

        :param hook: method that says it
        """
        row = self.browse(row_id)
        if row.deaths >= MOST_DEATHS:
            raise NotAsked("worker_died")
        if not user.active or company_id not in user.company_ids.ids:
            raise NotAsked("no_access")
        try:
            # What fails in reading must not leave the others a transaction in which nothing works any more.
            with self.env.cr.savepoint(flush=False):
                return getattr(row.with_env(self._env_of(company_id, user)), hook)()
        except AccessError:
            raise NotAsked("no_access") from None
        except MissingError:
            raise NotAsked("gone") from None
        except NotAsked:
            raise
        except Exception:
            _logger.exception("What %s %s is to ask could not be made", self._name, row_id)
            raise NotAsked("internal") from None

    @api.model
    def _env_of(self, company_id, user):
        context = {"allowed_company_ids": [company_id], "lang": user.lang, "tz": user.tz}
        return self.env(user=user.id, su=False, context=context)

    @api.model
    def _side_by_side(self, jobs):
        """Yield (id, answer) as they come. No thread has a cursor of ours."""
        with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="l10n_cl_ai") as pool:
            asked = {pool.submit(ai_gateway._safely, job): row_id for row_id, job in jobs.items()}
            for future in as_completed(asked):
                yield asked[future], future.result()

    # -- writing ---------------------------------------------------------------------------------------

    @api.model
    def _finish(self, row_id, attempt, answer, reason=None):
        """Write what came of one row, and commit. Return the seconds that are left.

        Where others write the same again and again, the row is left to be taken up after its lease.
        """
        for _try in range(_TRIES):
            try:
                if row := self._mine(row_id, attempt):
                    row._close(answer, reason)
                return self._commit_work(1)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()
        _logger.warning("What came of %s %s could not be written: others write it all the time", self._name, row_id)
        return self._commit_work()

    @api.model
    def _mine(self, row_id, attempt):
        """Return the row, locked, if it is still ours to write: not cancelled, deleted or taken over."""
        row = self.browse(row_id)._locked()
        return row if row.state == "running" and row.attempts == attempt else self.browse()

    def _close(self, answer, reason):
        reason = reason or (answer.reason and answer.reason.value) or ("abstained" if answer.abstained else None)
        if answer is not None and self._postponed(answer):
            return
        values = {"state": "not_evaluated" if reason else "done", "reason": reason, "lease_until": False,
                  "finished_at": fields.Datetime.now(), "not_before": False}  # fmt: skip
        if answer is not None:
            values |= {"ledger_ref": answer.request_id, "cost": float(answer.cost)}
        try:
            with self.env.cr.savepoint():
                self.write(values)
                self._l10n_cl_ai_take(answer)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("What came of %s %s could not be written", self._name, self.id)
            self.write({**values, "state": "not_evaluated", "reason": "internal"})
        self._tell()

    def _postponed(self, answer):
        """Put back what nobody was paid for and may go well later; with it all that waits for the same limit."""
        seconds, patience = _LATER.get(answer.reason, (0, timedelta()))
        now = fields.Datetime.now()
        if self.batch_ref or self.create_date + patience < now or not seconds:  # a batch has waited long enough
            return False
        until = now + timedelta(seconds=max(seconds, answer.retry_after or 0))
        self._hold_back(now, until)
        self.write({"state": "queued", "reason": answer.reason.value, "not_before": until, "lease_until": False})
        self._wake(until)
        self._tell()
        return True

    def _hold_back(self, now, until):
        """Let wait what would meet the same limit. What another worker claims just now is left to it."""
        with contextlib.suppress(*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY), self.env.cr.savepoint():
            self.search(
                [("state", "=", "queued"), ("user_id", "=", self.user_id.id), ("company_id", "=", self.company_id.id),
                 "|", ("not_before", "=", False), ("not_before", "<=", now)]
            ).not_before = until  # fmt: skip


# A function, and not a method: the expressions that users write call any method of a model, and a job holds the key.


def jobs_of(rows):
    """Return ({id: what asks it}, {id: why it is not asked}) of rows of one queue, reading only."""
    queue, jobs, not_asked = rows.browse(), {}, {}
    for (company, user), records in rows.grouped(lambda row: (row.company_id, row.user_id)).items():
        asks = {}
        for row_id in records.ids:
            try:
                asks[row_id] = queue._question(row_id, company.id, user)
            except NotAsked as reason:
                not_asked[row_id] = reason.reason
        try:
            env = queue._env_of(company.id, user)
            jobs |= zip(asks, ai_gateway._prepared(env, list(asks.values())), strict=True)
        except Exception:
            _logger.exception("What %s %s are to ask could not be prepared", queue._name, list(asks))
            queue.env.cr.rollback()  # whatever was written in making a question, it had no business there
            not_asked |= dict.fromkeys(asks, "internal")
    return jobs, not_asked
