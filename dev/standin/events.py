"""A reply as the server-sent events of a stream."""
from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from . import tokens, wire
from .replies import Reply, size_of

#: Tokens in one delta, where the script does not stop between two.
TOGETHER = 4


def events(reply: Reply, together: int = TOGETHER) -> Iterator[tuple[str, dict, int]]:
    """The stream's events: name, data, and how many output tokens have been generated with it.

    :param together: tokens in one delta
    """
    yield "message_start", {"message": reply.opening()}, 0
    yield "ping", {}, 0
    made = 0
    for index, block in enumerate(reply.content):
        for name, data, size in _block_events(reply, block, together):
            made += size
            yield name, {"index": index, **data}, made
    usage = {key: value for key, value in reply.wire_usage().items()
             if key not in ("cache_creation", "service_tier", "inference_geo")}
    yield "message_delta", {"delta": reply.ending(), "usage": usage}, made
    yield "message_stop", {}, made


def _block_events(reply: Reply, block: Mapping, together: int) -> Iterator[tuple[str, dict, int]]:
    empty = {"text": {"text": ""}, "thinking": {"thinking": "", "signature": ""}, "tool_use": {"input": {}}}
    yield "content_block_start", {"content_block": {**block, **empty.get(block["type"], {})}}, 0
    for delta, size in _deltas(reply, block, together):
        yield "content_block_delta", {"delta": delta}, size
    yield "content_block_stop", {}, 0


def _deltas(reply: Reply, block: Mapping, together: int) -> Iterator[tuple[dict, int]]:
    if block["type"] == "thinking":
        yield {"type": "signature_delta", "signature": block["signature"]}, reply.usage.thinking
    elif block["type"] == "tool_use":
        given = block["input"]  # a text: scripted, JSON that is none
        text = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
        yield {"type": "input_json_delta", "partial_json": text}, size_of(block)
    elif block["type"] == "text":
        pieces = tokens.pieces(block["text"])
        for start in range(0, len(pieces), together):
            some = pieces[start:start + together]
            yield {"type": "text_delta", "text": "".join(some)}, len(some)


def encoded(name: str, data: Mapping) -> bytes:
    """An event on the wire."""
    return b"event: " + name.encode() + b"\ndata: " + wire.as_json({"type": name, **data}) + b"\n\n"
