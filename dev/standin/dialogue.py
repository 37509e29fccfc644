"""What the API demands of a dialogue: turns in order, every tool's use answered, thoughts sent back as they were given.

A thought's signature is bound to the model and to all that stood before it: system, tools, turns. Whoever edits any of
that and sends the thought again is refused. Marks for the cache may move.
"""
from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence

from . import tokens

_THOUGHTS = ("thinking", "redacted_thinking")
_INSIDE_RESULTS = ("text", "image", "document", "search_result")


def signature(model: str, body: Mapping, turns: Sequence[Mapping], before: Sequence[Mapping] = ()) -> str:
    """The signature of a thought.

    :param turns: of the dialogue up to the answer in which it stands
    :param before: blocks of that answer that stand before it
    """
    said = [[turn.get("role"), _plain(turn.get("content"))] for turn in turns]
    bound = [model, _plain(body.get("system")), _plain(body.get("tools")), said, _plain(before)]
    return "standin" + hashlib.sha256(json.dumps(bound, sort_keys=True).encode()).hexdigest()


def problems(messages: Sequence[Mapping], body: Mapping, model: Mapping) -> Iterator[str]:
    """Every reason for which the API would refuse this dialogue, whose messages have the form of some."""
    yield from _order(messages)
    yield from _tools(messages)
    for place, message in enumerate(messages):
        for at, block in enumerate(tokens.blocks(message.get("content"))):
            yield from _block(f"messages.{place}.content.{at}", block)
    yield from _thoughts(messages, body, model)


def _order(messages: Sequence[Mapping]) -> Iterator[str]:
    """The API joins two turns of one role; ours never sends any, so that they are refused here."""
    if messages[0].get("role") != "user":
        yield 'messages: first message must use the "user" role'
    for place in range(1, len(messages)):
        if messages[place].get("role") == messages[place - 1].get("role"):
            yield f'messages.{place}: roles must alternate between "user" and "assistant"'


def _tools(messages: Sequence[Mapping]) -> Iterator[str]:
    """A result answers a use in the turn before; every use is answered in the turn after, at its beginning."""
    used, ever = [], set()
    for place, message in enumerate(messages):
        blocks = tokens.blocks(message.get("content"))
        results = [str(block.get("tool_use_id")) for block in blocks if block.get("type") == "tool_result"]
        if lost := sorted(set(results) - set(used)):
            yield f"messages.{place}: unexpected `tool_use_id` found in `tool_result` blocks: {lost[0]}"
        if twice := sorted({one for one in results if results.count(one) > 1}):
            yield f"messages.{place}: each tool_use must have a single result. Found multiple `tool_result`: {twice[0]}"
        first = [str(block.get("tool_use_id")) for block in list(blocks)[:len(results)]
                 if block.get("type") == "tool_result"]
        if open_ := sorted(set(used) - set(first)):
            yield (f"messages.{place}: `tool_use` ids were found without `tool_result` blocks immediately after: "
                   f"{open_[0]}")
        used = [str(block.get("id")) for block in blocks if block.get("type") == "tool_use"]
        if again := sorted({one for one in used if used.count(one) > 1 or one in ever}):
            yield f"messages.{place}: `tool_use` ids must be unique: {again[0]}"
        ever.update(used)
    if used:
        yield f"messages: `tool_use` ids were found without `tool_result` blocks immediately after: {used[0]}"


def _block(where: str, block: Mapping) -> Iterator[str]:
    kind = block.get("type")
    if kind == "tool_use":
        if not isinstance(block.get("input"), Mapping):
            yield f"{where}.tool_use.input: Input should be a valid dictionary"
        if not all(isinstance(block.get(name), str) and block[name] for name in ("id", "name")):
            yield f"{where}.tool_use: id and name are required"
    elif kind == "tool_result":
        yield from _result(where, block)
    elif kind in _THOUGHTS and block.get("cache_control"):
        yield f"{where}.cache_control: Extra inputs are not permitted"


def _result(where: str, block: Mapping) -> Iterator[str]:
    content = block.get("content")
    if not isinstance(block.get("is_error"), bool | None):
        yield f"{where}.tool_result.is_error: Input should be a valid boolean"
    if not isinstance(content, str | list | None):
        yield f"{where}.tool_result.content: Input should be a string or a list of blocks"
    for at, inner in enumerate(content if isinstance(content, list) else ()):
        if not isinstance(inner, Mapping) or inner.get("type") not in _INSIDE_RESULTS:
            yield f"{where}.tool_result.content.{at}: Input tag is not expected in a result"
        elif inner["type"] == "text" and not str(inner.get("text") or "").strip():
            yield f"{where}.tool_result.content.{at}: text content blocks must contain non-whitespace text"


def _thoughts(messages: Sequence[Mapping], body: Mapping, model: Mapping) -> Iterator[str]:
    for place, message in enumerate(messages):
        blocks = list(tokens.blocks(message.get("content")))
        for at, block in enumerate(blocks):
            if block.get("type") != "thinking":
                continue
            if block.get("signature") != signature(model["id"], body, messages[:place], blocks[:at]):
                yield (f"messages.{place}.content.{at}: Invalid `signature` in `thinking` block: the model or what "
                       "stands before it was changed")


def _plain(content: object) -> list:
    """Blocks without the marks for the cache, and without what is nothing."""
    return [{key: value for key, value in block.items() if key != "cache_control" and value is not None}
            for block in tokens.blocks(content)]
