"""Debian packages without root and without installing: fetched with apt, its checksums and signatures, and unpacked.

The mirror is the one this machine already uses; only the suite may differ, so apt works in folders of its own.
"""
from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from .common import DEV, Failure, digest, inherited, lock, once, place, run, step

SUITES = ("sid", "bookworm")
_KEYRINGS = ("debian-archive-keyring.pgp", "debian-archive-keyring.gpg")


class Unavailable(Exception):
    """No Debian mirror here, or it does not hold the package."""


def mirror() -> str:
    """The address of the Debian mirror in this machine's own apt settings."""
    if not all(map(shutil.which, ("apt-get", "dpkg-deb"))):
        raise Unavailable("this machine has no apt")
    form = "$(REPO_URI)|$(ORIGIN)|$(LABEL)"
    said = subprocess.run(["apt-get", "indextargets", "--format", form, "Created-By: Packages"],
                          capture_output=True, text=True).stdout
    for line in said.splitlines():
        uri, origin, label = line.split("|")
        if (origin, label) == ("Debian", "Debian"):
            return uri
    # Before the first `apt-get update` apt knows no origins: fall back on an address that looks like Debian's archive.
    for line in said.splitlines():
        if line.split("|")[0].rstrip("/").endswith("/debian"):
            return line.split("|")[0]
    raise Unavailable("no Debian mirror is configured in this machine's apt")


def _settings() -> dict:
    """Private apt folders, as an environment for apt-get."""
    home = place("apt")
    for folder in ("lists/partial", "cache/archives/partial"):
        (home / folder).mkdir(parents=True, exist_ok=True)
    keyring = next((k for k in (Path("/usr/share/keyrings") / n for n in _KEYRINGS) if k.exists()), None)
    options = f"[signed-by={keyring}] " if keyring else ""
    (home / "sources.list").write_text("".join(f"deb {options}{mirror()} {suite} main\n" for suite in SUITES))
    config = home / "apt.conf"
    config.write_text(
        f'Dir::Etc::SourceList "{home}/sources.list";\nDir::Etc::SourceParts "/dev/null";\n'
        f'Dir::Etc::Preferences "/dev/null";\nDir::Etc::PreferencesParts "/dev/null";\n'
        f'Dir::State::Lists "{home}/lists";\nDir::Cache "{home}/cache";\nAcquire::Languages "none";\n'
        # As root apt would fetch as user _apt, who may not write here.
        f'APT::Sandbox::User "{"root" if os.geteuid() == 0 else ""}";\n')
    return inherited(APT_CONFIG=config, LC_ALL="C")


def unpack(name: str, packages: list[str], *, own_suite: bool = False, mend=None) -> Path:
    """The folder `.dev/<name>` into which these packages (`package` or `package/suite`) are unpacked, side by side.

    With `own_suite` they come from the suite this machine runs, as its apt knows it. `mend(folder)` puts right what
    the packages leave wrong.
    """
    target = DEV / name
    with once(target, digest(*packages, target)) as todo:
        if todo:
            debs = _fetch(name, packages, own_suite)
            with step(f"unpacking {len(debs)} packages into .dev/{name}"):
                shutil.rmtree(target, ignore_errors=True)
                target.mkdir(parents=True)
                for deb in debs:
                    run(["dpkg-deb", "-x", deb, target])
                shutil.rmtree(debs[0].parent)
                if mend:
                    mend(target)
    return target


def _fetch(name: str, packages: list[str], own_suite: bool) -> list[Path]:
    folder = place(f"debs/{name}")
    for old in folder.iterdir():
        old.unlink()
    listed = f"{', '.join(packages[:9])}{' …' if len(packages) > 9 else ''}"
    with lock("apt"), step(f"fetching {listed} from Debian"):
        env = inherited(LC_ALL="C") if own_suite else _with_lists(_settings())
        done = _download(packages, folder, env)
        if done.returncode and not own_suite:
            # sid moves: a version in our lists may be gone from the mirror.
            done = _download(packages, folder, _with_lists(env, fresh=True))
    if done.returncode:
        raise Unavailable(done.stderr.strip()[-500:])
    debs = sorted(folder.glob("*.deb"))
    if len(debs) < len(packages):
        raise Failure(f"apt fetched only {len(debs)} of {len(packages)} packages into {folder}")
    return debs


def _download(packages: list[str], folder: Path, env: dict) -> subprocess.CompletedProcess:
    return subprocess.run(["apt-get", "-q", "download", *packages], env=env, cwd=folder, capture_output=True, text=True)


def _with_lists(env: dict, fresh: bool = False) -> dict:
    """The same environment, once the private package lists are there."""
    lists = DEV / "apt/lists"
    if fresh or not any(lists.glob("*_Packages*")):
        done = subprocess.run(["apt-get", "-q", "update"], env=env, capture_output=True, text=True)
        if done.returncode or "\nE:" in done.stderr:
            raise Unavailable(f"apt-get update failed: {done.stderr.strip()[-500:]}")
    return env
