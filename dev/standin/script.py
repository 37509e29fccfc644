"""What a test tells the stand-in to do with a call: steps in a queue, each for the next call it fits."""
from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from .assistant_acts import ACTS


@dataclass(frozen=True)
class Step:
    """One scripted answer. All that is not said happens as usual.

    **Which call**: ``when`` is a predicate on the :class:`~standin.state.Call`, or a mapping of attributes it must have
    (``{"kind": "count_tokens"}``; ``contains`` looks in the body's text); without it, the next call for a message.
    ``times`` calls get it, 0 means every one.

    **Another step**: ``choose``, a function of the call that gives the step to take in place of this one: for a model
    whose answer depends on what it is asked.

    **Before the headers**: ``delay`` seconds; ``gate`` (an Event, or the name of one of ``standin.gate(name)``) the
    answer waits for; ``reset`` / ``eof`` end the connection without an answer.

    **Another answer**: ``status`` with ``error_type``, ``error_code``, ``message``; ``headers``; ``retry_after`` (s, or
    any text); ``redirect`` (an address, or True for this server by another name); ``body`` with ``content_type``.

    **Another message**: ``answer`` (text, or a value sent as JSON), ``content`` (blocks), ``tool_use`` (name, input),
    ``act`` (a name of ``assistant_acts.ACTS``: what a chat's model may do amiss),
    ``wrap`` (a name of ``replies.WRAPS``), ``refusal``, ``stop_reason``, ``cut_answer`` (stop at max_tokens after half
    of it), ``thinking`` (tokens), ``usage`` (entries said instead; None leaves one out), ``model`` (said instead).

    **Damage on the way**: ``gzip``; ``invalid_utf8``; ``half_body`` (JSON broken off, as a whole HTTP body).

    **In a stream**: ``trickle`` seconds before each event; ``gate_after`` tokens the stream waits for ``gate`` instead
    of before its headers; ``cut`` after ``after`` tokens (default: half) by ``reset``, ``eof`` (chunks broken off),
    ``clean`` (ends as if complete), ``hang``, ``error`` (an error event), ``bad_json``, ``invalid_utf8``;
    ``duplicate`` event types sent twice; ``unknown`` adds events of types nobody knows.

    **In a batch** (``when={"kind": "batch"}``): ``result`` errored, expired or canceled.

    ``billed`` False: the request never reached the provider, whoever answered.
    """

    when: Callable[[Any], bool] | Mapping | None = None
    times: int = 1
    choose: Callable[[Any], Step] | None = None
    delay: float = 0
    gate: threading.Event | str | None = None
    reset: bool = False
    eof: bool = False
    status: int | None = None
    error_type: str | None = None
    error_code: str | None = None
    message: str = "Scripted by the test"
    headers: Mapping[str, str] = field(default_factory=dict)
    retry_after: float | str | None = None
    redirect: str | bool = False
    body: str | bytes | None = None
    content_type: str = "application/json"
    answer: Any = None
    content: list | None = None
    tool_use: tuple | None = None
    act: str | None = None
    wrap: str | None = None
    refusal: bool = False
    stop_reason: str | None = None
    cut_answer: bool = False
    thinking: int | None = None
    usage: Mapping[str, Any] = field(default_factory=dict)
    model: str | None = None
    gzip: bool = False
    invalid_utf8: bool = False
    half_body: bool = False
    trickle: float = 0
    gate_after: int | None = None
    cut: str | None = None
    after: int | None = None
    duplicate: tuple[str, ...] | bool = ()
    unknown: bool = False
    result: str | None = None
    billed: bool = True

    def fits(self, call) -> bool:
        """Whether this step is for that call."""
        if callable(self.when):
            return call.kind in ("messages", "batch") and bool(self.when(call))
        wanted = {"kind": "messages", **(self.when or {})}
        words = wanted.pop("contains", "")
        return words in call.text and all(getattr(call, name) == value for name, value in wanted.items())


_HTML = "<!DOCTYPE html><html><body><h1>Portal cautivo</h1><p>Inicie sesión.</p></body></html>"
_FAULTS: dict[str, dict] = {
    "overloaded": {"status": 529}, "server_error": {"status": 500}, "unavailable": {"status": 503},
    "gateway_timeout": {"status": 504}, "conflict": {"status": 409}, "request_timeout": {"status": 408},
    "rate_limited": {"status": 429, "retry_after": 1}, "rate_limited_an_hour": {"status": 429, "retry_after": 3600},
    "spend_limit": {"status": 429, "error_code": "enforced_spend_limit_reached"},
    "billing": {"status": 402}, "forbidden": {"status": 403}, "unauthorized": {"status": 401},
    "unknown_model": {"status": 404, "message": "model: unknown"}, "too_large": {"status": 413},
    "bad_request": {"status": 400},
    "reset": {"reset": True}, "eof": {"eof": True}, "slow": {"gate": "slow"},
    "html": {"body": _HTML, "content_type": "text/html; charset=utf-8", "billed": False},
    "html_502": {"status": 502, "body": _HTML, "content_type": "text/html; charset=utf-8", "billed": False},
    "empty": {"body": "{}", "billed": False}, "nothing": {"body": "", "billed": False},
    "half_body": {"half_body": True}, "invalid_utf8": {"invalid_utf8": True, "cut": "invalid_utf8"},
    "redirect": {"redirect": True, "billed": False}, "gzip": {"gzip": True},
    "fenced": {"wrap": "fenced"}, "prose": {"wrap": "prose"}, "bom": {"wrap": "bom"},
    "truncated": {"wrap": "truncated"}, "trailing_comma": {"wrap": "trailing_comma"},
    "enum_case": {"wrap": "enum_case"}, "not_json": {"wrap": "not_json"}, "extra_key": {"wrap": "extra_key"},
    "missing_key": {"wrap": "missing_key"}, "wrong_types": {"wrap": "wrong_types"},
    "refusal": {"refusal": True}, "max_tokens": {"cut_answer": True}, "no_content": {"content": []},
    "stream_reset": {"cut": "reset"}, "stream_eof": {"cut": "eof"}, "stream_clean": {"cut": "clean"},
    "stream_hang": {"cut": "hang"}, "stream_error": {"cut": "error"}, "stream_bad_json": {"cut": "bad_json"},
    "duplicate": {"duplicate": True}, "unknown_events": {"unknown": True},
    "wrong_usage": {"usage": {"output_tokens": 10**9}}, "no_usage": {"usage": {"output_tokens": None}},
    "trickle": {"trickle": 0.2},
    **{f"chat_{act}": {"act": act, "times": 0} for act in ACTS},
}
_KNOWN_OF_CALLS = {"kind", "model", "stream", "path", "method", "custom_id", "contains"}
#: Faults by name: ``script("overloaded")``.
MODES: dict[str, Step] = {name: Step(**fault) for name, fault in _FAULTS.items()}


def step(wanted: Step | str | Mapping | None = None, **changes) -> Step:
    """A step from a mode's name, a mapping as JSON has it, or keywords.

    :raises ValueError: for a mode or key there is not
    """
    if isinstance(wanted, Step):
        return replace(wanted, **changes)
    if isinstance(wanted, Mapping):
        wanted, changes = wanted.get("mode"), {**{k: v for k, v in wanted.items() if k != "mode"}, **changes}
    if wanted is not None and wanted not in MODES:
        raise ValueError(f"no such mode: {wanted}; there are {', '.join(MODES)}")
    if unknown := set(changes) - {f.name for f in fields(Step)}:
        raise ValueError(f"a step has no {', '.join(sorted(unknown))}")
    if isinstance(changes.get("when"), Mapping) and (unknown := set(changes["when"]) - _KNOWN_OF_CALLS):
        raise ValueError(f"a call has no {', '.join(sorted(unknown))}")
    if changes.get("act") not in (None, *ACTS):
        raise ValueError(f"no such act: {changes['act']}; there are {', '.join(ACTS)}")
    return replace(MODES[wanted] if wanted else Step(), **changes)


class Script:
    """The queue of steps. A call takes the first that fits it."""

    def __init__(self):
        self._steps: list[list] = []
        self._lock = threading.Lock()

    def add(self, steps: Iterable[Step]) -> None:
        """Put steps at the end of the queue."""
        with self._lock:
            self._steps += [[one, one.times or float("inf")] for one in steps]

    def take(self, call) -> Step:
        """The step for this call, which uses it up once; a step that changes nothing if none fits."""
        found = self._next(call)
        return found.choose(call) if found.choose else found

    def _next(self, call) -> Step:
        with self._lock:
            for entry in self._steps:
                if entry[0].fits(call):
                    entry[1] -= 1
                    if entry[1] <= 0:
                        self._steps.remove(entry)
                    return entry[0]
        return Step()

    def clear(self) -> None:
        """Forget all steps."""
        with self._lock:
            self._steps.clear()

    def __len__(self) -> int:
        return len(self._steps)
