"""How a question is laid out for the model: instructions apart, untrusted text wrapped, masked and labelled."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from .privacy import Masker
from .question import Ask, Data

_TAG = re.compile(r"<(?=\W{0,8}data\b)", re.IGNORECASE)
#: A private name is masked across an apostrophe, never across a quotation mark, which may be one of JSON's own:
#: whoever puts texts into JSON has these read as the other.
QUOTES = str.maketrans(dict.fromkeys('"“”„«»', "'"))
#: Names of texts that the API reads, and nobody else.
_READ = frozenset({"type", "id", "tool_use_id", "name", "media_type", "ttl", "role", "cache_control"})
#: Blocks the provider signed: they must go back as they came.
_SEALED = frozenset({"thinking", "redacted_thinking"})


def wrapped(data: Data) -> str:
    """Return untrusted text between tags that it cannot close itself."""
    label = re.sub(r"[^\w .-]", "", data.label)
    return f'<data label="{label}">\n{_TAG.sub("&lt;", data.text)}\n</data>'


def user_turn(ask: Ask, masker: Masker) -> dict[str, Any]:
    """Return the user turn of the question, masked."""
    return {"role": "user", "content": [_block(part, masker) for part in ask.content]}


def _block(part: str | Data | Mapping[str, Any], masker: Masker) -> Mapping[str, Any]:
    if isinstance(part, Mapping):
        return masked_values(part, masker)
    return {"type": "text", "text": masker.mask(wrapped(part) if isinstance(part, Data) else part)}


def turns(ask: Ask, masker: Masker) -> tuple[dict[str, Any], ...]:
    """Return all turns to send: the dialogue so far, then the question. A thread's turns are masked already."""
    if ask.thread is not None:
        return (*ask.thread.turns, user_turn(ask, masker))
    earlier = tuple(_masked_turn(turn, masker) for turn in ask.messages)
    return (*earlier, user_turn(ask, masker)) if ask.content else earlier


def _masked_turn(turn: Mapping[str, Any], masker: Masker) -> dict[str, Any]:
    content = turn["content"]
    if isinstance(content, str):
        return {**turn, "content": masker.mask(content)}
    return {**turn, "content": [_masked_block(block, masker) for block in content]}


def _masked_block(block: Mapping[str, Any], masker: Masker) -> Mapping[str, Any]:
    if block.get("type") in _SEALED:
        return block
    return masked_values(block, masker)


def masked_values(value: Any, masker: Masker, name: str = "", fixed: bool = False) -> Any:
    """Return a block or a tool with every text of it masked, but for what the API itself reads.

    :param fixed: its texts are code's own, as those of a tool
    """
    if isinstance(value, Mapping):
        return {key: masked_values(inner, masker, key, fixed) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [masked_values(inner, masker, name, fixed) for inner in value]
    return masker.mask(value, fixed=fixed) if isinstance(value, str) and name not in _READ else value


def restored_blocks(blocks: Sequence[Mapping[str, Any]], masker: Masker) -> tuple[Mapping[str, Any], ...]:
    """Return an answer's blocks with their pseudonyms restored, to be shown, run, or sent back in a later turn.

    A later turn masks them again, in the same order, and so to the same pseudonyms.
    """
    return tuple(
        block if block.get("type") in _SEALED else {
            key: masker.restore_json(value) if key in ("text", "input") else value for key, value in block.items()
        }
        for block in blocks
    )


def repair_turns(sent: Sequence[Mapping], answered: Sequence[Mapping], why: str) -> tuple[Mapping[str, Any], ...]:
    """Return the turns of the one question that may follow an answer that is not valid.

    :param why: what is wrong with it, in words for the model
    """
    wish = f"That answer is not valid: {why[:200]}. Answer the question again, with the JSON only."
    return (*sent, {"role": "assistant", "content": list(answered)},
            {"role": "user", "content": [{"type": "text", "text": wish}]})


def sent_text(system: Sequence[str], messages: Sequence[Mapping]) -> str:
    """Return what was sent as text, for a ledger that keeps content."""
    return json.dumps({"system": list(system), "messages": list(messages)}, ensure_ascii=False)
