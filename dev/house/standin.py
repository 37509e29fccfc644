"""The stand-in for the provider of the language model, as a program of its own beside Odoo."""
from __future__ import annotations

import contextlib
import subprocess
from dataclasses import dataclass

from . import odoo
from .common import ROOT, Failure, inherited


@dataclass(frozen=True)
class Running:
    """Where the stand-in listens, and the key it takes."""

    url: str
    key: str

    @property
    def environment(self) -> dict[str, str]:
        """What sends the addon there, whatever Settings say."""
        return {"L10N_CL_AI_BASE_URL": self.url, "L10N_CL_AI_API_KEY": self.key}


@contextlib.contextmanager
def running():
    """The stand-in on a free loopback port. Yields :class:`Running`.

    It is out of reach of the terminal's Ctrl-C, for Odoo may still ask while it ends. It ends with the block, or with
    the pipe that is its stdin, should we be killed.
    """
    command = [str(odoo.interpreter()), str(ROOT / "dev/standin"), "--until-eof"]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=inherited(),
                              start_new_session=True)
    try:
        told = dict(line.split() for line in (server.stdout.readline(), server.stdout.readline()) if line.strip())
        if set(told) != {"url", "key"}:
            raise Failure(f"The stand-in ended at once with code {server.wait()}")
        yield Running(**told)
    finally:
        server.stdin.close()
        server.terminate()
        server.wait()
        server.stdout.close()
