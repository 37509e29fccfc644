"""What is sent to the provider, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .cost import Usage
from .deadline import Deadline
from .question import Reason


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request, complete. What the model does not take (effort, thinking) is None and is not sent.

    :param system: stable texts, byte-identical between calls
    :param messages: turns, the last one the user's
    :param schema: JSON schema of the answer; None for free text
    :param thinking: None, ``disabled``, ``adaptive`` or ``between_tools``
    :param prompt_cache: how long the provider caches the prompt: ``5m``, ``1h`` or None
    :param user: opaque mark of who asks, for the provider's abuse reports
    :param deadline: of everything, retries and pauses included
    """

    model: str
    messages: tuple[Mapping[str, Any], ...] = field(repr=False)
    max_tokens: int
    key: str = field(repr=False)
    base_url: str
    deadline: Deadline
    system: tuple[str, ...] = field(default=(), repr=False)
    schema: Mapping[str, Any] | None = field(default=None, repr=False)
    tools: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    effort: str | None = None
    thinking: str | None = None
    prompt_cache: str | None = None
    user: str | None = None


@dataclass
class Outcome:
    """What came of a call; of a failed one, too, what had arrived until then.

    :param content: raw content blocks, complete ones only, to be replayed as they are
    :param billing: ``exact`` (the provider's final usage), ``counted`` (of an answer broken off: the prompt exact,
        the output counted by the provider or an upper bound), ``none`` (surely nothing was billed), ``unknown``
        (sent, and nothing heard of it), ``doubted`` (what was told can't be: the bound of it)
    :param detail: for the log: types, statuses and codes; never content, never the key
    :param first_token_ms: until the first piece of an answer came
    :param retry_after: seconds after which the provider wants to be asked again
    :param provider_fault: counts against the circuit breaker
    :param retryable: asking once more, under a reservation of its own, may help, and nothing was shown yet
    :param simulated: a stand-in answered
    """

    content: list[dict[str, Any]] = field(default_factory=list, repr=False)
    text: str = field(default="", repr=False)
    stop_reason: str | None = None
    usage: Usage = field(default_factory=Usage)
    billing: str = "none"
    failure: Reason | None = None
    detail: str = ""
    stopped: bool = False
    model: str = ""
    provider_request_id: str | None = None
    attempts: int = 0
    first_token_ms: float | None = None
    call_ms: float = 0.0
    retry_after: float | None = None
    provider_fault: bool = False
    retryable: bool = False
    simulated: bool = False


@dataclass
class ModelsAnswer:
    """The provider's list of models, as it words them."""

    models: list[dict[str, Any]] = field(default_factory=list)
    failure: Reason | None = None
    detail: str = ""


def body(call: Call) -> dict[str, Any]:
    """Return the request's body but for ``stream``: only what this model takes, nothing by default."""
    cache = {"type": "ephemeral", "ttl": call.prompt_cache} if call.prompt_cache else None
    given = {
        "model": call.model,
        "max_tokens": call.max_tokens,
        "messages": _turns(call.messages, cache if call.schema is None else None),
        "system": _system(call.system, cache),
        "tools": [dict(tool) for tool in call.tools],
        "thinking": {"type": call.thinking} if call.thinking else None,
        "output_config": _output(call),
        "metadata": {"user_id": call.user} if call.user else None,
    }
    return _sendable({name: value for name, value in given.items() if value})


def _output(call: Call) -> dict[str, Any]:
    config: dict[str, Any] = {}
    if call.effort:
        config["effort"] = call.effort
    if call.schema is not None:
        config["format"] = {"type": "json_schema", "schema": call.schema}
    return config


def _system(texts: Sequence[str], cache: dict | None) -> list[dict[str, Any]]:
    """Return the system blocks; the cached prefix ends with the last one, and the tools before it are inside."""
    blocks: list[dict[str, Any]] = [{"type": "text", "text": text} for text in texts if text]
    if blocks and cache:
        blocks[-1]["cache_control"] = cache
    return blocks


def _turns(messages: Sequence[Mapping[str, Any]], cache: dict | None) -> list[dict[str, Any]]:
    """Return the turns. Of a dialogue the cached prefix grows with it.

    A single question is never read again, nor is one asked again to mend its answer (three turns, with a schema):
    writing those to the cache would only cost more.
    """
    turns = [dict(turn) for turn in messages]
    if not cache or len(turns) < 2:
        return turns
    content = turns[-1]["content"]
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else [dict(block) for block in content]
    if blocks and blocks[-1].get("text") != "":  # an empty block is refused with a cache mark
        blocks[-1]["cache_control"] = cache
        turns[-1]["content"] = blocks
    return turns


def _sendable(value: Any) -> Any:
    """Return the value with every half of a surrogate pair replaced: it has no UTF-8, and would fail in the call."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {_sendable(key): _sendable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_sendable(inner) for inner in value]
    return value
