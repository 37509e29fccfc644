"""When a call must be over, and how another thread ends it sooner."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator


class Deadline:
    """A moment by which everything must be done.

    :param seconds: from now
    :param clock: monotonic seconds. Bound as a default argument on purpose: a test that freezes time replaces the
        names of modules, and a deadline on a frozen clock would never pass.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._end = clock() + max(0.0, seconds)

    def left(self) -> float:
        """Return the seconds left, never less than 0."""
        return max(0.0, self._end - self._clock())

    @property
    def passed(self) -> bool:
        """Whether the moment has come."""
        return self._clock() >= self._end

    def within(self, seconds: float) -> "Deadline":
        """Return a deadline that comes after so many seconds, and not after this one."""
        return Deadline(min(seconds, self.left()), self._clock)


class Stop:
    """By which another thread ends a call. One stop may serve several calls in turn; it cannot be taken back."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._wakers: list[Callable[[], None]] = []

    def stop(self) -> None:
        """End whatever call this was given to, and wake it where it waits. From any thread, any number of times."""
        with self._lock:
            self._event.set()
            wakers = list(self._wakers)
        for wake in wakers:
            wake()

    @property
    def stopped(self) -> bool:
        """Whether :meth:`stop` was called."""
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until stopped; return whether stopped."""
        return self._event.wait(seconds)

    @contextlib.contextmanager
    def waking(self, wake: Callable[[], None]) -> Iterator[None]:
        """Call ``wake`` when stopped while inside, at once if stopped before. It may come a moment late."""
        with self._lock:
            self._wakers.append(wake)
        try:
            if self.stopped:
                wake()
            yield
        finally:
            with self._lock:
                self._wakers.remove(wake)
