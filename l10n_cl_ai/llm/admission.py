"""The first phase: whether a question may be asked, and whether it has to be."""

import time
import uuid
from dataclasses import replace

from .asked import Asked, Ticket, call_of, entry_of, key_of
from .cost import UnknownPrice, input_bound
from .heartbeat import LEASE, Heartbeat
from .plan import ModelSpec
from .postgres.budget import OverBudget, Settlement
from .question import Answer, Reason, Status
from .reading import answer_of, read
from .stores import Stores, after_the_call
from .transport import Call
from .waiting import Crowded

#: Seconds by which a reservation outlives the deadline of the call it stands for.
GRACE = 30.0
#: A call is not begun with less than this left, in seconds: it would be paid for and not waited for.
LEAST = 0.1
#: Seconds between two looks whether who waits was told to stop.
_SLICE = 0.5


def provider_of(call: Call) -> str:
    """Return whose health a call speaks of: one model at one address, whoever asks."""
    return f"{call.base_url}|{call.model}"


class Admission:
    """Gives leave to call, or the answer where no call is needed, or none allowed."""

    def __init__(self, stores: Stores):
        self.stores = stores
        self._heart = Heartbeat(stores.flights)

    def admit(self, asked: Asked, model: ModelSpec) -> Ticket | Answer:
        """Return leave to call, with the money reserved and, where it is shared, the question claimed.

        :raises psycopg2.Error: the database fails; nothing stays claimed or reserved
        """
        ticket = Ticket(asked, model, call_of(asked, model), parent_id=asked.parent_id)
        try:
            answer = self._shared(ticket) or self._limited(ticket) or self.reserve(ticket)
        except BaseException:
            self.land(ticket)
            raise
        if answer:
            self.land(ticket)
        return answer or ticket

    def land(self, ticket: Ticket):
        """Give up the claim, and wake who waits for the answer."""
        if ticket.owner:
            self._heart.drop(ticket.owner)
            after_the_call("give up a claim", self.stores.flights.land, ticket.key, ticket.owner)
            ticket.owner = None

    def refuse(
        self, ticket: Ticket, reason: Reason, detail: str = "", retry_after: float | None = None,
        refused_by: int | None = None,
    ) -> Answer:
        """Write down that, and why, nothing was asked. :param refused_by: id of the budget that did not allow it"""
        settlement = Settlement(
            Status.NOT_EVALUATED, reason=reason, detail=detail, timings=ticket.timings(), refused_by=refused_by)
        # What is switched off is no event: a document checked without AI would write a row each time.
        silent = reason is Reason.DISABLED
        request_id = None if silent else self.stores.budget.note(entry_of(ticket, note=True), settlement)
        return Answer(Status.NOT_EVALUATED, reason, request_id=request_id, detail=detail, retry_after=retry_after)

    # -- one answer for equal questions ----------------------------------------------------------------------------

    def _shared(self, ticket: Ticket) -> Answer | None:
        if not ticket.asked.cacheable:
            return None
        ticket.key = key_of(ticket)
        return self.cached(ticket) or self._claimed(ticket)

    def cached(self, ticket: Ticket) -> Answer | None:
        """Return what an equal question was answered before, if that still serves; it is written down, and free."""
        hit = self.stores.cache.get(ticket.key, ticket.asked.plan.company_id)
        if not hit:
            return None
        reading = read(ticket.asked, hit.value)
        if reading.reason:
            return None  # the feature no longer takes what it once took: ask again
        settlement = Settlement(Status.CACHED, timings=ticket.timings())
        reading.request_id = self.stores.budget.note(entry_of(ticket, note=True), settlement, saved=hit.cost)
        ticket.asked.show(reading.text)
        return answer_of(ticket, reading, Status.CACHED)

    def _claimed(self, ticket: Ticket) -> Answer | None:
        """Make this question ours to ask; or wait for who is asking it, and return what came of that."""
        flights, deadline = self.stores.flights, ticket.asked.deadline
        owner = uuid.uuid4()
        while not deadline.passed:
            if flights.claim(ticket.key, owner, LEASE):
                ticket.owner = owner
                self._heart.hold(ticket.key, owner)
                # Between our look into the cache and our claim its owner may have landed.
                return self.cached(ticket)
            try:
                self._wait(ticket)
            except Crowded:
                return self.refuse(ticket, Reason.OVERLOADED, "too many wait for equal questions")
            answer = self.cached(ticket)
            if answer:
                return answer
            if ticket.asked.ask.stop and ticket.asked.ask.stop.stopped:
                refused = self.refuse(ticket, Reason.TRUNCATED, "stopped by the user")
                return replace(refused, stopped=True)
        return self.refuse(ticket, Reason.DEADLINE, "waiting for an equal question")

    def _wait(self, ticket: Ticket):
        start = time.monotonic()
        # A claim wakes who waits for it; a stop does not, and is looked for now and then.
        most = ticket.asked.deadline.left() if ticket.asked.ask.stop is None else _SLICE
        try:
            self.stores.flights.wait(ticket.key, min(most, ticket.asked.deadline.left()))
        finally:
            ticket.wait_ms += (time.monotonic() - start) * 1000

    # -- what it may cost ------------------------------------------------------------------------------------------

    def _limited(self, ticket: Ticket) -> Answer | None:
        plan = ticket.asked.plan
        if ticket.call.deadline.left() < LEAST:
            return self.refuse(ticket, Reason.DEADLINE, "no time left for a call")
        taken = self.stores.limiter.take(f"{plan.company_id}:{plan.user_id}:{plan.feature}", plan.per_minute)
        if taken.ok:
            return None
        return self.refuse(ticket, Reason.RATE_LIMITED, f"{plan.per_minute} a minute", taken.retry_after)

    def reserve(self, ticket: Ticket) -> Answer | None:
        """Reserve the most this call may cost, then ask the breaker; return why it may not be made, if so."""
        lease = ticket.call.deadline.left() + GRACE
        return self.reserve_for(ticket, lease) or self._broken(ticket, lease)

    def reserve_for(self, ticket: Ticket, lease: float) -> Answer | None:
        """Reserve the most this call may cost for so many seconds; return why not, if so."""
        try:
            self.estimate(ticket)
        except UnknownPrice as problem:
            return self.refuse(ticket, Reason.BAD_MODEL, str(problem))
        except ValueError as problem:  # a picture or file, whose tokens have no bound
            return self.refuse(ticket, Reason.TOO_LARGE, str(problem))
        limits = ticket.asked.plan.limits
        reserved = self.stores.budget.reserve(entry_of(ticket), limits, ticket.estimate, lease)
        if isinstance(reserved, OverBudget):
            return self.refuse(ticket, Reason.OVER_BUDGET, reserved.name, refused_by=reserved.budget_id)
        ticket.request_id = reserved.request_id
        ticket.admitted()
        return None

    def estimate(self, ticket: Ticket):
        """Bound what this call may cost. Raises what :mod:`.cost` raises where there is no bound."""
        plan, call = ticket.asked.plan, ticket.call
        ticket.input_bound = input_bound(*call.system, *call.messages, *call.tools, call.schema or {})
        ticket.estimate = plan.prices.estimate(
            call.model, plan.day, ticket.input_bound, call.max_tokens, prompt_cache=call.prompt_cache,
            batch=ticket.batch)

    def _broken(self, ticket: Ticket, lease: float) -> Answer | None:
        """Return that the provider is left alone, with the money given back; None where it may be called."""
        try:
            admission = self.stores.breaker.admit(provider_of(ticket.call), lease)
        except BaseException:
            self._give_back(ticket, Reason.OVERLOADED)
            raise
        ticket.probe = admission.state == "probe"
        if admission.state != "open":
            return None
        self._give_back(ticket, Reason.BREAKER_OPEN)
        return Answer(Status.NOT_EVALUATED, Reason.BREAKER_OPEN, request_id=ticket.request_id,
                      retry_after=admission.retry_after)

    def _give_back(self, ticket: Ticket, reason: Reason):
        settlement = Settlement(Status.NOT_EVALUATED, reason=reason, timings=ticket.timings())
        after_the_call("give money back", self.stores.budget.settle, ticket.token, settlement)
