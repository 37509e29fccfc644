"""Odoo's command line with the right interpreter, addons, database settings and folders; and its templates."""
from __future__ import annotations

import ast
import os
from pathlib import Path

from . import database, python, source
from .common import ADDON, DEV, ROOT, digest, inherited, place, run

BASE_MODULES = ("l10n_cl", "project_account")
"""What every template holds, beside what the addon's manifest asks for."""
LANGUAGE = "es_CL"
SAMPLE = f"{ADDON}_sample"
BESIDE = f"{ADDON}_beside"
"""Tests beside addons of others: OCA's queue_job, and Odoo's automation rules."""
STAYS_HERE = f"""
    UPDATE ir_cron SET active = false WHERE id IN (
        SELECT res_id FROM ir_model_data WHERE module = '{ADDON}' AND name = 'cron_sii_watch')
"""
"""No database of tests and benches looks at the SII's site by itself."""
# Folders of the addon that installing it does not read.
_NOT_INSTALLED = {"tests", "static", "__pycache__", "cli", "readme"}


def interpreter() -> Path:
    return python.environment("venv", "odoo") / "bin/python"


def addons_path(*more: Path) -> str:
    """Odoo's addons, ours, the sample third-party addons of the tests, and more."""
    ours = [path for path in (ROOT, ROOT / "tests/addons") if any(path.glob("*/__manifest__.py"))]
    return ",".join(map(str, [*source.addons(source.home()), *ours, *more]))


def beside_path() -> str:
    """The same with the neighbours of the tests, which no other database knows of."""
    return addons_path(ROOT / "tests/beside", python.folder("neighbours") / "odoo/addons")


def environment(postgres: dict | None = None, **changes) -> dict:
    """The environment in which `odoo` is importable and configured; `postgres` as yielded by postgres.running()."""
    home = source.home()
    config = place("config") / "odoo.conf"
    content = (f"[options]\naddons_path = {addons_path()}\ndata_dir = {database.DATA}\nlist_db = False\n"
               "http_interface = 127.0.0.1\nmax_cron_threads = 1\nlog_level = info\n")
    if not config.exists() or config.read_text() != content:
        draft = config.with_suffix(f".{os.getpid()}")
        draft.write_text(content)
        draft.replace(config)
    path = os.pathsep.join([str(DEV / "bin"), os.environ.get("PATH", os.defpath)])
    return inherited(ODOO_RC=config, PYTHONPATH=home, PATH=path, PYTHONUNBUFFERED=1, **(postgres or {}), **changes)


def command(*arguments) -> list[str]:
    """Odoo's command line. The addons path goes first: only there do commands that addons bring see it."""
    # By that name prefork starts its evented server.
    launch = f"import sys, odoo.cli; sys.argv[0] = {str(_script())!r}; odoo.cli.main()"
    head = [str(interpreter()), "-c", launch]
    if arguments and not str(arguments[0]).startswith("-"):
        head.append(f"--addons-path={addons_path()}")
    return [*head, *map(str, arguments)]


def _script() -> Path:
    """A script that is Odoo, in a folder without modules that could hide others."""
    script = place("config") / "odoo"
    content = "import odoo.cli\n\nodoo.cli.main()\n"
    if not script.exists() or script.read_text() != content:
        draft = script.with_suffix(f".{os.getpid()}")
        draft.write_text(content)
        draft.replace(script)
    return script


def manifest() -> dict:
    path = ROOT / ADDON / "__manifest__.py"
    return ast.literal_eval(path.read_text()) if path.exists() else {}


def base_template(postgres: dict) -> str:
    """Template of Odoo with all the addon stands on, without demo data: built when Odoo or those modules change."""
    modules = sorted({*BASE_MODULES, *manifest().get("depends", ())})

    def build(name):
        install(postgres, name, modules, f"--load-language={LANGUAGE}", "--without-demo")

    key = digest(source.version(source.home()), _server(postgres), LANGUAGE, *modules)
    return database.template(postgres, "base", key, build)


def addon_template(postgres: dict) -> str:
    """Template with the addon installed: built anew when what a database remembers of the addon changes."""
    base = base_template(postgres)

    def build(name):
        database.clone(postgres, base, name)
        install(postgres, name, [ADDON])
        database.sql(postgres, STAYS_HERE, name)

    return database.template(postgres, "addon", digest(base, addon_digest(), STAYS_HERE), build)


def sample_template(postgres: dict) -> str:
    """Template with the sample third-party addon of the tests on top of ours."""
    addon, folder = addon_template(postgres), ROOT / "tests/addons" / SAMPLE
    files = [path for path in sorted(folder.rglob("*"))
             if path.suffix in (".py", ".xml", ".po") and "tests" not in path.relative_to(folder).parts]

    def build(name):
        database.clone(postgres, addon, name)
        install(postgres, name, [SAMPLE])

    return database.template(postgres, "sample", digest(addon, *files), build)


def beside_template(postgres: dict) -> str:
    """Template with our addon beside OCA's queue_job and Odoo's base_automation."""
    addon, folder = addon_template(postgres), ROOT / "tests/beside" / BESIDE
    pins = ROOT / "dev/requirements/neighbours.txt"

    def build(name):
        database.clone(postgres, addon, name)
        install(postgres, name, [BESIDE], "--without-demo", f"--addons-path={beside_path()}")

    return database.template(postgres, "beside", digest(addon, pins, folder / "__manifest__.py"), build)


def addon_digest() -> str:
    """A fingerprint of the addon's files that installing it reads into the database."""
    files = sorted(path for path in (ROOT / ADDON).rglob("*")
                   if path.is_file() and not _NOT_INSTALLED & set(path.relative_to(ROOT / ADDON).parts[:-1]))
    return digest(*(part for path in files for part in (path.relative_to(ROOT), path)))


def install(postgres: dict, name: str, modules, *options):
    """Install (or, for a missing database, create with) these modules."""
    env = environment(postgres)
    if any(str(option).startswith("--addons-path") for option in options):
        env["PYTHONPATH"] = with_neighbours(env["PYTHONPATH"])
    run(command("server", "-d", name, "-i", ",".join(modules), "--stop-after-init", "--no-http",
                "--max-cron-threads=0", *(options or ("--without-demo",))),
        log=f"install-{name}", env=env, cwd=ROOT)


def with_neighbours(path: str) -> str:
    """A PYTHONPATH on which also is what the neighbours import."""
    return os.pathsep.join([path, str(python.folder("neighbours"))])


def update(postgres: dict, name: str):
    """Bring the addon in this database up to date with its sources; the user's data stay."""
    run(command("server", "-d", name, "-u", ADDON, "--stop-after-init", "--no-http", "--max-cron-threads=0"),
        log=f"update-{name}", env=environment(postgres), cwd=ROOT)


def remember(postgres: dict, name: str):
    """Note in the database which sources of the addon it holds."""
    database.sql(postgres, f"COMMENT ON DATABASE \"{name}\" IS '{addon_digest()}'")


def remembered(postgres: dict, name: str) -> str:
    comment = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname"
    return database.sql(postgres, f"{comment} = '{name}'")


def _server(postgres: dict) -> str:
    return database.sql(postgres, "SHOW server_version_num")
