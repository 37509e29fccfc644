"""Message batches: made, looked at until they end, cancelled, their results fetched as JSON lines."""
from __future__ import annotations

import datetime
import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field

from . import paging, refusals, replies, wire
from .refusals import Refused
from .state import Call, State

_CUSTOM_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_MOST = 100_000
_DAY = datetime.timedelta(hours=24)


@dataclass
class Batch:
    """One batch. Its requests are answered when it ends."""

    id: str
    requests: list[dict]
    created: datetime.datetime
    headers: Mapping[str, str]
    results: list[dict] = field(default_factory=list)
    ended: datetime.datetime | None = None
    cancelling: datetime.datetime | None = None
    looks: int = 0

    def shown(self, url: str) -> dict:
        """The batch as the API shows it; ``url`` is where this server is reached."""
        counts = dict.fromkeys(("processing", "succeeded", "errored", "canceled", "expired"), 0)
        counts["processing"] = 0 if self.ended else len(self.requests)
        for result in self.results:
            counts[result["result"]["type"]] += 1
        status = "ended" if self.ended else "canceling" if self.cancelling else "in_progress"
        return {"id": self.id, "type": "message_batch", "processing_status": status, "request_counts": counts,
                "created_at": _text(self.created), "expires_at": _text(self.created + _DAY),
                "ended_at": _text(self.ended), "cancel_initiated_at": _text(self.cancelling), "archived_at": None,
                "results_url": f"{url}/v1/messages/batches/{self.id}/results" if self.ended else None}


def answer(handler, call: Call) -> None:
    """Serve one request about batches."""
    state = handler.state
    step = state.script.take(call)
    if handler.interfered(call, step, call.billed):
        return
    rest = handler.url.path.removeprefix("/v1/messages/batches").strip("/").split("/")
    if rest == [""]:
        handler.send_json(call, _create(state, call) if call.method == "POST" else _list(handler))
        return
    batch = state.batches.get(rest[0])
    if batch is None or len(rest) > 2:
        raise Refused(404, f"Batch not found: {rest[0]}")
    _one(handler, call, batch, (call.method, *rest[1:]))


def _one(handler, call: Call, batch: Batch, wanted: tuple) -> None:
    state = handler.state
    with state.lock:
        if wanted == ("GET",):
            _look(state, batch)
        elif wanted == ("POST", "cancel"):
            if batch.ended:
                raise Refused(400, f"Batch {batch.id} has already ended")
            batch.cancelling = batch.cancelling or _now()
        elif wanted == ("DELETE",):
            if not batch.ended:
                raise Refused(400, f"Batch {batch.id} is still processing: cancel it first")
            del state.batches[batch.id]
        elif wanted != ("GET", "results"):
            raise Refused(404, "Not found")
    if wanted == ("GET", "results"):
        _results(handler, call, batch)
    elif wanted == ("DELETE",):
        handler.send_json(call, {"id": batch.id, "type": "message_batch_deleted"})
    else:
        handler.send_json(call, batch.shown(state.url))


def _create(state: State, call: Call) -> dict:
    requests = call.body.get("requests") if isinstance(call.body, Mapping) else None
    if not isinstance(requests, list) or not 1 <= len(requests) <= _MOST:
        raise Refused(400, f"requests: between 1 and {_MOST} requests are required")
    seen: set = set()
    for place, request in enumerate(requests):
        custom_id = request.get("custom_id") if isinstance(request, Mapping) else None
        if not _CUSTOM_ID.fullmatch(str(custom_id or "")) or not isinstance(request.get("params"), Mapping):
            raise Refused(400, f"requests.{place}: custom_id and params are required")
        if custom_id in seen:
            raise Refused(400, f"requests.{place}.custom_id: '{custom_id}' is not unique")
        seen.add(custom_id)
    batch = Batch(f"msgbatch_standin{call.number:08d}", requests, _now(), call.headers)
    state.batches[batch.id] = batch
    return batch.shown(state.url)


def _list(handler) -> dict:
    newest = [batch.shown(handler.state.url) for batch in reversed(list(handler.state.batches.values()))]
    return paging.page(newest, urllib.parse.parse_qs(handler.url.query))


def _look(state: State, batch: Batch) -> None:
    """A look at a batch, after enough of which it has ended."""
    batch.looks += 1
    if batch.ended is None and (
            batch.cancelling or (state.batch_polls is not None and batch.looks > state.batch_polls)):
        end(state, batch)


def end(state: State, batch: Batch) -> None:
    """Answer all requests of a batch now. The results come in an order that is not the one asked in."""
    if batch.ended is None:
        batch.results = [_result(state, batch, request) for request in reversed(batch.requests)]
        batch.ended = _now()


def _result(state: State, batch: Batch, request: Mapping) -> dict:
    call = state.record("batch", "POST", f"/v1/messages/batches/{batch.id}", batch.headers)
    call.body, call.batch, call.custom_id = request["params"], True, request["custom_id"]
    call.done.set()
    try:
        return {"custom_id": call.custom_id, "result": _outcome(state, batch, call)}
    except Refused as refused:
        call.status = refused.status
        result = {"type": "errored", "error": refused.as_json(call.request_id)}
        return {"custom_id": call.custom_id, "result": result}


def _outcome(state: State, batch: Batch, call: Call) -> dict:
    if batch.cancelling:
        return {"type": "canceled"}
    model = refusals.check(call.body, batch=True)
    step = state.script.take(call)
    if step.result in ("canceled", "expired"):
        return {"type": step.result}
    if step.result == "errored" or step.status:
        raise Refused(step.status or 500, step.message, step.error_code, step.error_type)
    reply = replies.build(model, call.body, step, state.prompt_cache.usage(model, call.body), call.number, batch=True)
    call.billed, call.reply, call.status = reply.usage, reply.content, 200
    return {"type": "succeeded", "message": reply.message()}


def _results(handler, call: Call, batch: Batch) -> None:
    if not batch.ended:
        raise Refused(400, f"Batch {batch.id} has no results yet")
    call.status = 200
    lines = b"".join(wire.as_json(result) + b"\n" for result in batch.results)
    handler.send_whole(200, {**handler.common(call), "content-type": "application/x-jsonl"}, lines)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc)


def _text(moment: datetime.datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
