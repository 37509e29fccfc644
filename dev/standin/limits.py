"""The provider's limits of a minute: what is left of them is told in headers, and enforced if a test asks for it."""
from __future__ import annotations

import datetime
import threading

from .catalog import Usage

_MINUTE = datetime.timedelta(minutes=1)


class Limits:
    """Requests and tokens of the running minute.

    :ivar most: what a minute allows
    :ivar enforced: whether more is refused with 429
    """

    def __init__(self):
        self.most = {"requests": 4000, "input-tokens": 2_000_000, "output-tokens": 400_000, "tokens": 2_400_000}
        self.enforced = False
        self._lock = threading.Lock()
        self._end, self._used = _now(), dict.fromkeys(self.most, 0)

    def request(self) -> float | None:
        """Count a request; the seconds to wait if the minute is used up and limits are enforced, else None."""
        with self._lock:
            self._turn()
            if self.enforced and any(self._used[name] >= most for name, most in self.most.items()):
                return max(1.0, (self._end - _now()).total_seconds())
            self._used["requests"] += 1
        return None

    def spent(self, usage: Usage) -> None:
        """Count tokens. Those read from the cache do not count, as the provider's do not."""
        read = usage.prompt - usage.cache_read
        with self._lock:
            self._turn()
            self._used["input-tokens"] += read
            self._used["output-tokens"] += usage.output
            self._used["tokens"] += read + usage.output

    def headers(self) -> dict[str, str]:
        """``anthropic-ratelimit-*``."""
        with self._lock:
            self._turn()
            reset = self._end.replace(microsecond=0).isoformat().replace("+00:00", "Z")
            told = {}
            for name, most in self.most.items():
                told |= {f"anthropic-ratelimit-{name}-limit": str(most), f"anthropic-ratelimit-{name}-reset": reset,
                         f"anthropic-ratelimit-{name}-remaining": str(max(0, most - self._used[name]))}
        return told

    def _turn(self) -> None:
        """Begin a new minute when the last is over."""
        if _now() >= self._end:
            self._end = _now() + _MINUTE
            self._used = dict.fromkeys(self.most, 0)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc)
