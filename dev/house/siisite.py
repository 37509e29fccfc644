"""The site like the SII's, as a program of its own beside Odoo."""
from __future__ import annotations

import contextlib
import subprocess
from dataclasses import dataclass

from . import odoo
from .common import ROOT, Failure, inherited

ADDONS = ROOT / "dev/siisite/addons"
#: The server-wide module that aims the watch there.
MODULE = "l10n_cl_ai_trial"


@dataclass(frozen=True)
class Running:
    """Where the site listens, and whose certificate it shows."""

    port: str
    certificate: str

    @property
    def environment(self) -> dict[str, str]:
        """What the server-wide module reads."""
        return {"SIISITE_PORT": self.port, "SIISITE_CERTIFICATE": self.certificate}

    @property
    def arguments(self) -> list[str]:
        """What Odoo's command line needs beside it."""
        return [f"--addons-path={odoo.addons_path(ADDONS)}", f"--load=base,rpc,web,{MODULE}"]


@contextlib.contextmanager
def running():
    """The site on a free loopback port. Yields :class:`Running`. It ends with the block, or with us."""
    command = [str(odoo.interpreter()), str(ROOT / "dev/siisite")]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=inherited(),
                              start_new_session=True)
    try:
        told = dict(line.split() for line in (server.stdout.readline(), server.stdout.readline()) if line.strip())
        if set(told) != {"port", "certificate"}:
            raise Failure(f"The site ended at once with code {server.wait()}")
        yield Running(**told)
    finally:
        server.stdin.close()
        server.wait()
        server.stdout.close()
