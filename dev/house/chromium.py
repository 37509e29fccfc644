"""Chromium for browser tests: the machine's, else Debian's; and a wrapper that keeps it off the network."""
from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from . import apt
from .common import DEV, Failure, inherited, lock, place, run, step

NAMES = ("chromium", "google-chrome", "chromium-browser", "google-chrome-stable")
# Odoo's tests look for this name first.
WRAPPER = "google-chrome"
_FLAGS = ('--host-resolver-rules="MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]"'
          " --disable-component-update --disable-sync --disable-quic --no-pings --disable-domain-reliability"
          " --disable-features=OptimizationHints,MediaRouter,Translate")


def guarded() -> Path:
    """A folder for the front of the PATH, in which Chromium is a wrapper that reaches loopback only."""
    folder = place("bin/chromium")
    wrapper, program = folder / WRAPPER, find()
    text = f'#!/bin/sh\n{_libraries(program)}exec "{program}" {_FLAGS} "$@"\n'
    with lock("chromium"):
        if not wrapper.exists() or wrapper.read_text() != text:
            wrapper.write_text(text)
            wrapper.chmod(0o755)
    return folder


def find() -> Path:
    """Chromium's program, installed when the machine has none. Browser tests never run without: they fail."""
    for name in NAMES:
        if shutil.which(name):
            return Path(shutil.which(name))
    with lock("chromium-install"):
        if os.geteuid() == 0 and shutil.which("apt-get"):
            return _install()
        return _unpack()


def _install() -> Path:
    with step("installing Debian's chromium for the browser tests (apt-get install, as root)"):
        env = inherited(DEBIAN_FRONTEND="noninteractive")
        run(["apt-get", "-q", "update"], env=env, log="chromium")
        run(["apt-get", "-q", "-y", "--no-install-recommends", "install", "chromium"], env=env, log="chromium")
    return Path(shutil.which("chromium"))


def _unpack() -> Path:
    """Chromium and the libraries this machine lacks, from this machine's own suite, into `.dev/chromium`."""
    program = DEV / "chromium/usr/lib/chromium/chromium"
    try:
        apt.unpack("chromium", _missing_packages(), own_suite=True)
        run([program, "--version"], env=inherited(LD_LIBRARY_PATH=_library_path()))
    except (apt.Unavailable, Failure) as why:
        raise Failure(f"Browser tests need Chromium, and it could not be had without root ({why}).\n"
                      "Install it (on Debian, as root: apt install chromium) and run this again.") from why
    return program


def _missing_packages() -> list[str]:
    """Chromium and those of its dependencies that are not installed here."""
    tree = subprocess.run(
        ["apt-cache", "depends", "--recurse", "--no-recommends", "--no-suggests", "--no-conflicts", "--no-breaks",
         "--no-replaces", "--no-enhances", "chromium"], capture_output=True, text=True, env=inherited(LC_ALL="C"))
    wanted = {line for line in tree.stdout.splitlines() if line and line[0] not in " <|"}
    if "chromium" not in wanted:
        raise apt.Unavailable("this machine's apt lists hold no chromium; as root: apt-get update")
    have = subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${Package}\n"],
                          capture_output=True, text=True)
    installed = {line.split()[-1] for line in have.stdout.splitlines() if line.startswith("ii")}
    return sorted(wanted - installed)


def _library_path() -> str:
    root = DEV / "chromium"
    return os.pathsep.join(map(str, [*sorted(root.glob("usr/lib/*-linux-gnu")), root / "usr/lib/chromium"]))


def _libraries(program: Path) -> str:
    """For an unpacked Chromium: where its libraries lie."""
    return f'export LD_LIBRARY_PATH="{_library_path()}"\n' if DEV in program.parents else ""
