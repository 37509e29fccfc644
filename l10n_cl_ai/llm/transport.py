"""The one place that knows the provider's SDK, which it loads in the call and never at import."""

import functools
import itertools
import logging
import random
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from . import endpoint, retry
from .attempt import Attempt, judge, of_error
from .billing import Meter
from .cost import Usage
from .deadline import Deadline, Stop
from .failure import Failure
from .guard import Guard
from .outcome import Call, ModelsAnswer, Outcome, body
from .question import Reason
from .received import ProtocolError, read_json
from .retry import RetryBudget
from .stream import ErrorEvent, Reply, events

__all__ = ["Call", "Deadline", "ModelsAnswer", "Outcome", "RetryBudget", "Stop", "Transport", "prepare"]

_logger = logging.getLogger(__name__)

#: Loggers that would write prompts (the SDK at DEBUG) or addresses (the others at INFO).
_TALKATIVE = ("anthropic", "httpx2", "httpcore2")
#: Seconds: to count what came of an answer broken off, and for the connection's end after a whole one.
_COUNT, _LINGER = 2.0, 0.25
#: Pages of the list of models at most, of a server that would list for ever.
_PAGES = 20


class _ListenerFailed(Exception):
    """Whoever wanted the text as it comes can't take it any more."""


class Transport:
    """Makes calls. Nothing the provider or the network does raises: it is in the :class:`Outcome`.

    :param retries: what this process may spend on asking again
    :param wait: how to wait for some seconds; returns whether it was stopped meanwhile
    :param jitter: draws a number between two
    """

    def __init__(
        self,
        retries: RetryBudget | None = None,
        wait: Callable[[Stop, float], bool] = Stop.wait,
        jitter: Callable[[float, float], float] = random.uniform,
    ):
        self.retries = retries or RetryBudget()
        self._wait = wait
        self._jitter = jitter
        self._meter = Meter()

    def call(
        self,
        call: Call,
        on_text: Callable[[str], None] | None = None,
        stop: Stop | None = None,
        breaker_closed: bool = True,
    ) -> Outcome:
        """Ask once, and again only where the first time was surely not billed.

        :param on_text: called with each piece of text as it comes. What it raises ends the call as a stop does:
            there is nobody left to show the answer to, but what came of it is still billed
        :param stop: ends the call from another thread
        :param breaker_closed: the provider is not known to be in trouble
        """
        start = time.perf_counter()
        refused = _refused(call.key, call.base_url)
        if refused:
            return Outcome(failure=refused.reason, detail=refused.detail)
        stop = stop or Stop()
        self.retries.called(breaker_closed)
        for number in itertools.count(1):
            attempt = self._attempt(call, on_text, stop)
            seconds = self._pause(attempt, number, call.deadline, breaker_closed)
            if seconds is None:
                break
            if self._wait(stop, seconds):
                attempt.failure, attempt.stopped = None, True
                break
        return self._outcome(call, attempt, number, start)

    def _pause(self, attempt: Attempt, number: int, deadline: Deadline, breaker_closed: bool) -> float | None:
        failure = attempt.failure
        if not (failure and failure.passing and attempt.surely_free):
            return None
        seconds = retry.pause(number, failure.told, deadline.left(), self._jitter)
        return seconds if seconds is not None and self.retries.take(breaker_closed) else None

    def _attempt(self, call: Call, on_text: Callable[[str], None] | None, stop: Stop) -> Attempt:
        attempt = Attempt(Reply(_listener(on_text)), given=call.deadline.left())
        guard = Guard(call.deadline, stop)
        problem = None
        with guard.active():
            try:
                self._stream(call, attempt, guard)
            except _ListenerFailed:
                attempt.stopped = True
            except _network_errors() as error:
                problem = error
        attempt.sent, attempt.status = guard.sent, guard.status
        judge(attempt, problem, call.deadline, stop)
        return attempt

    def _stream(self, call: Call, attempt: Attempt, guard: Guard) -> None:
        reply = attempt.reply
        with _client(call.key, call.base_url).messages.create(**body(call), stream=True) as stream:
            attempt.headers = stream.response.headers
            if "text/event-stream" not in attempt.headers.get("content-type", ""):
                raise ProtocolError("not a stream of events")
            for event in events(stream.response.iter_bytes()):
                if reply.ended:
                    continue  # read on to its end, or the connection can't be used again
                if call.deadline.passed or guard.stop.stopped:
                    reply.mute()
                reply.take(event)
                if reply.ended:
                    guard.deadline = call.deadline.within(_LINGER)

    def _outcome(self, call: Call, attempt: Attempt, attempts: int, start: float) -> Outcome:
        reply, failure = attempt.reply, attempt.failure or Failure(None)
        usage, billing = self._bill(call, attempt)
        return Outcome(
            content=reply.content, text=reply.text, stop_reason=reply.stop_reason, usage=usage, billing=billing,
            failure=failure.reason, detail=failure.detail, stopped=attempt.stopped, model=reply.model,
            provider_request_id=_request_id(attempt.headers), attempts=attempts,
            first_token_ms=(reply.first_at - start) * 1000 if reply.first_at else None,
            call_ms=(time.perf_counter() - start) * 1000, retry_after=failure.told,
            provider_fault=failure.fault,
            retryable=failure.passing and not attempt.surely_free and not reply.shown and not call.deadline.passed,
            simulated="x-l10n-cl-ai-standin" in attempt.headers,
        )

    def _bill(self, call: Call, attempt: Attempt) -> tuple[Usage, str]:
        if attempt.reply.started:
            return self._meter.usage(attempt.reply, call, functools.partial(self._count_blocks, call))
        return Usage(), "none" if attempt.surely_free else "unknown"

    def _count_blocks(self, call: Call, blocks: list[dict[str, Any]]) -> int | None:
        deadline = call.deadline.within(_COUNT)
        turn = {"role": "user", "content": blocks}
        return self.count(Call(model=call.model, messages=(turn,), max_tokens=1, key=call.key,
                               base_url=call.base_url, deadline=deadline))

    def count(self, call: Call) -> int | None:
        """Return the tokens of the prompt as the provider counts them, free of charge; None where it does not."""
        try:
            with _guarded(call):
                asked = {name: value for name, value in body(call).items() if name not in ("max_tokens", "metadata")}
                client = _client(call.key, call.base_url)
                tokens = _object(client.messages.with_raw_response.count_tokens(**asked)).get("input_tokens")
        except _network_errors():
            return None
        return tokens if isinstance(tokens, int) and tokens >= 0 else None

    def models(self, key: str, base_url: str, deadline: Deadline) -> ModelsAnswer:
        """Return all models the provider lists, as it words them."""
        refused = _refused(key, base_url)
        if refused:
            return ModelsAnswer(failure=refused.reason, detail=refused.detail)
        question = Call(model="", messages=(), max_tokens=1, key=key, base_url=base_url, deadline=deadline)
        try:
            with _guarded(question):
                return ModelsAnswer(models=list(_listed(_client(key, base_url))))
        except _network_errors() as error:
            failure = of_error(error, deadline)
        return ModelsAnswer(failure=failure.reason, detail=failure.detail)


def prepare() -> None:
    """Load the SDK, about a second the first time in a process: in a call it is part of the caller's deadline."""
    _sdk()


@functools.cache
def _sdk() -> Any:
    import anthropic  # noqa: PLC0415 - see prepare()

    for name in list(logging.root.manager.loggerDict):  # a level set on a logger below them would win over theirs
        if name.partition(".")[0] in _TALKATIVE:
            _silence(name)
    # Retirement is told by our own records, with dates; this would be a line in the log for each call.
    warnings.filterwarnings("ignore", message="The model '.*' is deprecated", category=DeprecationWarning)
    return anthropic


@functools.cache
def _network_errors() -> tuple[type[BaseException], ...]:
    """Return all that SDK, HTTP, TLS, sockets and what is sent over them may raise.

    RecursionError is of what we send: what comes is read by :func:`.received.read_json`.
    """
    import httpcore2  # noqa: PLC0415 - they come with the SDK
    import httpx2  # noqa: PLC0415

    return (
        _sdk().AnthropicError, httpx2.HTTPError, httpx2.InvalidURL, httpcore2.NetworkError, httpcore2.ProtocolError,
        httpcore2.TimeoutException, httpcore2.UnsupportedProtocol, ErrorEvent, OSError, ValueError,
        RecursionError,
    )  # fmt: skip


def _silence(*names: str) -> None:
    """Let these loggers write nothing of what is sent, whatever level the root logger has."""
    for name in names:
        logging.getLogger(name).setLevel(logging.WARNING)


def _client(key: str, base_url: str) -> Any:
    """Return an SDK client, cheap to make: connections and TLS are shared. No environment variable reaches it."""
    from . import wire  # noqa: PLC0415 - it loads httpx2

    anthropic = _sdk()
    headers = {"Authorization": f"Bearer {key}", "Accept-Encoding": "identity"}
    client = anthropic.Anthropic(
        api_key=key, base_url=endpoint.base_url(base_url), default_headers=headers, max_retries=0, timeout=None,
        http_client=wire.http_client(), open_telemetry=False, webhook_key="",
    )  # fmt: skip
    # ANTHROPIC_CUSTOM_HEADERS comes in here whatever is passed, and could say another version, or another key.
    client._custom_headers = headers
    _silence(*_TALKATIVE)
    return client


@contextmanager
def _guarded(call: Call) -> Iterator[None]:
    with Guard(call.deadline, Stop()).active():
        yield


def _listener(on_text: Callable[[str], None] | None) -> Callable[[str], None] | None:
    if on_text is None:
        return None

    def listen(text: str) -> None:
        try:
            on_text(text)
        except Exception as error:
            _logger.warning("the answer's reader failed (%s): call stopped", type(error).__name__)
            raise _ListenerFailed from error

    return listen


def _refused(key: str, base_url: str) -> Failure | None:
    """Return why nothing may be sent with this key to this address, before anything is."""
    if not key:
        return Failure(Reason.NO_KEY)
    if not key.isascii() or not key.isprintable() or " " in key:
        return Failure(Reason.AUTH, "key malformed")
    try:
        endpoint.base_url(base_url)
    except endpoint.BadAddress as problem:
        return Failure(Reason.UNREACHABLE, f"base_url {problem.flaw}")
    return None


def _object(response: Any) -> Mapping[str, Any]:
    value = read_json(response.http_response.content)
    if not isinstance(value, dict):
        raise ProtocolError("not an object")
    return value


def _listed(client: Any) -> Iterator[dict[str, Any]]:
    after: dict[str, str] = {}
    for _page in range(_PAGES):
        page = _object(client.models.with_raw_response.list(limit=100, **after))
        data = page.get("data")
        if not isinstance(data, list):
            raise ProtocolError("not a list of models")
        yield from (model for model in data if isinstance(model, dict))
        if not page.get("has_more") or not isinstance(page.get("last_id"), str):
            return
        after = {"after_id": page["last_id"]}


def _request_id(headers: Mapping[str, str]) -> str | None:
    value = headers.get("request-id") or ""
    return value[:80] if value.isascii() and value.isprintable() and value else None
