"""What stands within a line: emphasis, code, links, citations. One pass over it, whatever it holds."""

import re
from bisect import bisect_right
from collections import defaultdict

from .markdown_links import link
from .markdown_text import Frame, Run, escape

_TOKEN = re.compile(
    r"""
      (?P<escape>\\[!-/:-@\[-`{-~])
    | (?P<code>`+)
    | (?P<run>\*+|_+|~~)
    | (?P<cite>\[[ARF][0-9]{1,6}(?:[ ]?[,;][ ]?[ARF][0-9]{1,6})*+\])
    | (?P<link>!?\[(?P<label>[^\[\]\n]{1,300}+)\]\([ ]{0,3}+<?(?P<to>(?:[^\s()<>]|\([^\s()<>]{0,200}+\)){1,2000}+)>?
          (?:[ ]{1,3}+"[^"\n]{0,200}+")?[ ]{0,3}+\))
    | (?P<bare>(?<!\w)https?://[^\s<>"`|\[\]*\\]++)
    | (?P<break><br[ ]?/?>)
    | (?P<line>\n)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_KEY = re.compile(r"[A-Z][0-9]+")
#: Tags of runs of delimiters; each is open at most once, so that nesting is bounded.
_TAGS = {"*": "em", "_": "em", "**": "strong", "__": "strong", "~~": "s"}
_TAIL = ".,;:!?'\")"


#: Without one of these, text is just text.
_SIGN = re.compile(r"[\\`*_~\[\n]|<br|https?://", re.IGNORECASE)


def inline(run: Run, frame: Frame) -> str:
    """Return the HTML of what stands in a paragraph, heading or cell."""
    if not _SIGN.search(run.text):
        return frame.marks.html(run.text, run.offset(0))
    return _Inline(run, frame).html(0, len(run.text))


class _Inline:
    def __init__(self, run: Run, frame: Frame, linked: bool = False) -> None:
        self.run, self.text, self.frame = run, run.text, frame
        self.linked, self.open = linked, not linked and run.is_open(frame)
        self.parts: list[str] = []
        #: (delimiter, its place in ``parts``) of what is open
        self.stack: list[tuple[str, int]] = []
        self.ticks: dict[int, list[int]] | None = None

    def html(self, start: int, end: int) -> str:
        self.start, self.end, at = start, end, start
        while found := _TOKEN.search(self.text, at, end):
            if found.start() > at:
                self.parts.append(self.plain(at, found.start()))
            at = getattr(self, f"_{found.lastgroup if found.lastgroup not in ('label', 'to') else 'link'}")(found)
        if at < end:
            self.parts.append(self.plain(at, end))
        if self.open:
            self._complete()
        return "".join(self.parts)

    def plain(self, start: int, end: int) -> str:
        return self.frame.marks.html(self.text[start:end], self.run.offset(start))

    def _literal(self, found: re.Match) -> int:
        self.parts.append(self.plain(found.start(), found.end()))
        return found.end()

    def _escape(self, found: re.Match) -> int:
        self.parts.append(self.plain(found.start() + 1, found.end()))
        return found.end()

    def _break(self, found: re.Match) -> int:
        self.parts.append("<br/>")
        return found.end()

    _line = _break

    # -- code --------------------------------------------------------------------------------------------

    def _code(self, found: re.Match) -> int:
        start, end = found.end(), self._closing(found)
        if end is None:
            if not self.open:
                return self._literal(found)
            end = self.end
        after = min(end + len(found[0]), self.end)
        if body := self.text[start:end].strip():
            start += self.text[start:end].index(body[0])
            self.parts += ["<code>", self.plain(start, start + len(body)), "</code>"]
        return after

    def _closing(self, found: re.Match) -> int | None:
        """Return where the run of as many backticks begins; all of them are looked up once."""
        if self.ticks is None:
            self.ticks = defaultdict(list)
            for run in re.finditer("`+", self.text):
                self.ticks[len(run[0])].append(run.start())
        places = self.ticks[len(found[0])]
        at = bisect_right(places, found.start())
        return places[at] if at < len(places) and places[at] < self.end else None

    # -- emphasis ----------------------------------------------------------------------------------------

    def _run(self, found: re.Match) -> int:
        start, end, sign = found.start(), found.end(), found[0][0]
        opens, closes = self._flanks(start, end, sign)
        while start < end:
            if closes and (at := self._opener(sign, end - start)) is not None:
                mark, place = self.stack[at]
                del self.stack[at:]
                self.parts[place] = f"<{_TAGS[mark]}>"
                self.parts.append(f"</{_TAGS[mark]}>")
            elif opens and (mark := self._openable(sign, end - start)):
                self.stack.append((mark, len(self.parts)))
                self.parts.append(self.plain(start, start + len(mark)))
            else:
                if not (self.open and end == self.end):  # the rest of it is on its way
                    self.parts.append(self.plain(start, end))
                break
            start += len(mark)
        return end

    def _flanks(self, start: int, end: int, sign: str) -> tuple[bool, bool]:
        """Return whether a run of delimiters may open and may close, as CommonMark has it."""
        before = self.text[start - 1] if start > self.start else " "
        after = self.text[end] if end < self.end else " "
        left = not after.isspace() and (after.isalnum() or not before.isalnum())
        right = not before.isspace() and (before.isalnum() or not after.isalnum())
        if sign != "_":
            return left, right
        return left and not before.isalnum(), right and not after.isalnum()

    def _opener(self, sign: str, length: int) -> int | None:
        for at in range(len(self.stack) - 1, -1, -1):
            if self.stack[at][0][0] == sign and len(self.stack[at][0]) <= length:
                return at
        return None

    def _openable(self, sign: str, length: int) -> str:
        opened = {mark for mark, _place in self.stack}
        for mark in (sign * 2, sign):
            if mark in _TAGS and len(mark) <= length and mark not in opened:
                return mark
        return ""

    def _complete(self) -> None:
        """Close what is bold at the end of a growing answer. A lone star stays: it is more often a product."""
        while self.stack:
            mark, place = self.stack.pop()
            if len(mark) == 2:
                self.parts[place] = f"<{_TAGS[mark]}>"
                self.parts.append(f"</{_TAGS[mark]}>")
                return

    # -- links and citations -----------------------------------------------------------------------------

    def _cite(self, found: re.Match) -> int:
        if self.linked:
            return self._literal(found)
        for key in _KEY.findall(found[0].upper()):
            if key in self.frame.keys:
                self.parts.append(f'<button type="button" class="o_l10n_cl_ai_source" data-key="{key}">{key}</button>')
            else:
                marked = self.frame.marks.html(f"[{key}]", self.run.offset(found.start()))
                self.parts.append(
                    marked if "<" in marked else f'<span class="o_l10n_cl_ai_unsupported">{marked}</span>'
                )
        return found.end()

    def _link(self, found: re.Match) -> int:
        label = _Inline(self.run, self.frame, linked=True).html(*found.span("label"))
        address = None if self.linked else link(found["to"], self.frame.hosts)
        if address:
            self._anchor(address, label)
        else:  # what it says and where it leads, as words
            self.parts += [label, f" ({self.plain(*found.span('to'))})"]
        return found.end()

    def _bare(self, found: re.Match) -> int:
        end = found.start() + len(found[0].rstrip(_TAIL))
        address = None if self.linked else link(self.text[found.start() : end], self.frame.hosts)
        shown = self.plain(found.start(), end)
        if address:
            self._anchor(address, shown)
        else:
            self.parts.append(shown)
        return end

    def _anchor(self, address: str, label: str) -> None:
        self.parts.append(f'<a href="{escape(address)}" rel="noopener noreferrer" target="_blank">{label}</a>')
