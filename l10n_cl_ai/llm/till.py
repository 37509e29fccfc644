"""The third phase: what a call cost, and to whom its answer serves."""

import time
from decimal import Decimal

from .admission import provider_of
from .asked import Ticket, is_simulated
from .postgres.budget import Settlement
from .question import Reason, Status
from .reading import Reading, read_outcome
from .stores import Stores, after_the_call
from .transport import Outcome


class Till:
    """Books calls."""

    def __init__(self, stores: Stores):
        self.stores = stores

    def settle(self, ticket: Ticket, outcome: Outcome) -> Reading:
        """Write down what it cost, whatever came of it; then keep the answer for whom it serves.

        What the feature raises while it reads the answer comes out, after everything is booked.
        """
        start = time.monotonic()
        reading = Reading(Reason.INVALID_ANSWER, "the feature failed to read the answer")
        try:
            reading = read_outcome(ticket.asked, outcome)
        finally:
            reading.request_id, reading.outcome = ticket.request_id, outcome
            ticket.settle_ms = (time.monotonic() - start) * 1000
            self._charge(ticket, outcome, reading)
            after_the_call("tell the breaker", self._tell_breaker, ticket, outcome)
        if ticket.key and not reading.reason and "\0" not in outcome.text:
            plan = ticket.asked.plan
            after_the_call("keep an answer", self.stores.cache.put, ticket.key, plan.company_id, plan.feature,
                           outcome.text, plan.ttl, reading.cost, ticket.request_id)
        if ticket.stream and not outcome.stopped:
            ticket.stream.finish()
        return reading

    def interrupted(self, ticket: Ticket):
        """Book a call that something outside ended (a worker told to stop): at its estimate."""
        after_the_call("book an interrupted call", self.stores.budget.settle, ticket.token, Settlement(
            Status.NOT_EVALUATED, cost=ticket.estimate, reason=Reason.UNREACHABLE, detail="interrupted",
            unconfirmed=True, timings=ticket.timings()))
        if ticket.probe:
            after_the_call("give back a probe", self.stores.breaker.release, provider_of(ticket.call))

    def _charge(self, ticket: Ticket, outcome: Outcome, reading: Reading):
        reading.cost, unconfirmed = self._price(ticket, outcome)
        ticket.asked.spend(ticket.request_id, reading.cost)
        settlement = Settlement(
            Status.NOT_EVALUATED if reading.reason else Status.ANSWERED,
            cost=reading.cost, usage=outcome.usage, reason=reading.reason, detail=reading.detail,
            stop_reason=(outcome.stop_reason or "")[:64] or None, stopped=outcome.stopped, unconfirmed=unconfirmed,
            simulated=outcome.simulated and is_simulated(ticket.call), attempts=outcome.attempts,
            timings=ticket.timings(outcome),
            provider_request_id=outcome.provider_request_id,
            content_answer=outcome.text if ticket.asked.plan.keep_content else None,
        )
        after_the_call(
            f"settle request {ticket.request_id}", self.stores.budget.settle, ticket.token, settlement)

    def _price(self, ticket: Ticket, outcome: Outcome) -> tuple[Decimal, bool]:
        """Return the cost in USD, and whether the provider may see it otherwise."""
        plan, call = ticket.asked.plan, ticket.call
        if outcome.billing == "none":
            return Decimal(0), False
        if outcome.billing == "unknown":
            # Nothing of an answer was seen, but something between us and the provider may have held all of it back.
            return ticket.estimate, True
        return plan.prices.cost(call.model, outcome.usage, plan.day), outcome.billing == "doubted"

    def _tell_breaker(self, ticket: Ticket, outcome: Outcome):
        breaker, provider = self.stores.breaker, provider_of(ticket.call)
        unfinished = outcome.stopped or (outcome.failure is Reason.DEADLINE and not outcome.provider_fault)
        if ticket.probe and unfinished:
            breaker.release(provider)  # it says nothing about the provider: let another try
        else:
            breaker.record(provider, not outcome.provider_fault, ticket.probe)
