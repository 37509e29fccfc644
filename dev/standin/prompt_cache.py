"""The prompt cache of the provider: a prefix marked with `cache_control` is written once, then read cheaply."""
from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterator, Mapping

from . import tokens
from .catalog import Usage

_SECONDS = {"5m": 300, "1h": 3600}
#: How many blocks before a mark are looked at for an entry.
_LOOKBACK = 20


class PromptCache:
    """What prefixes were seen, and until when they are kept."""

    def __init__(self, clock=time.monotonic):
        self._clock = clock
        self._until: dict[bytes, float] = {}
        self._lock = threading.Lock()

    def usage(self, model: Mapping, body: Mapping) -> Usage:
        """Input usage of a request, which from now on is in the cache as far as it asked for it."""
        prefixes = _prefixes(model["id"], body)
        marks = [(place, ttl) for place, (_, _, ttl, _) in enumerate(prefixes) if ttl]
        total = prefixes[-1][1] if prefixes else 0
        marks = [(place, ttl) for place, ttl in marks if prefixes[place][1] >= model["cache_minimum"]]
        if not marks:
            return Usage(input=total)
        with self._lock:
            read = self._read(prefixes, [place for place, _ in marks])
            writes = self._write(prefixes, marks, read)
        last = max(prefixes[marks[-1][0]][1], read)
        return Usage(input=total - last, cache_read=read, cache_write_5m=writes["5m"], cache_write_1h=writes["1h"])

    def forget(self) -> None:
        """Empty the cache."""
        with self._lock:
            self._until.clear()

    def _read(self, prefixes, places) -> int:
        """Tokens of the longest kept prefix that ends at a mark or a few blocks before one."""
        now = self._clock()
        for place in sorted({p for mark in places for p in _near(prefixes, mark)}, reverse=True):
            key, size, _ttl, _role = prefixes[place]
            if self._until.get(key, 0) > now:
                return size
        return 0

    def _write(self, prefixes, marks, read) -> dict[str, int]:
        """Keep every marked prefix; tokens beyond what was read are written at the mark's own rate."""
        writes, done = {"5m": 0, "1h": 0}, read
        for place, ttl in marks:
            key, size, _ttl, _role = prefixes[place]
            self._until[key] = self._clock() + _SECONDS[ttl]
            writes[ttl] += max(0, size - done)
            done = max(done, size)
        return writes


def _near(prefixes, mark: int) -> Iterator[int]:
    """The places that are looked at for a mark; a turn's role is no block of its own."""
    blocks = 0
    for place in range(mark, -1, -1):
        yield place
        blocks += not prefixes[place][3]
        if blocks > _LOOKBACK:
            return


def _prefixes(model: str, body: Mapping) -> list[tuple[bytes, int, str, bool]]:
    """Of every block: a hash and the tokens of all up to it, the life its mark asks for, whether it is a role."""
    digest, size, found = hashlib.sha256(model.encode()), 0, []
    for number, block in tokens.parts(body):
        size += number
        plain = {key: value for key, value in block.items() if key != "cache_control"}
        digest.update(json.dumps(plain, sort_keys=True).encode() + b"\0")
        found.append((digest.digest(), size, _ttl(block.get("cache_control")), block.keys() == {"role"}))
    if found and body.get("cache_control"):
        found[-1] = (*found[-1][:2], _ttl(body["cache_control"]), False)
    return found


def _ttl(mark) -> str:
    return mark.get("ttl", "5m") if isinstance(mark, Mapping) else ""
