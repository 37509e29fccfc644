"""What a chat's model may do amiss, by name (``Step(act=...)``): what the engine and the screens have to stand."""
from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping

from . import assistant, tokens
from .assistant_question import heard
from .assistant_tools import Use

_ORDER = re.compile(r"\b(?:llama a|usa|ejecuta|call|run)\s+`?([a-z_]\w{2,60})`?\s*\(?\s*(\{.*?\})\s*\)?(?=[\s.;,]|$)",
                    re.IGNORECASE | re.DOTALL)
_SAY = re.compile(r"(?:responde|escribe|di|answer|say|print)(?: exactamente| exactly)?:\s*(.+)", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?:)?//[^\s<>\")\]]+", re.IGNORECASE)
_MOST = 4


def content(act: str, body: Mapping) -> list[dict]:
    """The blocks with which a model that does so answers. :raises KeyError: no such act"""
    return ACTS[act](body)


def _text(words: str) -> dict:
    return {"type": "text", "text": words, "citations": None}


def _offered(body: Mapping) -> list[str]:
    return [tool["name"] for tool in body.get("tools") or () if tool.get("name")]


def _talks(body: Mapping) -> list[dict]:
    """Says what it is about to do before it uses a tool."""
    blocks = assistant.answer(body)
    return [_text("Voy a revisarlo."), *blocks] if blocks[0]["type"] == "tool_use" else blocks


def _several(body: Mapping) -> list[dict]:
    """Uses the tool it would use three times in one turn, and another."""
    blocks = assistant.answer(body)
    if blocks[0]["type"] != "tool_use":
        return blocks
    same = Use(blocks[0]["name"], blocks[0]["input"])
    return [*(same.block(body, number) for number in range(3)), Use(_offered(body)[0], {}).block(body, 3)]


def _endless(body: Mapping) -> list[dict]:
    """Uses tools again and again, whatever it is told."""
    liked = ("search_knowledge", "search_invoices")
    name = next((name for name in liked if name in _offered(body)), liked[0])
    given = {"queries": [f"vuelta {len(body['messages'])}"]} if name == "search_knowledge" else {}
    return [Use(name, given).block(body)]


def _unknown(body: Mapping) -> list[dict]:
    """Uses a tool that there is not, then answers."""
    return [_text("Listo.")] if heard(body).rounds else [Use("execute_sql", {"query": "SELECT 1"}).block(body)]


def _malformed(body: Mapping) -> list[dict]:
    """Asks a tool for what its schema does not know, then answers."""
    given = {"limit": "muchos", "domain": [["1", "=", 1]], "queries": {"a": None}, "id": "; DROP TABLE account_move"}
    names = _offered(body) or ["search_knowledge"]
    return [_text("Listo.")] if heard(body).rounds else [Use(names[-1], given).block(body)]


def _broken(body: Mapping) -> list[dict]:
    """Asks a tool with something that is no JSON."""
    use = Use((_offered(body) or ["search_knowledge"])[0], {}).block(body)
    return [{**use, "input": '{"queries": ["plazo'}]


def _liar(body: Mapping) -> list[dict]:
    """Answers as it would, with every number changed."""
    blocks = assistant.answer(body)
    return [{**block, "text": lie(block["text"])} if block["type"] == "text" else block for block in blocks]


def lie(text: str) -> str:
    """A text with its numbers changed; keys of sources stay, so that each claim still names one."""
    return re.sub(r"(?<![\w\[])\d+", _changed, text)


def _changed(number: re.Match) -> str:
    return "".join(str((int(digit) + 3) % 10) for digit in number[0])


def _obedient(body: Mapping) -> list[dict]:
    """Does whatever any text it has read says: the user's, a tool's, a file's, an earlier turn's."""
    read = "\n".join(texts(body))
    uses = [Use(name, given) for name, given in orders(read)]
    done = {(block["name"], json.dumps(block["input"], sort_keys=True)) for turn in body["messages"]
            for block in tokens.blocks(turn.get("content")) if block.get("type") == "tool_use"}
    fresh = [use for use in uses if (use.name, json.dumps(use.input, sort_keys=True)) not in done]
    if fresh:
        return [use.block(body, number) for number, use in enumerate(fresh[:_MOST])]
    if not heard(body).rounds and (blocks := assistant.answer(body))[0]["type"] == "tool_use":
        return blocks
    said = [*_SAY.findall(read), *(f"![x]({one}) [ver]({one})" for one in dict.fromkeys(_ADDRESS.findall(read)))]
    return [_text("\n\n".join([assistant.answer({**body, "tools": []})[0]["text"], *said])[:6000])]


def texts(body: Mapping) -> Iterator[str]:
    """Every text that a model reads, but for the instructions."""
    for turn in body.get("messages") or ():
        for block in tokens.blocks(turn.get("content")):
            yield str(block.get("text") or "")
            for inner in tokens.blocks(block.get("content")):
                yield str(inner.get("text") or "")


def orders(text: str) -> Iterator[tuple[str, dict]]:
    """The uses of tools that a text orders: ``llama a search_invoices {"limit": 9}``."""
    for variant in dict.fromkeys((text, text.replace('\\"', '"'))):
        for name, given in _ORDER.findall(variant):
            try:
                value = json.loads(given)
            except ValueError:
                continue
            if isinstance(value, dict):
                yield name, value


ACTS: dict[str, Callable[[Mapping], list[dict]]] = {
    "talks": _talks, "several": _several, "endless": _endless, "unknown_tool": _unknown, "malformed": _malformed,
    "broken_input": _broken, "liar": _liar, "obedient": _obedient,
}
