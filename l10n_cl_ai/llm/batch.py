"""Many questions at half price, answered within a day: the gateway's three phases, hours and processes apart.

What is the same: size, masking, cache, budgets, ledger, reading. What differs, and why:

- *Rate limits* do not apply: they keep one person's clicks and loops apart, and here one person has confirmed one
  price for all of it.
- *Single flight* is among the questions of one batch only: nobody could hold a claim for a day.
- *The breaker* is not asked, nor told: nobody waits, and a batch that can't be made now is made later.
- *No second call*: neither a repair nor an escalation. An answer that is not valid is *not evaluated*.
- *The reservation* lives as long as a batch may, and is renewed by whoever looks at it. One that was swept all the
  same is corrected to its exact cost when the result comes.

Every step may be repeated after a crash: the token of a question follows from the one its owner has stored, so that
handing it in again gives back what stood, and settling again changes nothing.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg2.errors

from .admission import Admission
from .asked import Asked, Ticket, call_of, key_of
from .batch_quote import Quote, priced
from .batch_result import outcome_of, unheard
from .batch_ticket import Kept
from .batch_transport import BatchTransport
from .outcome import Outcome, body
from .plan import Plan
from .postgres.budget import Settlement
from .postgres.ledger import Entry
from .privacy import Masker
from .question import Answer, Ask, Reason, Status
from .reading import Reading, read_outcome
from .stores import Stores, after_the_call

#: Seconds that a batch may take at the provider (24 h), and those in which its results should have been read.
LEASE = 26 * 3600.0
#: Times a question may be given back and handed in again.
_TRIES = 50


@dataclass(frozen=True)
class Posed:
    """A question to be asked in a batch. :param token: its owner's, stored before it is handed in"""

    ask: Ask
    plan: Plan
    token: UUID


@dataclass(frozen=True)
class Place:
    """What became of a question that was handed in: an answer at once, or a place in the batch.

    :param request: to be sent, ``custom_id`` and ``params``; None where an equal question is sent already
    """

    answer: Answer | None = None
    kept: Kept | None = None
    request: dict[str, Any] | None = None


@dataclass
class Recalled:
    """What a reader needs of a question whose answer has come."""

    ask: Ask
    masker: Masker


class Batches:
    """Hands in and collects. What is between is the :class:`~.batch_transport.BatchTransport`'s.

    :param stores: shared by all workers and hosts
    """

    def __init__(self, stores: Stores, transport: BatchTransport | None = None):
        self.stores = stores
        self.transport = transport or BatchTransport()
        self.admission = Admission(stores)

    # -- handing in ------------------------------------------------------------------------------------------------

    def admit(self, posed: Sequence[Posed], asked_already: dict[str, str] | None = None) -> list[Place]:
        """Reserve the money of each question that has to be asked and fits into its budgets.

        :param asked_already: {key: custom_id} of what is in this batch; filled
        :raises psycopg2.Error: the database fails; handed in again, nothing is reserved twice
        """
        known = {} if asked_already is None else asked_already
        return [self._admit(one, known) for one in posed]

    def quote(self, posed: Sequence[Posed], typical_output: int) -> list[Quote]:
        """Return what each would cost if it were handed in now. Nothing is written.

        :param typical_output: tokens of an answer, for what is expected
        """
        known: set[bytes] = set()
        return [self._quote(one, known, typical_output) for one in posed]

    def _quote(self, posed: Posed, known: set[bytes], typical_output: int) -> Quote:
        asked = Asked(posed.ask, posed.plan)
        if asked.refusal:
            return Quote("refused", asked.refusal)
        ticket = _ticket(asked, posed.token)
        if ticket.key in known:
            return Quote("equal")
        if ticket.key and self.stores.cache.get(ticket.key, posed.plan.company_id):
            return Quote("cached")
        known |= {ticket.key} - {None}
        return priced(ticket, typical_output)

    def _admit(self, posed: Posed, known: dict[str, str]) -> Place:
        asked = Asked(posed.ask, posed.plan)
        if asked.refusal:
            ticket = Ticket.of(asked)
            ticket.token, ticket.batch = posed.token, True
            return Place(self.admission.refuse(ticket, asked.refusal, posed.plan.refusal_detail))
        ticket = _ticket(asked, posed.token)
        answer = self.admission.cached(ticket) if ticket.key else None
        if answer:
            return Place(answer)
        first = known.get(ticket.key.hex()) if ticket.key else None
        if first:
            self.admission.estimate(ticket)  # by which the answer's usage is judged, as the first one's
            return Place(kept=Kept.of(ticket, first))
        answer = self._reserve(ticket, posed.token)
        if answer:
            return Place(answer)
        if ticket.key:
            known[ticket.key.hex()] = ticket.token.hex
        request = {"custom_id": ticket.token.hex, "params": body(ticket.call)}
        return Place(kept=Kept.of(ticket, ticket.token.hex), request=request)

    def _reserve(self, ticket: Ticket, token: UUID) -> Answer | None:
        """Reserve under the first token of this question that was not used.

        What stands under one is of a try that was interrupted before it sent anything: it is given back, for the
        question may be another by now, and two reservations might not fit where one does.
        """
        again = Settlement(Status.NOT_EVALUATED, reason=Reason.OVERLOADED, detail="interrupted before it was sent")
        for number in range(_TRIES):
            ticket.token = uuid.uuid5(token, str(number))
            if self.stores.budget.settle(ticket.token, again):
                continue
            try:
                return self.admission.reserve_for(ticket, LEASE)
            except psycopg2.errors.UniqueViolation:
                continue
        return Answer(Status.NOT_EVALUATED, Reason.OVERLOADED, detail="handed in too often")

    # -- while it is away ------------------------------------------------------------------------------------------

    def renew(self, kept: Iterable[Kept]):
        """Keep the money of questions whose batch is known to be under way."""
        for one in kept:
            if not one.follows:
                self.stores.budget.renew(UUID(one.token), LEASE)

    def give_back(self, kept: Iterable[Kept], reason: Reason, detail: str = ""):
        """Give the money back of questions that were surely not asked."""
        for one in kept:
            if not one.follows:
                settlement = Settlement(Status.NOT_EVALUATED, reason=reason, detail=detail, timings=_timings(one))
                self.stores.budget.settle(UUID(one.token), settlement)

    # -- collecting ------------------------------------------------------------------------------------------------

    def collect(self, kept: Kept, result: Mapping[str, Any] | None, ask: Ask | None) -> Answer:
        """Book what came of a question, to the exact cost, then keep the answer for whom it serves.

        Done twice, or by two at once, it books once. What the feature raises while it reads comes out after that.

        :param result: of the provider; None: it has ended the batch without a word on this question
        :param ask: the question, whose ``parse`` reads the answer; None: nobody may read it any more
        """
        outcome = unheard("no result in the batch") if result is None else outcome_of(kept, result)
        cost, unconfirmed = _price(kept, outcome)
        reading = Reading(Reason.INVALID_ANSWER, "the feature failed to read the answer")
        try:
            reading = _read(kept, ask, outcome)
        finally:
            reading.cost = cost
            self._book(kept, outcome, reading, unconfirmed)
        if kept.key and ask and not kept.follows and not reading.reason and "\0" not in outcome.text:
            after_the_call("keep an answer", self.stores.cache.put, bytes.fromhex(kept.key), kept.company_id,
                           kept.feature, outcome.text, kept.ttl, cost, kept.request_id)
        return _answer(kept, outcome, reading)

    def _book(self, kept: Kept, outcome: Outcome, reading: Reading, unconfirmed: bool):
        if kept.follows:
            reading.cost, saved = Decimal(0), reading.cost
            status = Status.NOT_EVALUATED if reading.reason else Status.CACHED
            settlement = Settlement(status, reason=reading.reason, detail=reading.detail, timings=_timings(kept))
            reading.request_id = self.stores.budget.note(
                _entry(kept), settlement, saved=Decimal(0) if reading.reason else saved)
            return
        reading.request_id = kept.request_id
        self.stores.budget.settle(UUID(kept.token), Settlement(
            Status.NOT_EVALUATED if reading.reason else Status.ANSWERED,
            cost=reading.cost, usage=outcome.usage, reason=reading.reason, detail=reading.detail,
            stop_reason=(outcome.stop_reason or "")[:64] or None, stopped=outcome.stopped, unconfirmed=unconfirmed,
            simulated=kept.simulated, attempts=outcome.attempts, timings=_timings(kept),
            provider_request_id=outcome.provider_request_id,
            content_answer=outcome.text if kept.keep_content else None,
        ))  # fmt: skip


def _ticket(asked: Asked, token: UUID) -> Ticket:
    model = asked.plan.models[0]
    ticket = Ticket(asked, model, call_of(asked, model), parent_id=asked.parent_id, token=token, batch=True)
    if asked.cacheable:
        ticket.key = key_of(ticket)
    return ticket


def _read(kept: Kept, ask: Ask | None, outcome: Outcome) -> Reading:
    if ask is None:
        return Reading(Reason.INVALID_ANSWER, "nobody may read it any more")
    return read_outcome(Recalled(ask, Masker.remembering(kept.originals)), outcome)


def _price(kept: Kept, outcome: Outcome) -> tuple[Decimal, bool]:
    """Return the cost in USD, and whether the provider may see it otherwise."""
    if outcome.billing == "none":
        return Decimal(0), False
    if outcome.billing == "exact":
        return kept.cost(outcome.usage), False
    return kept.estimate, True


def _answer(kept: Kept, outcome: Outcome, reading: Reading) -> Answer:
    answered = Status.CACHED if kept.follows else Status.ANSWERED
    return Answer(
        status=Status.NOT_EVALUATED if reading.reason else answered, reason=reading.reason,
        value=None if reading.reason else reading.value, text=reading.text, request_id=reading.request_id,
        cost=reading.cost, abstained=reading.abstained, stopped=outcome.stopped, usage=outcome.usage,
        stop_reason=outcome.stop_reason, detail=reading.detail,
    )  # fmt: skip


def _entry(kept: Kept) -> Entry:
    return Entry(
        token=UUID(kept.token), company_id=kept.company_id, user_id=kept.user_id, feature=kept.feature,
        model=kept.model, prompt_version=kept.prompt_version, res_model=kept.res_model, res_id=kept.res_id,
        batch=True, simulated=kept.simulated,
    )  # fmt: skip


def _timings(kept: Kept) -> dict[str, float | None]:
    return {"admit_ms": kept.admit_ms}
