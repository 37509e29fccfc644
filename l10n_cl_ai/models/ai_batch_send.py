"""From documents to a batch at the provider: prepared, handed in, sent; found back where the answer was lost."""

import json
import uuid
from datetime import UTC, timedelta

from odoo import fields, models
from odoo.exceptions import AccessError

from ..llm.batch_transport import MOST_BYTES
from ..llm.question import Reason
from ..llm.transport import Deadline
from . import batch_gateway
from .ai_queued import NotAsked

#: Documents prepared, and questions handed in, between two commits.
AT_ONCE = 50
#: Seconds for one request about a batch.
DEADLINE = 120.0
#: How long a batch that could not be made is tried again.
PATIENCE = timedelta(hours=6)
#: After so long the provider's list is believed when it does not have a batch; and so long it is looked for at all.
BELIEVED, LIFE = timedelta(minutes=15), timedelta(hours=26)
#: Seconds before an attempt is looked for, or made, again.
FIRST_SEARCH = 60
#: By how much the provider's clock may differ from ours.
_CLOCKS = timedelta(hours=1)


class AiBatch(models.Model):
    _inherit = "l10n_cl_ai.batch"

    # -- documents ---------------------------------------------------------------------------------------

    def _prepare(self, attempt):
        """Check the documents by the rules, and make the reviews that this batch is to ask."""
        while self.pending and not self.cancel_wanted:
            chunk, rest = self.pending[:AT_ONCE], self.pending[AT_ONCE:]
            try:
                reviews = self._reviews(chunk)
            except AccessError:
                return self._close_all("no_access")
            rows = reviews.filtered(lambda row: row.batch_ref == self.id and row.state == "queued")
            self.env["l10n_cl_ai.batch.item"].create(self._prepare_item_vals(rows))
            self._keep(attempt, pending=rest, done=self.done + len(chunk) - len(rows))
        if self.cancel_wanted:
            return self._close_all("cancelled")
        self.write({"state": "sending"})

    def _reviews(self, ids):
        user = self.user_id
        if not user.active or self.company_id not in user.company_ids:
            raise AccessError(self.env._("Who asked works no longer in this company."))
        env = self.env["l10n_cl_ai.queued"]._env_of(self.company_id.id, user)
        moves = env["account.move"].browse(ids).exists()._filtered_access("read")
        moves = moves.filtered(lambda move: move.company_id == env.company)
        return moves._l10n_cl_ai_review("batch", batch_ref=self.id).sudo()  # sudo: rows that were just made for it

    # -- handing in --------------------------------------------------------------------------------------

    def _send(self, attempt):
        if self.sent_at:
            return self._find(attempt)
        if self.cancel_wanted:
            # What a killed worker had handed in by then was never asked.
            return self._not_made(attempt, batch_gateway.batches(self.env), Reason.OVERLOADED)
        requests = self._hand_in(attempt)
        if not requests:
            return self._end("done", "unpaid")
        # From here on it may exist at the provider: whoever takes it up looks there first.
        self._keep(attempt, sent_at=fields.Datetime.now())
        return self._make(attempt, requests)

    def _hand_in(self, attempt):
        """Reserve the money of what has to be asked; close what needs no asking. Return the requests."""
        requests, known, size, estimate = [], {}, 0, 0
        items = self.item_ids.filtered(lambda item: item.state != "done")
        for at in range(0, len(items), AT_ONCE):
            if size > MOST_BYTES:
                self._split(items[at:])
                break
            chunk = items[at : at + AT_ONCE]
            places, not_asked = self._admitted(chunk, known)
            self._mine(attempt)
            for item in chunk:
                place = places.get(item.id)
                if place and place.kept:
                    item._sent(place.kept)
                    estimate += place.kept.estimate
                else:
                    item._finish(place and place.answer, not_asked.get(item.id))
            fresh = [place.request for place in places.values() if place.request]
            requests, size = requests + fresh, size + len(json.dumps(fresh))
            finished = sum(item.state == "done" for item in chunk)
            self._keep(attempt, finished, done=self.done + finished, estimate=float(estimate), asked=len(requests))
        return requests

    def _admitted(self, items, known):
        """Return ({item id: place in the batch}, {item id: why it is not asked}). Nothing of ours is written."""
        asks, not_asked = {}, {}
        for item in items:
            try:
                asks[item] = item._question()
            except NotAsked as reason:
                not_asked[item.id] = reason.reason
        env = self.env["l10n_cl_ai.queued"]._env_of(self.company_id.id, self.user_id)
        posed = batch_gateway.posed(env, list(asks.values()), [item.token for item in asks])
        engine = batch_gateway.batches(env)
        batch_gateway.release(env)
        places = engine.admit(posed, known)
        return {item.id: place for item, place in zip(asks, places, strict=True)}, not_asked

    def _split(self, items):
        """Leave what is too much for one sending to another batch."""
        own = {"company_id": self.company_id.id, "user_id": self.user_id.id, "name": f"{self.name} +"}
        other = self.create({**own, "total": len(items)})
        items.batch_id = other
        for item in items:
            item._row().batch_ref = other.id
        self.total -= len(items)
        other._wake()

    # -- sending -----------------------------------------------------------------------------------------

    def _make(self, attempt, requests):
        engine, access, reason = batch_gateway.reached(self)
        if reason:
            return self._not_made(attempt, engine, reason)
        answer = engine.transport.make(access, requests, Deadline(DEADLINE))
        if answer.state:
            return self._made(attempt, answer.state.id)
        if answer.surely_not:
            return self._not_made(attempt, engine, answer.failure, answer.passing, answer.retry_after)
        self._mine(attempt)
        self.reason = "searching"
        return self._later(FIRST_SEARCH)

    def _made(self, attempt, provider_ref):
        self._mine(attempt)
        now = fields.Datetime.now()
        self.write({"state": "submitted", "provider_ref": provider_ref, "submitted_at": now, "renewed_at": now,
                    "reason": False, "looks": 0})  # fmt: skip
        self._later()

    def _not_made(self, attempt, engine, reason, passing=False, retry_after=None):
        """Give everything back. Try again later where that may help, else say why to each document."""
        self._mine(attempt)
        items = self.item_ids.filtered(lambda item: item.state == "sent")
        engine.give_back([item._kept() for item in items], reason, "the batch could not be made")
        for item in items:
            item.write({"state": "waiting", "ticket": False, "token": uuid.uuid4().hex})
        self.write({"sent_at": False, "reason": reason.value, "estimate": 0})
        if passing and self.create_date + PATIENCE > fields.Datetime.now() and not self.cancel_wanted:
            return self._later(max(retry_after or 0, FIRST_SEARCH * 1.5 ** min(self.looks, 6)))
        return self._close_all("cancelled" if self.cancel_wanted else reason.value)

    # -- finding back ------------------------------------------------------------------------------------

    def _find(self, attempt):
        """Look in the provider's list for a batch that may have been made when we were not there to hear of it."""
        ours = {item._kept().custom_id for item in self.item_ids.filtered(lambda item: item.state == "sent")}
        since = self.sent_at.replace(tzinfo=UTC) - _CLOCKS
        known = set(self.search([("provider_ref", "!=", False)]).mapped("provider_ref"))
        late, lost = self._age() > BELIEVED, self._age() > LIFE
        engine, access, _reason = batch_gateway.reached(self)
        listed = engine.transport.since(access, since, Deadline(DEADLINE)) if access else None
        if listed is None or listed.failure:
            return self._lose(attempt, engine) if lost else self._unfound(attempt)
        candidates = [state for state in listed.states if state.id not in known and state.total == len(ours)]
        holds = {state.id: self._holds(engine, access, state, ours) for state in candidates}
        found = [batch_id for batch_id, ours_it_is in holds.items() if ours_it_is]
        if found:
            return self._made(attempt, found[0])
        if None in holds.values() or not late:
            return self._lose(attempt, engine) if lost else self._unfound(attempt)
        return self._not_made(attempt, engine, Reason.UNREACHABLE, passing=True)

    def _holds(self, engine, access, state, ours):
        """Return whether a batch holds our questions; None while that can't be told, for only its results say so."""
        seen = set()
        if not state.ended:
            return None
        answer = engine.transport.results(
            access, state.id, Deadline(DEADLINE), lambda custom_id, _result: seen.add(custom_id), ours
        )
        return True if seen & ours else None if answer.failure else False

    def _unfound(self, attempt):
        self._mine(attempt)
        self.reason = "searching"
        self._later()

    def _age(self):
        return fields.Datetime.now() - (self.sent_at or fields.Datetime.now())
