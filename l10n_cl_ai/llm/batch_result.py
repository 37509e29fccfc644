"""One line of a batch's results, as what came of a call."""

from collections.abc import Iterator, Mapping
from typing import Any

from .batch_ticket import Kept
from .cost import Usage
from .failure import of_event, of_stop_reason
from .outcome import Outcome
from .question import Reason
from .received import ProtocolError
from .stream import ErrorEvent, Reply


def outcome_of(kept: Kept, result: Mapping[str, Any]) -> Outcome:
    """Return what came of a question. Only what succeeded is billed; what says nothing we know is in doubt."""
    kind = result.get("type")
    if kind == "succeeded":
        return _succeeded(kept, result.get("message"))
    if kind == "errored":
        return _errored(result.get("error"))
    if kind == "canceled":
        return Outcome(stopped=True)
    if kind == "expired":
        return Outcome(failure=Reason.DEADLINE, detail="expired in the batch")
    return unheard("a result of no kind")


def unheard(detail: str) -> Outcome:
    """Return that nothing is known of a question that was sent."""
    return Outcome(failure=Reason.UNREACHABLE, billing="unknown", detail=detail)


def _errored(error: Any) -> Outcome:
    failure = of_event(error)
    request_id = error.get("request_id") if isinstance(error, Mapping) else None
    return Outcome(failure=failure.reason, detail=failure.detail, provider_request_id=_short(request_id))


def _succeeded(kept: Kept, message: Any) -> Outcome:
    reply = Reply()
    try:
        for event in _events(message):
            reply.take(event)
    except (ProtocolError, ErrorEvent):
        return unheard("a message that is none")
    usage, billing = _bill(kept, reply)
    failure = of_stop_reason(reply.stop_reason, reply.stop_category)
    return Outcome(
        content=reply.content, text=reply.text, stop_reason=reply.stop_reason, usage=usage, billing=billing,
        failure=failure.reason if failure else None, detail=failure.detail if failure else "", model=reply.model,
        provider_request_id=_short(message.get("id")), attempts=1,
    )  # fmt: skip


def _events(message: Any) -> Iterator[dict[str, Any]]:
    """Tell a whole message as the stream of it would be told, so that one reader knows both."""
    if not isinstance(message, Mapping) or not isinstance(message.get("stop_reason"), str):
        raise ProtocolError("no message")
    blocks = message.get("content")
    if not isinstance(blocks, list):
        raise ProtocolError("a message without content")
    yield {"type": "message_start", "message": message}
    for index, block in enumerate(blocks):
        yield {"type": "content_block_start", "index": index, "content_block": block}
        yield {"type": "content_block_stop", "index": index}
    yield {"type": "message_delta", "delta": message, "usage": message.get("usage")}
    yield {"type": "message_stop"}


def _bill(kept: Kept, reply: Reply) -> tuple[Usage, str]:
    """Return the usage and whether it can be: of what can't, the reservation is what may have been billed."""
    told = reply.known_usage(kept.prompt_cache or "5m")
    if told and reply.final_usage and told.prompt <= kept.input_bound and told.output <= kept.max_tokens:
        return told, "exact"
    return Usage(), "doubted"


def _short(text: Any) -> str | None:
    return text[:80] if isinstance(text, str) and text.isascii() and text.isprintable() and text else None
