"""How one waits for an equal question that somebody else is asking: in few places, woken, and looking again anyway."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

#: Seconds between looks when nothing wakes us: from the first to the longest.
FIRST_LOOK, LAST_LOOK, GROWTH = 0.1, 1.0, 1.5
#: A look this much after the end of a lease finds it ended.
_AFTER_LEASE = 0.005


class Crowded(Exception):
    """Too many of this process already wait: who waits takes a thread (and a connection) from everybody else."""


class Room:
    """The places in which a process's threads may wait.

    :param places: how many may wait at once
    """

    def __init__(self, places: int):
        self.places = places
        self._lock = threading.Lock()
        self._taken = 0

    @contextlib.contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place.

        :raises Crowded: at once, when there is none
        """
        with self._lock:
            if self._taken >= self.places:
                raise Crowded(f"{self._taken} are waiting already")
            self._taken += 1
        try:
            yield
        finally:
            with self._lock:
                self._taken -= 1


def wait_until_free(seconds: float, lease_left: Callable[[], float | None], hear: Callable[[float], None]) -> bool:
    """Wait until nobody holds the flight; return whether that came to be in time.

    :param lease_left: tells the seconds left of the holder's lease, None when nobody holds it
    :param hear: returns when something may have changed, at the latest after so many seconds
    """
    deadline = time.monotonic() + seconds
    pause = FIRST_LOOK
    while True:
        lease = lease_left()
        if lease is None:
            return True
        left = deadline - time.monotonic()
        if left <= 0:
            return False
        hear(min(pause, left, lease + _AFTER_LEASE))
        pause = min(pause * GROWTH, LAST_LOOK)
