"""Beside all answers that a process writes: shows that they are alive, keeps what there is of them, and hears what
others want of them. One thread for each database, as long as there are any."""

import contextlib
import logging
import threading

from .chat_live import Live, all_running
from .chat_transaction import as_root

_logger = logging.getLogger(__name__)

#: Seconds between two looks; for which an answer goes on that nobody reads: a page that is loaded anew finds it.
BEAT, GRACE = 1.0, 10.0

_lock = threading.Lock()
_at_work: set[str] = set()
_pause = threading.Event()
#: Held while rows of answers are written: the keeper and an answer that ends would else meet in the same row.
_writing = threading.Lock()
#: Seconds one waits for that, and then goes on: a conflict is mended, a stalled keeper is not.
_PATIENCE = 5.0


@contextlib.contextmanager
def alone():
    """Write what came of an answer while the keeper does not."""
    held = _writing.acquire(timeout=_PATIENCE)
    try:
        yield
    finally:
        if held:
            _writing.release()


def keep(live: Live) -> None:
    """Look after an answer from now on."""
    with _lock:
        if live.dbname not in _at_work:
            _at_work.add(live.dbname)
            name = f"l10n_cl_ai.chat.keeper.{live.dbname}"
            try:
                threading.Thread(target=_work, args=(live.dbname,), name=name, daemon=True).start()
            except BaseException:
                _at_work.discard(live.dbname)
                raise


def _work(dbname: str) -> None:
    while True:
        _pause.wait(BEAT)  # nobody sets it: a pause that is a greenlet's turn as well as a thread's
        with _lock:
            lives = all_running(dbname)
            if not lives:
                _at_work.discard(dbname)
                return
        try:
            look(dbname, lives)
        except Exception:  # whatever it was, the next look must come: living answers would count as dead
            _logger.warning("the keeper of %s answers could not look", len(lives), exc_info=True)
            for live in lives:
                live.not_kept()


def look(dbname: str, lives: list[Live]) -> None:
    """Look after these answers once."""
    states = {live.message_id: live.news() for live in lives}
    signals = as_root(dbname, lambda env: env["l10n_cl_ai.message"]._beat(states, BEAT), within=alone)
    for live in lives:
        kinds = signals.get(live.message_id, ())
        if "read" in kinds:
            live.seen()
        if "stop" in kinds or live.unread_for() > GRACE:
            live.stop.stop()
