"""What the real API refuses, refused here too: this makes tests against the stand-in honest.

Source: API release notes and migration guide of version 2026-10-21 (copies of October and November 2026).
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping

from . import catalog, dialogue, schemas, shapes, tokens

_FIELDS = {"model", "max_tokens", "messages", "cache_control", "container", "context_management", "diagnostics",
           "inference_geo", "metadata", "output_config", "service_tier", "speed", "stop_sequences", "stream", "system",
           "thinking", "tool_choice", "tools", "user_profile_id", "workspace_id"}
_BLOCKS = {"user": {"text", "image", "document", "tool_result", "search_result", "container_upload"},
           "assistant": {"text", "thinking", "redacted_thinking", "tool_use"}}
_MARKS = 4
_TYPES = {400: "invalid_request_error", 401: "authentication_error", 402: "billing_error", 403: "permission_error",
          404: "not_found_error", 408: "timeout_error", 409: "conflict_error", 413: "request_too_large",
          429: "rate_limit_error", 504: "timeout_error", 529: "overloaded_error"}


class Refused(Exception):
    """The request gets an error: HTTP status, type, message, error code."""

    def __init__(self, status: int, message: str, error_code: str | None = None, error_type: str | None = None):
        super().__init__(message)
        self.status, self.message, self.error_code = status, message, error_code
        self.error_type = error_type or error_type_of(status)

    def as_json(self, request_id: str) -> dict:
        """The error as the API words it."""
        error = {"type": self.error_type, "message": self.message}
        if self.error_code:
            error["details"] = {"error_code": self.error_code}
        return {"type": "error", "error": error, "request_id": request_id}


def error_type_of(status: int) -> str:
    """The error type that goes with an HTTP status."""
    return _TYPES.get(status, "api_error" if status >= 500 else "invalid_request_error")


def check(body: object, counting: bool = False, batch: bool = False) -> dict:
    """The model asked for, if the API would take this request.

    :param counting: a question for the number of tokens, which needs no ``max_tokens``
    :param batch: within a batch, where streaming is refused
    :raises Refused: with status 400 or 404
    """
    if not isinstance(body, Mapping):
        raise Refused(400, "The request body is not a JSON object")
    model = _model(body)
    for problem in _problems(body, model, counting, batch):
        raise Refused(400, problem)
    if not counting and tokens.prompt(body) > model["max_input_tokens"]:
        raise Refused(400, f"prompt is too long: {tokens.prompt(body)} tokens > {model['max_input_tokens']} maximum")
    return model


def _model(body: Mapping) -> dict:
    if "model" not in body:
        raise Refused(400, "model: Field required")
    model = catalog.find(body["model"])
    if model is None or model["lifecycle"] == "retired":
        raise Refused(404, f"model: {body['model']}")
    return model


def _problems(body: Mapping, model: Mapping, counting: bool, batch: bool) -> Iterator[str]:
    """Every reason to refuse, the plainest first; only the first is ever told, as the API does."""
    for name in sorted(set(body) - _FIELDS):
        yield f"{name}: Extra inputs are not permitted"
    yield from shapes.problems(body)
    if not counting:
        yield from _max_tokens(body, model, batch)
    yield from _messages(body, model)
    yield from _marks(body)
    yield from _thinking(body, model)
    yield from _output_config(body, model)
    yield from _tools(body, model)
    if batch and body.get("stream"):
        yield "stream: not supported in batches"


def _max_tokens(body: Mapping, model: Mapping, batch: bool) -> Iterator[str]:
    wanted = body.get("max_tokens")
    if wanted is None:
        yield "max_tokens: Field required"
    elif not isinstance(wanted, int) or isinstance(wanted, bool):
        yield "max_tokens: Input should be a valid integer"
    elif wanted < (1 if batch else 0):
        yield "max_tokens: Input should be greater than or equal to 1"
    elif wanted > model["max_tokens"]:
        yield f"max_tokens: {wanted} > {model['max_tokens']}, the maximum of {model['id']}"


def _messages(body: Mapping, model: Mapping) -> Iterator[str]:
    messages = body.get("messages")
    if not messages:
        yield "messages: at least one message is required"
        return
    for place, message in enumerate(messages):
        yield from _message(f"messages.{place}", message)
    if messages[-1].get("role") == "assistant" and not model["prefill"]:
        yield "This model does not support assistant message prefill. The conversation must end with a user message."
    yield from dialogue.problems(messages, body, model)
    for place, block in enumerate(tokens.blocks(body.get("system"))):
        if block.get("type") != "text" or not block.get("text"):
            yield f"system.{place}: text content blocks must be non-empty"


def _message(where: str, message: Mapping) -> Iterator[str]:
    role = message.get("role")
    if not isinstance(role, str) or role not in _BLOCKS:
        yield f"{where}.role: Input should be 'user' or 'assistant'"
        return
    content = message.get("content")
    if not isinstance(content, str | list) or not content:
        yield f"{where}.content: messages must have non-empty content"
        return
    for place, block in enumerate(tokens.blocks(content)):
        yield from _block(f"{where}.content.{place}", role, block)


def _block(where: str, role: str, block: Mapping) -> Iterator[str]:
    kind = block.get("type")
    if not isinstance(kind, str) or kind not in _BLOCKS[role]:
        yield f"{where}: Input tag '{kind}' is not expected in a message of the {role}"
    elif kind == "text" and not str(block.get("text") or "").strip():
        yield f"{where}: text content blocks must contain non-whitespace text"
    elif kind == "text" and role == "user" and block.get("citations"):
        yield f"{where}.citations: Extra inputs are not permitted"
    elif kind == "thinking" and not block.get("signature"):
        yield f"{where}.signature: Field required"


def _marks(body: Mapping) -> Iterator[str]:
    marks = [block["cache_control"] for _size, block in tokens.parts(body) if block.get("cache_control")]
    marks += [body["cache_control"]] if body.get("cache_control") else []
    if len(marks) > _MARKS:
        yield f"A maximum of {_MARKS} blocks with cache_control may be provided. Found {len(marks)}."
    for mark in marks:
        if mark.get("type") != "ephemeral" or mark.get("ttl", "5m") not in ("5m", "1h"):
            yield "cache_control: Input should be {'type': 'ephemeral', 'ttl': '5m' or '1h'}"
    lives = [str(mark.get("ttl", "5m")) for mark in marks]
    if lives != sorted(lives):
        yield "cache_control: a block with ttl '1h' must not come after a block with ttl '5m'"


def _thinking(body: Mapping, model: Mapping) -> Iterator[str]:
    thinking = body.get("thinking")
    if thinking is None:
        return
    kind = thinking.get("type")
    if kind not in ("adaptive", "enabled", "disabled", "between_tools"):
        yield "thinking.type: Input should be 'adaptive', 'between_tools' or 'disabled'"
    elif kind not in model["thinking"]:
        yield f"thinking.type: '{kind}' is not supported by {model['id']}"
    elif kind == "disabled" and model["thinks_by_default"] and _effort(body) in ("xhigh", "max"):
        yield "thinking.type: 'disabled' is not supported above effort 'high'"
    elif kind == "enabled" and not isinstance(thinking.get("budget_tokens"), int):
        yield "thinking.budget_tokens: Field required"
    elif kind != "enabled" and "budget_tokens" in thinking:
        yield "thinking.budget_tokens: Extra inputs are not permitted"


def _effort(body: Mapping):
    return (body.get("output_config") or {}).get("effort")


def _output_config(body: Mapping, model: Mapping) -> Iterator[str]:
    config = body.get("output_config")
    if config is None:
        return
    if set(config) - {"effort", "format"}:
        yield "output_config: Extra inputs are not permitted"
        return
    effort = config.get("effort")
    if effort is not None and effort not in model["effort"]:
        yield f"output_config.effort: '{effort}' is not supported by {model['id']}"
    if config.get("format") is not None:
        yield from schemas.format_problems(config["format"])
        if _cites(body):
            yield "output_config.format: structured outputs are incompatible with citations"


def _cites(body: Mapping) -> bool:
    return any(isinstance(block.get("citations"), Mapping) and block["citations"].get("enabled")
               for _size, block in tokens.parts(body))


def _tools(body: Mapping, model: Mapping) -> Iterator[str]:
    yield from schemas.tools_problems(body.get("tools") or ())
    choice = body.get("tool_choice")
    if choice is None:
        return
    kind = choice.get("type")
    if kind not in ("auto", "any", "tool", "none"):
        yield "tool_choice.type: Input should be 'auto', 'any', 'tool' or 'none'"
    elif kind != "none" and not body.get("tools"):
        yield "tool_choice: may only be specified while providing tools"
    elif kind in ("any", "tool") and not model["forced_tools"]:
        yield f"tool_choice: forced tool use is not supported by {model['id']}"
    elif kind == "tool" and choice.get("name") not in {tool.get("name") for tool in body["tools"]}:
        yield f"tool_choice: tool '{choice.get('name')}' not found in provided tools"
