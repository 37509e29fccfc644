"""The API's paths, each refusing what the real one refuses."""
from __future__ import annotations

import hmac
import json
import re
import urllib.parse
from collections.abc import Mapping

from . import admin, batches, catalog, paging, refusals, replies, sender, tokens, wire
from .catalog import Usage
from .refusals import Refused
from .script import Step
from .state import MAX_BODY, Call, State

_KINDS = ((re.compile(r"/v1/messages"), "messages"), (re.compile(r"/v1/messages/count_tokens"), "count_tokens"),
          (re.compile(r"/v1/messages/batches(/.*)?"), "batches"), (re.compile(r"/v1/models(/.*)?"), "models"))
_VERSIONS = ("2023-06-01", "2026-10-21")


class Handler(wire.Wire):
    """One connection of one client."""

    server: object

    @property
    def state(self) -> State:
        return self.server.state

    def do_GET(self) -> None:
        """Any request; the path decides."""
        self.url = urllib.parse.urlsplit(self.path)
        if self.url.path.startswith("/standin/"):
            admin.answer(self)
            return
        kind = next((name for pattern, name in _KINDS if pattern.fullmatch(self.url.path)), "unknown")
        headers = {name.lower(): value for name, value in self.headers.items()}
        call = self.state.record(kind, self.command, self.path, headers)
        try:
            self._answer(call)
        except Refused as refused:
            self._refuse(call, refused)
        except wire.Gone:
            call.disconnected, self.close_connection = True, True
        finally:
            self.state.limits.spent(call.billed)
            call.done.set()

    do_POST = do_DELETE = do_PUT = do_PATCH = do_GET

    def read_body(self) -> bytes:
        """The request's body.

        :raises Refused: too long, or of unknown length
        """
        if self.headers.get("transfer-encoding"):
            self.close_connection = True
            raise Refused(411, "Length Required")
        told = self.headers.get("content-length") or "0"
        if not told.isdecimal():
            self.close_connection = True
            raise Refused(400, "Invalid Content-Length")
        if int(told) > MAX_BODY:
            self._discard(int(told))
            raise Refused(413, "Request exceeds the maximum allowed number of bytes.")
        return self.rfile.read(int(told))

    def admitted(self) -> bool:
        """Whether the request brings the key, in either header."""
        given = self.headers.get("authorization", "").removeprefix("Bearer ") or self.headers.get("x-api-key", "")
        return hmac.compare_digest(given.encode(), self.state.key.encode())

    def send_json(self, call: Call | None, value: object, status: int = 200, headers: Mapping | None = None) -> None:
        """A JSON answer with the headers every answer has."""
        common = self.common(call) if call else {"x-l10n-cl-ai-standin": "1"}
        if call:
            call.status = status
        self.send_whole(status, {**common, "content-type": "application/json", **(headers or {})}, wire.as_json(value))

    def common(self, call: Call) -> dict[str, str]:
        """Headers of every answer: who answered, and what is left of the minute's limits."""
        return {"x-l10n-cl-ai-standin": "1", "request-id": call.request_id,
                "anthropic-organization-id": "00000000-0000-4000-8000-000000000000", **self.state.limits.headers()}

    def interfered(self, call: Call, step: Step, prompt: Usage) -> bool:
        """Do what the script wants done instead of an answer; True if that was all.

        Once the provider works on a request its input is billed, even when the connection then breaks.
        """
        call.billed = prompt if step.billed and not step.status else Usage()
        if step.delay:
            self.wait(self.state.stopping, step.delay)
        if step.gate is not None and step.gate_after is None:
            self.wait(self.state.gate(step.gate))
        if step.reset or step.eof:
            self.hang_up(step.reset)
        if step.body is not None or step.redirect:
            self._foreign(call, step)
        elif step.status and step.status != 200:
            self._refuse(call, Refused(step.status, step.message, step.error_code, step.error_type), _headers(step))
        else:
            return False
        return True

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the base class refuses (a method, a line too long) is refused in the API's words too."""
        self.close_connection = True
        call = self.state.record("unknown", self.command or "", getattr(self, "path", ""), {})
        self._refuse(call, Refused(code, message or explain or "Bad Request"))
        call.done.set()

    def _discard(self, length: int) -> None:
        """Read a body that is too long, for a client that still sends would not hear the refusal."""
        while length > 0 and (got := self.rfile.read(min(length, 1 << 20))):
            length -= len(got)

    def _answer(self, call: Call) -> None:
        call.raw = self.read_body()
        if not self.admitted():
            raise Refused(401, "invalid x-api-key")
        if self.headers.get("anthropic-version") not in _VERSIONS:
            raise Refused(400, f"anthropic-version: {self.headers.get('anthropic-version') or 'header is required'}")
        if call.raw:
            call.body = _parsed(call.raw)
        route = {("POST", "messages"): self._message, ("POST", "count_tokens"): self._count,
                 ("GET", "models"): self._models}.get((call.method, call.kind))
        if route:
            route(call)
        elif call.kind == "batches":
            batches.answer(self, call)
        else:
            raise Refused(404, f"Not found: {call.method} {self.url.path}")

    def _refuse(self, call: Call, refused: Refused, headers: Mapping | None = None) -> None:
        try:
            self.send_json(call, refused.as_json(call.request_id), refused.status, headers)
        except wire.Gone:
            call.disconnected = self.close_connection = True

    def _message(self, call: Call) -> None:
        model = refusals.check(call.body)
        if wait := self.state.limits.request():
            refused = Refused(429, "This request would exceed your rate limit")
            self._refuse(call, refused, {"retry-after": f"{wait:.0f}"})
            return
        step = self.state.script.take(call)
        prompt = Usage(input=tokens.prompt(call.body))
        if self.interfered(call, step, prompt):
            return
        prompt = self.state.prompt_cache.usage(model, call.body)
        reply = replies.build(model, call.body, step, prompt, call.number)
        call.reply, call.status = reply.content, 200
        call.billed = prompt if step.billed else Usage()
        sender.send(self, self.state, call, step, reply, {**self.common(call), **step.headers})

    def _count(self, call: Call) -> None:
        refusals.check(call.body, counting=True)
        step = self.state.script.take(call)
        if not self.interfered(call, step, Usage()):
            self.send_json(call, {"input_tokens": tokens.prompt(call.body)}, headers=step.headers)

    def _foreign(self, call: Call, step: Step) -> None:
        """An answer that is not the API's: a page, nothing, a redirect."""
        headers = {**self.common(call), "content-type": step.content_type, **_headers(step)}
        status = step.status or 200
        if step.redirect:
            status = step.status or 307
            other = self.state.url.replace("127.0.0.1", "localhost") + self.path
            headers["location"] = other if step.redirect is True else str(step.redirect)
        call.status, body = status, step.body or b""
        self.send_whole(status, headers, body.encode() if isinstance(body, str) else body, step.gzip)

    def _models(self, call: Call) -> None:
        step = self.state.script.take(call)
        if self.interfered(call, step, Usage()):
            return
        name = self.url.path.removeprefix("/v1/models").strip("/")
        if name:
            if (model := catalog.find(name)) is None:
                raise Refused(404, f"model: {name}")
            self.send_json(call, catalog.shown(model))
            return
        query = urllib.parse.parse_qs(self.url.query)
        wanted = query.get("lifecycle[]") or query.get("lifecycle")
        models = [catalog.shown(m) for m in catalog.MODELS if not wanted or m["lifecycle"] in wanted]
        self.send_json(call, paging.page(models, query))


def _headers(step: Step) -> dict[str, str]:
    wait = {} if step.retry_after is None else {"retry-after": str(step.retry_after)}
    return {**wait, **step.headers}


def _parsed(raw: bytes):
    try:
        return json.loads(raw)
    except ValueError as error:
        raise Refused(400, f"The request body is not valid JSON: {error}") from error
