"""Where the gateway's stores are measured: a database of their own, a Redis, and processes that use them."""

import contextlib
import json
import os
import pathlib
import secrets
import subprocess
import sys
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..harness import DEV, ROOT, say

HERE = pathlib.Path(__file__).parent
#: What the peers need; hiredis is what makes redis-py fast.
PEER = ("limits==5.8.*", "redis==8.1.0", "hiredis==3.5.*")


@dataclass(frozen=True)
class Ground:
    """Both servers on Unix sockets, so that neither is spared the network by the other.

    :param dsn: of an empty database with the gateway's tables
    :param redis_url: of an empty Redis
    """

    dsn: str
    redis_url: str
    settings: str


def addon(name: str):
    """Import a pure module of the addon without the addon, which would want Odoo."""
    if "l10n_cl_ai" not in sys.modules:
        package = types.ModuleType("l10n_cl_ai")
        package.__path__ = [str(ROOT / "l10n_cl_ai")]
        sys.modules["l10n_cl_ai"] = package
    return __import__(f"l10n_cl_ai.llm.{name}", fromlist=["_"])


@contextlib.contextmanager
def prepared() -> Iterator[Ground]:
    """Hold both servers up. The database is dropped at the end, and swept by others should this be killed."""
    sys.path.insert(0, str(ROOT / "dev"))
    from house import database, postgres, redis  # noqa: PLC0415 - only where the house stands

    with postgres.running() as server, redis.running() as redis_url:
        name = f"{database.PREFIX}_test_{os.getpid()}_{secrets.token_hex(2)}"
        database.client(server, "createdb", name)
        try:
            keys = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGPASSWORD": "password"}
            dsn = " ".join(f"{keys[key]}={value}" for key, value in server.items() if key in keys)
            ground = Ground(f"{dsn} dbname={name}", redis_url, _settings(database, server))
            make_tables(ground.dsn)
            yield ground
        finally:
            database.drop(server, name)


def _settings(database, server) -> str:
    names = ("server_version", "fsync", "synchronous_commit", "shared_buffers")
    return ", ".join(f"{name} {database.sql(server, f'SHOW {name}')}" for name in names)


def door(dsn: str):
    """Return a door to the database, of this process."""
    import psycopg2  # noqa: PLC0415 - the peers' Python lacks it

    module = addon("postgres.door")
    return module.Door(lambda: psycopg2.connect(dsn, connection_factory=module.SideConnection))


def make_tables(dsn: str):
    side = door(dsn)
    with side.connection() as connection, connection.cursor() as cursor:
        for table in addon("postgres.schema").TABLES:
            cursor.execute(table)
    side.close()


class Worker:
    """A process that obeys orders: a line of JSON each way.

    :param script: beside this file; it begins by printing a line
    """

    def __init__(self, script: str, *arguments: str, python: str = sys.executable):
        # The peers' Python must not inherit what points ours at its packages.
        env = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME")}
        self.process = subprocess.Popen(
            [python, str(HERE / script), str(ROOT), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, env=env,
        )

    def tell(self, order: dict):
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def hear(self) -> dict | None:
        """Return what it says, None when it died."""
        line = self.process.stdout.readline()
        return json.loads(line) if line else None

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


class Crew:
    """So many workers of a kind, ready."""

    def __init__(self, size: int, *arguments: str, python: str = sys.executable):
        self.workers = [Worker(*arguments, python=python) for _ in range(size)]
        for worker in self.workers:
            if worker.hear() is None:
                raise RuntimeError(f"A worker of {' '.join(arguments[:2])} ended at once")

    def order(self, order: dict, size: int | None = None) -> list[dict]:
        """Tell the first `size` workers, all by default, at once; return their answers."""
        told = self.workers[:size]
        for number, worker in enumerate(told):
            worker.tell({**order, "worker": number, "of": len(told)})
        return [worker.hear() for worker in told]

    def close(self):
        for worker in self.workers:
            worker.close()


def throughput(answers: Sequence[dict]) -> tuple[float, float]:
    """Return operations per second and the p99 in ms of a round; each worker tells its own times in µs."""
    times = sorted(time for answer in answers for time in answer["us"])
    rate = sum(len(answer["us"]) / answer["seconds"] for answer in answers)
    return rate, times[int(len(times) * 0.99)] / 1000


def peer() -> tuple[str | None, str]:
    """Return (the peers' Python, their versions), or (None, why there is none). Installs them on first use."""
    home = DEV / "bench" / "limits"
    python = home / "bin" / "python"
    tell = [str(python), "-c", "from importlib.metadata import version as v; import limits, hiredis;"
            "print(', '.join(f'{n} {v(n)}' for n in ('limits', 'redis', 'hiredis')))"]
    if not python.exists() or subprocess.run(tell, capture_output=True).returncode:
        say(f"  Installing {', '.join(PEER)} into a virtualenv of their own …")
        for command in (
            [sys.executable, "-m", "venv", "--clear", str(home)],
            [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PEER],
        ):
            done = subprocess.run(command, capture_output=True, text=True, timeout=300)
            if done.returncode:
                return None, (done.stderr.strip().splitlines() or ["no message"])[-1][:200]
    done = subprocess.run(tell, capture_output=True, text=True)
    return (str(python), done.stdout.strip()) if done.returncode == 0 else (None, done.stderr.strip()[-200:])
