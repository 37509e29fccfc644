"""The server, and the handle a test holds on it."""
from __future__ import annotations

import contextlib
import http.server
import secrets
import socket
import sys
import threading
from collections.abc import Iterator, Mapping
from decimal import Decimal

from . import batches
from .catalog import Usage
from .handler import Handler
from .script import Step, step
from .state import Call, State

#: What its keys begin with, so that nobody takes them for real ones, nor real ones for its.
KEY = "sk-ant-standin-"


class _Server(http.server.ThreadingHTTPServer):
    """A thread per connection; open connections end with it."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 256

    def __init__(self, address, state: State):
        self.state, self._open = state, set()
        super().__init__(address, Handler)

    def server_bind(self) -> None:
        """Bind without asking the resolver for this host's name, which can take seconds."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address[:2]

    def process_request(self, request, client_address) -> None:
        """Remember the connection, to end it when the server ends."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request) -> None:
        """Forget the connection and close it."""
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request, client_address) -> None:
        """Keep what went wrong in the stand-in itself; a client that hangs up is nothing wrong."""
        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError | TimeoutError):
            self.state.errors.append(error)

    def hang_up(self) -> None:
        """End all open connections."""
        for connection in list(self._open):
            with contextlib.suppress(OSError):  # it may end at this very moment
                connection.shutdown(socket.SHUT_RDWR)


class Standin:
    """A running stand-in.

    :param url: its address, without a path
    :param key: the only key it takes; begins with :data:`KEY`
    """

    def __init__(self, port: int = 0, key: str | None = None):
        self.key = key or KEY + secrets.token_urlsafe(16)
        if not self.key.startswith(KEY):
            raise ValueError(f"keys of the stand-in begin with {KEY}")
        self.state = State(self.key, "")
        self._server = _Server(("127.0.0.1", port), self.state)
        self.port = self._server.server_port
        self.url = self.state.url = f"http://127.0.0.1:{self.port}"

    def script(self, *steps: Step | str | Mapping, **one) -> None:
        """Queue what happens to the next calls: steps, names of modes, mappings; or one step in keywords.

        ``script("overloaded", "fenced")``, ``script(status=429, retry_after=2)``, ``script("reset", times=3)``.
        """
        self.state.script.add([step(wanted, **one) for wanted in steps or (None,)])

    @property
    def calls(self) -> list[Call]:
        """Everything received but the admin's requests, in order, refused ones included."""
        return list(self.state.calls)

    @property
    def messages(self) -> list[Call]:
        """The calls that asked for a message."""
        return [call for call in self.calls if call.kind == "messages"]

    @property
    def bill(self) -> Usage:
        """Tokens billed over all calls."""
        return sum((call.billed for call in self.calls), Usage())

    @property
    def cost(self) -> Decimal:
        """USD billed over all calls."""
        return sum((call.cost for call in self.calls), Decimal(0))

    def gate(self, name: str) -> threading.Event:
        """The gate that a step's ``gate=name`` waits for; ``.set()`` opens it."""
        return self.state.gate(name)

    def settled(self, seconds: float = 5) -> bool:
        """Wait until no call is in progress, so that every bill is final; False if that takes longer."""
        return all(call.done.wait(seconds) for call in self.calls)

    def end_batches(self) -> None:
        """End every batch now."""
        with self.state.lock:
            for batch in self.state.batches.values():
                batches.end(self.state, batch)

    def reset(self) -> None:
        """Forget calls, script, prompt cache and batches."""
        self.state.reset()

    def serve(self) -> None:
        """Serve until :meth:`close`."""
        self._server.serve_forever(poll_interval=0.05)

    def close(self) -> None:
        """Stop serving; whoever still waits for an answer is hung up on."""
        self.state.stopping.set()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()


@contextlib.contextmanager
def running(port: int = 0, key: str | None = None) -> Iterator[Standin]:
    """A stand-in in a thread of this process, on a loopback port of its own.

    :raises ExceptionGroup: at the end, if the stand-in itself failed: a test must not pass on a broken one
    """
    standin = Standin(port, key)
    thread = threading.Thread(target=standin.serve, name="standin", daemon=True)
    thread.start()
    try:
        yield standin
    finally:
        standin.close()
        thread.join(5)
    if standin.state.errors:
        raise ExceptionGroup("the stand-in failed", standin.state.errors)
