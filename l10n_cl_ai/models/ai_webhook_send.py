"""Sending what waits for webhooks: claim, send side by side without a cursor, write what came of each.

Any number of workers and hosts may do it at once. A row is claimed by one statement with SKIP LOCKED, for as long as
its lease; ``attempts`` proves that it is still ours. A worker that dies between sending and writing lets it be sent
twice, with the same identity, by which a receiver knows it.

What is for one address goes one after another, in order, while nothing fails. What failed is overtaken by others once
it waits for more than ten minutes; ``sequence`` tells the receiver in which order things came about.
"""

import contextlib
import logging
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import timedelta

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..sii import fetch
from ..sii.address import Unreadable
from ..watch import webhook as wire
from .ai_webhook_secret import CLOSED, opened

_logger = logging.getLogger(__name__)

#: Rows claimed at once, all of them sent side by side.
AT_ONCE = 8
#: Seconds a claim lasts; longer than any attempt (``sii.fetch.MOST_SECONDS``) with its writing.
LEASE = 120
#: Seconds at most for which what else waits for a webhook is held back after an attempt that failed.
HELD_BACK = 600
_TRIES = 5
#: For tests alone: a server on this machine (``sii.fetch.Trial``).
TRIAL = None


@dataclass(frozen=True)
class Parcel:
    """All that an attempt needs; its thread has no cursor."""

    url: str
    host: str
    ident: str
    body: bytes
    secret: str | None = field(repr=False)

    def send(self):
        """Return (status, reason); reason is empty where it was taken."""
        try:
            headers = wire.headers(self.ident, int(time.time()), self.body, self.secret)
            status = fetch.post(self.url, {self.host}, self.body, headers, trial=TRIAL)
        except Unreadable as problem:
            return 0, problem.reason
        except Exception:
            _logger.exception("Delivery %s could not be sent", self.ident)
            return 0, "internal"
        if wire.is_taken(status):
            return status, ""
        return status, "gone" if wire.is_final(status) else "status"


class AiWebhookDelivery(models.Model):
    _inherit = "l10n_cl_ai.webhook.delivery"

    @api.model
    def _cron_send(self):
        """Send what waits, until nothing is due or the cron's time is over."""
        while claims := self._claim():
            if not self._work(claims):
                return

    # -- claiming --------------------------------------------------------------------------------------

    @api.model
    def _claim(self):
        """Claim rows that are due, or whose worker died, and commit. Return {id: attempt}."""
        for _try in range(_TRIES):
            with contextlib.suppress(*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
                claims = dict(self._claim_rows())
                self._commit_work()
                return claims
            self.env.cr.rollback()  # a row was taken by another between our snapshot and our look
        return {}

    @api.model
    def _claim_rows(self):
        self.flush_model()
        return self.env.execute_query(
            SQL(
                """
                WITH ready AS MATERIALIZED (
                    SELECT id FROM l10n_cl_ai_webhook_delivery d
                     WHERE state = 'queued' AND next_at <= %(now)s
                       AND coalesce(lease_until, '-infinity') < %(now)s
                       AND NOT EXISTS (
                            SELECT FROM l10n_cl_ai_webhook_delivery o
                             WHERE o.webhook_id = d.webhook_id AND o.state = 'queued' AND o.next_at <= %(now)s
                               AND (o.id < d.id OR (o.id > d.id AND o.lease_until >= %(now)s)))
                     ORDER BY next_at, id
                     LIMIT %(at_once)s
                       FOR UPDATE SKIP LOCKED)
                UPDATE l10n_cl_ai_webhook_delivery row
                   SET attempts = coalesce(attempts, 0) + 1,
                       lease_until = %(now)s + %(lease)s * interval '1 second'
                  FROM ready WHERE row.id = ready.id
                RETURNING row.id, row.attempts
                """,
                now=fields.Datetime.now(),
                at_once=AT_ONCE,
                lease=LEASE,
            )
        )

    @api.model
    def _commit_work(self, processed=0):
        """Commit, and return the seconds that are left."""
        self.env.invalidate_all()
        now = fields.Datetime.now()
        due = [("state", "=", "queued"), ("next_at", "<=", now), "|", ("lease_until", "=", False),
               ("lease_until", "<", now)]  # fmt: skip
        return self.env["ir.cron"]._commit_progress(processed, remaining=self.search_count(due))

    # -- sending ---------------------------------------------------------------------------------------

    @api.model
    def _work(self, claims):
        """Send what was claimed, and write what comes of each. Return whether there is time for more."""
        parcels, results = _parcels(self.browse(claims).exists())
        left = self._commit_work()  # nothing was written: it ends the transaction before anybody waits
        for row_id, reason in results.items():
            left = self._finish(row_id, claims[row_id], 0, reason)
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="l10n_cl_ai_webhook") as pool:
            sent = {pool.submit(parcel.send): row_id for row_id, parcel in parcels.items()}
            for future in as_completed(sent):
                left = self._finish(sent[future], claims[sent[future]], *future.result())
        return left > 0

    # -- writing ---------------------------------------------------------------------------------------

    @api.model
    def _finish(self, row_id, attempt, status, reason):
        """Write what came of an attempt, and commit. Return the seconds that are left."""
        for _try in range(_TRIES):
            try:
                if row := self._mine(row_id, attempt):
                    row._settle(status, reason)
                return self._commit_work(1)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()
        _logger.warning("What came of delivery %s could not be written: it will be sent again", row_id)
        return self._commit_work()

    @api.model
    def _mine(self, row_id, attempt):
        """Return the row, locked, if it is still ours to write."""
        rows = self.env.execute_query(
            SQL("SELECT id FROM l10n_cl_ai_webhook_delivery WHERE id = %s AND state = 'queued' AND attempts = %s"
                " FOR NO KEY UPDATE", row_id, attempt)
        )  # fmt: skip
        return self.browse(found for (found,) in rows)

    def _settle(self, status, reason):
        now = fields.Datetime.now()
        values = {"lease_until": False, "last_status": status, "reason": reason or False}
        pause = wire.pause(self.attempts)
        if not reason:
            values |= {"state": "sent", "finished_at": now, "next_at": False}
        elif reason in ("gone", "off", "size", "interrupted") or pause is None:
            values |= {"state": "failed", "finished_at": now, "next_at": False}
            _logger.warning("Delivery %s to webhook %s is given up: %s", self.ident, self.webhook_id.id, reason)
        else:
            values["next_at"] = now + timedelta(seconds=pause)
        self.write(values)
        if values.get("next_at"):
            self._hold_back(now + timedelta(seconds=min(pause, HELD_BACK)))
            self._wake(values["next_at"])

    def _hold_back(self, until):
        """Let the others of this webhook wait: a receiver that is down must not keep those of others."""
        waiting = [("webhook_id", "=", self.webhook_id.id), ("state", "=", "queued"), ("next_at", "<", until),
                   ("lease_until", "=", False), ("id", "!=", self.id)]  # fmt: skip
        with contextlib.suppress(*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY), self.env.cr.savepoint():
            held = self.search(waiting)
            held.write({"next_at": until})
            if held:
                self._wake(until)


# A function, and not a method: the expressions that users write call any method of a model, and a parcel holds the
# secret.


def _parcels(deliveries):
    """Return ({id: what is sent}, {id: why it is not})."""
    parcels, reasons = {}, {}
    for delivery in deliveries:
        webhook = delivery.webhook_id
        if not webhook.active:
            reasons[delivery.id] = "off"
            continue
        if delivery.attempts > wire.MOST_ATTEMPTS:
            reasons[delivery.id] = "interrupted"
            continue
        try:
            secret = opened(webhook)
        except CLOSED as error:
            _logger.warning("The secret of webhook %s cannot be read: %s", webhook.id, type(error).__name__)
            reasons[delivery.id] = "secret"
            continue
        url, host, body = webhook.url.strip(), webhook._host(), delivery.body.encode()
        parcels[delivery.id] = Parcel(url, host, delivery.ident, body, secret)
    return parcels, reasons
