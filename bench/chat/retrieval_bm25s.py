"""bm25s with PyStemmer as a peer, in a virtualenv of its own; the title stands twice in what it learns."""

import json
import pathlib
import subprocess
import sys
from collections.abc import Sequence

from ..harness import DEV, say

#: Wheels only, exactly these, nothing resolved.
PINS = ("bm25s==0.3.16", "PyStemmer==3.1.0", "numpy==2.5.5", "scipy==1.18.1")
WORKER = pathlib.Path(__file__).with_name("retrieval_bm25s_worker.py")
TIMEOUT = 300


def answers(rows: Sequence[dict], asked: Sequence[str]) -> tuple[list[list[int]], list[float]] | None:
    """Return (places of rows for each question, ms of each); None, and say so, where it can't be had."""
    python, reason = _peer()
    if not python:
        say(f"  bm25s was not measured: {reason}")
        return None
    order = {"texts": [f"{row['question']} {row['question']} {row['answer']}" for row in rows], "asked": list(asked)}
    done = subprocess.run(
        [python, str(WORKER)], input=json.dumps(order) + "\n", capture_output=True, text=True, check=False,
        timeout=TIMEOUT,
    )  # fmt: skip
    if done.returncode:
        say(f"  bm25s was not measured: {(done.stderr.strip().splitlines() or ['no message'])[-1][:200]}")
        return None
    told = json.loads(done.stdout.splitlines()[-1])
    return told["answers"], told["ms"]


def _peer() -> tuple[str | None, str | None]:
    home = DEV / "bench" / "bm25s"
    python = home / "bin" / "python"
    works = [str(python), "-c", "import bm25s, Stemmer; assert bm25s.__version__ == '0.3.16'"]
    if python.exists() and subprocess.run(works, capture_output=True, check=False).returncode == 0:
        return str(python), None
    say(f"  Installing {PINS[0]} into a virtualenv of its own …")
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
               "--only-binary", ":all:", *PINS]  # fmt: skip
    for command in ([sys.executable, "-m", "venv", "--clear", str(home)], install, works):
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode:
            tail = (done.stderr.strip().splitlines() or ["no message"])[-1]
            return None, f"{PINS[0]} can't be installed: {tail[:200]}"
    return str(python), None
