"""The words of a PDF, read by a process of its own: a few bytes of a PDF may unpack to more than a machine has, or keep
its reader busy for ever. What takes too much time or memory ends there, and nothing else does.
"""

import io
import math
import os
import subprocess
import sys

#: Seconds for one file; bytes of memory: several times what a book of 200 pages takes.
SECONDS, MOST_MEMORY = 10, 512 * 1024**2
_BROKEN = 3


class NoPdf(Exception):
    """It can't be read: ``too_much`` if it took more time or memory than a file may take."""

    def __init__(self, too_much: bool = False):
        super().__init__("the PDF takes too much to read" if too_much else "the PDF can't be read")
        self.too_much = too_much


def pdf_text(data: bytes, pages: int, letters: int, seconds: float = SECONDS) -> str:
    """Return the text of a PDF, a line break between its pages; empty where it has none.

    :param pages: read at most, :param letters: that are enough: no further page is begun beyond them
    :param seconds: for all of it, of the clock and of the processor
    :raises NoPdf: it is none, or takes too much
    """
    # The same modules as here, wherever they are; nothing of what Odoo has imported.
    command = [sys.executable, __file__, *map(str, (pages, letters, math.ceil(seconds)))]
    try:
        read = subprocess.run(
            command, input=data, capture_output=True, timeout=seconds, check=False, env=_environment()
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise NoPdf(too_much=True) from None
    if read.returncode:
        raise NoPdf(too_much=read.returncode != _BROKEN)
    return read.stdout.decode("utf-8", "replace").replace("\x00", "")[: letters + 1].strip()


def _environment() -> dict[str, str]:
    """Return the environment of who reads hostile bytes: what Python needs to start, and none of the server's keys."""
    needed = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT") if name in os.environ}
    paths = os.pathsep.join(path for path in sys.path if path)
    return {**needed, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8:replace"}


def _main(pages: int, letters: int, seconds: int) -> None:
    _limit(seconds)
    try:
        from pypdf import PdfReader  # noqa: PLC0415 - only here, where memory is bounded
    except ImportError:
        from PyPDF2 import PdfReader  # noqa: PLC0415
    texts, size = [], 0
    try:
        for page in PdfReader(io.BytesIO(sys.stdin.buffer.read()), strict=False).pages[:pages]:
            texts.append(page.extract_text() or "")
            size += len(texts[-1])
            if size > letters:
                break
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the reader raises whatever a broken file brings about
        sys.exit(_BROKEN)
    sys.stdout.write("\n".join(texts)[: letters + 1])


def _limit(seconds: int) -> None:
    try:
        import resource  # noqa: PLC0415 - not on every system; the time is bounded all the same
    except ImportError:
        return
    for kind, most in ((resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_CPU, seconds)):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    # Modules are not looked for beside this file.
    sys.path.pop(0)
    _main(*map(int, sys.argv[1:]))
