"""What the stand-in hears in a dialogue of the chat: the question, what is on screen, what tools have shown since."""
from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import tokens

_DATA = re.compile(r'<data label="([^"]*)">\n(.*?)\n</data>', re.DOTALL)
_TODAY = re.compile(r"Today is (\d{4}-\d\d-\d\d)")


@dataclass(frozen=True)
class Shown:
    """What one use of a tool brought. :param value: its JSON; text that is none as it is"""

    tool: str
    value: Any
    failed: bool = False


@dataclass(frozen=True)
class Heard:
    """A dialogue as it stands.

    :param screen: what is on screen, as the last question brought it
    :param shown: results of tools since the last question
    :param rounds: how often tools were used since
    :param last_round: whether it is told to answer now
    """

    body: Mapping
    question: str
    today: str
    screen: Mapping
    files: tuple[str, ...]
    shown: tuple[Shown, ...]
    rounds: int
    last_round: bool

    @property
    def tools(self) -> dict[str, Mapping]:
        """The tools offered, by name."""
        return {tool["name"]: tool for tool in self.body.get("tools") or () if tool.get("name")}


def heard(body: Mapping) -> Heard:
    """What there is to answer."""
    messages = body.get("messages") or ()
    start = max((at for at, turn in enumerate(messages) if _asks(turn)), default=0)
    blocks = [str(block.get("text") or "") for block in _blocks(messages[start])] if messages else []
    data = [found for text in blocks for found in _DATA.findall(text)]
    words = [text for text in blocks if not _DATA.match(text) and not _TODAY.match(text)]
    later = list(messages[start + 1:])
    told = [block for turn in later if turn.get("role") == "user" for block in _blocks(turn)]
    return Heard(
        body, words[-1].strip() if words else "", next(iter(_TODAY.findall("\n".join(blocks))), ""),
        next((_object(text) for label, text in data if label == "screen"), {}),
        tuple(text for label, text in data if label.startswith("file")), tuple(_results(later)),
        sum(turn.get("role") == "assistant" for turn in later), any(block.get("type") == "text" for block in told),
    )


def _asks(turn: Mapping) -> bool:
    return turn.get("role") == "user" and not any(block.get("type") == "tool_result" for block in _blocks(turn))


def _results(turns: Sequence[Mapping]):
    names = {block.get("id"): str(block.get("name")) for turn in turns for block in _blocks(turn)
             if block.get("type") == "tool_use"}
    for turn in turns:
        for block in _blocks(turn):
            if block.get("type") == "tool_result":
                text = "\n".join(str(inner.get("text") or "") for inner in tokens.blocks(block.get("content")))
                yield Shown(names.get(block.get("tool_use_id"), ""), value_of(text), bool(block.get("is_error")))


def value_of(text: str) -> Any:
    """A tool's text as the JSON it is, or as it is."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _object(text: str) -> Mapping:
    value = value_of(text)
    return value if isinstance(value, Mapping) else {}


def _blocks(turn: Mapping):
    return tokens.blocks(turn.get("content"))
