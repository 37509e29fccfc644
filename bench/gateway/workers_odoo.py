"""A real Odoo for ``workers.py``: started as in production, reached over HTTP as a browser reaches it."""

import contextlib
import http.client
import json
import pathlib
import re
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

from ..harness import ROOT
from . import plain

#: Seconds it may take to begin, to answer, and to end.
_BEGIN, _ANSWER, _END = 90, 60, 20
#: What a request may meet when who serves it is killed.
GONE = (OSError, http.client.HTTPException)
#: Our statements name themselves, and Odoo names its connections after its processes.
_CALLER = """
SELECT application_name FROM pg_stat_activity
 WHERE datname = current_database() AND query LIKE '%l10n_cl_ai_%' AND pid <> pg_backend_pid()
 ORDER BY query_start DESC LIMIT 1
"""


@dataclass
class Odoo:
    """A running Odoo with a database of its own."""

    url: str
    name: str
    dsn: str
    process: subprocess.Popen
    log: pathlib.Path
    evented_url: str = ""

    def get(self, path: str) -> float:
        """Fetch a page; return the seconds it took."""
        start = time.monotonic()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.url + path, timeout=_ANSWER) as page:
            page.read()
        return time.monotonic() - start

    def query(self, sql: str, *params) -> list[tuple]:
        return plain.query(self.dsn, sql, *params)

    def caller(self) -> int:
        """Return the number of the worker that spoke last to the gateway's tables."""
        [(name,)] = self.query(_CALLER)
        pid = int(re.search(r"\d+", name)[0])
        if pid not in self.workers():
            raise RuntimeError(f"{name} is no worker of ours")
        return pid

    def workers(self) -> list[int]:
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children") as children:
            return [int(pid) for pid in children.read().split()]


class Session:
    """Somebody who logged in.

    :raises RuntimeError: at any call that Odoo refuses, with its words
    """

    def __init__(self, odoo: Odoo, login: str, password: str):
        self._odoo = odoo
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor())
        told = self._post("/web/session/authenticate", {"db": odoo.name, "login": login, "password": password})
        self.uid = told["uid"]

    def call(self, model: str, method: str, *args, company: int | None = None, button: bool = False, **context):
        """Call a method as the web client does, in a company."""
        if company:
            context["allowed_company_ids"] = [company]
        kind = "call_button" if button else "call_kw"
        return self._post(f"/web/dataset/{kind}/{model}/{method}", {
            "model": model, "method": method, "args": args, "kwargs": {"context": {"lang": "en_US", **context}}})

    def find(self, model: str, *domain) -> int:
        [found] = self.call(model, "search", list(domain))
        return found

    def ref(self, name: str, module: str = "l10n_cl_ai") -> int:
        """Return the id of a record of the addon's data."""
        domain = [["module", "=", module], ["name", "=", name]]
        [found] = self.call("ir.model.data", "search_read", domain, ["res_id"])
        return found["res_id"]

    def _post(self, path: str, params: dict):
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode()
        request = urllib.request.Request(self._odoo.url + path, body, {"Content-Type": "application/json"})
        with self._opener.open(request, timeout=_ANSWER) as answer:
            told = json.load(answer)
        if "error" in told:
            raise RuntimeError(f"{path}: {told['error'].get('data', told['error']).get('message')}")
        return told["result"]


@contextlib.contextmanager
def serving(server: dict, template: str, workers: int, crons: int = 0, **environment) -> Iterator[Odoo]:
    """Serve a clone of the addon's template until the block ends.

    :param server: as ``house.postgres`` gives it
    :param workers: 0 threaded, more prefork
    :param crons: threads or processes for crons; 0: none is run
    """
    from house import database  # noqa: PLC0415 - only where the house stands

    with (database.scratch(server, template) as name,
          started(server, name, workers, crons, f"bench-workers-{workers}", **environment) as served):
        yield served


@contextlib.contextmanager
def started(
    server: dict, name: str, workers: int, crons: int, log_name: str, databases: str = "", **environment
) -> Iterator[Odoo]:
    """Serve a database until the block ends; any number of hosts may serve one.

    :param databases: several that one process serves, comma separated; only ``name`` by default
    """
    from house import common, odoo, processes  # noqa: PLC0415 - only where the house stands

    port, evented = processes.free_port(), processes.free_port()
    log = common.place("log") / f"{log_name}.log"
    log.unlink(missing_ok=True)
    several = databases or name
    command = odoo.command(
        "server", "-d", several, f"--db-filter=^({several.replace(',', '|')})$", "--http-port", port, "--gevent-port",
        evented, f"--workers={workers}", f"--max-cron-threads={crons}", f"--logfile={log}")
    process = subprocess.Popen(command, env=odoo.environment(server, **environment), cwd=ROOT)
    try:
        served = Odoo(f"http://127.0.0.1:{port}", name, plain.dsn(server, name), process, log,
                      f"http://127.0.0.1:{evented}" if workers else f"http://127.0.0.1:{port}")
        _wait(served)
        yield served
    finally:
        _end(process)


def _wait(served: Odoo) -> None:
    end = time.monotonic() + _BEGIN
    while time.monotonic() < end and served.process.poll() is None:
        with contextlib.suppress(*GONE):  # not yet
            served.get("/web/login")
            return
        time.sleep(0.2)
    raise RuntimeError(f"Odoo does not begin to serve: {served.log}")


def _end(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
