"""The linters, side by side, each with its own words on what it looks for."""
from __future__ import annotations

import concurrent.futures
import os
import subprocess
import time

from . import node, python, source
from .common import ADDON, ROOT, Failure, inherited, place, say

# Why: see [tool.odoo-lint] in pyproject.toml.
_LEFT_OUT = "missing-readme,prefer-env-translation,consider-merging-classes-inherited,print-used"


def _linters(fix: bool) -> dict:
    """The command of each linter. `fix` lets those that can mend what they find."""
    tools = python.environment("lint", "lint") / "bin"
    addons = ",".join(map(str, [ROOT, *source.addons(source.home())]))
    manifestoo = [tools / "manifestoo", "--odoo-series=19.0", f"--addons-path={addons}", f"--select-include={ADDON}"]
    return {
        "ruff": [tools / "ruff", "check", *(["--fix"] if fix else []), "."],
        # Odoo's idioms, as three linters know them: measured, none of them finds what the other two do.
        "ruff-odoo": [tools / "ruff-odoo", "check", "--config=dev/ruff-odoo.toml", *(["--fix"] if fix else []), ADDON],
        "odoo-linter": [tools / "odl", "check", "--odoo-version=19.0", *(["--fix"] if fix else []), ADDON],
        "pylint-odoo": [tools / "pylint", "--rcfile=pyproject.toml", "--score=n", f"--disable={_LEFT_OUT}", ADDON],
        "check-licenses": [*manifestoo, "check-licenses"],
        "check-dev-status": [*manifestoo, "check-dev-status", "--default-dev-status=Beta"],
        "prettier": ["prettier", "--write" if fix else "--check", "--log-level=warn", f"{ADDON}/**/*.{{js,xml,scss}}"],
        "eslint": ["eslint", "--no-warn-ignored", *(["--fix"] if fix else []), f"{ADDON}/static"],
    }


def _check(name: str, command, env: dict) -> tuple[str, bool, str, float]:
    start = time.monotonic()
    done = subprocess.run([str(part) for part in command], env=env, cwd=ROOT, text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return name, done.returncode == 0, done.stdout.strip(), time.monotonic() - start


def main(arguments) -> int:
    """Run all linters, or those named in `arguments`; 1 when one of them found something."""
    fix = "--fix" in arguments
    linters = _linters(fix)
    wanted = [name for name in arguments if name != "--fix"] or list(linters)
    if unknown := set(wanted) - set(linters):
        raise Failure(f"No such linter: {', '.join(unknown)}. There are {', '.join(linters)}.")
    env = node.environment() if {"prettier", "eslint"} & set(wanted) else inherited()
    env.update(NO_COLOR="1", _TYPER_STANDARD_TRACEBACK="1",
               PYLINTHOME=str(place("pylint")), RUFF_CACHE_DIR=str(place("ruff")))
    good = True
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(_check, name, linters[name], env) for name in wanted]
        for job in concurrent.futures.as_completed(jobs):
            name, went_well, words, seconds = job.result()
            print(f"{'✓' if went_well else '✗'} {name} ({seconds:.1f} s)", flush=True)
            if not went_well:
                print(words, flush=True)
            good &= went_well
    say("lint: nothing to mend" if good else "lint: see above; dev/lint --fix mends what can be mended by itself")
    return 0 if good else 1
