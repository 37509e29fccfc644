"""Text of a hostile writer as the text of a page: escaped, without invisible letters, with what is marked in it."""

import html
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

#: Letters that nobody sees or that turn the order of others round; those that XML knows nothing of; half pairs.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\uffff\ud800-\udfff\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
#: Accents heaped on one letter cover the lines above and below.
_HEAPED = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{2})"
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_SPECIAL = re.compile("[&<>\"']")


def seen(text: str) -> str:
    """Return the text without letters that nobody sees, and with no more than two accents on one."""
    if text.isascii() and text.isprintable():
        return text
    return _HEAPED.sub(r"\1", _UNSEEN.sub("", text))


def escape(text: str) -> str:
    """Return the text so that it can stand in an element or in a quoted attribute."""
    text = seen(text)
    return html.escape(text) if _SPECIAL.search(text) else text


class Marks:
    """What is marked in a text, without overlaps: of two that overlap the first keeps what both have.

    :param marks: (start, end, why) of each; ``why`` is shown to people
    """

    def __init__(self, marks: Iterable[tuple[int, int, str]] = ()) -> None:
        self._spans: list[tuple[int, int, str]] = []
        at = 0
        for first, end, why in sorted(marks, key=lambda mark: (mark[0], mark[1])):
            start = max(first, at)
            if start < end:
                self._spans.append((start, end, f'<span class="o_l10n_cl_ai_unsupported" title="{escape(why)}">'))
                at = end
        self._starts = [start for start, _end, _tag in self._spans]

    def html(self, text: str, offset: int) -> str:
        """Return the text as HTML. :param offset: where in the whole answer it begins"""
        if not self._spans:
            return text if text.isalnum() and text.isascii() else escape(text)
        done, end, parts = offset, offset + len(text), []
        at = max(bisect_right(self._starts, offset) - 1, 0)
        for first, last, tag in self._spans[at : bisect_right(self._starts, end)]:
            start, stop = max(first, done), min(last, end)
            if start < stop and text[start - offset : stop - offset].strip():
                parts += [escape(text[done - offset : start - offset]), tag]
                parts += [escape(text[start - offset : stop - offset]), "</span>"]
                done = stop
        return "".join((*parts, escape(text[done - offset :])))


@dataclass(frozen=True)
class Frame:
    """What an answer may show.

    :param keys: keys of sources that were shown, :param hosts: sites that may be linked to
    :param end: where the text ends: what is open there may still be completed
    """

    keys: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    marks: Marks = field(default_factory=Marks)
    end: int = -1


class Line(str):
    """A part of one line of the answer, which knows where it stands in it."""

    __slots__ = ("offset",)

    def __new__(cls, text: str, offset: int = 0) -> "Line":
        line = super().__new__(cls, text)
        line.offset = offset
        return line

    def part(self, start: int, end: int | None = None) -> "Line":
        """Return a part of it, blanks at its ends left out."""
        text = self[start:end]
        bare = text.lstrip()
        line = str.__new__(Line, bare.rstrip())
        line.offset = self.offset + start + len(text) - len(bare)
        return line


class Run:
    """Lines of one paragraph, cell or heading as one text, whose places are known in the answer."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.text = "\n".join(lines)
        self._starts, self._offsets, at = [], [], 0
        for line in lines:
            self._starts.append(at)
            self._offsets.append(line.offset)
            at += len(line) + 1

    def offset(self, at: int) -> int:
        """Return where in the answer a place of this text is."""
        line = bisect_right(self._starts, at) - 1
        return self._offsets[line] + at - self._starts[line]

    def is_open(self, frame: Frame) -> bool:
        """Return whether the answer ends here, so that what is begun may still be completed."""
        return self.offset(len(self.text)) >= frame.end


def lines_of(text: str) -> list[Line]:
    """Return the lines of a text."""
    lines, at = [], 0
    for line in re.split("(\r\n|\r|\n)", text):
        if line[:1] not in ("\r", "\n"):
            lines.append(Line(line, at))
        at += len(line)
    return lines
