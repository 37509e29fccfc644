"""The one door to Claude: admit, call, settle. No exception of the provider or the network leaves it.

It holds no cursor while it waits or calls: what it knows of records stands in the :class:`Plan`, what it writes goes
through the side doors of its stores. So any thread may run :meth:`Gateway.ask`.
"""

import logging
import time
import uuid
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import psycopg2
import psycopg2.errors

from .asked import Asked, Ticket, call_of, entry_of, key_of
from .cost import UnknownPrice, Usage, input_bound
from .plan import ModelSpec, Plan
from .postgres.budget import OverBudget, Settlement
from .prompt import repair_turns
from .question import Answer, Ask, Reason, Status
from .reading import Reading, read, read_outcome
from .transport import Call, Outcome, Transport, prepare
from .waiting import Crowded

_logger = logging.getLogger(__name__)

#: Seconds by which a lease outlives the deadline of the call it stands for.
GRACE = 30.0
#: A repair is not begun with less than this left, in seconds and in tokens.
_REPAIR_SECONDS, _REPAIR_TOKENS = 2.0, 64
#: Tokens of the repair's own words, at most.
_REPAIR_WORDS = 300


@dataclass(frozen=True)
class Stores:
    """Where the gateway remembers: PostgreSQL, or Redis before it, but for the budget (with its ledger)."""

    cache: Any
    flights: Any
    limiter: Any
    breaker: Any
    budget: Any


class Gateway:
    """Asks Claude, once, within budget and deadline.

    :param stores: shared by all workers and hosts
    """

    def __init__(self, stores: Stores, transport: Transport):
        self.stores = stores
        self.transport = transport

    def ask(self, ask: Ask, plan: Plan) -> Answer:
        """Ask and wait for what comes of it, at most until the deadline.

        :raises psycopg2.Error: when the database fails before the call
        """
        if not plan.refusal:
            prepare()  # a worker's first call loads the SDK, a second that is not the question's
        asked = Asked(ask, plan)
        reason = asked.refusal()
        if reason:
            return self._refuse(asked, reason, plan.refusal_detail)
        for model in plan.models:
            answer = self._ask_model(asked, model)
            if not answer.abstained:
                break
        return replace(answer, cost=asked.cost)

    def _ask_model(self, asked: Asked, model: ModelSpec) -> Answer:
        ticket = self.admit(asked, model)
        if isinstance(ticket, Answer):
            return ticket
        try:
            reading = self.settle(ticket, self.call(ticket))
            follow_up = self._follow_up(ticket, reading)
            if follow_up:
                reading = self.settle(follow_up, self.call(follow_up))
            return self._answer(ticket, reading)
        finally:
            self._land(ticket)

    # --- admit ----------------------------------------------------------------------------------------------------

    def admit(self, asked: Asked, model: ModelSpec) -> Ticket | Answer:
        """Return leave to call, with the money reserved; or the answer where no call is needed, or allowed."""
        ticket = Ticket(asked, model, call_of(asked, model))
        if asked.cacheable:
            ticket.key = key_of(ticket)
            answer = self._cached(ticket) or self._claimed(ticket)
            if answer:
                return answer
        try:
            refusal = self._limited(ticket) or self._reserved(ticket)
        except BaseException:
            self._land(ticket)
            raise
        if refusal:
            self._land(ticket)
        return refusal or ticket

    def _cached(self, ticket: Ticket) -> Answer | None:
        hit = self.stores.cache.get(ticket.key, ticket.asked.plan.company_id)
        if not hit:
            return None
        reading = read(ticket.asked, hit.value)
        if reading.reason:
            return None  # the feature no longer takes what it once took: ask again
        settlement = Settlement(status=Status.CACHED, timings=ticket.timings())
        reading.request_id = self.stores.budget.note(entry_of(ticket), settlement, saved=hit.cost)
        return self._answer(ticket, reading, Status.CACHED)

    def _claimed(self, ticket: Ticket) -> Answer | None:
        """Make this question ours to ask; or wait for who is asking it, and return what came of that."""
        flights, deadline = self.stores.flights, ticket.asked.deadline
        owner = uuid.uuid4()
        while not deadline.passed:
            if flights.claim(ticket.key, owner, deadline.left() + GRACE):
                ticket.owner = owner
                # Between our look into the cache and our claim its owner may have landed.
                answer = self._cached(ticket)
                if answer:
                    self._land(ticket)
                return answer
            start = time.monotonic()
            try:
                flights.wait(ticket.key, deadline.left())
            except Crowded:
                return self._refuse(ticket.asked, Reason.OVERLOADED, "too many wait for equal questions", ticket)
            ticket.wait_ms += (time.monotonic() - start) * 1000
            answer = self._cached(ticket)
            if answer:
                return answer
        return self._refuse(ticket.asked, Reason.DEADLINE, "waiting for an equal question", ticket)

    def _limited(self, ticket: Ticket) -> Answer | None:
        plan = ticket.asked.plan
        key = f"{plan.company_id}:{plan.user_id}:{plan.feature}"
        taken = self.stores.limiter.take(key, plan.per_minute)
        if taken.ok:
            return None
        return self._refuse(
            ticket.asked, Reason.RATE_LIMITED, f"{plan.per_minute} a minute", ticket, retry_after=taken.retry_after
        )

    def _reserved(self, ticket: Ticket) -> Answer | None:
        """Reserve the most this call may cost, then ask the breaker."""
        plan, call = ticket.asked.plan, ticket.call
        try:
            ticket.estimate = self._estimate(ticket)
        except UnknownPrice as problem:
            return self._refuse(ticket.asked, Reason.BAD_MODEL, str(problem), ticket)
        except ValueError as problem:  # a picture or file, whose tokens have no bound
            return self._refuse(ticket.asked, Reason.TOO_LARGE, str(problem), ticket)
        lease = call.deadline.left() + GRACE
        try:
            reserved = self.stores.budget.reserve(entry_of(ticket), plan.limits, ticket.estimate, lease)
        except psycopg2.errors.LockNotAvailable:
            return Answer(Status.NOT_EVALUATED, Reason.OVERLOADED, detail="a budget was locked too long")
        if isinstance(reserved, OverBudget):
            return self._refuse(ticket.asked, Reason.OVER_BUDGET, reserved.name, ticket)
        ticket.request_id = reserved.request_id
        ticket.admitted()
        admission = self.stores.breaker.admit(_provider(call), lease)
        ticket.probe = admission.state == "probe"
        if admission.state != "open":
            return None
        self.stores.budget.settle(ticket.token, Settlement(
            status=Status.NOT_EVALUATED, reason=Reason.BREAKER_OPEN, timings=ticket.timings()))
        return Answer(Status.NOT_EVALUATED, Reason.BREAKER_OPEN, request_id=ticket.request_id,
                      retry_after=admission.retry_after)

    def _estimate(self, ticket: Ticket) -> Decimal:
        plan, call = ticket.asked.plan, ticket.call
        ticket.input_bound = input_bound(*call.system, *call.messages, *call.tools, call.schema or {})
        return plan.prices.estimate(
            call.model, plan.day, ticket.input_bound, call.max_tokens, prompt_cache=call.prompt_cache)

    # --- call -----------------------------------------------------------------------------------------------------

    def call(self, ticket: Ticket) -> Outcome:
        """Ask the provider. What is interrupted from outside (a worker told to end) is charged at its estimate."""
        asked = ticket.asked
        ticket.stream = asked.stream()
        on_text = ticket.stream and ticket.stream.feed
        try:
            return self.transport.call(
                ticket.call, on_text=on_text, stop=asked.ask.stop, breaker_closed=not ticket.probe)
        except BaseException:
            self.stores.budget.settle(ticket.token, Settlement(
                cost=ticket.estimate, status=Status.NOT_EVALUATED, reason=Reason.UNREACHABLE,
                detail="interrupted", unconfirmed=True, timings=ticket.timings()))
            if ticket.probe:
                self.stores.breaker.release(_provider(ticket.call))
            raise

    # --- settle ---------------------------------------------------------------------------------------------------

    def settle(self, ticket: Ticket, outcome: Outcome) -> Reading:
        """Write down what it cost, whatever came of it; then give the answer to whom it serves."""
        start = time.monotonic()
        reading = Reading(reason=Reason.INVALID_ANSWER, detail="the feature failed to read the answer")
        try:
            reading = read_outcome(ticket.asked, outcome)
        finally:
            reading.request_id, reading.outcome = ticket.request_id, outcome
            ticket.settle_ms = (time.monotonic() - start) * 1000
            self._charge(ticket, outcome, reading)
            self.stores.breaker.record(_provider(ticket.call), not outcome.provider_fault, ticket.probe)
        if ticket.key and not reading.reason and "\0" not in outcome.text:
            plan = ticket.asked.plan
            self.stores.cache.put(ticket.key, plan.company_id, plan.feature, outcome.text, plan.ttl,
                                  reading.cost, ticket.request_id)
        if ticket.stream:
            ticket.stream.finish()
        return reading

    def _charge(self, ticket: Ticket, outcome: Outcome, reading: Reading):
        reading.cost, unconfirmed = self._price(ticket, outcome)
        plan = ticket.asked.plan
        ticket.asked.spend(ticket.request_id, reading.cost, outcome.usage)
        settlement = Settlement(
            cost=reading.cost, usage=outcome.usage, reason=reading.reason, detail=reading.detail,
            status=Status.NOT_EVALUATED if reading.reason else Status.ANSWERED,
            stop_reason=outcome.stop_reason, stopped=outcome.stopped, unconfirmed=unconfirmed,
            simulated=outcome.simulated, attempts=outcome.attempts, timings=ticket.timings(outcome),
            provider_request_id=outcome.provider_request_id,
            content_answer=outcome.text if plan.keep_content else None,
        )
        try:
            self.stores.budget.settle(ticket.token, settlement)
        except psycopg2.Error:
            # The answer is there and paid for, so it is given. The reservation stands until the sweeper charges it.
            _logger.exception("request %s could not be settled: it will be charged at its estimate", ticket.request_id)

    def _price(self, ticket: Ticket, outcome: Outcome) -> tuple[Decimal, bool]:
        """Return the cost in USD, and whether the provider may see it otherwise."""
        plan = ticket.asked.plan
        if outcome.billing == "none":
            return Decimal(0), False
        usage = outcome.usage
        if outcome.billing == "unknown":
            # Nothing of an answer was ever seen, so no output was written: the prompt is all there is to bill.
            usage = Usage(input=ticket.input_bound)
        return plan.prices.cost(ticket.call.model, usage, plan.day), outcome.billing == "unknown"

    def _follow_up(self, ticket: Ticket, reading: Reading) -> Ticket | None:
        """Return the one further call that may still mend this ask, its money reserved; or None."""
        call = None
        if reading.why and reading.outcome.content:
            call = self._repair_call(ticket, reading)
        elif reading.outcome.retryable and self.transport.retries.take(breaker_closed=not ticket.probe):
            call = ticket.call
        if call is None or call.deadline.left() < _REPAIR_SECONDS:
            return None
        follow_up = Ticket(ticket.asked, ticket.model, call, key=ticket.key)
        return None if self._reserved(follow_up) else follow_up

    def _repair_call(self, ticket: Ticket, reading: Reading) -> Call | None:
        """Return the question that asks to mend the answer, if all calls together stay within 3 × the first."""
        used = reading.outcome.usage
        left = used.total - _REPAIR_WORDS  # 3 × (in + out), less what was used, less the repair's own prompt
        most = min(ticket.call.max_tokens, left)
        if most < _REPAIR_TOKENS:
            return None
        # What is wrong may be said with a value that was restored to be read.
        why = ticket.asked.masker.mask(reading.why)
        messages = repair_turns(ticket.call.messages, reading.outcome.content, why)
        return replace(ticket.call, messages=messages, max_tokens=most)

    # --- answers --------------------------------------------------------------------------------------------------

    def _refuse(self, asked: Asked, reason: Reason, detail: str = "", ticket: Ticket | None = None,
                retry_after: float | None = None) -> Answer:
        """Write down that, and why, nothing was asked."""
        ticket = ticket or Ticket(asked, asked.plan.models[0] if asked.plan.models else ModelSpec(""), None)
        settlement = Settlement(
            status=Status.NOT_EVALUATED, reason=reason, detail=detail, timings=ticket.timings())
        # What is switched off is no event: a document checked without AI would write a row each time.
        silent = reason is Reason.DISABLED
        request_id = None if silent else self.stores.budget.note(entry_of(ticket), settlement)
        return Answer(Status.NOT_EVALUATED, reason, request_id=request_id, detail=detail, retry_after=retry_after)

    def _answer(self, ticket: Ticket, reading: Reading, status: Status = Status.ANSWERED) -> Answer:
        outcome = reading.outcome
        return Answer(
            status=Status.NOT_EVALUATED if reading.reason else status, reason=reading.reason,
            value=None if reading.reason else reading.value, text=reading.text, request_id=reading.request_id,
            cost=ticket.asked.cost, abstained=reading.abstained, stopped=bool(outcome and outcome.stopped),
            blocks=tuple(outcome.content) if outcome else (), detail=reading.detail,
            retry_after=outcome.retry_after if outcome else None, figures=ticket.timings(outcome),
        )

    def _land(self, ticket: Ticket):
        if ticket.owner:
            self.stores.flights.land(ticket.key, ticket.owner)
            ticket.owner = None


def _provider(call: Call) -> str:
    """Return whose health a call speaks of: one model at one address, whoever asks."""
    return f"{call.base_url}|{call.model}"
