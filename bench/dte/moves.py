"""Moves: 10,000 invoices of Odoo checked as one batch, in a throw-away clone of the template database."""

import json
import pathlib
import subprocess
import sys

from ..harness import DEV, ROOT, Metric, Options, say, table

SMALL, LARGE, ROUNDS = 100, 10_000, 3
TIMEOUT = 420
_SHELL = pathlib.Path(__file__).with_name("moves_shell.py")
#: Figures of each step of the shell's answer, and what they are to people.
STEPS = {
    "documents": "moves → documents", "judged": "moves → findings", "check": "the same, findings kept in the database",
}


def run(options: Options) -> dict[str, Metric]:
    """Time and count queries of each step at 100 and at 10,000 invoices; needs the house in dev/.

    Time is CPU of Odoo and of its database session, so that other work on the machine does not count.
    """
    if not (ROOT / "dev" / "house").is_dir() or not (DEV / "postgres").is_dir():
        return _skipped("Odoo was never set up here: run `make test` or `make demo` once")
    sys.path.insert(0, str(ROOT / "dev"))
    from house import common, database, odoo, postgres  # noqa: PLC0415 - only where the house stands

    try:
        with postgres.running() as server, database.scratch(server, odoo.addon_template(server)) as name:
            command = odoo.command("shell", "-d", name, "--no-http", "--max-cron-threads=0", "--log-level=error")
            return _read(subprocess.run(
                command, input=f"SETTINGS = {SMALL}, {LARGE}, {ROUNDS}, {options.seed}\n{_source()}",
                capture_output=True, text=True, check=False, timeout=TIMEOUT, cwd=ROOT, env=odoo.environment(server),
            ))
    except subprocess.TimeoutExpired:
        return _skipped(f"not done after {TIMEOUT} s", failed=True)
    except common.Failure as failure:
        return _skipped(f"Odoo could not be set up (exit {failure}); its message stands above", failed=True)


def _source() -> str:
    """Return the shell's program as one statement, as Odoo's shell runs its input line by line."""
    return f"exec(compile({_SHELL.read_text()!r}, {_SHELL.name!r}, 'exec'))\n"


def _read(done: subprocess.CompletedProcess) -> dict[str, Metric]:
    answers = [line.partition("BENCH ")[2] for line in done.stdout.splitlines() if "BENCH {" in line]
    if not answers:
        tail = (done.stderr.strip().splitlines() or ["no message"])[-1]
        return _skipped(f"the shell gave no answer: {tail[:200]}", failed=True)
    return _metrics(json.loads(answers[-1]))


def _metrics(found: dict) -> dict[str, Metric]:
    table(
        f"Invoices in Odoo, as one batch (made in {found['made_in_s']:.0f} s; verdicts {found['verdicts']})",
        ("step", f"queries, {SMALL}", f"queries, {LARGE:,}", "ms of CPU each", "min", "max", "by the clock"),
        (
            (label, found[step]["queries_small"], found[step]["queries_large"], *(
                f"{found[step]['ms'][key]:.2f}" for key in ("median", "min", "max")
            ), f"{found[step]['clock']['median']:.2f}")
            for step, label in STEPS.items()
        ),
    )
    metrics = {}
    for step in STEPS:
        each = found[step]
        grown = each["queries_large"] - each["queries_small"]
        counted = {"queries_100": each["queries_small"], "queries_10000": each["queries_large"]}
        # Odoo writes new rows a hundred at a time: what is kept takes queries, what is read does not.
        goal = None if step == "check" else 0
        metrics[f"moves_{step}_queries_grown"] = Metric(grown, goal, LARGE, most=True, more=counted)
        more = {"spread": each["ms"], "clock": each["clock"]}
        metrics[f"moves_{step}_ms"] = Metric(each["ms"]["median"], 2.0, LARGE, most=True, more=more)
    metrics["moves_failed"] = Metric(found["failed"], 0, SMALL, most=True)
    return metrics


def _skipped(why: str, failed: bool = False) -> dict[str, Metric]:
    say(f"  Moves were not measured: {why}")
    more = {"skipped": why}
    return {
        "moves_check_ms": Metric(None, 2.0, most=True, more=more),
        "moves_failed": Metric(LARGE if failed else None, 0, most=True, more=more),
    }
