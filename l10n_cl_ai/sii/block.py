"""A page as a row of blocks, each with its words and links: what the readers of rows go through."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree, html

from . import path as paths
from .page_text import DEEPEST, NoText, decoded, depth, is_hidden, parsed

#: Blocks of a page, and links of a block.
MOST_BLOCKS, MOST_LINKS = 20_000, 50
_IGNORED = frozenset({
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "form", "button", "select",
    "input", "textarea", "nav", "header", "footer", "aside", "head", "canvas", "video", "audio", "map", "marquee",
})  # fmt: skip
_BLOCKS = frozenset({
    "p", "div", "section", "article", "main", "body", "html", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre",
    "center", "address", "figure", "td", "th", "tr", "table", "tbody", "thead", "h1", "h2", "h3", "h4", "h5", "h6",
    "br", "hr",
})  # fmt: skip
_SPACE = re.compile(r"[\s\u200b\ufeff\xad]+")


class Unfit(ValueError):
    """What was set does not fit the page, or is nothing that can be used; ``why`` is a word for programs."""

    def __init__(self, why: str, message: str):
        super().__init__(message)
        self.why = why


@dataclass
class Block:
    """:param links: (address as written, words of the link)"""

    text: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)


def tree_of(body: bytes, charset: str = ""):
    """Return the page's root element. :raises NoText: it is none, or nested too deep"""
    root = parsed(decoded(body, charset))
    if depth(root) > DEEPEST:
        raise NoText("the page is nested too deep", "deep")
    return root


def found_at(root, path: str) -> list:
    """Return the elements at an XPath of the administrator's, the whole page where there is none; of those that lie
    within each other the outermost, so that nothing is looked at twice.

    :raises Unfit: it is no XPath, one that may cost too much, or leads to no elements
    """
    if not path:
        return [root]
    if fault := paths.fault(path):
        raise Unfit(fault, f"this XPath can't be used: {paths.FAULTS[fault]}")
    try:
        found = root.xpath(path)
    except (etree.XPathError, ValueError, TypeError) as problem:
        raise Unfit("xpath", f"this XPath can't be used: {problem}") from None
    if not isinstance(found, list) or not all(isinstance(one, html.HtmlElement) for one in found):
        raise Unfit("elements", "this XPath leads to no elements")
    return _outermost(root, found)


def _outermost(root, found: list) -> list:
    """Return those of these elements that lie in no other, in their order on the page."""
    if len(found) < 2:
        return found
    wanted, inside, kept = set(found), None, []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if inside is None and event == "start" and element in wanted:
            inside = element
            kept.append(element)
        elif event == "end" and element is inside:
            inside = None
    return kept


def blocks_of(elements) -> Iterator[Block]:
    """Yield the blocks of elements in order, those that people see, and none that is empty."""
    count = 0
    for element in elements:
        for block in _Walk(element).blocks():
            if block.text or block.links:
                yield block
                count += 1
                if count >= MOST_BLOCKS:
                    return


class _Walk:
    """Goes through an element once, and gives a block wherever a line of it ends."""

    def __init__(self, top):
        self.top = top
        self.words: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.open: tuple[str, list[str]] | None = None  # the link within which we are: its address, its words

    def blocks(self) -> Iterator[Block]:
        skipped = None
        for event, element in etree.iterwalk(self.top, events=("start", "end")):
            if skipped is not None:
                if event == "end" and element is skipped:
                    skipped = None
                    self.say(element.tail if element is not self.top else "")
            elif event == "end":
                yield from self.leave(element)
            elif not isinstance(element.tag, str) or element.tag in _IGNORED or is_hidden(element):
                skipped = element
            else:
                yield from self.enter(element)
        yield self.end()

    def enter(self, element) -> Iterator[Block]:
        if element.tag in _BLOCKS:
            yield self.end()
        if element.tag == "a" and element.get("href"):
            self.open = (element.get("href"), [])
        self.say(element.text)

    def leave(self, element) -> Iterator[Block]:
        if element.tag == "a" and self.open:
            self.links.append((self.open[0], plain("".join(self.open[1]))))
            self.open = None
        if element.tag in _BLOCKS:
            yield self.end()
        if element is not self.top:
            self.say(element.tail)

    def say(self, words: str | None) -> None:
        self.words.append(words or "")
        if self.open:
            self.open[1].append(words or "")

    def end(self) -> Block:
        block = Block(plain("".join(self.words)), self.links[:MOST_LINKS])
        self.words, self.links = [], []
        return block


def plain(text: str) -> str:
    """Return a text in one line, without signs that nobody sees."""
    return _SPACE.sub(" ", "".join(sign if sign.isprintable() or sign.isspace() else " " for sign in text)).strip()
