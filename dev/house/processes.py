"""Programs that run in the foreground on our behalf: signals reach them, and their exit code is ours."""
from __future__ import annotations

import contextlib
import signal
import socket
import subprocess


def follow(command, env: dict, **options) -> int:
    """Run a program until it ends. Ctrl-C reaches it by itself; a SIGTERM to us is passed on."""
    child = subprocess.Popen([str(part) for part in command], env=env, **options)
    with _signals(child):
        code = child.wait()
    return code if code >= 0 else 128 - code


@contextlib.contextmanager
def _signals(child):
    def pass_on(number, _frame):
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(number)

    before = {signal.SIGINT: signal.signal(signal.SIGINT, signal.SIG_IGN)}
    for number in (signal.SIGTERM, signal.SIGHUP):
        before[number] = signal.signal(number, pass_on)
    try:
        yield
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
