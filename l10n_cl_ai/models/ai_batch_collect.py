"""From the provider's results back to the documents, each booked and written once."""

from datetime import timedelta

from odoo import fields, models

from ..llm.transport import Deadline
from . import batch_gateway
from .ai_batch_send import AT_ONCE, DEADLINE

#: How often reservations are renewed while the provider works.
_RENEW = timedelta(hours=6)
#: How long results that can't be read are tried again. The provider keeps them for 29 days.
_TRIED = timedelta(days=7)


class AiBatch(models.Model):
    _inherit = "l10n_cl_ai.batch"

    def _look(self, attempt):
        """Look how far the provider is; tell it to stop where that is wanted."""
        provider_ref, stop, renew = self.provider_ref, self.cancel_wanted, self._renewals()
        engine, access, reason = batch_gateway.reached(self)
        if access and stop:
            engine.transport.cancel(access, provider_ref, Deadline(DEADLINE))
        answer = engine.transport.look(access, provider_ref, Deadline(DEADLINE)) if access else None
        engine.renew(renew)
        self._mine(attempt)
        if renew:
            self.renewed_at = fields.Datetime.now()
        if answer and answer.state and answer.state.ended:
            self.write({"state": "collecting", "looks": 0, "reason": False, "next_look": fields.Datetime.now()})
            return None
        failure = reason or answer.failure
        self.reason = failure.value if failure else False
        if self.submitted_at + _TRIED < fields.Datetime.now():
            return self._lose(attempt, engine)
        return self._later()

    def _renewals(self):
        if self.renewed_at and self.renewed_at + _RENEW > fields.Datetime.now():
            return []
        return [item._kept() for item in self.item_ids.filtered(lambda item: item.state == "sent")]

    def _collect(self, attempt):
        """Read the results, then book and write each. What was written before a crash stays as it is."""
        provider_ref = self.provider_ref
        asked = {item._kept().custom_id for item in self.item_ids.filtered(lambda item: item.state == "sent")}
        engine, access, reason = batch_gateway.reached(self)
        results = {}
        failure = reason
        if access:
            answer = engine.transport.results(access, provider_ref, Deadline(DEADLINE), results.setdefault, asked)
            failure = answer.failure
        items = self.item_ids.filtered(lambda item: item.state == "sent")
        for at in range(0, len(items), AT_ONCE):
            self._write_results(attempt, engine, items[at : at + AT_ONCE], results, complete=not failure)
        self._mine(attempt)
        self.cost = self._cost()
        if any(item.state == "sent" for item in self.item_ids):
            self.reason = failure.value
            if self.submitted_at + _TRIED < fields.Datetime.now():
                return self._lose(attempt, engine)
            return self._later()
        return self._end("cancelled" if self.cancel_wanted else "done")

    def _write_results(self, attempt, engine, items, results, complete):
        self._mine(attempt)
        cost = self._cost()
        kept = {item: item._kept() for item in items}
        ready = [item for item in items if complete or kept[item].custom_id in results]
        for item in ready:
            item._take(engine, kept[item], results.get(kept[item].custom_id))
        self._keep(attempt, len(ready), done=self.done + len(ready), cost=cost)

    def _cost(self):
        """Return USD of the ledger's rows of this batch, which are exact.

        They are settled beside our transaction, which sees those only that were settled before it began.
        """
        refs = []
        for model, items in self.item_ids.grouped("res_model").items():
            refs += self.env[model].browse(items.mapped("res_id")).exists().mapped("ledger_ref")
        rows = self.env["l10n_cl_ai.request"]._read_group([("id", "in", refs)], [], ["cost:sum"])
        return rows[0][0] or 0.0

    def _lose(self, attempt, engine):
        """Give up: what was sent may have been billed, and is charged at its estimate."""
        self._mine(attempt)
        for item in self.item_ids.filtered(lambda item: item.state == "sent"):
            item._take(engine, item._kept(), None)
        self._keep(attempt)
        self._mine(attempt)
        self.cost = self._cost()
        return self._close_all("lost")

    def _close_all(self, reason):
        """Say why to all documents that were not asked, and end."""
        for item in self.item_ids.filtered(lambda item: item.state != "done"):
            item._finish(None, reason)
        self.write({"pending": False, "done": self.total})
        self._end("cancelled" if reason == "cancelled" else "failed", False if reason == "cancelled" else reason)
