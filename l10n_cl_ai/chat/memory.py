"""What of a conversation is sent again with the next question: whole exchanges, byte by byte, within a budget.

An exchange is a question of the user with all that was said until its answer: the rounds with tools in between. The
provider binds a thought to the model, the instructions, the tools and every turn before it, and refuses it elsewhere.
So each exchange keeps a *seal* of those; where it is another now, its thoughts are left out, and nothing else.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: Bytes of JSON that stand for one token, about: Spanish in JSON, by the tokenizers of this year's models.
BYTES_PER_TOKEN = 3
#: Letters kept of a question and of an answer that are not sent whole any more; of all those together.
_QUESTION, _ANSWER, _MOST = 200, 400, 6000
_THOUGHTS = frozenset({"thinking", "redacted_thinking"})
INTERRUPTED = "(The answer was interrupted.)"
_NO_RESULT = "Interrupted: there is no result."

Turn = Mapping[str, Any]


@dataclass(frozen=True)
class Exchange:
    """A question and all that was said until its answer. :param seal: of what its thoughts are bound to"""

    turns: Sequence[Turn]
    seal: str = ""

    @property
    def size(self) -> int:
        """Tokens, about."""
        return len(json.dumps(list(self.turns), ensure_ascii=False).encode()) // BYTES_PER_TOKEN


def seal_of(*parts: Any) -> str:
    """Return what changes with anything that thoughts are bound to."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:16]


def replay(exchanges: Sequence[Exchange], seal: str, summary: str = "") -> list[dict[str, Any]]:
    """Return the turns to send again.

    :param seal: of what would be sent now
    :param summary: of exchanges that are not sent any more, masked
    """
    turns: list[dict[str, Any]] = []
    for exchange in exchanges:
        turns += repaired(exchange.turns, thoughts=exchange.seal == seal)
    if summary and turns:
        told = {"type": "text", "text": f'<data label="earlier in this conversation">\n{summary}\n</data>'}
        turns[0] = {"role": "user", "content": [told, *turns[0]["content"]]}
    return turns


def repaired(turns: Sequence[Turn], thoughts: bool = True) -> list[dict[str, Any]]:
    """Return an exchange that the provider takes, whatever a killed worker left of it.

    Each call of a tool has its result and each result its call, roles alternate, and an answer ends it. The same
    turns are always mended the same way.
    """
    mended: list[dict[str, Any]] = []
    for turn in turns:
        wanted = "assistant" if len(mended) % 2 else "user"
        if turn.get("role") != wanted:
            continue
        calls = _calls(mended[-1]) if mended else []
        content = _user_blocks(turn, calls) if wanted == "user" else _assistant_blocks(turn, thoughts)
        if content:
            mended.append({"role": wanted, "content": content})
    if mended and mended[-1]["role"] == "assistant" and (calls := _calls(mended[-1])):
        mended.append({"role": "user", "content": [_no_result(call) for call in calls]})
    if len(mended) % 2:
        mended.append({"role": "assistant", "content": [{"type": "text", "text": INTERRUPTED}]})
    return mended


def _blocks(turn: Turn) -> list[Mapping[str, Any]]:
    content = turn.get("content") or []
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return [block for block in content if block.get("type") != "text" or block.get("text")]


def _calls(turn: Turn) -> list[str]:
    return [block["id"] for block in turn["content"] if block.get("type") == "tool_use"]


def _user_blocks(turn: Turn, calls: list[str]) -> list[Mapping[str, Any]]:
    blocks = [
        block for block in _blocks(turn)
        if block.get("type") != "tool_result" or block.get("tool_use_id") in calls
    ]  # fmt: skip
    have = {block.get("tool_use_id") for block in blocks if block.get("type") == "tool_result"}
    return [*(_no_result(call) for call in calls if call not in have), *blocks]


def _assistant_blocks(turn: Turn, thoughts: bool) -> list[Mapping[str, Any]]:
    blocks = [block for block in _blocks(turn) if thoughts or block.get("type") not in _THOUGHTS]
    if all(block.get("type") in _THOUGHTS for block in blocks):
        # A thought alone answers nothing.
        blocks = [*blocks, {"type": "text", "text": INTERRUPTED}]
    return blocks


def _no_result(call: str) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": call, "content": _NO_RESULT, "is_error": True}


def compacted(exchanges: Sequence[Exchange], budget: int) -> int:
    """Return how many of the oldest exchanges are to be told in short from now on; 0 while all fit.

    Half the budget is freed at once: what is sent changes seldom, and so stays in the provider's cache.

    :param budget: tokens
    """
    if sum(exchange.size for exchange in exchanges) <= budget:
        return 0
    room, kept = budget // 2, 0
    for exchange in reversed(exchanges):
        room -= exchange.size
        if room < 0:
            break
        kept += 1
    return len(exchanges) - max(1, kept)


def summary_of(exchanges: Sequence[Exchange], earlier: str = "") -> str:
    """Return exchanges in short, the newest last; what is too much goes from the beginning."""
    lines = [earlier] if earlier else []
    for exchange in exchanges:
        turns = repaired(exchange.turns, thoughts=False)
        if turns:
            lines.append(
                f"- {_shortened(_last_text(turns[0]), _QUESTION)}\n  {_shortened(_last_text(turns[-1]), _ANSWER)}"
            )
    text = "\n".join(lines)
    return text if len(text) <= _MOST else "…" + text[-_MOST:]


def _last_text(turn: Turn) -> str:
    texts = [block["text"] for block in turn["content"] if block.get("type") == "text"]
    return texts[-1] if texts else ""


def _shortened(text: str, most: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"
