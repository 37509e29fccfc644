"""Tables of an answer: rows of cells between bars, as GitHub's Markdown has them."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from .markdown_text import Line

#: More columns than these are no table that anybody reads: it stays text.
WIDEST = 30

_BAR = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r":?-+:?")
_HALF_RULE = re.compile(r"[|:\- \t]*")
_ALIGNED = {(True, True): ' class="text-center"', (False, True): ' class="text-end"'}
_IN_ONE_LINE = {
    "": ' class="text-nowrap"',
    **{look: f'{look[:-1]} text-nowrap"' for look in _ALIGNED.values()},
}
#: Sums and dates, which nobody can read in two lines.
_FIGURE = re.compile(r"[*_]{0,3}-?(?:US)?\$? ?-?[0-9][0-9.,/-]{4,30}(?: ?%)?[*_]{0,3}")


def begins(lines: Sequence[Line], at: int) -> bool:
    """Return whether a table's head is here: a row, and a row of dashes (which may be on its way) below."""
    head = lines[at].strip()
    if at + 1 >= len(lines):
        return len(head) > 2 and head[0] == head[-1] == "|" and len(cells(lines[at])) <= WIDEST
    below = lines[at + 1]
    if len(cells(lines[at])) > WIDEST:
        return False
    if "-" in below and all(_RULE.fullmatch(cell) for cell in cells(below)):
        return True
    return at + 2 >= len(lines) and head[0] == "|" and bool(_HALF_RULE.fullmatch(below)) and "|" in below


def read(lines: Sequence[Line], at: int, inline: Callable[[Line], str]) -> tuple[str, int]:
    """Return a table's HTML and the line after it."""
    aligned = [_alignment(cell) for cell in cells(lines[at + 1])] if at + 1 < len(lines) else []
    head = _row(lines[at], "th", aligned, inline)
    at, body = at + 2, []
    while at < len(lines) and "|" in lines[at] and lines[at].strip():
        body.append(_row(lines[at], "td", aligned, inline))
        at += 1
    rows = f"<tbody>{''.join(body)}</tbody>" if body else ""
    return (
        '<div class="o_l10n_cl_ai_table table-responsive" tabindex="0"><table class="table table-sm">'
        f"<thead>{head}</thead>{rows}</table></div>",
        min(at, len(lines)),
    )


def cells(line: Line) -> list[Line]:
    """Return the cells of a row, without the bars at its ends."""
    bars = [bar.start() for bar in _BAR.finditer(line)]
    edges = [-1, *bars, len(line)]
    parts = [line.part(start + 1, end) for start, end in pairwise(edges)]
    if len(parts) > 1 and not parts[0]:
        parts = parts[1:]
    if len(parts) > 1 and not parts[-1]:
        parts = parts[:-1]
    return parts


def _alignment(cell: str) -> str:
    return _ALIGNED.get((cell.startswith(":"), cell.endswith(":") and len(cell) > 1), "")


def _row(line: Line, tag: str, aligned: Sequence[str], inline: Callable[[Line], str]) -> str:
    shown = cells(line)[:WIDEST]
    classes = [*aligned[: len(shown)], *[""] * (len(shown) - len(aligned))]
    looks = [
        _IN_ONE_LINE[look] if len(cell) > 5 and _FIGURE.fullmatch(cell) else look
        for cell, look in zip(shown, classes)
    ]
    return f"<tr>{''.join(f'<{tag}{look}>{inline(cell)}</{tag}>' for cell, look in zip(shown, looks))}</tr>"
