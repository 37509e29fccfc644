"""Markdown of a model as safe HTML, block by block.

Nothing of the text becomes a tag: it is escaped, and tags are put together from the constants of these files. There is
no raw HTML, no image, no id, no style, no event; a link leads to https of a site that was named. What comes out is
well-formed, also for the first half of an answer: a stream renders it again with each bit that comes.
"""

import re
from collections.abc import Iterable, Sequence

from . import markdown_table as table
from .markdown_inline import inline
from .markdown_text import Frame, Line, Marks, Run, lines_of

#: Letters of an answer that are shown; how deep lists and quotes may be nested.
MOST, DEEPEST = 100_000, 6

_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})([^`]*)$")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]|$)")
_QUOTE = re.compile(r" {0,3}> ?")
_ITEM = re.compile(r"[ \t]*(?:([-*+•])|([0-9]{1,9})[.)])(?:[ \t]+|$)")


def render(
    text: str,
    keys: Iterable[str] = frozenset(),
    hosts: Iterable[str] = frozenset(),
    marks: Iterable[tuple[int, int, str]] = (),
) -> list[str]:
    """Return an answer as safe HTML, one string per block.

    :param keys: keys of sources: ``[A1]`` becomes a button where it is one of these, else it is marked
    :param hosts: sites (``sii.cl``) that may be linked to, with their subdomains, over https
    :param marks: (start, end, words) of parts of ``text`` to be marked
    """
    shown = text if len(text) <= MOST else text[:MOST] + " …"
    frame = Frame(frozenset(keys), frozenset(map(str.lower, hosts)), Marks(marks), len(shown.rstrip()))
    return [html for _kind, html in _Blocks(lines_of(shown), frame, 0).blocks()]


class _Blocks:
    """Reads lines from the first to the last; what stands in a list or quote is read by another one."""

    def __init__(self, lines: Sequence[Line], frame: Frame, depth: int) -> None:
        self.lines, self.frame, self.depth, self.at = lines, frame, depth, 0

    def blocks(self) -> list[tuple[str, str]]:
        """Return (kind, HTML) of each block."""
        blocks = []
        while self.at < len(self.lines):
            if not self.lines[self.at].strip():
                self.at += 1
                continue
            kind = self._kind(self.at) if self.depth < DEEPEST else "paragraph"
            blocks.append((kind, getattr(self, f"_{kind}")()))
        return blocks

    def _kind(self, at: int) -> str:
        line = self.lines[at]
        first = line.lstrip()[:1]
        if first in "`~" and _FENCE.match(line):
            return "code"
        if first == "#" and _HEADING.match(line):
            return "heading"
        if first == ">" and _QUOTE.match(line):
            return "quote"
        if first in "-*_" and _is_rule(line):
            return "rule"
        if (first in "-*+•" or first.isdigit()) and _ITEM.match(line):
            return "list"
        return "table" if "|" in line and table.begins(self.lines, at) else "paragraph"

    def _nested(self, lines: Sequence[Line]) -> list[tuple[str, str]]:
        return _Blocks(lines, self.frame, self.depth + 1).blocks()

    def _text(self, *lines: Line) -> str:
        return inline(Run(lines), self.frame)

    # -- leaves ------------------------------------------------------------------------------------------

    def _paragraph(self) -> str:
        lines = [self._next()]
        while self.at < len(self.lines) and self.lines[self.at].strip():
            if self.depth < DEEPEST and self._interrupts(self.at):
                break
            lines.append(self._next())
        return f"<p>{self._text(*lines)}</p>"

    def _next(self) -> Line:
        self.at += 1
        return self.lines[self.at - 1].part(0)

    def _interrupts(self, at: int) -> bool:
        """Return whether a paragraph ends before this line. ``2026. …`` at the start of one is no list."""
        kind = self._kind(at)
        if kind == "list":
            number = _ITEM.match(self.lines[at])[2]
            return number is None or int(number) == 1
        return kind != "paragraph"

    def _heading(self) -> str:
        line = self.lines[self.at]
        signs = _HEADING.match(line)
        body = line.part(signs.end())
        bare = body.rstrip("#")
        if bare != body and bare[-1:].isspace():
            body = body.part(0, len(bare))
        self.at += 1
        level = min(len(signs[1]) + 3, 6)
        return f'<h{level} class="o_l10n_cl_ai_heading">{self._text(body)}</h{level}>'

    def _rule(self) -> str:
        self.at += 1
        return "<hr/>"

    def _code(self) -> str:
        fence = _FENCE.match(self.lines[self.at])[1]
        self.at += 1
        shown = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            self.at += 1
            end = _FENCE.match(line)
            if end and end[1].startswith(fence) and not end[2].strip():
                break
            shown.append(self.frame.marks.html(line, line.offset))
        return f'<pre class="o_l10n_cl_ai_code" tabindex="0"><code>{chr(10).join(shown)}</code></pre>'

    def _table(self) -> str:
        html, self.at = table.read(self.lines, self.at, self._text)
        return html

    # -- containers --------------------------------------------------------------------------------------

    def _quote(self) -> str:
        lines = []
        while self.at < len(self.lines) and (sign := _QUOTE.match(self.lines[self.at])):
            line = self.lines[self.at]
            lines.append(Line(line[sign.end() :], line.offset + sign.end()))
            self.at += 1
        inner = "".join(html for _kind, html in self._nested(lines))
        return f'<blockquote class="o_l10n_cl_ai_quote">{inner}</blockquote>'

    def _list(self) -> str:
        first = _ITEM.match(self.lines[self.at])
        number, left = first[2], _indent(self.lines[self.at])
        items = []
        while self.at < len(self.lines) and self._is_next_item(left, number is not None):
            items.append(f"<li>{_tight(self._nested(self._item()))}</li>")
        if number is None:
            return f"<ul>{''.join(items)}</ul>"
        start = f' start="{int(number)}"' if int(number) != 1 else ""
        return f"<ol{start}>{''.join(items)}</ol>"

    def _is_next_item(self, left: int, ordered: bool) -> bool:
        line = self.lines[self.at]
        sign = _ITEM.match(line)
        return bool(sign) and (sign[2] is not None) == ordered and _indent(line) <= left + 1 and not _is_rule(line)

    def _item(self) -> list[Line]:
        """Return the lines of one item: its own, those set in below it, and a paragraph that goes on."""
        line = self.lines[self.at]
        sign, left = _ITEM.match(line), _indent(line)
        width = left + sign.end() - (len(line) - len(line.lstrip(" \t")))
        lines = [Line(line[sign.end() :], line.offset + sign.end())]
        self.at += 1
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if not line.strip():
                if not self._goes_on(left):
                    break
                lines.append(Line("", line.offset))
                continue
            if _indent(line) < left + 2 and (not lines[-1].strip() or self._kind(self.at) != "paragraph"):
                break
            lines.append(_outdent(line, width))
            self.at += 1
        return lines

    def _goes_on(self, left: int) -> bool:
        """Skip blank lines; return whether something of the item follows them."""
        while self.at < len(self.lines) and not self.lines[self.at].strip():
            self.at += 1
        return self.at < len(self.lines) and _indent(self.lines[self.at]) >= left + 2


def _is_rule(line: str) -> bool:
    signs = "".join(line.split())
    return len(signs) >= 3 and signs[0] in "-*_" and signs == signs[0] * len(signs)


def _indent(line: str) -> int:
    blanks = line[: len(line) - len(line.lstrip(" \t"))]
    return len(blanks) + 3 * blanks.count("\t")


def _outdent(line: Line, width: int) -> Line:
    at = gone = 0
    while at < len(line) and gone < width and line[at] in " \t":
        gone += 4 if line[at] == "\t" else 1
        at += 1
    return Line(line[at:], line.offset + at)


def _tight(blocks: Sequence[tuple[str, str]]) -> str:
    """Return what stands in an item; the only paragraph of it needs no element of its own."""
    if sum(kind == "paragraph" for kind, _html in blocks) > 1:
        return "".join(html for _kind, html in blocks)
    return "".join(html[3:-4] if kind == "paragraph" else html for kind, html in blocks)
