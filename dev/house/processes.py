"""Programs that run in the foreground on our behalf: signals reach them, and their exit code is ours."""
from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import threading
import urllib.request


class Stopped(SystemExit):
    """A person or a supervisor asked us to stop, and what we ran has."""


def follow(command, env: dict, **options) -> int:
    """Run a program until it ends and return its exit code.

    Ctrl-C reaches it by itself, a SIGTERM to us is passed on; either then ends us too, once the program has ended.
    """
    child = subprocess.Popen([str(part) for part in command], env=env, **options)
    with _signals(child) as received:
        code = child.wait()
    if received:
        raise Stopped(128 + received[0])
    return code if code >= 0 else 128 - code


@contextlib.contextmanager
def _signals(child):
    """Note the signals we get, and pass on those that a terminal does not send to the whole group."""
    received = []

    def note(number, _frame):
        received.append(number)
        if number != signal.SIGINT:
            with contextlib.suppress(ProcessLookupError):
                child.send_signal(signal.SIGTERM)

    if threading.current_thread() is not threading.main_thread():
        yield received  # only the main thread may set handlers, and it has
        return
    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def free_port(wanted: int = 0) -> int:
    """The first free loopback port from `wanted` on; any when it is 0."""
    for port in range(wanted, wanted + 200) if wanted else (0,):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("", port))
                return probe.getsockname()[1]
    raise OSError(f"no free port from {wanted} on")


def listening(port: int) -> bool:
    """Whether somebody on this machine takes connections there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def when_answering(port: int, path: str, tell):
    """While the block runs, call `tell` once as soon as http://localhost:port/path answers."""
    stopped = threading.Event()

    def watch():
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        while not stopped.wait(0.3):
            with contextlib.suppress(OSError):
                opener.open(f"http://127.0.0.1:{port}{path}", timeout=60).close()
                tell()
                return

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        stopped.set()
