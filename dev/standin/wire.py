"""Bytes on the connection: whole answers, chunks, and the ways a connection goes wrong."""
from __future__ import annotations

import contextlib
import gzip
import http.server
import json
import select
import socket
import struct
import threading
from collections.abc import Mapping

#: How often a wait looks whether the client is still there (s).
_LOOK = 0.02


class Gone(Exception):
    """The client hung up, or the script hung up on it."""


class Wire(http.server.BaseHTTPRequestHandler):
    """HTTP/1.1 over one connection, kept alive; nothing of the API."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    # One packet for status line, headers and a short body: written at once by flush().
    wbufsize = -1
    server_version = "standin"
    sys_version = ""

    def send_whole(self, status: int, headers: Mapping[str, str], body: bytes, zipped: bool = False) -> None:
        """A complete answer."""
        if zipped:
            headers, body = {**headers, "content-encoding": "gzip"}, gzip.compress(body)
        self.head(status, {**headers, "content-length": str(len(body))})
        self.push(body)

    def head(self, status: int, headers: Mapping[str, str]) -> None:
        """Status line and headers."""
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def start_chunks(self, headers: Mapping[str, str]) -> None:
        """Begin an answer of unknown length."""
        self.head(200, {**headers, "transfer-encoding": "chunked"})
        self.push()

    def chunk(self, data: bytes) -> None:
        """One chunk, sent at once; an empty one ends the answer."""
        self.push(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def push(self, data: bytes = b"") -> None:
        """Write and flush.

        :raises Gone: when the client no longer listens
        """
        try:
            self.wfile.write(data)
            self.wfile.flush()
        except OSError as error:
            raise Gone from error

    def wait(self, event: threading.Event, seconds: float | None = None) -> None:
        """Wait for an event, at most some seconds, and only while the client does.

        :raises Gone: when it hung up meanwhile
        """
        waited = 0.0
        while not event.is_set() and (seconds is None or waited < seconds):
            step = _LOOK if seconds is None else min(_LOOK, seconds - waited)
            event.wait(step)
            waited += step
            if self._client_left():
                raise Gone

    def hang_up(self, reset: bool) -> None:
        """End the connection at once: politely (FIN), or as a crash does (RST).

        :raises Gone: always
        """
        self.close_connection = True
        with contextlib.suppress(OSError):  # it may have hung up first
            self.wfile.flush()
        with contextlib.suppress(OSError):
            if reset:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            else:
                self.connection.shutdown(socket.SHUT_RDWR)
        self.rfile.close()
        self.connection.close()
        raise Gone

    def log_message(self, format: str, *args) -> None:
        """Requests are recorded, not logged."""

    def finish(self) -> None:
        """Close the files, whose other end may be gone."""
        with contextlib.suppress(OSError):
            super().finish()

    def _client_left(self) -> bool:
        """Whether the client closed; it has nothing to say before our answer, so readable means closed."""
        try:
            readable, _, _ = select.select([self.connection], [], [], 0)
            return bool(readable) and not self.connection.recv(1, socket.MSG_PEEK)
        except (OSError, ValueError):
            return True


def as_json(value: object) -> bytes:
    """A value as the API sends it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
