"""What one ask carries through its phases."""

import hashlib
import logging
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import urlsplit

from .canon import cache_key
from .plan import ModelSpec, Plan
from .postgres.ledger import Entry
from .privacy import Masker
from .prompt import masked_values, sent_text, turns
from .question import Ask, Data, Reason
from .transport import Call, Deadline, Outcome

_logger = logging.getLogger(__name__)


class Asked:
    """A question on its way: its deadline running, masked, and what was spent on it so far.

    :ivar refusal: why nothing may be asked, before anything else is looked at
    :ivar shown: a piece of an answer was handed to who reads along
    """

    def __init__(self, ask: Ask, plan: Plan):
        self.ask = ask
        self.plan = plan
        wanted = plan.deadline if ask.deadline is None else min(ask.deadline, plan.deadline)
        self.deadline = Deadline(wanted)
        self.cost = Decimal(0)
        self.shown = False
        self.parent_id = ask.parent_id
        self.refusal = plan.refusal or self._too_large()
        if not self.refusal:
            private = (*plan.private, *ask.private)
            self.masker = ask.thread.knowing(private) if ask.thread is not None else Masker(private)
            self.messages = turns(ask, self.masker)
            self.tools = tuple(masked_values(tool, self.masker, fixed=True) for tool in ask.tools)

    def _too_large(self) -> Reason | None:
        """Measure before masking, which reads every byte."""
        earlier = self.ask.thread.turns if self.ask.thread is not None else self.ask.messages
        parts = (*self.ask.system, *self.ask.content, *earlier, *self.ask.tools)
        size = sum(len(text) for text in _texts(parts))
        if size <= self.plan.max_input_bytes:
            size = sum(len(text.encode("utf-8", "replace")) for text in _texts(parts))
        return Reason.TOO_LARGE if size > self.plan.max_input_bytes else None

    @property
    def cacheable(self) -> bool:
        """A dialogue turn and a turn with tools are never cached."""
        dialogue = self.ask.thread is not None or self.ask.messages
        return bool(self.plan.ttl) and not dialogue and not self.ask.tools

    def spend(self, request_id: int, cost: Decimal):
        """Count a call; what follows on it names it."""
        self.parent_id = request_id
        self.cost += cost

    def stream(self) -> "RestoredStream | None":
        """Return what takes the pieces of text as they come, where the asker wants them."""
        return RestoredStream(self.masker.stream(), self._hand_on) if self.ask.on_text else None

    def show(self, text: str):
        """Hand on a whole answer, from the cache."""
        if self.ask.on_text:
            _guarded(self._hand_on, text)

    def _hand_on(self, text: str):
        if text:
            self.shown = True
            self.ask.on_text(text)


class RestoredStream:
    """Hands on pieces of text with their pseudonyms restored, also one that arrives in two pieces."""

    def __init__(self, stream, hand_on: Callable[[str], None]):
        self._stream = stream
        self._hand_on = hand_on

    def feed(self, piece: str):
        """Take a piece. What the reader raises comes out: the transport ends the call for it."""
        self._hand_on(self._stream.feed(piece))

    def finish(self):
        """Hand on what was held back. The answer is complete and paid for: a reader who has left changes nothing."""
        _guarded(self._hand_on, self._stream.finish())


def _guarded(hand_on: Callable[[str], None], text: str):
    try:
        hand_on(text)
    except Exception as problem:  # noqa: BLE001 - whatever the reader's code raises, it is only told
        _logger.warning("who reads along failed: %s", type(problem).__name__)


@dataclass
class Ticket:
    """Leave to call, or its application.

    :param key: of the cache and the flight; None where neither is used
    :param owner: of the flight, while it is ours
    :param estimate: USD reserved
    :param parent_id: of the ledger: what it follows on
    :param probe: this call is the one that tries whether the provider is back
    :param batch: it goes into a Message Batch, at half price
    """

    asked: Asked
    model: ModelSpec
    call: Call | None
    key: bytes | None = None
    owner: uuid.UUID | None = None
    parent_id: int | None = None
    token: uuid.UUID = field(default_factory=uuid.uuid4)
    request_id: int | None = None
    estimate: Decimal = Decimal(0)
    input_bound: int = 0
    probe: bool = False
    batch: bool = False
    wait_ms: float = 0.0
    settle_ms: float | None = None
    stream: RestoredStream | None = None
    admit_ms: float | None = None
    _start: float = field(default_factory=time.monotonic)

    @classmethod
    def of(cls, asked: Asked) -> "Ticket":
        """Return the ticket of a question that is refused before there is a call."""
        return cls(asked, asked.plan.models[0] if asked.plan.models else ModelSpec(""), None, parent_id=asked.parent_id)

    def admitted(self):
        """Mark the end of the first phase."""
        self.admit_ms = (time.monotonic() - self._start) * 1000 - self.wait_ms

    def timings(self, outcome: Outcome | None = None) -> dict[str, float | None]:
        """Return the ms of each phase."""
        admit_ms = self.admit_ms
        if admit_ms is None:
            admit_ms = (time.monotonic() - self._start) * 1000 - self.wait_ms
        return {
            "admit_ms": admit_ms,
            "wait_ms": self.wait_ms,
            "call_ms": outcome.call_ms if outcome else None,
            "first_token_ms": outcome.first_token_ms if outcome else None,
            "settle_ms": self.settle_ms,
        }


def is_simulated(call: Call) -> bool:
    """Return whether the stand-in for the provider is asked: its keys are known by their beginning."""
    host = urlsplit(call.base_url).hostname or ""
    return call.key.startswith("sk-ant-standin-") and (host == "localhost" or host.startswith("127.") or host == "::1")


def call_of(asked: Asked, model: ModelSpec) -> Call:
    """Return the request that asks the question of a model."""
    ask, plan = asked.ask, asked.plan
    return Call(
        model=model.name,
        system=tuple(ask.system),
        messages=asked.messages,
        schema=dict(ask.schema) if ask.schema else None,
        tools=asked.tools,
        max_tokens=min(most for most in (ask.max_tokens, plan.max_tokens, model.max_output) if most is not None),
        effort=model.effort,
        thinking=model.thinking,
        prompt_cache=plan.prompt_cache,
        user=plan.user_token,
        key=plan.key,
        base_url=plan.base_url,
        deadline=asked.deadline,
    )


def key_of(ticket: Ticket) -> bytes:
    """Return under which key the answer serves whom."""
    ask, plan, call = ticket.asked.ask, ticket.asked.plan, ticket.call
    return cache_key(
        company=plan.company_id,
        scope=ask.scope or plan.scope,
        feature=plan.feature,
        prompt_version=plan.prompt_version,
        version=ask.version,
        model=call.model,
        base_url=call.base_url,
        schema=call.schema,
        messages=list(call.messages),
        system=list(call.system),
        effort=call.effort,
        thinking=call.thinking,
        max_tokens=call.max_tokens,
    )


def entry_of(ticket: Ticket, note: bool = False) -> Entry:
    """Return what the ledger knows of a question before it is asked.

    :param note: it will not be asked: then its content is not kept, however often it comes
    """
    plan, call = ticket.asked.plan, ticket.call
    sent = sent_text(call.system, call.messages) if call else ""
    return Entry(
        token=ticket.token,
        company_id=plan.company_id,
        user_id=plan.user_id,
        feature=plan.feature,
        model=ticket.model.name or None,
        prompt_version=plan.prompt_version,
        res_model=plan.res_model,
        res_id=plan.res_id,
        parent_id=ticket.parent_id,
        digest=hashlib.sha256(sent.encode("utf-8", "replace")).hexdigest() if call else None,
        content_sent=sent if plan.keep_content and call and not note else None,
        batch=ticket.batch,
        simulated=bool(call) and is_simulated(call),
    )


def _texts(value) -> list[str]:
    """Return every string in a nested value."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Data):
        return [value.text]
    if isinstance(value, Mapping):
        value = value.values()
    return [text for part in value for text in _texts(part)] if hasattr(value, "__iter__") else []
