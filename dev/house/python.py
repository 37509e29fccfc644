"""Which Python runs Odoo, and the virtual environments made from it."""
from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from . import apt
from .common import DEV, ROOT, Failure, digest, inherited, once, run, say, step

WANTED = ((3, 12), (3, 11))
"""Best first: the versions for which Odoo 19's pinned requirements have binary wheels."""


def _candidates():
    if os.environ.get("PYTHON"):
        yield os.environ["PYTHON"]
        return
    for version in WANTED:
        name = "python%d.%d" % version
        yield shutil.which(name)
        # pyenv keeps interpreters that its PATH entry refuses to run.
        yield from sorted(Path.home().glob(f".pyenv/versions/{version[0]}.{version[1]}.*/bin/{name}"))
    yield sys.executable
    yield shutil.which("python3")


def _version(interpreter) -> tuple | None:
    ask = "import sys, venv; print(*sys.version_info[:3])"
    try:
        done = subprocess.run([str(interpreter), "-c", ask], capture_output=True, text=True, timeout=60)
    except OSError:
        return None
    return tuple(map(int, done.stdout.split())) if done.returncode == 0 else None


def _original(candidate) -> Path:
    """What an environment of ours was made from: tests put ours first on the PATH."""
    path = Path(candidate)
    return path.resolve() if DEV in path.parents else path


def interpreter() -> tuple[str, tuple]:
    """The best Python of this machine and its version."""
    seen = {}
    for candidate in map(_original, filter(None, _candidates())):
        version = _version(candidate)
        if version and version[:2] in WANTED:
            return str(candidate), version
        seen[str(candidate)] = version
    found = ", ".join(f"{path} ({'.'.join(map(str, v)) if v else 'does not run'})" for path, v in seen.items())
    raise Failure(
        "Odoo 19's pinned requirements have binary wheels for Python 3.12 and 3.11 only, and none was found"
        f" (found: {found}).\nInstall one (on Debian 12: apt install python3),"
        " or name it: make … PYTHON=/path/to/python3.12"
    )


def _make(target: Path, python: str):
    """A virtual environment with pip, also where Debian split pip and ensurepip off Python.

    One of this Python is kept, for others may be running in it.
    """
    if _version(target / "bin/python") == _version(python) and (target / "bin/pip").exists():
        return
    shutil.rmtree(target, ignore_errors=True)
    has_pip = subprocess.run([python, "-c", "import ensurepip"], capture_output=True).returncode == 0
    run([python, "-m", "venv", *([] if has_pip else ["--without-pip"]), target], env=inherited())
    if not has_pip:
        say("this Python has no ensurepip: taking pip from Debian's python3-pip-whl")
        root = apt.unpack("pip", ["python3-pip-whl"])
        wheel = next(root.glob("usr/share/python-wheels/pip-*.whl"))
        run([target / "bin/python", f"{wheel}/pip", "install", "--no-index", wheel], env=inherited())


def folder(name: str) -> Path:
    """The folder `.dev/<name>` into which exactly `dev/requirements/<name>.txt` is installed, apart from all else."""
    target, pins = DEV / name, ROOT / f"dev/requirements/{name}.txt"
    python, version = interpreter()
    with once(target, digest(pins, python, version, target)) as todo:
        if todo:
            with step(f"installing {pins.relative_to(ROOT)} into .dev/{name}"):
                shutil.rmtree(target, ignore_errors=True)
                pip = environment("venv", "odoo") / "bin/python"
                run([pip, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile",
                     "--only-binary", ":all:", "--target", target, "-r", pins], log=f"pip-{name}", env=inherited())
    return target


def environment(name: str, requirements: str) -> Path:
    """The virtual environment `.dev/<name>` holding exactly `dev/requirements/<requirements>.txt`."""
    target, pins = DEV / name, ROOT / "dev/requirements" / f"{requirements}.txt"
    python, version = interpreter()
    with once(target, digest(pins, python, version, target)) as todo:
        if todo:
            with step(f"making .dev/{name} with Python {'.'.join(map(str, version))} and {pins.relative_to(ROOT)}"):
                _make(target, python)
                run([target / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                     "--no-deps", "--no-compile", "--only-binary", ":all:", "-r", pins],
                    log=f"pip-{name}", env=inherited())
    return target
