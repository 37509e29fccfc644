"""What one ask carries through its phases."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from .canon import cache_key
from .cost import Usage
from .plan import ModelSpec, Plan
from .postgres.ledger import Entry
from .privacy import Masker
from .prompt import sent_text, turns
from .question import Ask, Reason
from .transport import Call, Deadline, Outcome


class Asked:
    """A question on its way: masked, with its deadline running, and what was spent on it so far."""

    def __init__(self, ask: Ask, plan: Plan):
        self.ask = ask
        self.plan = plan
        self.deadline = Deadline(min(filter(None, (ask.deadline, plan.deadline))))
        self.masker = Masker((*plan.private, *ask.private))
        self.messages = turns(ask, self.masker)
        self.cost = Decimal(0)
        self.used = Usage()
        self.first_request_id: int | None = None

    def refusal(self) -> Reason | None:
        """Return why nothing may be asked, before anything else is looked at."""
        if self.plan.refusal:
            return self.plan.refusal
        size = sum(len(text.encode()) for text in _texts((*self.ask.system, *self.messages)))
        return Reason.TOO_LARGE if size > self.plan.max_input_bytes else None

    @property
    def cacheable(self) -> bool:
        """A dialogue turn and a turn with tools are never cached."""
        return bool(self.plan.ttl) and not self.ask.messages and not self.ask.tools

    def spend(self, request_id: int, cost: Decimal, usage: Usage):
        self.first_request_id = self.first_request_id or request_id
        self.cost += cost
        self.used += usage

    def stream(self) -> "RestoredStream | None":
        """Return what takes the pieces of text as they come, where the asker wants them."""
        return RestoredStream(self.masker.stream(), self.ask.on_text) if self.ask.on_text else None


class RestoredStream:
    """Hands on pieces of text with their pseudonyms restored, also one that arrives in two pieces."""

    def __init__(self, stream, on_text: Callable[[str], None]):
        self._stream = stream
        self._on_text = on_text

    def feed(self, piece: str):
        self._hand_on(self._stream.feed(piece))

    def finish(self):
        self._hand_on(self._stream.finish())

    def _hand_on(self, text: str):
        if text:
            self._on_text(text)


@dataclass
class Ticket:
    """Leave to call, or its application.

    :param key: of the cache and the flight; None where neither is used
    :param owner: of the flight, while it is ours
    :param estimate: USD reserved
    :param probe: this call is the one that tries whether the provider is back
    """

    asked: Asked
    model: ModelSpec
    call: Call | None
    key: bytes | None = None
    owner: uuid.UUID | None = None
    token: uuid.UUID = field(default_factory=uuid.uuid4)
    request_id: int | None = None
    estimate: Decimal = Decimal(0)
    input_bound: int = 0
    probe: bool = False
    wait_ms: float = 0.0
    settle_ms: float | None = None
    stream: RestoredStream | None = None
    admit_ms: float | None = None
    _start: float = field(default_factory=time.monotonic)

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


def call_of(asked: Asked, model: ModelSpec) -> Call:
    """Return the request that asks the question of a model."""
    ask, plan = asked.ask, asked.plan
    return Call(
        model=model.name,
        system=tuple(ask.system),
        messages=asked.messages,
        schema=dict(ask.schema) if ask.schema else None,
        tools=tuple(ask.tools),
        max_tokens=min(filter(None, (ask.max_tokens or plan.max_tokens, model.max_output))),
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
        schema=call.schema,
        messages=list(call.messages),
        system=list(call.system),
        effort=call.effort,
        thinking=call.thinking,
        max_tokens=call.max_tokens,
    )


def entry_of(ticket: Ticket) -> Entry:
    """Return what the ledger knows of a question before it is asked."""
    plan, call = ticket.asked.plan, ticket.call
    return Entry(
        token=ticket.token,
        company_id=plan.company_id,
        user_id=plan.user_id,
        feature=plan.feature,
        model=ticket.model.name or None,
        prompt_version=plan.prompt_version,
        res_model=plan.res_model,
        res_id=plan.res_id,
        parent_id=ticket.asked.first_request_id,
        digest=ticket.key.hex() if ticket.key else None,
        content_sent=sent_text(call.system, call.messages) if plan.keep_content and call else None,
    )


def _texts(value) -> list[str]:
    """Return every string in a nested value."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = value.values()
    return [text for part in value for text in _texts(part)] if hasattr(value, "__iter__") else []
