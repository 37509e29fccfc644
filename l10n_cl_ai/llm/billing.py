"""What an answer that was broken off will be billed: its prompt was told when it began, its output is counted."""

import json
import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .cost import Usage, input_bound
from .outcome import Call
from .stream import THOUGHTS, Reply

#: Tokens a tool call has beside its input, at most.
_TOOL_CALL = 64
#: Tokens of hidden thought at most: so many, and so many a second. No provider writes that fast.
_THOUGHT_LEAST, _THOUGHT_A_SECOND = 512, 1000

#: Counts what a user turn of these blocks has in tokens, None where the provider does not say.
Counter = Callable[[list[dict[str, Any]]], int | None]


class Meter:
    """Counts output the way the provider counts input, less what surrounds it there."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._around: dict[tuple[str, str], int] = {}

    def usage(self, reply: Reply, call: Call, count: Counter) -> tuple[Usage, str]:
        """Return the usage of what came, and its ``billing``: see :class:`~.outcome.Outcome`.

        :param reply: of which at least the beginning came
        """
        ttl = call.prompt_cache or "5m"
        told = reply.known_usage(ttl)
        bound = input_bound(*call.system, *call.messages, *call.tools, call.schema or {})
        believed = told is not None and told.prompt <= bound
        if believed and reply.final_usage and told.output <= call.max_tokens:
            return told, "exact"
        prompt = told if believed else Usage(input=bound)
        least = min(prompt.output, 1)  # the first token is told with the prompt; a greater figure there is no promise
        output = min(call.max_tokens, max(least, self._output(reply, call, count)))
        sure = (believed or told is None) and not _thought(reply)
        return replace(prompt, output=output, thinking=0), "counted" if sure else "doubted"

    def _output(self, reply: Reply, call: Call, count: Counter) -> int:
        kinds = {block.block.get("type") for block in reply.blocks.values()}
        # The text of a thought is hidden: nobody can count it, but it was written in the time that passed.
        thought = math.ceil(_THOUGHT_LEAST + reply.thought_for * _THOUGHT_A_SECOND) if _thought(reply) else 0
        texts = [text for block in reply.blocks.values() for text in _written(block.block, block.part)]
        words = [text for text in texts if text.strip()]
        blank = sum(len(text.encode()) for text in texts if not text.strip())  # a turn of blanks can't be counted
        counted = self._counted(words, call, count) if words else 0
        if counted is None:
            counted = sum(len(text.encode()) for text in words)
        return thought + counted + blank + _TOOL_CALL * ("tool_use" in kinds and not reply.complete)

    def _counted(self, texts: Sequence[str], call: Call, count: Counter) -> int | None:
        key = (call.base_url, call.model)
        around = self._around.get(key)
        if around is None:
            one = count([{"type": "text", "text": "a"}])
            if one is None:
                return None
            around = one - 1
            with self._lock:
                self._around[key] = around
        total = count([{"type": "text", "text": text} for text in texts])
        return None if total is None else max(0, total - around)


def _thought(reply: Reply) -> bool:
    return any(block.block.get("type") in THOUGHTS for block in reply.blocks.values())


def _written(block: Mapping[str, Any], part: Callable[[str], str]) -> list[str]:
    """Return the texts of a block, closed or not, that were written as output."""
    if block.get("type") == "text":
        return [(block.get("text") or "") + part("text")]
    begun = part("input")
    if not begun and block.get("input"):
        begun = json.dumps(block["input"], ensure_ascii=False)
    return [begun, str(block.get("name") or "")] if begun else []
