"""Somebody who talks with the assistant over real HTTP, as the panel does: server-sent events as they come."""

import contextlib
import http.client
import json
import re
import time
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..gateway.workers_odoo import Odoo, Session

_TOKEN = re.compile(r'csrf_token:\s*"([^"]+)"')
#: Seconds for which a stream may say nothing.
_SILENCE = 60


class Person(Session):
    """Somebody who logged in and has the web client open."""

    def __init__(self, odoo: Odoo, login: str, password: str, company: int = 0):
        super().__init__(odoo, login, password)
        self.odoo, self.company = odoo, company
        cookies = next(
            one for one in self._opener.handlers if isinstance(one, urllib.request.HTTPCookieProcessor)
        )
        with self._opener.open(odoo.url + "/odoo", timeout=_SILENCE) as page:
            self.token = _TOKEN.search(page.read().decode())[1]
        self.cookies = "; ".join(f"{one.name}={one.value}" for one in cookies.cookiejar if one.name != "cids")

    def asks(self, text: str, evented: bool = False, **payload) -> "Stream":
        """Begin a question; the answer comes as the stream is read."""
        boundary = uuid.uuid4().hex
        form = {"csrf_token": self.token, "payload": json.dumps({"text": text, **payload})}
        body = (
            "".join(
                f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
                for name, value in form.items()
            )
            + f"--{boundary}--\r\n"
        )
        kind = f"multipart/form-data; boundary={boundary}"
        return self._stream("POST", "/l10n_cl_ai/chat/stream", evented, body.encode(), kind)

    def follows(self, message: int, evented: bool = False) -> "Stream":
        """Read along an answer that is being written already."""
        return self._stream("GET", f"/l10n_cl_ai/chat/follow?message={message}", evented)

    def stops(self, message: int) -> None:
        """Press *stop*."""
        self._post("/l10n_cl_ai/chat/stop", {"message": message})

    def conversation(self, method: str, *args):
        return self.call("l10n_cl_ai.conversation", method, *args, company=self.company or None)

    def _stream(self, verb, path, evented, body=None, kind=None):
        where = urllib.parse.urlsplit(self.odoo.evented_url if evented else self.odoo.url)
        connection = http.client.HTTPConnection(where.hostname, where.port, timeout=_SILENCE)
        cookies = f"{self.cookies}; cids={self.company}" if self.company else self.cookies
        headers = {"Cookie": cookies, **({"Content-Type": kind} if kind else {})}
        begun = time.monotonic()
        connection.request(verb, path, body, headers)
        return Stream(connection, connection.getresponse(), begun)


@dataclass
class Stream:
    """An answer on its way. :param begun: when it was asked for"""

    connection: http.client.HTTPConnection
    response: http.client.HTTPResponse
    begun: float
    events: list[dict] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def __iter__(self) -> Iterator[dict]:
        for line in self.response:
            if line.startswith(b"data: "):
                self.events.append(json.loads(line[6:]))
                self.times.append(time.monotonic() - self.begun)
                yield self.events[-1]

    def until(self, kind: str) -> dict:
        """Read until an event of this kind, and return it."""
        for event in self:
            if event["type"] == kind:
                return event
        raise AssertionError(f"no {kind} came: {self.events[-2:]}")

    def first(self, kind: str) -> float:
        """Return the seconds until the first event of a kind."""
        return next(at for at, event in zip(self.times, self.events, strict=True) if event["type"] == kind)

    def leave(self) -> None:
        """Close the tab."""
        with contextlib.suppress(OSError):
            self.response.close()
            self.connection.close()
