"""What bounds the network of one attempt, and what is known of it afterwards."""

import contextlib
import socket
import threading
from collections.abc import Iterator

from .deadline import Deadline, Stop

#: Bytes of one response at most. The longest answer there is comes in a tenth of it.
LARGEST_RESPONSE = 64_000_000
#: Seconds for what had arrived when a call was stopped.
_REST = 0.1

_current = threading.local()


class Lever:
    """Shuts a connection down from another thread.

    It holds a copy of the socket: Python's own is handed over in the middle of the TLS handshake, and shutting an
    ``SSLSocket`` down makes it read on in clear text.
    """

    def __init__(self, sock: socket.socket):
        self._lock = threading.Lock()
        self._socket = sock.dup()

    def pull(self) -> None:
        """Wake whoever reads, writes or connects: for them the connection has ended."""
        with self._lock, contextlib.suppress(OSError):  # closed, or not connected: then nobody waits
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            self._socket.close()


class Guard:
    """What bounds the network of one attempt, in the thread that makes it; and what is known of it afterwards.

    ``sent``: something of the request left; ``status``: of the response, None before there was one.
    """

    def __init__(self, deadline: Deadline, stop: Stop):
        self.deadline = deadline
        self.stop = stop
        self.sent = False
        self.status: int | None = None
        self._received = 0
        self._lock = threading.Lock()
        self._lever: Lever | None = None
        self._rest: Deadline | None = None

    @contextlib.contextmanager
    def active(self) -> Iterator["Guard"]:
        """Guard all network this thread does inside."""
        before = getattr(_current, "guard", None)
        _current.guard = self
        try:
            with self.stop.waking(self._interrupt):
                yield self
        finally:
            _current.guard = before
            with self._lock:
                self._lever = None  # a late stop must not cut the connection's next call

    def _interrupt(self) -> None:
        with self._lock:
            if self._lever:
                self._lever.pull()

    def seconds(self, lever: Lever | None, at_most: float | None = None) -> float:
        """Return how long the next operation may take, and have a stop end it by that lever.

        :raises TimeoutError: not at all: the deadline has passed, or the call was stopped
        """
        with self._lock:
            self._lever = lever
        left = self.deadline.left()
        if not left or self.stop.stopped:
            raise TimeoutError
        return left if at_most is None else min(left, at_most)

    def seconds_to_read(self, lever: Lever) -> float:
        """Return how long the next read may take.

        What had arrived when the call was stopped is still read, for it will be billed; the connection is shut down
        by then, so this takes no time.

        :raises TimeoutError: see :meth:`seconds`
        """
        if not self.stop.stopped:
            with contextlib.suppress(TimeoutError):  # stopped, or out of time, since: the next lines tell which
                return self.seconds(lever)
        self._rest = self._rest or self.deadline.within(_REST)
        if not self.stop.stopped or not self._rest.left():
            raise TimeoutError
        lever.pull()
        return self._rest.left()

    def received(self, size: int) -> None:
        """Count bytes of the response.

        :raises OSError: they are too many
        """
        self._received += size
        if self._received > LARGEST_RESPONSE:
            raise OSError("response too large")


def guard() -> Guard:
    """Return the guard of the attempt this thread makes."""
    return _current.guard
