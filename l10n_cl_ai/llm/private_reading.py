"""A text as it reads, and where each of its characters stands in what was written.

Texts are copied from web pages, PDFs and spreadsheets. What reads as a RUT there may hold hyphens of other alphabets,
spaces of all widths, characters nobody sees, entities of HTML or escapes of JSON. What is private is looked for in
the text as it reads, and replaced in the text as it was written.
"""

import functools
import html
import json
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable

#: How JSON writes line ends, quotes and other characters.
_ESCAPE = re.compile(r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})')
#: An entity, also of HTML inside HTML, and characters that may read as others: none of ASCII, none of ``À`` to ``ÿ``.
_WRITTEN = re.compile(
    r"&(?:amp;){0,9}+(?:(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});)?|[^\x00-\x7f\xc0-\xff]"
)
#: Beside those of format (Cf), characters of which nothing is seen.
_UNSEEN = re.compile(r"[\u034f\u115f\u1160\u3164\uffa0\ufe00-\ufe0f]")
#: What NFKC would make an ``o``, and "Nº 5" a word.
_DEGREE = {"\u00ba": "\u00b0"}


class Reading:
    """A written text with some of it replaced by a character, or by nothing.

    :ivar text: the text as it reads
    :param pattern: what is replaced
    :param reads: returns how that reads: as long as it is, one character, or nothing
    """

    def __init__(
        self,
        written: str,
        pattern: re.Pattern | None = None,
        reads: Callable[[re.Match], str] = re.Match.group,
    ) -> None:
        # After each change of length: where reading goes on, where writing does, where the character before it ended.
        self._read, self._written, self._ended = [0], [0], [0]
        pieces, at, length = [], 0, 0
        for match in pattern.finditer(written) if pattern else ():
            new = reads(match)
            pieces += (written[at : match.start()], new)
            length, at = length + match.start() - at + len(new), match.end()
            if len(new) != at - match.start():
                self._read.append(length)
                self._written.append(at)
                self._ended.append(at if new else match.start())
        self.text = "".join((*pieces, written[at:]))

    def start(self, at: int) -> int:
        """Return where in the written text a character of this one begins."""
        index = bisect_right(self._read, at) - 1
        return self._written[index] + at - self._read[index]

    def end(self, at: int) -> int:
        """Return where in the written text what stands before ``at`` ends: before what is not seen."""
        index = bisect_left(self._read, at)
        if index < len(self._read) and self._read[index] == at:
            return self._ended[index]
        return self._written[index - 1] + at - self._read[index - 1]


def unescaped(written: str) -> Reading:
    """Return a text without the escapes of JSON: these hide a word behind a letter, and ``ñ`` in ``\\u00f1``."""
    return Reading(written, _ESCAPE if "\\" in written else None, lambda escape: json.loads(f'"{escape[0]}"'))


def views(text: str) -> list[Reading]:
    """Return the ways a text reads: without what is not seen and, where there is such, with a space in its place."""
    if text.isascii() and "&" not in text:
        return [Reading(text)]
    joined = Reading(text, _WRITTEN, _joined)
    return [joined, Reading(text, _WRITTEN, _parted)] if _hides(text) else [joined]


def _hides(text: str) -> bool:
    return any(_sign(match[0]) == "" for match in _WRITTEN.finditer(text))


def _joined(match: re.Match) -> str:
    return _sign(match[0])


def _parted(match: re.Match) -> str:
    return _sign(match[0]) or " "


@functools.lru_cache(maxsize=4096)
def _sign(written: str) -> str:
    """Return how an entity or a character reads; what reads as several characters stays as it is written."""
    char = html.unescape("&" + re.sub(r"^&(?:amp;)*", "", written)) if written[0] == "&" else written
    return _plain(char) if len(char) == 1 else written


def _plain(char: str) -> str:
    kind = unicodedata.category(char)
    if kind == "Cf" or _UNSEEN.match(char):
        return ""
    if kind in ("Zs", "No"):  # ² after a number is a note, and not of it
        return " "
    if kind == "Nd":
        return str(unicodedata.decimal(char))
    if kind == "Pd" or char == "\u2212":
        return "-"
    compatible = unicodedata.normalize("NFKC", char)
    return _DEGREE.get(char) or (compatible if len(compatible) == 1 else char)
