"""Prometheus's own checker of metrics and rules, from Debian. Those who use it do without where there is none."""
from __future__ import annotations

import subprocess
from pathlib import Path

from . import apt
from .common import Failure


def path() -> Path | None:
    """The program, unpacked on first use; None where this machine has no Debian mirror."""
    try:
        found = apt.unpack("prometheus", ["prometheus/bookworm"]) / "usr/bin/promtool"
        usable = subprocess.run([found, "--version"], capture_output=True).returncode == 0
    except (apt.Unavailable, Failure, OSError):
        return None
    return found if usable else None


def complaints(tool: Path, *arguments, text: str | None = None) -> str:
    """What it has to say against something; "" where there is nothing."""
    done = subprocess.run([tool, *arguments], input=text, capture_output=True, text=True)
    return (done.stdout + done.stderr).strip() or f"exit {done.returncode}" if done.returncode else ""
