"""Hostile input: whatever comes, an answer in bounded time and memory, always with a message.

A child process with limits on memory and CPU judges everything; the parent only believes what comes
back. A child that dies, hangs or is stopped by a limit is a crash.
"""

import json
import pathlib
import subprocess
import sys

from ..harness import ROOT, Metric, Options, table

MUTATIONS = 10_000
#: Bounds of one input (CPU seconds; the longest is a set of 2,000 documents) and of the process.
SECONDS, MEMORY, TIMEOUT = 5.0, 1024**3, 240
#: What the whole run may have resident at most; the largest input alone takes 100 MB.
RSS_MB = 600
_WORKER = pathlib.Path(__file__).with_name("hostile_worker.py")


def run(options: Options) -> dict[str, Metric]:
    """Judge named attacks and seeded mutations; return crashes, slowest time, peak memory."""
    command = [sys.executable, str(_WORKER), str(ROOT), str(options.seed), str(MUTATIONS), str(MEMORY)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIMEOUT)
        lines, code = done.stdout.splitlines(), done.returncode
        trouble = done.stderr.strip().splitlines()[-1:] if code else []
    except subprocess.TimeoutExpired as late:
        lines, code, trouble = (late.stdout or b"").decode().splitlines(), -1, [f"not done after {TIMEOUT} s"]
    answers = [json.loads(line) for line in lines]
    attacks = [a for a in answers if a["kind"] == "attack"]
    mutations = next((a for a in answers if a["kind"] == "mutations"), None)
    table(
        "Hostile input",
        ("attack", "answer", "seconds", "message"),
        ((a["name"], a["outcome"], f"{a['seconds']:.3f}", a["message"][:90]) for a in attacks),
    )
    if mutations:
        table(
            f"{mutations['n']:,} seeded mutations of corpus and genuine files",
            ("outcome", "files"), sorted(mutations["outcomes"].items()),
        )
    return _metrics(attacks, mutations, code, trouble)


def _metrics(attacks: list[dict], mutations: dict | None, code: int, trouble: list[str]) -> dict[str, Metric]:
    done = attacks + ([mutations] if mutations else [])
    crashes = [a["name"] for a in attacks if a["outcome"] == "crash"] + (mutations or {}).get("crashes", [])
    if code:
        crashes.append(f"the process ended with {code}: {' '.join(trouble)[:200]}")
    silent = sum(not a["message"] for a in attacks) + (mutations or {}).get("silent", 0)
    n = len(attacks) + (mutations["n"] if mutations else 0)
    return {
        "hostile_crashes": Metric(len(crashes), 0, n, most=True, more={"what": crashes[:10]} if crashes else {}),
        "hostile_silent": Metric(silent, 0, n, most=True),
        "hostile_inputs": Metric(n, MUTATIONS + len(attacks), n),
        "hostile_slowest_s": Metric(round(max((a["seconds"] for a in done), default=0.0), 3), SECONDS, n, most=True),
        "hostile_peak_rss_mb": Metric(max((a["rss_mb"] for a in done), default=0), RSS_MB, n, most=True),
    }
