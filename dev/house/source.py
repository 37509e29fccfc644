"""Where Odoo 19 comes from: ODOO_HOME, else Debian's package, else a shallow clone of its 19.0 branch."""
from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from . import apt
from .common import DEV, Failure, digest, inherited, once, place, say, step

BRANCH = "19.0"
REPOSITORY = "https://github.com/odoo/odoo"
# The package's web client links to fonts and scripts of these. Font Awesome must be 4.7, which only bookworm has.
PACKAGES = ["odoo-19", "libjs-jquery", "libjs-underscore", "libjs-jquery-form", "fonts-roboto-unhinted",
            "fonts-montserrat", "fonts-inconsolata", "fonts-ocr-b", "fonts-font-awesome/bookworm"]
PACKAGE = "usr/lib/python3/dist-packages"
# Named by mail's manifest but not packaged (it is not free): without the file every browser test fails on a 404.
MISSING_SCRIPT = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def home() -> Path:
    """The folder that holds the Python package `odoo`."""
    if os.environ.get("ODOO_HOME"):
        return _given(Path(os.environ["ODOO_HOME"]).expanduser().resolve())
    try:
        return _packaged()
    except apt.Unavailable as why:
        say(f"Debian's odoo-19 is not to be had ({why}): cloning Odoo {BRANCH} instead")
        return _cloned()


def version(where: Path) -> str:
    """A fingerprint of this Odoo: its release and, where it is a clone, its commit."""
    release = where / "odoo/release.py"
    head = subprocess.run(["git", "-C", where, "rev-parse", "HEAD"], capture_output=True, text=True)
    return digest(where, release, head.stdout if (where / ".git").exists() else "")


def addons(where: Path) -> list[Path]:
    """Odoo's own addons folders."""
    inside, beside = where / "odoo/addons", where / "addons"
    # Debian's package has them all inside, a clone has all but `base` beside.
    return [inside] if (inside / "web").is_dir() else [inside, beside]


def _given(where: Path) -> Path:
    if not (where / "odoo/release.py").exists():
        raise Failure(f"ODOO_HOME={where} holds no Odoo (no odoo/release.py in it)")
    if f"({BRANCH.split('.')[0]}, " not in (where / "odoo/release.py").read_text():
        raise Failure(f"ODOO_HOME={where} is not Odoo {BRANCH}")
    if where.name not in ("dist-packages", "site-packages"):
        return where
    # A folder of a system's Python: offer Odoo alone, so that none of its neighbours shadows our pins.
    alone = place("given")
    link = alone / "odoo"
    if link.is_symlink():
        link.unlink()
    link.symlink_to(where / "odoo")
    return alone


def _packaged() -> Path:
    return apt.unpack("odoo", PACKAGES, mend=_mend) / PACKAGE


def _mend(root: Path):
    """Point the package's links into our folder, and add the script it lacks."""
    for link in (root / PACKAGE).rglob("*"):
        if link.is_symlink() and not link.exists():
            _relink(root, link)
    stub = root / PACKAGE / MISSING_SCRIPT
    stub.parent.mkdir(parents=True, exist_ok=True)
    stub.touch()


def _relink(root: Path, link: Path):
    """Make an absolute (or climbing) link to /usr/… one to the same file under `root`."""
    target = Path(os.path.normpath(link.parent / os.readlink(link)))
    inside = target if root in target.parents else root / target.relative_to("/")
    if inside.exists():
        link.unlink()
        link.symlink_to(os.path.relpath(inside, link.parent))
    elif "point_of_sale" not in link.parts:  # its receipt font moved; nothing here prints receipts
        say(f"warning: {link.relative_to(root)} leads nowhere")


def _cloned() -> Path:
    target = DEV / "odoo-git"
    with once(target, digest(BRANCH, target)) as todo:
        if todo:
            if not shutil.which("git"):
                raise Failure("Odoo 19 is needed: set ODOO_HOME to its folder, or install git to clone it")
            shutil.rmtree(target, ignore_errors=True)
            with step(f"cloning Odoo {BRANCH}"):
                done = subprocess.run(["git", "clone", "--quiet", "--depth", "1", "--branch", BRANCH, REPOSITORY,
                                       target], env=inherited(GIT_TERMINAL_PROMPT=0))
            if done.returncode:
                raise Failure("Odoo could not be fetched. Set ODOO_HOME to a folder that holds Odoo 19.")
    return target
