"""What the stand-in remembers: calls, their bill, the script, gates."""
from __future__ import annotations

import datetime
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from . import catalog
from .catalog import NOTHING
from .limits import Limits
from .prompt_cache import PromptCache
from .script import Script

#: Longer bodies are refused, as the provider's gate does.
MAX_BODY = 32 * 1024 * 1024


@dataclass
class Call:
    """One request as it was received, and what became of it.

    :param kind: messages, count_tokens, models, batches, or batch (one request within a batch)
    :param billed: what the provider charges for it: its own books, to compare others with
    :param done: set when nothing more will happen to it, the bill included
    """

    number: int
    kind: str
    method: str
    path: str
    headers: Mapping[str, str]
    raw: bytes = b""
    body: Any = None
    status: int | None = None
    request_id: str = ""
    billed: catalog.Usage = NOTHING
    batch: bool = False
    custom_id: str = ""
    reply: Any = None
    disconnected: bool = False
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def model(self) -> str | None:
        """The model asked for."""
        return self.body.get("model") if isinstance(self.body, Mapping) else None

    @property
    def stream(self) -> bool:
        """Whether a stream was asked for."""
        return bool(isinstance(self.body, Mapping) and self.body.get("stream"))

    @property
    def text(self) -> str:
        """The body as text, without JSON's escapes: what a leak would be searched in."""
        if self.body is None:
            return self.raw.decode("utf-8", "replace")
        return json.dumps(self.body, ensure_ascii=False)

    @property
    def cost(self) -> Decimal:
        """USD of the bill, at today's price."""
        model = catalog.find(self.model)
        if self.billed == NOTHING or model is None:
            return Decimal(0)
        return catalog.cost(model, self.billed, datetime.datetime.now(datetime.timezone.utc).date(), self.batch)

    def as_json(self) -> dict:
        """The call for the admin's view; the key is not shown."""
        hidden = ("authorization", "x-api-key")
        return {"number": self.number, "kind": self.kind, "method": self.method, "path": self.path,
                "status": self.status, "request_id": self.request_id, "body": self.body,
                "headers": {k: v for k, v in self.headers.items() if k not in hidden}, "done": self.done.is_set(),
                "billed": self.billed.as_json(), "cost": str(self.cost), "disconnected": self.disconnected}


class State:
    """All a server shares between its connections."""

    def __init__(self, key: str, url: str):
        self.key, self.url = key, url
        self.lock = threading.RLock()
        self.stopping = threading.Event()
        self.script = Script()
        self.prompt_cache = PromptCache()
        self.errors: list[BaseException] = []
        self.batches: dict[str, Any] = {}
        #: How often a batch is looked at before it ends; None: only ``end_batches`` ends it.
        self.batch_polls: int | None = 1
        self.limits = Limits()
        self._gates: dict[str, threading.Event] = {}
        self.calls: list[Call] = []
        self._number = 0

    def record(self, kind: str, method: str, path: str, headers: Mapping[str, str], raw: bytes = b"") -> Call:
        """Note a request on arrival, whatever becomes of it."""
        with self.lock:
            self._number += 1
            call = Call(self._number, kind, method, path, headers, raw, request_id=f"req_standin{self._number:08d}")
            self.calls.append(call)
        return call

    def gate(self, gate: threading.Event | str) -> threading.Event:
        """The gate of this name, closed when it is first spoken of."""
        if not isinstance(gate, str):
            return gate
        with self.lock:
            return self._gates.setdefault(gate, threading.Event())

    def reset(self) -> None:
        """Forget calls, script, cache and batches; open every gate, so that nobody waits for one forgotten."""
        with self.lock:
            for gate in self._gates.values():
                gate.set()
            self._gates.clear()
            self.calls.clear()
            self.batches.clear()
            self.errors.clear()
        self.script.clear()
        self.prompt_cache.forget()
        self.limits = Limits()
