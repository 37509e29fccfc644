"""The one door to Claude: admit, call, settle. No exception of the provider or the network leaves it.

It holds no cursor while it waits or calls: what it knows of records stands in the :class:`Plan`, what it writes goes
through the side doors of its stores. So any thread may run :meth:`Gateway.ask`.
"""

import logging
from dataclasses import replace

import psycopg2

from .admission import Admission
from .asked import Asked, Ticket
from .plan import ModelSpec, Plan
from .prompt import repair_turns
from .question import Answer, Ask, Reason, Status
from .reading import Reading, answer_of
from .stores import Stores, after_the_call
from .till import Till
from .transport import Call, Outcome, Transport, prepare

_logger = logging.getLogger(__name__)

#: A second call is not begun with less than this left, in seconds; a repair not with fewer tokens.
_SECONDS, _TOKENS = 2.0, 64
#: Tokens of the repair's own words, at most.
_WORDS = 300


class Gateway:
    """Asks Claude, once, within budget and deadline.

    :param stores: shared by all workers and hosts
    """

    def __init__(self, stores: Stores, transport: Transport):
        self.stores = stores
        self.transport = transport
        self.admission = Admission(stores)
        self.till = Till(stores)

    def ask(self, ask: Ask, plan: Plan) -> Answer:
        """Ask and wait for what comes of it, at most until the deadline.

        A database that is out of connections, or a row locked for too long, is a reason too: *overloaded*.

        :raises psycopg2.Error: what is wrong with the database otherwise
        """
        if not plan.refusal:
            prepare()  # a worker's first call loads the SDK, a second that is not the question's
        asked = Asked(ask, plan)
        try:
            return self._answer(asked)
        except psycopg2.OperationalError as problem:
            _logger.exception("a question could not be asked for the database")
            kind = type(problem).__name__
            return Answer(Status.NOT_EVALUATED, Reason.OVERLOADED, cost=asked.cost, detail=f"database: {kind}")

    def _answer(self, asked: Asked) -> Answer:
        plan = asked.plan
        if asked.refusal:
            return self.admission.refuse(Ticket.of(asked), asked.refusal, plan.refusal_detail)
        answer = None
        for model in plan.models:
            last = self._ask_model(asked, model)
            # An escalation that could not be asked does not undo what the first model said.
            answer = last if last.evaluated or answer is None else answer
            if not last.abstained or asked.shown:
                break
        return replace(answer, cost=asked.cost)

    def _ask_model(self, asked: Asked, model: ModelSpec) -> Answer:
        ticket = self.admission.admit(asked, model)
        if isinstance(ticket, Answer):
            return ticket
        try:
            reading = self.till.settle(ticket, self._call(ticket))
            follow_up = after_the_call("ask a second time", self._follow_up, ticket, reading)
            if follow_up:
                reading = self.till.settle(follow_up, self._call(follow_up))
            return answer_of(ticket, reading)
        finally:
            self.admission.land(ticket)

    def _call(self, ticket: Ticket) -> Outcome:
        asked = ticket.asked
        ticket.stream = asked.stream()
        on_text = ticket.stream and ticket.stream.feed
        try:
            return self.transport.call(
                ticket.call, on_text=on_text, stop=asked.ask.stop, breaker_closed=not ticket.probe)
        except BaseException:
            self.till.interrupted(ticket)
            raise

    def _follow_up(self, ticket: Ticket, reading: Reading) -> Ticket | None:
        """Return the one further call that may still mend this ask, its money reserved; or None."""
        call = self._second_call(ticket, reading)
        if call is None:
            return None
        follow_up = Ticket(ticket.asked, ticket.model, call, key=ticket.key, parent_id=ticket.request_id)
        return None if self.admission.reserve(follow_up) else follow_up

    def _second_call(self, ticket: Ticket, reading: Reading) -> Call | None:
        outcome = reading.outcome
        if ticket.asked.shown or ticket.call.deadline.left() < _SECONDS:
            return None  # who reads along has one answer before him, not two
        if reading.why and outcome.content:
            # A turn that calls a tool could only be followed by that tool's result.
            tool = any(block.get("type") == "tool_use" for block in outcome.content)
            return None if tool else self._repair(ticket, reading)
        if outcome.retryable and not outcome.retry_after:
            return ticket.call if self.transport.retries.take(breaker_closed=not ticket.probe) else None
        return None

    def _repair(self, ticket: Ticket, reading: Reading) -> Call | None:
        """Return the question that asks to mend the answer, if all calls together stay within 3 × the first."""
        left = reading.outcome.usage.total - _WORDS  # 3 × (in + out), less what was used, less the repair's prompt
        most = min(ticket.call.max_tokens, left)
        if most < _TOKENS:
            return None
        # What is wrong may be said with a value that was restored to be read.
        why = ticket.asked.masker.mask(reading.why)
        messages = repair_turns(ticket.call.messages, reading.outcome.content, why)
        return replace(ticket.call, messages=messages, max_tokens=most)
