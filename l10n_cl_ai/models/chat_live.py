"""An answer while it is written: shared by the turn that writes it, its keeper, and who reads along."""

import threading
import time
from typing import Any

from ..llm.transport import Stop

#: {(database, id of the message): Live} of the answers this process is writing.
_running: dict[tuple[str, int], "Live"] = {}
_lock = threading.Lock()


class Live:
    """What is known of an answer that is being written. Any thread may look and change."""

    def __init__(self, dbname: str, message_id: int):
        self.stop = Stop()
        self.dbname, self.message_id = dbname, message_id
        self.text = ""
        self.steps: list[dict[str, str]] = []
        self.keys: frozenset[str] = frozenset()
        self.final: dict[str, Any] | None = None
        self.first_piece_at: float | None = None
        self._changed = threading.Condition()
        self._version = 0
        self._readers = 0
        self.last_read = time.monotonic()
        self._kept = 0
        with _lock:
            _running[dbname, message_id] = self

    # -- the turn writes -------------------------------------------------------------------------------

    def piece(self, text: str) -> None:
        """Take a piece of the answer as it comes."""
        self.first_piece_at = self.first_piece_at or time.monotonic()
        with self._changed:
            self.text += text
            self._touch()

    def step(self, position: int, step: dict[str, str], keys: frozenset[str]) -> None:
        """Take a step, and the keys of what was looked up by then. What was written before a look is no answer."""
        with self._changed:
            self.steps[position:] = [step]
            self.keys = keys
            self.text = ""
            self._touch()

    def end(self, final: dict[str, Any]) -> None:
        """Say that it is complete, or will never be. :param final: the message as the panel shows it"""
        with _lock:
            _running.pop((self.dbname, self.message_id), None)
        with self._changed:
            self.final = final
            self._touch()

    def _touch(self):
        self._version += 1
        self._changed.notify_all()

    # -- others read -----------------------------------------------------------------------------------

    def wait(self, seen: int, seconds: float) -> int:
        """Wait until there is something newer than what was seen, at most so long. Return what is there now."""
        with self._changed:
            self._changed.wait_for(lambda: self._version != seen, seconds)
            return self._version

    def state(self) -> dict[str, Any]:
        """Return what there is to show, and to find again from another process."""
        with self._changed:
            return {"text": self.text, "steps": [dict(step) for step in self.steps], "keys": sorted(self.keys)}

    def news(self) -> dict[str, Any] | None:
        """Return what there is to find again, if it is another than when this was last asked."""
        with self._changed:
            if self._version == self._kept:
                return None
            self._kept = self._version
        return self.state()

    def not_kept(self) -> None:
        """What was last told as news could not be kept: it is news again."""
        with self._changed:
            self._kept = -1

    def seen(self) -> None:
        """Say that somebody reads along."""
        self.last_read = time.monotonic()

    def enter(self) -> None:
        """Begin to read along."""
        with self._changed:
            self._readers += 1

    def leave(self) -> None:
        """Stop reading along: the browser has gone, or was sent all there is."""
        with self._changed:
            self._readers -= 1
        self.seen()

    def unread_for(self) -> float:
        """Return the seconds for which nobody has read along."""
        return 0.0 if self._readers else time.monotonic() - self.last_read


def running(dbname: str, message_id: int) -> Live | None:
    """Return the answer, if this very process is writing it."""
    with _lock:
        return _running.get((dbname, message_id))


def all_running(dbname: str) -> list[Live]:
    """Return all answers this process is writing for a database."""
    with _lock:
        return [live for (where, _message), live in _running.items() if where == dbname]
