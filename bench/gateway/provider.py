"""The stand-in for the provider as a process of its own, and the LiteLLM proxy before it."""

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..harness import DEV, say
from . import plain  # noqa: F401 - puts the house on the path

_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
#: Seconds the proxy may take to start; and to be installed, the first time.
_START, _INSTALL = 90, 420
#: The peer, exactly: figures without a version say nothing.
_LITELLM = "litellm[proxy]==1.106.2"


@dataclass(frozen=True)
class Provider:
    """Somebody who speaks the Messages API."""

    url: str
    key: str

    def bill(self) -> dict:
        """Return what the stand-in charges for all it was asked since the last reset."""
        return self._admin("bill")

    def calls(self) -> list[dict]:
        """Return what the stand-in received since the last reset."""
        return self._admin("calls")["calls"]

    def script(self, **step) -> None:
        """Have every call answered so, from now on."""
        self._admin("script", {"steps": [{**step, "times": 0}]})

    def open(self, gate: str) -> None:
        """Let those who wait at this gate go on."""
        self._admin("gate", {"open": gate})

    def reset(self) -> None:
        """Forget calls, script and prompt cache."""
        self._admin("reset", {})

    def _admin(self, what: str, body: dict | None = None) -> dict:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.url}/standin/{what}", data, {"Authorization": f"Bearer {self.key}"})
        with _OPENER.open(request, timeout=60) as answer:
            return json.load(answer)


@contextlib.contextmanager
def standin() -> Iterator[Provider]:
    """The stand-in, in a process of its own, so that its work is not done in ours."""
    from house import standin as house  # noqa: PLC0415 - only where the house stands

    with house.running() as running:
        yield Provider(running.url, running.key)


@contextlib.contextmanager
def litellm(upstream: Provider, model: str) -> Iterator[Provider | None]:
    """The LiteLLM proxy as it comes, without a database: no budgets, no ledger. None where it can't be had."""
    program = _installed()
    if program is None:
        yield None
        return
    from house import processes  # noqa: PLC0415 - only where the house stands

    port, key = processes.free_port(), f"sk-{secrets.token_hex(24)}"
    with tempfile.TemporaryDirectory(prefix="litellm-") as folder:
        config = Path(folder) / "config.yaml"
        config.write_text(json.dumps(_config(upstream, model)))  # JSON is YAML
        env = {"PATH": os.environ["PATH"], "HOME": folder, "LITELLM_MASTER_KEY": key,
               "LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_TELEMETRY": "False", "LITELLM_LOG": "ERROR"}
        command = [str(program), "--config", str(config), "--host", "127.0.0.1", "--port", str(port)]
        with subprocess.Popen(command, env=env, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as server:
            try:
                proxy = Provider(f"http://127.0.0.1:{port}", key)
                yield proxy if _answers(proxy.url, server) else None
            finally:
                server.terminate()


def _config(upstream: Provider, model: str) -> dict:
    there = {"model": f"anthropic/{model}", "api_base": upstream.url, "api_key": upstream.key}
    return {"model_list": [{"model_name": model, "litellm_params": there}]}


def _answers(url: str, server: subprocess.Popen) -> bool:
    """Whether it comes up in time."""
    end = time.monotonic() + _START
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):  # not yet
            _OPENER.open(f"{url}/health/liveliness", timeout=2).close()
            return True
        time.sleep(0.3)
    say("  The LiteLLM proxy did not start; its figures are left out.")
    return False


def _installed() -> Path | None:
    """Return the proxy's program, installed on first use into an environment of its own."""
    from house import python  # noqa: PLC0415 - only where the house stands

    home = DEV / "bench" / "litellm"
    stamp = home / _LITELLM.replace("[", "_").replace("]", "_")
    if not stamp.exists():
        say(f"  Installing {_LITELLM} into an environment of its own (once, some minutes) …")
        shutil.rmtree(home, ignore_errors=True)
        make = [[python.interpreter()[0], "-m", "venv", home],
                [home / "bin/python", "-m", "pip", "install", "-q", "--only-binary", ":all:", _LITELLM]]
        try:
            for command in make:
                subprocess.run(list(map(str, command)), check=True, capture_output=True, timeout=_INSTALL)
        except (subprocess.SubprocessError, OSError) as error:
            say(f"  LiteLLM could not be installed ({type(error).__name__}); its figures are left out.")
            return None
        stamp.touch()
    return home / "bin/litellm"
