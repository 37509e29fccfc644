"""Reading one public page, or sending it a text: within time and size, at the very address that was found public."""

import contextlib
import http.client
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from .address import Place, Unreadable

#: Bytes of a page, as sent and unpacked; seconds for all of it; redirects that are followed.
MOST_BYTES, MOST_SECONDS, MOST_REDIRECTS = 2_000_000, 10.0, 3
CONTENT_TYPES = frozenset({
    "text/html", "application/xhtml+xml", "text/plain", "text/markdown", "application/pdf", "application/xml",
    "text/xml", "application/rss+xml", "application/atom+xml",
})  # fmt: skip
#: Bytes that are sent.
MOST_SENT = 64_000
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 16_384
#: Letters of a header that is kept.
_LONGEST_TOLD = 1000
_AGENT = "l10n_cl_ai (Odoo)"
T = TypeVar("T")


@dataclass(frozen=True)
class Page:
    """What was read.

    :param url: where it was in the end, :param status: 200, or 304 where it is as it was
    :param content_type: without parameters, :param charset: as the server says it; empty where it does not
    :param etag, modified: to ask next time whether it changed
    """

    url: str
    status: int
    body: bytes
    content_type: str = ""
    charset: str = ""
    etag: str = ""
    modified: str = ""


@dataclass(frozen=True)
class Trial:
    """For tests alone: a server on this machine, and by whose certificate it is known."""

    port: int
    context: ssl.SSLContext


@dataclass
class _Clock:
    end: float = field(default_factory=lambda: time.monotonic() + MOST_SECONDS)

    def left(self) -> float:
        """Return the seconds left. :raises Unreadable: there are none"""
        left = self.end - time.monotonic()
        if left <= 0:
            raise Unreadable("time", f"the page was not read within {MOST_SECONDS:g} s")
        return left


def fetch(
    url: str, hosts: Collection[str], etag: str = "", modified: str = "", trial: Trial | None = None,
    seconds: float = MOST_SECONDS, check: Callable[[str], None] | None = None,
) -> Page:  # fmt: skip
    """Read a page.

    :param hosts: names that may be read, and those below them
    :param etag, modified: of the page as it was read before: it is not sent again if it did not change
    :param trial: for tests alone
    :param seconds: for all of it, redirects among them
    :param check: called with each address that a redirect leads to, before it is asked; what it raises is raised
    :raises Unreadable: it may not be read, or could not be
    """
    clock = _Clock(time.monotonic() + seconds)
    place = Place(url, hosts, trial.port if trial else 443)
    known = {"If-None-Match": etag, "If-Modified-Since": modified}
    asked = {name: value for name, value in known.items() if value and value.isascii() and value.isprintable()}
    for _step in range(MOST_REDIRECTS + 1):
        answer = _ask(place, asked, trial, clock)
        if isinstance(answer, Page):
            return answer
        place = place.after(answer, hosts)
        if check:
            check(place.url)
    raise Unreadable("redirects", f"the page leads on more than {MOST_REDIRECTS} times")


def post(
    url: str, hosts: Collection[str], body: bytes, headers: Mapping[str, str], trial: Trial | None = None,
    seconds: float = MOST_SECONDS,
) -> int:  # fmt: skip
    """Send a body once. What is answered is not read, and no redirect is followed.

    :param hosts: names that it may be sent to, and those below them
    :param headers: beside those of the connection
    :param trial: for tests alone
    :param seconds: for all of it
    :return: status of the answer, whatever it is
    :raises Unreadable: it may not be sent there, or could not be
    """
    if len(body) > MOST_SENT:
        raise Unreadable("size", f"more than {MOST_SENT:,} bytes are not sent")
    clock = _Clock(time.monotonic() + seconds)
    place = Place(url, hosts, trial.port if trial else 443)
    return _talk(place, "POST", {"Accept": "*/*", **headers}, body, trial, clock, lambda answer: answer.status)


def _ask(place: Place, asked: Mapping[str, str], trial: Trial | None, clock: _Clock) -> Page | str:
    """Return the page, or the address to which it redirects."""

    def read(answer: http.client.HTTPResponse) -> Page | str:
        if answer.status in _REDIRECTS:
            return answer.headers.get("Location") or ""
        if answer.status == 304 and not asked:
            # As it was of what? Taken for a page, it would be one that never is read.
            raise Unreadable("status", f"{place.host} answered 304 to who has nothing of it", 304)
        return _page(place, answer, clock)

    headers = {"Accept-Encoding": "gzip, deflate", "Accept": "*/*", **asked}
    return _talk(place, "GET", headers, None, trial, clock, read)


def _talk(
    place: Place, method: str, headers: Mapping[str, str], body: bytes | None, trial: Trial | None, clock: _Clock,
    read: Callable[[http.client.HTTPResponse], T],
) -> T:  # fmt: skip
    """Return what ``read`` makes of the answer to one request. :raises Unreadable: there is none"""
    connection = _Pinned(place, trial, clock)
    # A server that sends a letter a second never lets a socket's own time run out.
    watch = threading.Timer(clock.left(), connection.cut)
    watch.daemon = True
    watch.start()
    try:
        own = {"User-Agent": _AGENT, "Connection": "close"}
        connection.request(method, place.target, body=body, headers={**headers, **own})
        return read(connection.getresponse())
    except ssl.SSLError as problem:
        clock.left()
        raise Unreadable("certificate", f"{place.host} did not prove who it is: {problem.reason}") from None
    except TimeoutError:
        raise Unreadable("time", "the page was not read in time") from None
    except (OSError, http.client.HTTPException, ValueError) as problem:
        clock.left()
        raise Unreadable("connection", f"{place.host} could not be read: {type(problem).__name__}") from None
    finally:
        watch.cancel()
        connection.close()


class _Pinned(http.client.HTTPSConnection):
    """Connects to the address that was looked at, not to what the name means a moment later."""

    def __init__(self, place: Place, trial: Trial | None, clock: _Clock):
        self._tls = trial.context if trial else ssl.create_default_context()
        super().__init__(place.host, place.port, context=self._tls)
        self._address = place.resolve(loopback=trial is not None)
        self._clock = clock
        self._plain: socket.socket | None = None

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), timeout=self._clock.left())
        try:
            self._plain = socket.fromfd(plain.fileno(), plain.family, plain.type)
            plain.settimeout(self._clock.left())
            self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise

    def cut(self) -> None:
        """End it, from another thread, whatever it waits for."""
        if self._plain:
            with contextlib.suppress(OSError):
                self._plain.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        if self._plain:
            self._plain.close()
        return super().close()


def _page(place: Place, answer: http.client.HTTPResponse, clock: _Clock) -> Page:
    headers = answer.headers
    known = {"etag": _told(headers.get("ETag")), "modified": _told(headers.get("Last-Modified"))}
    if answer.status == 304:
        return Page(place.url, 304, b"", **known)
    if answer.status != 200:
        raise Unreadable("status", f"{place.host} answered {answer.status}", answer.status)
    kind = headers.get_content_type() if headers.get("Content-Type") else ""
    if kind not in CONTENT_TYPES:
        raise Unreadable("content_type", f"this is {kind or 'of no known type'}, not a text")
    if (announced := headers.get("Content-Length", "")).isdecimal() and int(announced) > MOST_BYTES:
        raise Unreadable("size", f"the page has more than {MOST_BYTES:,} bytes")
    body = _read(answer, _unpacker(headers.get("Content-Encoding", "")), clock)
    return Page(place.url, 200, body, kind, _told(headers.get_content_charset()), **known)


def _told(value: str | None) -> str:
    """Return what a header says, nothing where it holds what no database takes (NUL), or too much to be asked again."""
    value = str(value or "")
    return value if value.isascii() and value.isprintable() and len(value) <= _LONGEST_TOLD else ""


def _unpacker(encoding: str):
    """Return what unpacks a body, None where it is not packed. :raises Unreadable: packed in another way"""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return None
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise Unreadable("encoding", "the page is packed in a way that was not asked for")
    return zlib.decompressobj(zlib.MAX_WBITS | 32)


def _read(answer: http.client.HTTPResponse, unpacker, clock: _Clock) -> bytes:
    """Return a body, never holding more than is allowed."""
    body, sent = bytearray(), 0
    while True:
        chunk = answer.read1(_CHUNK)
        clock.left()
        if not chunk:
            break
        sent += len(chunk)
        try:
            body += unpacker.decompress(chunk, MOST_BYTES + 1 - len(body)) if unpacker else chunk
        except zlib.error:
            raise Unreadable("encoding", "the page can't be unpacked") from None
        if sent > MOST_BYTES or len(body) > MOST_BYTES:
            raise Unreadable("size", f"the page has more than {MOST_BYTES:,} bytes")
    if unpacker and not unpacker.eof:
        raise Unreadable("encoding", "the page ends before its end")
    return bytes(body)
