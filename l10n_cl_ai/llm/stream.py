"""An answer as it arrives: server-sent events put together to a message, whatever order or nonsense they come in."""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from .cost import Usage
from .received import ProtocolError, read_json

#: Bytes of one event at most: far above any the API sends.
LARGEST_EVENT = 4_000_000
#: An escape of half a surrogate pair or of NUL: of those JSON makes characters that are none.
#: Blocks whose text is hidden, and signed.
THOUGHTS = frozenset({"thinking", "redacted_thinking"})
_NO_CHARACTER = re.compile(rb"\\u(?:[dD][89a-fA-F]|0000)")


class ErrorEvent(Exception):
    """The provider broke the answer off and said why.

    :param error: the event's data
    """

    def __init__(self, error: Any):
        super().__init__("error event")
        self.error = error


def events(chunks: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Yield the data of server-sent events, each with its ``type``. In linear time, whatever the chunks.

    :raises ProtocolError: an event that is no JSON object, no UTF-8, or too large
    """
    data: list[bytes] = []
    size = 0
    for line in lines(chunks):
        if line:
            field, _, value = line.partition(b":")
            if field == b"data":
                data.append(value.removeprefix(b" "))
                size += len(value)
                if size > LARGEST_EVENT:
                    raise ProtocolError("an event too large")
        elif data:
            yield _event(b"\n".join(data))
            data, size = [], 0


def lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines without their ends (LF, CR LF). What follows the last end is no line: it was cut off."""
    begun: list[bytes] = []
    size = 0
    for chunk in chunks:
        *whole, rest = chunk.split(b"\n")
        for part in whole:
            yield b"".join((*begun, part)).removesuffix(b"\r")
            begun, size = [], 0
        begun.append(rest)
        size += len(rest)
        if size > LARGEST_EVENT:
            raise ProtocolError("a line too long")


def _event(text: bytes) -> dict[str, Any]:
    try:
        value = read_json(text)
    except ProtocolError:
        raise ProtocolError("an event that is no JSON") from None
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        raise ProtocolError("an event without a type")
    return mended(value) if _NO_CHARACTER.search(text) else value


def mended(value: Any) -> Any:
    """Return a value whose texts have UTF-8 and can be stored: half pairs and NUL become U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\x00", "\ufffd")
    if isinstance(value, dict):
        return {mended(key): mended(inner) for key, inner in value.items()}
    return [mended(inner) for inner in value] if isinstance(value, list) else value


class Block:
    """A content block on its way.

    :raises ProtocolError: it does not begin as one does
    """

    def __init__(self, opened: Mapping[str, Any]):
        texts = [opened.get(name) or "" for name in ("type", "text", "thinking", "signature")]
        if not all(isinstance(text, str) for text in texts) or not isinstance(opened.get("citations") or [], list):
            raise ProtocolError("a block of no type")
        self.block = dict(opened)
        self.whole = False
        self.broken = False
        self._parts: dict[str, list[str]] = {}

    def add(self, delta: Mapping[str, Any]) -> str:
        """Take a delta; return the text it adds to the answer. Deltas of kinds nobody knows yet are left out."""
        kind = delta.get("type")
        if kind == "text_delta":
            return self._take("text", delta, "text")
        if kind == "thinking_delta":
            self._take("thinking", delta, "thinking")
        elif kind == "signature_delta":
            self._take("signature", delta, "signature")
        elif kind == "input_json_delta":
            self._take("input", delta, "partial_json")
        elif kind == "citations_delta":
            self.block["citations"] = [*(self.block.get("citations") or ()), delta.get("citation")]
        return ""

    def _take(self, name: str, delta: Mapping[str, Any], key: str) -> str:
        text = delta.get(key)
        if not isinstance(text, str):
            raise ProtocolError("a delta without its text")
        self._parts.setdefault(name, []).append(text)
        return text

    def part(self, name: str) -> str:
        """Return what deltas brought of a member."""
        return "".join(self._parts.get(name, ()))

    def close(self) -> None:
        """Take the block as complete."""
        self.whole = True
        for name in ("text", "thinking", "signature"):
            if name in self._parts:
                self.block[name] = (self.block.get(name) or "") + self.part(name)
        if "input" in self._parts:
            try:
                self.block["input"] = mended(read_json(self.part("input") or "{}"))
            except ProtocolError:
                self.broken = True
        self._parts = {}


class Reply:
    """The message that events tell.

    :param on_text: called with each piece of text
    :param clock: seconds, to say when the first piece came
    """

    def __init__(self, on_text: Callable[[str], None] | None = None, clock: Callable[[], float] = time.perf_counter):
        self.blocks: dict[int, Block] = {}
        self.started = False
        self.ended = False
        self.model = ""
        self.stop_reason: str | None = None
        self.stop_category: Any = None
        self.first_at: float | None = None
        self._began_at = self._thought_at = 0.0
        self.shown = False
        self.usage: dict[str, Any] = {}
        self.final_usage = False
        self._texts: list[str] = []
        self._on_text = on_text
        self._clock = clock

    def mute(self) -> None:
        """Show no more of what comes: nobody waits for it."""
        self._on_text = None

    @property
    def complete(self) -> bool:
        """Whether nothing is missing: why it stopped is said after all blocks, and only then."""
        return self.stop_reason is not None and (self.ended or all(block.whole for block in self.blocks.values()))

    @property
    def text(self) -> str:
        """The answer's text so far."""
        return "".join(self._texts)

    @property
    def content(self) -> list[dict[str, Any]]:
        """The blocks that can be replayed: whole ones, and text as far as it came.

        A tool call or a thought broken off would make every later turn of its dialogue fail.
        """
        return [block.block for block in self._settled() if block.whole and not block.broken and not _empty(block)]

    @property
    def broken(self) -> bool:
        """Whether a whole block has an input that is no JSON."""
        return any(block.broken for block in self.blocks.values())

    @property
    def thought_for(self) -> float:
        """Seconds from the beginning to the end of the last thought; until now while it thinks."""
        thinking = any(block.block.get("type") in THOUGHTS and not block.whole for block in self.blocks.values())
        return (self._clock() if thinking else self._thought_at) - self._began_at

    def _settled(self) -> list[Block]:
        for block in self.blocks.values():
            if not block.whole and block.block.get("type") == "text":
                block.close()
        return [self.blocks[index] for index in sorted(self.blocks)]

    def take(self, event: Mapping[str, Any]) -> None:
        """Take one event. Those of types nobody knows yet are left out; those that come twice count once.

        :raises ProtocolError: an event that contradicts those before
        :raises ErrorEvent: the provider broke off
        """
        kind = event["type"]
        if kind == "error":
            raise ErrorEvent(event)
        if kind == "message_start":
            self._start(_object(event, "message"))
        elif kind.startswith("content_block_"):
            self._block(kind, event)
        elif kind == "message_delta":
            self._delta(event)
        elif kind == "message_stop":
            self.ended = True

    def _start(self, message: Mapping[str, Any]) -> None:
        if self.started:
            return
        self.started = True
        self._began_at = self._thought_at = self._clock()
        model = message.get("model")
        self.model = model if isinstance(model, str) else ""
        self._count(message.get("usage"))

    def _block(self, kind: str, event: Mapping[str, Any]) -> None:
        index = event.get("index")
        if not self.started or not isinstance(index, int):
            raise ProtocolError("a block out of order")
        if kind == "content_block_start":
            if index not in self.blocks:
                block = self.blocks[index] = Block(_object(event, "content_block"))
                self._show(block.block.get("text") or "")
            return
        block = self.blocks.get(index)
        if block is None:
            raise ProtocolError("a delta of no block")
        if kind == "content_block_delta" and not block.whole:
            self.first_at = self.first_at or self._clock()
            self._show(block.add(_object(event, "delta")))
        elif kind == "content_block_stop" and not block.whole:
            block.close()
            if block.block.get("type") in THOUGHTS:
                self._thought_at = self._clock()

    def _show(self, text: str) -> None:
        if text:
            self._texts.append(text)
            if self._on_text:
                self.shown = True
                self._on_text(text)

    def _delta(self, event: Mapping[str, Any]) -> None:
        delta = _object(event, "delta")
        stop_reason = delta.get("stop_reason")
        if isinstance(stop_reason, str):
            self.stop_reason = stop_reason
            details = delta.get("stop_details")
            self.stop_category = details.get("category") if isinstance(details, Mapping) else None
        usage = event.get("usage")
        self._count(usage)
        told = isinstance(usage, Mapping) and isinstance(usage.get("output_tokens"), int)
        self.final_usage = self.final_usage or (told and self.stop_reason is not None)

    def _count(self, usage: Any) -> None:
        """Usage is cumulative: what a later event says replaces what was said before."""
        if isinstance(usage, Mapping):
            self.usage.update({name: value for name, value in usage.items() if value is not None})

    def known_usage(self, ttl: str) -> Usage | None:
        """Return the usage told so far, None where it is none.

        :param ttl: the prompt cache asked for
        """
        try:
            return Usage.from_api(self.usage, ttl) if "input_tokens" in self.usage else None
        except ValueError:
            return None


def _object(event: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = event.get(name)
    if not isinstance(value, Mapping):
        raise ProtocolError(f"an event without its {name}")
    return value


def _empty(block: Block) -> bool:
    return block.block.get("type") == "text" and not block.block.get("text")
