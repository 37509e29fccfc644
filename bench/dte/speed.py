"""Speed: from XML to findings for 10,000 documents on one core, beside XSD alone and cl-sii's parse.

Each contestant is a process of its own on the same CPU, fed the same bytes in the same order; rounds
go A B C A B C…, so that whatever slows the machine slows them all.
"""

import json
import pathlib
import subprocess
import sys

from ..harness import DEV, ROOT, Metric, Options, say, spread, table
from .material import Schemas, corpus

DOCUMENTS = 10_000
#: Tried with this release; its dependencies can't live beside Odoo's.
PEER = "cl-sii==0.79.*"
#: Types that the peer reads and that a schema for lone documents knows.
COMMON = ("33", "34", "46", "52", "56", "61")
ALL_TYPES = "ours, all 12 types"
_WORKER = pathlib.Path(__file__).with_name("speed_worker.py")


class Contestant:
    """A process that judges the documents once for every line it is sent, and says how long it took."""

    def __init__(self, kind: str, python: str, names: list[str], *more: str):
        self.kind = kind
        command = [python, str(_WORKER), kind, str(ROOT), str(DOCUMENTS), *more]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process.stdin.write(json.dumps(names) + "\n")
        self.process.stdin.flush()
        self.ready = json.loads(self.process.stdout.readline() or "{}")

    def round(self) -> float:
        """Return CPU seconds of one pass over all documents."""
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())["seconds"]

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def run(options: Options) -> dict[str, Metric]:
    """Time all contestants and return ratios."""
    lone = [name for name in corpus() if not name.startswith("set_")]
    common = [name for name in lone if name.split("_")[0] in COMMON]
    contestants = {"ours": Contestant("ours", sys.executable, common), ALL_TYPES: Contestant(
        "ours", sys.executable, lone)}
    contestants["ours, no signatures"] = Contestant("unsigned", sys.executable, common)
    schemas = Schemas()
    if schemas.present:
        contestants["xsd alone"] = Contestant("xsd", sys.executable, common, str(schemas.folder))
    python, reason = _peer()
    if python:
        contestants["cl-sii parse"] = Contestant("cl_sii", python, common)
    rounds: dict[str, list[float]] = {name: [] for name in contestants}
    for turn in range(options.rounds):
        for name, contestant in contestants.items():
            if turn and name == ALL_TYPES:
                continue  # told once, compared with nothing
            rounds[name].append(contestant.round() / DOCUMENTS * 1e6)
    for contestant in contestants.values():
        contestant.close()
    _print(rounds, contestants)
    if options.profile:
        _profile(lone)
    return _metrics(rounds, reason, schemas.present)


def _print(rounds: dict[str, list[float]], contestants: dict[str, Contestant]) -> None:
    table(
        f"Microseconds of CPU a document, {DOCUMENTS:,} documents a round, one core",
        ("contestant", "median", "min", "max", "documents per second", "with"),
        (
            (
                name, *spread(values).values(), f"{1e6 / spread(values)['median']:,.0f}",
                contestants[name].ready.get("with"),
            )
            for name, values in rounds.items()
        ),
    )


def _ratio(rounds: dict, name: str) -> tuple[float, dict]:
    """Return the median of the rounds' ratios ours/other, and more: pairs of a round share their minute."""
    ratios, unsigned = (
        [mine / theirs for mine, theirs in zip(rounds[ours], rounds[name], strict=True)]
        for ours in ("ours", "ours, no signatures")
    )
    return spread(ratios)["median"], {"spread": spread(ratios), "without_signatures": spread(unsigned)["median"]}


def _metrics(rounds: dict, reason: str | None, schemas: bool) -> dict[str, Metric]:
    metrics = {
        "us_per_document": Metric(
            spread(rounds["ours"])["median"], n=DOCUMENTS, more={"spread": spread(rounds["ours"])}
        ),
        "us_per_document_all_types": Metric(spread(rounds[ALL_TYPES])["median"], n=DOCUMENTS),
    }
    skipped = {
        "ratio_to_cl_sii": ("cl-sii parse", 1.0, reason),
        "ratio_to_xsd": ("xsd alone", 1.5, None if schemas else "no schemas beside this checkout"),
    }
    for metric, (name, goal, why) in skipped.items():
        if name in rounds:
            value, more = _ratio(rounds, name)
            metrics[metric] = Metric(value, goal, DOCUMENTS, most=True, more=more)
        else:
            say(f"  {metric} was not measured: {why}")
            metrics[metric] = Metric(None, goal, most=True, more={"skipped": why})
    return metrics


def _peer() -> tuple[str | None, str | None]:
    """Return (the peer's Python, None), or (None, why it can't be had). Installs it on first use."""
    home = DEV / "bench-cl-sii"
    python = home / "bin" / "python"
    works = [str(python), "-c", "import cl_sii.dte.parse"]
    if python.exists() and subprocess.run(works, capture_output=True, check=False).returncode == 0:
        return str(python), None
    say(f"  Installing {PEER} into a virtualenv of its own …")
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(home)],
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PEER],
        works,
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode:
            tail = (done.stderr.strip().splitlines() or ["no message"])[-1]
            return None, f"{PEER} can't be installed: {tail[:200]}"
    return str(python), None


def _profile(names: list[str]) -> None:
    command = [sys.executable, str(_WORKER), "profile", str(ROOT), str(DOCUMENTS // 5)]
    subprocess.run(command, input=json.dumps(names) + "\n", text=True, check=True)
