"""What every part of the house shares: places, words on the terminal, locks, stamps."""
from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEV = ROOT / ".dev"
ADDON = "l10n_cl_ai"
QUIET = False
"""Set by commands whose output is read by a program."""


class Failure(SystemExit):
    """Something a person has to mend: the message says what and how."""

    def __init__(self, message: str):
        print(f"\n✗ {message}", file=sys.stderr, flush=True)
        super().__init__(1)


def say(message: str):
    """Tell what happens now, on stderr so that a command's own output stays clean."""
    if not QUIET:
        print(f"· {message}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(message: str):
    """Tell what starts, and how long it took."""
    say(f"{message} …")
    start = time.monotonic()
    yield
    say(f"{message}: {time.monotonic() - start:.1f} s")


def run(command, *, log: str | None = None, **options) -> subprocess.CompletedProcess:
    """Run a command; on failure show the end of what it said and stop.

    With `log`, its output goes to `.dev/log/<log>.log`, for what is long and only read when it fails.
    """
    command = [str(part) for part in command]
    options.setdefault("stdin", subprocess.DEVNULL)
    if log is None:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
        said, where = done.stdout, ""
    else:
        path = place("log") / f"{log}.log"
        with path.open("w") as file:
            done = subprocess.run(command, stdout=file, stderr=subprocess.STDOUT, **options)
        said, where = path.read_text(errors="replace"), f"\nAll of it: {path}"
    if done.returncode:
        end = "\n".join(said.splitlines()[-40:])
        raise Failure(f"{' '.join(command)[:300]}\nstopped with code {done.returncode}:\n{end}{where}")
    return done


def place(name: str) -> Path:
    """A folder inside `.dev`, made when missing."""
    path = DEV / name
    try:
        path.mkdir(parents=True, exist_ok=True)
    except PermissionError as why:
        words = f"{path} cannot be made by this user. Was {DEV} made as root? Remove it, or be root again."
        raise Failure(words) from why
    return path


@contextlib.contextmanager
def lock(name: str, *, shared: bool = False, wait: bool = True):
    """Hold the lock of this name, among all processes of this checkout. Yields whether it is held."""
    path = place("locks") / name
    with path.open("a") as file:
        how = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
        except BlockingIOError:
            if not wait:
                yield False
                return
            say(f"waiting for another process of this checkout ({name})")
            fcntl.flock(file, how)
        yield True


def digest(*parts) -> str:
    """A short fingerprint of texts, of files' contents and of other paths' names."""
    made = hashlib.sha256()
    for part in parts:
        made.update(part.read_bytes() if isinstance(part, Path) and part.is_file() else str(part).encode())
        made.update(b"\0")
    return made.hexdigest()[:12]


@contextlib.contextmanager
def once(made: Path, key: str):
    """Make a thing once per key: yields True when it is still to be made, and remembers it when that went well."""
    name = made.name
    stamp = place("stamps") / name
    with lock(name):
        todo = not made.exists() or not stamp.exists() or stamp.read_text() != key
        if todo:
            stamp.unlink(missing_ok=True)
        yield todo
        if todo:
            stamp.write_text(key)


def inherited(**changes) -> dict:
    """The environment for programs we start, without what would slow or mislead them."""
    env = {name: value for name, value in os.environ.items() if name not in _MISLEADING}
    env.update({name: str(value) for name, value in changes.items()})
    return env


_MISLEADING = {
    "PYTHONDONTWRITEBYTECODE",  # would compile all of Odoo anew at every start
    "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "ODOO_RC", "OPENERP_SERVER", "ODOO_HOME",
}
