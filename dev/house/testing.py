"""How tests are run: pure ones with plain pytest, Odoo's with pytest-odoo on a scratch clone of a template."""
from __future__ import annotations

import contextlib
import os
from pathlib import Path

from . import chromium, database, node, odoo, postgres, processes
from .common import ADDON, ROOT, inherited, place

ODOO_TESTS = ROOT / ADDON / "tests"
BROWSER_TESTS = ODOO_TESTS / "test_web*.py"
"""Which of them drive a browser: they run beside the others, for a browser mostly waits."""
PURE_TESTS = ROOT / "tests"
BESIDE_TESTS = ROOT / "tests/beside" / odoo.BESIDE / "tests"
SAMPLE_TESTS = ROOT / "tests/addons" / odoo.SAMPLE / "tests"


def _guarded(*paths) -> str:
    """A PYTHONPATH that forbids the network and brings our pytest plugins."""
    return os.pathsep.join(map(str, (ROOT / "dev/guard", ROOT / "dev/plugins", *paths)))


def pure(arguments, **options) -> int:
    """Run pure tests: no database, and no Odoo to import by mistake."""
    env = inherited(PYTHONPATH=_guarded(), PYTHONUNBUFFERED=1)
    command = [odoo.interpreter(), "-m", "pytest", "-p", "no:odoo", "-p", "strict", f"--ignore={ROOT / 'tests/addons'}",
               f"--ignore={ROOT / 'tests/beside'}",
               *(arguments or [PURE_TESTS])]
    return processes.follow(command, env, cwd=ROOT, **options)


@contextlib.contextmanager
def prepared(template, path=str):
    """A scratch clone of `template(server)`, and the environment for tests on it. Yields (environment, name).

    :param path: what makes the PYTHONPATH of these tests from Odoo's
    """
    with postgres.running() as server, database.scratch(server, template(server)) as name:
        env = odoo.environment(server)
        env["PYTHONPATH"] = _guarded(path(env["PYTHONPATH"]))
        env["AXE_SCRIPT"] = str(node.axe())
        # Chromium's wrapper, and pylint for Odoo's test_lint.
        env["PATH"] = os.pathsep.join(map(str, (chromium.guarded(), odoo.interpreter().parent, env["PATH"])))
        yield env, name


def on_odoo(arguments, log: Path | None = None, template=odoo.addon_template, path=str, **options) -> int:
    """Run Odoo tests (ORM, HTTP, tours, hoot) on a scratch database of their own."""
    with prepared(template, path) as (env, name):
        log = log or place("log") / f"test-{os.getpid()}.log"
        log.unlink(missing_ok=True)
        command = [odoo.interpreter(), "-m", "pytest", "-p", "strict", "--odoo-http", f"--odoo-database={name}",
                   "--odoo-log-level=info", f"--odoo-extra=logfile={log}",
                   f"--odoo-extra=screenshots={place('screenshots')}", *(arguments or [ODOO_TESTS])]
        return processes.follow(command, env, cwd=ROOT, **options)


def beside(arguments, log: Path | None = None, template=odoo.beside_template, **options) -> int:
    """Run Odoo tests beside the addons of others."""
    paths = f"--odoo-addons-path={odoo.beside_path()}"
    return on_odoo([paths, *arguments], log, template, path=odoo.with_neighbours, **options)
