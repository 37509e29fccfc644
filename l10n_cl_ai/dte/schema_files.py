"""Admits schema files from folders and archives that people bring: hostile until shown otherwise."""

import io
import pathlib
import posixpath
import re
import zipfile
import zlib
from collections.abc import Mapping

from lxml import etree

#: The SII's own archive has about ten files and 0.5 MB.
MAX_FILES, MAX_BYTES, MAX_ENTRIES = 100, 16 * 1024 * 1024, 1_000
_SCHEMA = "{http://www.w3.org/2001/XMLSchema}"
_REFERRING = tuple(_SCHEMA + name for name in ("include", "import", "redefine"))
_SAFE = re.compile(r"[\w.\- ]+(?:/[\w.\- ]+)*")


class Refused(ValueError):
    """A schema set may not be used.

    ``reason`` is ``archive`` (not a readable zip), ``size``, ``name`` (a path out of the set),
    ``content`` (not XML, or with a DTD), ``location`` (asks for a file outside the set) or ``empty``;
    ``detail`` names the file.
    """

    def __init__(self, reason: str, detail: str = ""):
        super().__init__(f"{reason}: {detail}"[:300])
        self.reason, self.detail = reason, detail[:200]


def read_folder(folder) -> dict[str, bytes]:
    """Return the ``*.xsd`` in a folder and the folders in it, by relative path."""
    folder = pathlib.Path(folder)
    files: dict[str, bytes] = {}
    room = MAX_BYTES
    for path in sorted((*folder.glob("*.xsd"), *folder.glob("*/*.xsd"))):
        with path.open("rb") as stream:
            content = stream.read(room + 1)
        room -= len(content)
        files[path.relative_to(folder).as_posix()] = content
        _bound(files, room)
    return files


def read_archive(data: bytes) -> dict[str, bytes]:
    """Return the ``*.xsd`` in a zip file, by path; everything else in it is left alone.

    Sizes are counted while unpacking, as an archive may lie about them.

    :raises Refused: not a zip, too large, encrypted, or with paths that lead out of it
    """
    if len(data) > MAX_BYTES:
        raise Refused("size", str(len(data)))
    files: dict[str, bytes] = {}
    room = MAX_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES:
                raise Refused("size", str(len(entries)))
            for entry in entries:
                if entry.is_dir() or not entry.filename.lower().endswith(".xsd"):
                    continue
                with archive.open(entry) as stream:
                    content = stream.read(room + 1)
                room -= len(content)
                files[_path(entry.filename)] = content
                _bound(files, room)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise Refused("archive", str(error)) from error
    return files


def _bound(files: Mapping[str, bytes], room: int) -> None:
    if room < 0 or len(files) > MAX_FILES:
        raise Refused("size", str(len(files)))


def _path(name: str) -> str:
    """Return an entry's path; refuse one that leads out of the archive or is no plain name."""
    path = name.replace("\\", "/")
    if not _SAFE.fullmatch(path) or ".." in path.split("/"):
        raise Refused("name", name)
    return path


def admit(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of a set after looking into each.

    :param files: contents by path within the set
    :raises Refused: see its reasons
    """
    if not files:
        raise Refused("empty")
    _bound(files, MAX_BYTES - sum(map(len, files.values())))
    for path, content in files.items():
        _path(path)
        for location in _locations(path, content):
            if posixpath.normpath(posixpath.join(posixpath.dirname(path), location)) not in files:
                raise Refused("location", location)
    return dict(files)


def _locations(path: str, content: bytes) -> list[str]:
    """Return the other files a schema asks for."""
    # UTF-16 would hide a DTD from this look, and no schema of the SII is written in it.
    if b"\0" in content or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Refused("content", path)
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused("content", path) from error
    if root.tag != f"{_SCHEMA}schema":
        raise Refused("content", path)
    return [each.get("schemaLocation") for each in root.iter(*_REFERRING) if each.get("schemaLocation")]
