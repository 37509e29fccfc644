"""What ``odoo dte check`` is given: files, folders, standard input."""

import os
import pathlib
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from .message import Message, _
from .reader import MAX_BYTES

STDIN = "-"
#: What to say of the commonest troubles; the system's own words serve for the others.
_TROUBLES = {
    FileNotFoundError: _("There is no such file or folder."),
    PermissionError: _("There is no permission to read it."),
}


class Source(NamedTuple):
    """Something to read: its name for people, and its first bytes up to one more than are allowed."""

    name: str
    read: Callable[[], bytes]


def trouble(error: OSError) -> Message:
    """Return what to tell people of a file that can't be read."""
    return _TROUBLES.get(type(error)) or _("It could not be read: %(detail)s", detail=error.strerror or error)


def read_file(path: str | pathlib.Path) -> bytes:
    """Return a file's bytes, no more than one beyond the limit; raise OSError."""
    with open(path, "rb") as file:
        return file.read(MAX_BYTES + 1)


def sources(paths: Iterable[str], complain: Callable[[str, Message], None]) -> Iterator[Source]:
    """Yield what to read, each file once, folders with all that is in them.

    :param paths: files, folders and "-" for standard input
    :param complain: called with the name and what is wrong with it, for what can't be read
    """
    seen: set[tuple[int, int]] = set()
    for path in paths:
        if path == STDIN:
            yield Source(STDIN, lambda: sys.stdin.buffer.read(MAX_BYTES + 1))
            continue
        try:
            status = os.stat(path)
        except (OSError, ValueError) as error:
            complain(path, trouble(error) if isinstance(error, OSError) else _("It is not a name of a file."))
            continue
        if stat.S_ISDIR(status.st_mode):
            yield from _in_folder(path, seen, complain)
        elif _is_new(status, seen):
            yield _source(path)


def _source(path: str) -> Source:
    return Source(path, lambda: read_file(path))


def _is_new(status: os.stat_result, seen: set) -> bool:
    """Whether this file or folder was not met before, under whatever name."""
    key = (status.st_dev, status.st_ino)
    if key in seen:
        return False
    seen.add(key)
    return True


def _in_folder(top: str, seen: set, complain: Callable) -> Iterator[Source]:
    """Yield the XML files under a folder in order of name; links that turn in circles end."""
    pending, any_xml, before = [top], False, len(seen)
    while pending:
        folder = pending.pop()
        try:
            if not _is_new(os.stat(folder), seen):
                continue
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            complain(folder, trouble(error))
            continue
        folders = []
        for entry in entries:
            kind = _kind(entry, complain)
            if kind == "folder":
                folders.append(entry.path)
            elif kind == "xml":
                any_xml = True
                if _is_new(entry.stat(), seen):
                    yield _source(entry.path)
        pending.extend(reversed(folders))
    if not any_xml and len(seen) > before:
        complain(top, _("There is no XML file in this folder."))


def _kind(entry: os.DirEntry, complain: Callable) -> str | None:
    """Return "folder", "xml" or None for what is neither. A pipe named .xml would wait for ever."""
    try:
        if entry.is_dir():
            return "folder"
        if not entry.name.lower().endswith(".xml"):
            return None
        return "xml" if stat.S_ISREG(entry.stat().st_mode) else None
    except OSError as error:
        complain(entry.path, trouble(error))
        return None
