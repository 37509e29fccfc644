"""From a page of HTML to Markdown: headings, paragraphs, lists and tables; what is no text is left out.

HTML is hostile: nothing is fetched from it or run, and depth and size are bounded. What it says stays text:
signs that Markdown would read are kept from meaning anything at the beginning of a line.
"""

import re
from dataclasses import dataclass, field

from lxml import etree, html

#: Letters of a text, cells of a row; how deep elements may lie in each other.
LONGEST, MOST_CELLS, DEEPEST = 180_000, 20, 200
_IGNORED = frozenset({
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "form", "button", "select",
    "input", "textarea", "nav", "header", "footer", "aside", "head", "title", "canvas", "video", "audio", "map",
})  # fmt: skip
_BLOCKS = frozenset({
    "p", "div", "section", "article", "main", "body", "html", "ul", "ol", "dl", "dt", "dd", "blockquote", "pre",
    "center", "address", "figure", "figcaption", "details", "summary", "hr", "fieldset", "td", "th", "tr", "tbody",
    "thead",
})  # fmt: skip
_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
_SPACE = re.compile(r"[\s\u200b\ufeff]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_MEANT = re.compile(r"[#>|`]|[-+*]\s|[-=*_]{3,}$")


class NoText(Exception):
    """There is no text in it that can be read; ``reason`` is a word for programs."""

    def __init__(self, message: str, reason: str = "no_text"):
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True)
class Read:
    """:param title: of the page, its first heading where it has none; may be empty"""

    title: str
    text: str


def read_html(body: bytes, charset: str = "") -> Read:
    """Return the text of a page as Markdown.

    :param charset: as the server says it; else what the page says, UTF-8 or Windows-1252
    :raises NoText: it has none, or is nested too deep
    """
    root = parsed(decoded(body, charset))
    if depth(root) > DEEPEST:
        raise NoText("the page is nested too deep", "deep")
    writer = _Writer()
    main = next(iter(root.xpath("//main | //*[@role='main']")), None)
    writer.element(root if main is None else main)
    text = writer.text()
    if not text and main is not None:
        writer = _Writer()
        writer.element(root)
        text = writer.text()
    if not text:
        raise NoText("the page has no text")
    title = _plain(" ".join(root.xpath("string((//title)[1])").split()))
    heading = re.search(r"^#{1,6} (.+)$", text, re.MULTILINE)
    return Read((title or (heading[1] if heading else ""))[:200], text[:LONGEST])


def read_plain(body: bytes, charset: str = "") -> Read:
    """Return a text or Markdown file as it is; its first heading is its title. :raises NoText: it has none"""
    text = _CONTROL.sub("", decoded(body, charset).replace("\r\n", "\n")).strip()
    if not text:
        raise NoText("the file has no text")
    heading = re.search(r"^#{1,6} +(.+)$", text, re.MULTILINE)
    return Read((heading[1].strip() if heading else "")[:200], text[:LONGEST])


def decoded(body: bytes, charset: str = "") -> str:
    """Return bytes as text: as said, as the page says, as UTF-8, as Windows-1252, whichever fits first."""
    said = re.search(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([a-zA-Z0-9_-]{2,20})", body[:4096])
    for name in ("utf-8-sig" if body.startswith(b"\xef\xbb\xbf") else "", charset, said and said[1].decode(), "utf-8"):
        if name and name.lower().replace("_", "-") in _CHARSETS:
            try:
                return body.decode(name)
            except UnicodeDecodeError:
                continue
    return body.decode("cp1252", "replace")


_CHARSETS = frozenset({
    "utf-8", "utf8", "utf-8-sig", "iso-8859-1", "latin1", "windows-1252", "cp1252", "iso-8859-15",
    "us-ascii",
})  # fmt: skip


def parsed(text: str):
    """Return the root element of a page. :raises NoText: it is empty, or no page"""
    text = _CONTROL.sub("", text)
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    if not text.strip():
        raise NoText("the page is empty")
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False, recover=True)
    try:
        root = html.document_fromstring(text, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        raise NoText("the page can't be read") from None
    return root


def depth(root) -> int:
    """Return how deep elements lie in each other."""
    deepest = level = 0
    for event, _element in etree.iterwalk(root, events=("start", "end")):
        level += 1 if event == "start" else -1
        deepest = max(deepest, level)
    return deepest


@dataclass
class _Writer:
    """Goes through a page and writes it down, block by block."""

    blocks: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    prefix: str = ""
    level: int = 0
    size: int = 0

    def text(self) -> str:
        self.end()
        parts, last = [], ""
        for block in self.blocks:
            tight = _is_item(block) and _is_item(last.rpartition("\n")[2])
            parts += ["\n" if tight else "\n\n", block]
            last = block
        return "".join(parts).strip()

    def end(self) -> None:
        """End a block, and write it if there is anything in it."""
        words, self.line = _plain("".join(self.line)), []
        if words:
            self._add(self.prefix + (words if self.prefix.strip() else _literal(words)))
            self.prefix = "  " * self.level if self.level > 1 else ""

    def _add(self, block: str) -> None:
        self.blocks.append(block)
        self.size += len(block)

    def element(self, element) -> None:
        if self.size > LONGEST:
            return  # what follows would be cut off
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag in _IGNORED or not tag or is_hidden(element):
            return
        if tag == "table" and not element.xpath(".//table"):
            self._table(element)
        elif tag in _HEADINGS:
            self._prefixed(element, _HEADINGS[tag] + " ")
        elif tag == "li":
            self._prefixed(element, "  " * max(self.level - 1, 0) + "- ")
        elif tag == "br":
            self.line.append(" ")
        else:
            self._inside(element, tag in _BLOCKS or tag == "table")

    def _inside(self, element, is_block: bool) -> None:
        nested = element.tag in ("ul", "ol")
        self.level += nested
        if is_block:
            self.end()
        self._children(element)
        if is_block:
            self.end()
        self.level -= nested

    def _children(self, element) -> None:
        self.line.append(element.text or "")
        for child in element:
            self.element(child)
            self.line.append(child.tail or "")

    def _prefixed(self, element, prefix: str) -> None:
        self.end()
        self.prefix = prefix
        self._children(element)
        self.end()
        self.prefix = ""

    def _table(self, table) -> None:
        self.end()
        rows = [
            [_plain(cell.text_content()).replace("|", r"\|") for cell in row.xpath("./td | ./th")][:MOST_CELLS]
            for row in table.iter("tr")
            if not is_hidden(row)
        ]
        rows = [row for row in rows if any(row)]
        width = max(map(len, rows), default=0)
        if width < 2:
            for row in rows:
                self._add(_literal(row[0]))
            return
        lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
        self._add("\n".join([lines[0], "|" + " --- |" * width, *lines[1:]]))


def _plain(text: str) -> str:
    return _SPACE.sub(" ", _CONTROL.sub("", text)).strip()


def _literal(text: str) -> str:
    """Return a block that Markdown reads as the text it is."""
    return f"\\{text}" if _MEANT.match(text) else text


def _is_item(block: str) -> bool:
    return block.lstrip().startswith("- ")


def is_hidden(element) -> bool:
    """Whether people don't see it: what is written there is not for them."""
    style = (element.get("style") or "").lower().replace(" ", "")
    hidden = element.get("hidden") is not None or element.get("aria-hidden") == "true"
    return hidden or "display:none" in style or "visibility:hidden" in style
