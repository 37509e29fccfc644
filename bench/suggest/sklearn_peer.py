"""scikit-learn as a peer: words, or words and pairs of them, whichever does better on what is asked about."""

import json
import pathlib
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from ..harness import DEV, say
from .rows import Material, Row, words
from .scoring import Answer, answer_of, top

#: Wheels only, exactly these, nothing resolved.
PINS = (
    "scikit-learn==1.9.1", "numpy==2.5.5", "scipy==1.18.1", "joblib==1.6.0", "threadpoolctl==3.8.0", "narwhals==2.29.0",
    "cloudpickle==3.1.3",
)  # fmt: skip
WORKER = pathlib.Path(__file__).with_name("sklearn_worker.py")
TIMEOUT = 1500


@dataclass(frozen=True)
class Learned:
    """:param words: which words it was given; :param models: which of scikit-learn's it was"""

    words: str
    models: str
    answers: list[Answer]
    fit_s: float


def learned(material: Material, asked: Sequence[Row], both: bool = True) -> Learned | None:
    """Learn the history and answer; None, and say so, where it can't be had.

    :param both: try words and pairs of words, and tell the better by the answers themselves; else words alone
    """
    python, reason = peer()
    if not python:
        say(f"  scikit-learn was not measured: {reason}")
        return None
    made = [_one(python, material, asked, pairs) for pairs in ((False, True) if both else (False,))]
    return max(made, key=lambda one: top(one.answers))


def _one(python: str, material: Material, asked: Sequence[Row], pairs: bool) -> Learned:
    order = {
        "learn": [[row.company, " ".join(words(row)), material.answer(row)] for row in material.known],
        "ask": [[row.company, " ".join(words(row))] for row in asked], "pairs": pairs,
    }  # fmt: skip
    done = subprocess.run(
        [python, str(WORKER)], input=json.dumps(order) + "\n", capture_output=True, text=True, check=True,
        timeout=TIMEOUT,
    )
    told = json.loads(done.stdout)
    answers = [
        answer_of(material.answer(row), labels, probability=probability, ms=ms)
        for row, (labels, probability, ms) in zip(asked, told["answers"], strict=True)
    ]
    return Learned("words and pairs" if pairs else "words", ", ".join(told["models"]), answers, told["fit_s"])


def peer() -> tuple[str | None, str | None]:
    """Return (the peer's Python, None), or (None, why it can't be had). Installs it on first use."""
    home = DEV / "bench" / "suggest"
    python = home / "bin" / "python"
    works = [str(python), "-c", "import sklearn; assert sklearn.__version__ == '1.9.1'"]
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
