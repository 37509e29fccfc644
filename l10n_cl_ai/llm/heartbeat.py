"""Keeps the claims of this process alive, so that their leases can be short: a claim dies soon after its owner."""

import logging
import threading
from typing import Any
from uuid import UUID

import psycopg2

_logger = logging.getLogger(__name__)

#: Seconds a claim outlives its owner, and between two renewals.
LEASE, BEAT = 12.0, 4.0


class Heartbeat:
    """Renews claims from a thread that lives while there are any.

    :param flights: the store of claims
    :param beat: seconds between two renewals
    """

    def __init__(self, flights: Any, beat: float = BEAT):
        self._flights = flights
        self._beat = beat
        self._held: dict[UUID, bytes] = {}
        self._lock = threading.Lock()
        self._changed = threading.Event()
        self._thread: threading.Thread | None = None

    def hold(self, key: bytes, owner: UUID):
        """Renew this claim from now on."""
        with self._lock:
            self._held[owner] = key
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="l10n_cl_ai_heartbeat", daemon=True)
                self._thread.start()

    def drop(self, owner: UUID):
        """Renew it no more."""
        with self._lock:
            self._held.pop(owner, None)
            if not self._held:
                self._changed.set()

    def _run(self):
        while True:
            self._changed.wait(self._beat)
            with self._lock:
                self._changed.clear()
                held = dict(self._held)
                if not held:
                    self._thread = None
                    return
            for owner, key in held.items():
                self._renew(key, owner)

    def _renew(self, key: bytes, owner: UUID):
        try:
            self._flights.renew(key, owner, LEASE)
        except psycopg2.Error as problem:
            # The next beat tries again; at worst another asks the same question too.
            _logger.warning("a claim could not be renewed: %s", type(problem).__name__)
