"""Sends a reply the way a step of the script says: whole, in pieces, slowly, or not to its end."""
from __future__ import annotations

from dataclasses import replace

from . import events, wire
from .catalog import Usage
from .replies import Reply
from .script import Step
from .state import Call, State

_DELTA = b'event: content_block_delta\ndata: {"type":"content_block_delta",'
_HARMLESS_TWICE = ("message_start", "ping", "content_block_stop", "message_delta", "message_stop")


def send(handler: wire.Wire, state: State, call: Call, step: Step, reply: Reply, headers: dict) -> None:
    """Send the reply. ``call.billed`` follows what is generated, also when the client hangs up on it."""
    if call.stream:
        _Stream(handler, state, call, step, reply).run({**headers, "content-type": "text/event-stream; charset=utf-8"})
    else:
        _bill(call, step, reply.usage)
        body = wire.as_json(reply.message())
        body = body[:len(body) // 2] if step.half_body else body
        body = body.replace(b'"role"', b'"r\xffle"') if step.invalid_utf8 else body
        headers = {**headers, "content-type": "application/json"}
        if step.cut in ("reset", "eof", "hang"):
            _half(handler, state, step.cut, headers, body)
        handler.send_whole(200, headers, body, step.gzip)


def _half(handler: wire.Wire, state: State, cut: str, headers: dict, body: bytes) -> None:
    """Half of an answer that promised to be whole."""
    handler.head(200, {**headers, "content-length": str(len(body))})
    handler.push(body[:len(body) // 2])
    if cut == "hang":
        handler.wait(state.stopping)
    handler.hang_up(reset=cut == "reset")


def _bill(call: Call, step: Step, usage: Usage) -> None:
    call.billed = usage if step.billed else Usage()


class _Stream:
    """One stream on its way."""

    def __init__(self, handler: wire.Wire, state: State, call: Call, step: Step, reply: Reply):
        self.handler, self.state, self.call, self.step, self.reply = handler, state, call, step, reply
        everything = reply.usage.output - reply.usage.thinking
        wanted = everything // 2 if step.after is None else step.after
        self.end = wanted + reply.usage.thinking if step.cut or step.half_body else None
        self.exact = step.after is not None or step.gate_after is not None
        self.gate = state.gate(step.gate) if step.gate is not None and step.gate_after is not None else None
        self.twice = _HARMLESS_TWICE if step.duplicate is True else step.duplicate or ()

    def run(self, headers: dict) -> None:
        """Send event by event. What is billed is what was made before the event that could not be sent."""
        self.handler.start_chunks(headers)
        if self.step.unknown:
            self.handler.chunk(events.encoded("weather_report", {"sky": "clear"}))
        for name, data, made in events.events(self.reply, 1 if self.exact else events.TOGETHER):
            self._pause(made)
            if self.end is not None and (made > self.end or name == "message_delta"):
                return self._break_off()
            self._event(name, data)
            self._made(made)
        return self.handler.chunk(b"")

    def _event(self, name: str, data: dict) -> None:
        event = events.encoded(name, data)
        for _ in range(2 if name in self.twice else 1):
            self.handler.chunk(event)

    def _made(self, made: int) -> None:
        thinking = min(made, self.reply.usage.thinking)
        _bill(self.call, self.step, replace(self.reply.usage, output=made, thinking=thinking))

    def _pause(self, made: int) -> None:
        """Wait where the script says: for its gate, or a moment before each event."""
        if self.gate and made > (self.step.gate_after or 0) + self.reply.usage.thinking:
            self.handler.wait(self.gate)
            self.gate = None
        if self.step.trickle:
            self.handler.wait(self.state.stopping, self.step.trickle)

    def _break_off(self) -> None:
        cut = self.step.cut
        if cut == "hang":
            self.handler.wait(self.state.stopping)
        if cut == "error":
            kind = self.step.error_type or "overloaded_error"
            error = {"error": {"type": kind, "message": self.step.message}, "request_id": self.call.request_id}
            self.handler.chunk(events.encoded("error", error))
        elif cut == "bad_json" or self.step.half_body:
            self.handler.chunk(_DELTA + b'"index":0,"del\n\n')
        elif cut == "invalid_utf8":
            self.handler.chunk(_DELTA + b'"index":\xff\xfe0}\n\n')
        if cut in ("reset", "eof", "hang"):
            self.handler.hang_up(reset=cut == "reset")
        self.handler.chunk(b"")
