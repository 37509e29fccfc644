"""The message that answers a request: its blocks, why it stopped, and the tokens it used."""
from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from . import assistant, assistant_acts, dialogue, invent, tokens
from .catalog import Usage
from .script import Step

_THOUGHT = {"low": 12, "medium": 40, "high": 96, "xhigh": 160, "max": 320}


@dataclass(frozen=True)
class Reply:
    """An answer complete, before it is sent in one piece or as a stream.

    :param usage: what it costs if all of it is generated
    :param told: entries of the usage that are said otherwise (a scripted lie)
    """

    id: str
    model: str
    content: tuple[dict, ...]
    stop_reason: str
    usage: Usage
    told: Mapping
    tier: str = "standard"

    def message(self) -> dict:
        """The message as the API gives it in one piece."""
        return {**self.opening(), "content": list(self.content), **self.ending(), "usage": self.wire_usage()}

    def opening(self) -> dict:
        """The message as a stream begins it."""
        usage = self.wire_usage(replace(self.usage, output=min(1, self.usage.output), thinking=0))
        return {"id": self.id, "type": "message", "role": "assistant", "model": self.model, "content": [],
                "stop_reason": None, "stop_sequence": None, "stop_details": None, "usage": usage}

    def ending(self) -> dict:
        """Why it stopped."""
        refused = {"type": "refusal", "category": None, "explanation": None}
        return {"stop_reason": self.stop_reason, "stop_sequence": None,
                "stop_details": refused if self.stop_reason == "refusal" else None}

    def wire_usage(self, usage: Usage | None = None) -> dict:
        """The usage in the API's words, with the lies the script asked for."""
        usage = usage or self.usage
        said = {
            "input_tokens": usage.input, "output_tokens": usage.output,
            "cache_creation_input_tokens": usage.cache_write_5m + usage.cache_write_1h,
            "cache_read_input_tokens": usage.cache_read,
            "cache_creation": {"ephemeral_5m_input_tokens": usage.cache_write_5m,
                               "ephemeral_1h_input_tokens": usage.cache_write_1h},
            "output_tokens_details": {"thinking_tokens": usage.thinking},
            "service_tier": self.tier, "inference_geo": "global",
        }
        return {key: value for key, value in {**said, **self.told}.items() if value is not None}


def build(model: Mapping, body: Mapping, step: Step, prompt: Usage, number: int, batch: bool = False) -> Reply:
    """The reply to a request the API takes.

    :param prompt: its input tokens by class
    :param number: of the call, for the message's id
    """
    thought = _thinking(model, body, step)
    content, stop = _content(body, step)
    room = body["max_tokens"]
    if step.cut_answer:
        room = min(room, max(1, (thought + _size(content)) // 2))
    content, cut = _cut(content, max(0, room - thought))
    thought, stop = min(thought, room), "max_tokens" if cut else stop
    if thought:
        signed = dialogue.signature(model["id"], body, body["messages"])
        content = [{"type": "thinking", "thinking": "", "signature": signed}, *content]
    usage = replace(prompt, output=thought + _size(content), thinking=thought)
    return Reply(f"msg_standin{number:08d}", step.model or body["model"], tuple(content), step.stop_reason or stop,
                 usage, step.usage, "batch" if batch else "standard")


def _thinking(model: Mapping, body: Mapping, step: Step) -> int:
    """Tokens of thought: none where thinking is off, more with more effort."""
    if step.thinking is not None:
        return step.thinking
    kind = (body.get("thinking") or {}).get("type")
    if step.refusal or kind == "disabled" or (kind is None and not model["thinks_by_default"]):
        return 0
    if kind == "between_tools" and not body.get("tools"):
        return 0
    return _THOUGHT[(body.get("output_config") or {}).get("effort") or model["default_effort"]]


def _content(body: Mapping, step: Step) -> tuple[list[dict], str]:
    if step.refusal:
        return [], "refusal"
    if step.content is not None:
        return _used([dict(block) for block in step.content])
    if step.act:
        return _used(assistant_acts.content(step.act, body))
    if tool := step.tool_use or _forced_tool(body):
        use = {"type": "tool_use", "id": f"toolu_{_signature(body)[:20]}", "name": tool[0], "input": tool[1]}
        return [use], "tool_use"
    if step.answer is None and assistant.fits(body):
        return _used(assistant.answer(body))
    text = invent.answer(body) if step.answer is None else step.answer
    if not isinstance(text, str):
        text = json.dumps(text, ensure_ascii=False)
    return [{"type": "text", "text": WRAPS[step.wrap](text) if step.wrap else text, "citations": None}], "end_turn"


def _used(content: list[dict]) -> tuple[list[dict], str]:
    """Blocks, and why a model that says them stops."""
    return content, "tool_use" if any(block.get("type") == "tool_use" for block in content) else "end_turn"


def _forced_tool(body: Mapping) -> tuple | None:
    choice = body.get("tool_choice") or {}
    if choice.get("type") not in ("any", "tool"):
        return None
    tool = next(tool for tool in body["tools"] if tool["name"] == choice.get("name", tool["name"]))
    return tool["name"], invent.tool_input(body, tool)


def _cut(content: list[dict], room: int) -> tuple[list[dict], bool]:
    """The blocks that fit into so many tokens, and whether something had to go."""
    kept = []
    for block in content:
        size = size_of(block)
        if size > room:
            if block["type"] == "text" and room:
                kept.append({**block, "text": "".join(tokens.pieces(block["text"])[:room])})
            return kept, True
        kept.append(block)
        room -= size
    return kept, False


def size_of(block: Mapping) -> int:
    """Output tokens of a block; thought is counted apart, for its text is not shown."""
    if block["type"] == "text":
        return tokens.count(block["text"])
    return tokens.count(json.dumps(block["input"], ensure_ascii=False)) if block["type"] == "tool_use" else 0


def _size(content) -> int:
    return sum(map(size_of, content))


def _signature(body: Mapping) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _object(change: Callable[[dict], object]) -> Callable[[str], str]:
    """A wrap that changes the answer's JSON object; other answers stay."""

    def wrap(text: str) -> str:
        value = json.loads(text)
        return json.dumps(change(value) if isinstance(value, dict) else value, ensure_ascii=False)

    return wrap


def _swapped_case(value):
    if isinstance(value, dict):
        return {key: _swapped_case(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return list(map(_swapped_case, value))
    return value.swapcase() if isinstance(value, str) else value


#: What a model may do to the JSON it was asked for.
WRAPS: dict[str, Callable[[str], str]] = {
    "fenced": lambda text: f"```json\n{text}\n```",
    "prose": lambda text: f"Claro, aquí está el resultado:\n\n{text}\n\n¿Necesita algo más?",
    "bom": lambda text: "\ufeff" + text,
    "truncated": lambda text: text[:max(1, len(text) * 2 // 3)],
    "trailing_comma": lambda text: f"{text[:-1]},{text[-1]}",
    "not_json": lambda text: "No puedo responder en ese formato.",
    "enum_case": _object(_swapped_case),
    "extra_key": _object(lambda value: {**value, "comentario": "de más"}),
    "missing_key": _object(lambda value: dict(list(value.items())[1:])),
    "wrong_types": _object(lambda value: {key: {"otra": "cosa"} for key in value}),
}
