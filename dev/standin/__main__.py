"""python dev/standin --port N [--key KEY]: the stand-in as a program, until it is stopped."""
from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import threading
from pathlib import Path

# Started by its folder, a program does not know that it is a package.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from standin import Standin


def main() -> int:
    """Serve until Ctrl-C or SIGTERM. The key may come from the environment (STANDIN_KEY)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="loopback port; 0 takes any free one")
    parser.add_argument("--key", default=os.environ.get("STANDIN_KEY"), help="the key it takes; made up by default")
    parser.add_argument("--until-eof", action="store_true", help="end with stdin: with whoever started it")
    chosen = parser.parse_args()
    standin = Standin(chosen.port, chosen.key)
    print(f"url {standin.url}\nkey {standin.key}", flush=True)

    def stop(*_signal):
        threading.Thread(target=standin.close).start()  # closing waits for serve(), which this thread is in

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    if chosen.until_eof:
        threading.Thread(target=lambda: stop(sys.stdin.read()), daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):
        standin.serve()
    return 0


sys.exit(main())
