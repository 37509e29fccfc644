"""Time by the clock, and of the CPU: other work on the machine slows the one and hardly the other."""

import pathlib
import time


class Stopwatch:
    """Counts ms by the clock, and of the CPU of this thread and of its database session where that can be seen.

    :param cr: a cursor; its session's process is watched when the server is on this machine
    """

    def __init__(self, cr):
        cr.execute("SELECT pg_backend_pid(), inet_server_addr() IS NULL")
        pid, local = cr.fetchone()
        self.session = pathlib.Path(f"/proc/{pid}/schedstat") if local else None

    def _session_ms(self) -> float:
        try:
            return int(self.session.read_text().split()[0]) / 1e6 if self.session else 0.0
        except OSError:
            return 0.0

    def __call__(self, act, *arguments) -> tuple[float, float]:
        """Do it; return (ms by the clock, ms of CPU)."""
        session, thread, start = self._session_ms(), time.thread_time(), time.perf_counter()
        act(*arguments)
        clock = time.perf_counter() - start
        return round(1000 * clock, 4), round(1000 * (time.thread_time() - thread) + self._session_ms() - session, 4)
