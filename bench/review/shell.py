"""Runs a program inside ``odoo shell`` on a clone of the addon's template, with a stand-in that the bench scripts."""

import json
import pathlib
import subprocess
import sys

from ..gateway import plain  # noqa: F401 - puts the house on the path
from ..harness import DEV, ROOT, say

# isort: split
import standin

HERE = pathlib.Path(__file__).parent


class NotMeasured(Exception):
    """There is no answer; the message says why. ``failed``: something broke, rather than was never set up."""

    def __init__(self, why: str, failed: bool = True):
        super().__init__(why)
        self.failed = failed


def run(
    program: str, settings: dict, server: standin.Standin | None, timeout: int, folder: pathlib.Path = HERE
) -> dict:
    """Run a program of a folder, this one by default; return the JSON object it prints after ``BENCH``.

    :param settings: what the program finds as ``SETTINGS``
    :param server: the stand-in of the provider; None: there is no AI
    :param timeout: seconds
    :raises NotMeasured: it gave no answer
    """
    if not (ROOT / "dev" / "house").is_dir() or not (DEV / "postgres").is_dir():
        raise NotMeasured("Odoo was never set up here: run `make test` or `make demo` once", failed=False)
    from house import common, database, odoo, postgres  # noqa: PLC0415 - only where the house stands

    try:
        with postgres.running() as place, database.scratch(place, odoo.addon_template(place)) as name:
            command = odoo.command("shell", "-d", name, "--no-http", "--max-cron-threads=0", "--log-level=error")
            ai = {"L10N_CL_AI_API_KEY": server.key, "L10N_CL_AI_BASE_URL": server.url} if server else {}
            environment = odoo.environment(place, NO_PROXY="127.0.0.1", **ai)
            return _answer(subprocess.run(
                command, input=_source(folder / program, settings), capture_output=True, text=True, check=False,
                timeout=timeout, cwd=ROOT, env=environment,
            ))
    except subprocess.TimeoutExpired:
        raise NotMeasured(f"not done after {timeout} s") from None
    except common.Failure as failure:
        raise NotMeasured(f"Odoo could not be set up (exit {failure}); its message stands above") from None


def _source(program: pathlib.Path, settings: dict) -> str:
    """Return the program as statements of one line, as Odoo's shell runs its input line by line."""
    lines = (
        f"__import__('sys').path.insert(0, {str(ROOT)!r})",
        f"SETTINGS = __import__('json').loads({json.dumps(settings)!r})",
        f"exec(compile({program.read_text()!r}, {program.name!r}, 'exec'))",
    )
    return "\n".join(lines) + "\n"


def _answer(done: subprocess.CompletedProcess) -> dict:
    answers = [line.partition("BENCH ")[2] for line in done.stdout.splitlines() if "BENCH {" in line]
    errors = done.stderr.strip().splitlines()
    if not answers:
        sys.stderr.write("\n".join(errors[-30:]) + "\n")
        raise NotMeasured(f"the shell gave no answer: {(errors or ['no message'])[-1][:200]}")
    if errors:
        say(f"  Odoo's log has {len(errors)} lines of errors; the last: {errors[-1][:200]}")
    return json.loads(answers[-1])
