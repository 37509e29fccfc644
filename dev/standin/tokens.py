"""How the stand-in counts tokens: by a rule, so that tests can count along.

A token is up to four letters or digits, one other sign, or a run of blanks: never more tokens than bytes. A text's
tokens do not depend on what stands beside it, and a text cut between two of its tokens has the tokens before the cut.
"""
from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping

#: Tokens that every message costs beside its text: its role and its end.
PER_MESSAGE = 3
#: What an image or a page costs, which has no text to count; still less than its bytes.
_PER_ATTACHMENT = 64
_TOKEN = re.compile(r"[^\W_]{1,4}|\s+|[\W_]")


def pieces(text: str) -> list[str]:
    """The tokens of a text; joined they are the text."""
    return _TOKEN.findall(text)


def count(text: str) -> int:
    """How many tokens a text has."""
    return sum(1 for _ in _TOKEN.finditer(text))


def prompt(body: Mapping) -> int:
    """Input tokens of a request."""
    return sum(size for size, _block in parts(body))


def parts(body: Mapping) -> Iterator[tuple[int, object]]:
    """The prompt in the order the cache knows: tools, the answer's schema, system, messages.

    Yields each block's tokens and the block itself, which holds its ``cache_control``.
    """
    for tool in body.get("tools") or ():
        yield count(_json(tool)), tool
    if schema := _inside(_inside(body.get("output_config"), "format"), "schema"):
        yield count(_json(schema)), {"schema": schema}
    yield from ((block_tokens(block), block) for block in blocks(body.get("system")))
    for message in body.get("messages") or ():
        yield PER_MESSAGE, {"role": message.get("role")}
        yield from ((block_tokens(block), block) for block in blocks(message.get("content")))


def _inside(holder: object, name: str) -> object:
    return holder.get(name) if isinstance(holder, Mapping) else None


def blocks(content: object) -> Iterable[Mapping]:
    """Content as blocks, for a plain string is short for one text block."""
    if isinstance(content, str):
        return ({"type": "text", "text": content},)
    return [block for block in content or () if isinstance(block, Mapping)]


def block_tokens(block: Mapping) -> int:
    """Tokens of one content block."""
    kind = block.get("type")
    if kind == "text":
        return count(str(block.get("text") or ""))
    if kind in ("image", "document"):
        return _attachment(block)
    return count(_json({key: value for key, value in block.items() if key != "cache_control"}))


def _attachment(block: Mapping) -> int:
    source = block.get("source") or {}
    if source.get("type") == "text":
        return count(str(source.get("data") or ""))
    return min(_PER_ATTACHMENT, len(str(source.get("data") or source)))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
