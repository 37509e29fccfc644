"""Databases that are built once and cloned: a template's filestore travels with it."""
from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
from pathlib import Path

from .common import ADDON, DEV, ROOT, Failure, digest, inherited, lock, run, step

DATA = DEV / "data"
# A shared server may serve several checkouts.
PREFIX = f"{ADDON}_{digest(ROOT)[:4]}"
KEPT = 3
"""Templates of a kind that are kept, the newest; each takes some 100 MB."""


def client(env: dict, program: str, *arguments, check: bool = True) -> str:
    """Run one of PostgreSQL's client programs and return what it printed."""
    command = [str(Path(env["PGPATH"]) / program), *map(str, arguments)]
    done = subprocess.run(command, env=inherited(**env), capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if check and done.returncode:
        raise Failure(f"{program} {' '.join(map(str, arguments))}: {done.stderr.strip()}")
    return done.stdout.strip()


def sql(env: dict, query: str, database: str = "postgres", check: bool = True) -> str:
    """The answer to one query, a row a line, columns split by `|`."""
    return client(env, "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", query, check=check)


def exists(env: dict, name: str) -> bool:
    return bool(sql(env, f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))


def names(env: dict, prefix: str = PREFIX) -> list[str]:
    """This checkout's databases whose names start so, oldest first."""
    return sql(env, f"SELECT datname FROM pg_database WHERE starts_with(datname, '{prefix}') ORDER BY oid").split()


def drop(env: dict, name: str):
    client(env, "dropdb", "--if-exists", "--force", name, check=False)
    if exists(env, name):
        # Autovacuum at work there is not ours to end; dropping without force asks it to go by itself.
        client(env, "dropdb", "--if-exists", name)
    shutil.rmtree(DATA / "filestore" / name, ignore_errors=True)


def clone(env: dict, template: str, name: str):
    """Copy a database and its filestore; attachments are hard links, as Odoo never changes one in place."""
    client(env, "createdb", "-T", template, "--strategy=file_copy", name)
    store = DATA / "filestore" / template
    if store.exists():
        run(["cp", "-al", store, DATA / "filestore" / name])
    # Each database must be its own: a shared uuid would share sessions and secrets.
    sql(env, f"UPDATE ir_config_parameter SET value = '{secrets.token_hex(16)}' WHERE key = 'database.secret'", name)


@contextlib.contextmanager
def scratch(env: dict, template: str):
    """A clone with a name of its own, dropped at the end. Its name tells whose it is: the process's number."""
    sweep(env)
    name = f"{PREFIX}_test_{os.getpid()}_{secrets.token_hex(2)}"
    clone(env, template, name)
    try:
        yield name
    finally:
        drop(env, name)


def sweep(env: dict):
    """Drop the scratch databases of processes that were killed."""
    for name in names(env, f"{PREFIX}_test_"):
        owner = name[len(f"{PREFIX}_test_"):].split("_")[0]
        if not Path(f"/proc/{owner}").exists():
            drop(env, name)


def template(env: dict, kind: str, key: str, build) -> str:
    """The template of this kind and key; `build(name)` makes it when missing, and older ones of the kind go."""
    name = f"{PREFIX}_{kind}_{key}"
    with lock(f"template-{kind}"):
        if exists(env, name):
            return name
        draft = f"{name}_draft"
        drop(env, draft)
        with step(f"building the template database {name}"):
            build(draft)
        sql(env, f'ALTER DATABASE "{draft}" RENAME TO "{name}"')
        store = DATA / "filestore" / draft
        if store.exists():
            store.rename(DATA / "filestore" / name)
        # Another process may be about to clone the one before.
        for old in names(env, f"{PREFIX}_{kind}_")[:-KEPT]:
            drop(env, old)
    return name
