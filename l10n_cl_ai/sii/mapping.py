"""How a source's page is read into rows: five kinds of page, as the SII has them.

=========  ===========================================================================================
``norms``  numbered norms, one after the other: *Circular N° 26 del 18 de junio del 2026*, its matter, its link
``links``  a list of links to documents; those whose address fits a pattern
``table``  a table whose rows are documents; columns by their heading or number
``matrix`` a table of values: days or months down, months or indicators across
``script`` a list that a script of the page holds: ``arrayIndice = [['…', '08-10-2025', '…'], …]``
=========  ===========================================================================================
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from urllib.parse import quote, urljoin, urlsplit

from .address import Unreadable
from .block import Block, blocks_of, found_at, plain, tree_of
from .page_text import NoText, decoded, is_hidden
from .row import LONGEST_TITLE, LONGEST_VALUE, Row, folded
from .script_list import script_list
from .spanish_date import days_in, first_day

#: Rows of a page; stars of a pattern; patterns.
MOST_ROWS, MOST_STARS, MOST_PATTERNS = 3000, 4, 8
#: Blocks after the heading of a norm in which its matter and its link stand.
_REACH = 4
#: Letters from which on a text says what a norm is about, and is no *Word* or *ver documento*.
_WORDY = 20
_NORM = re.compile(
    r"(?P<kind>circular|resoluci[oó]n(?:\s+ex(?:enta|\.)?)?(?:\s+sii)?|oficio(?:\s+ordinario)?|decreto(?:\s+supremo)?|"
    r"ley)\s*(?:n\s*[°ºo.]*|n[uú]m\.?|número)\s*(?P<number>\d[\d.]{0,9}(?:\s?[-–/]\s?\d{1,4})?)\b",
    re.IGNORECASE,
)
#: A line with one link is its title as a whole, up to so many letters; but for how often it was asked for.
_LONG_LINE = 300
_COUNTED = re.compile(
    r"\(?(?:visitas|visto|descargas|descargado|lecturas)\W{0,3}\d[\d.]*(?:\s?veces)?\)?", re.IGNORECASE
)
_SOURCE = re.compile(r"fuente\s*:", re.IGNORECASE)
#: What stays as it is in an address; all else is written as browsers send it: spaces, accents.
_AS_WRITTEN = "%/:=&?~#+!$,;'@()*[]"


class Unmapped(Unreadable):
    """The page can't be read as it was set. The message is for who set it; ``why`` is a word for programs."""

    def __init__(self, message: str, why: str):
        super().__init__("mapping", message)
        self.why = why


@dataclass(frozen=True)
class Mapping:
    """What an administrator sets for a source.

    :param kind: one of ``READERS``
    :param path: XPath of the part of the page that is looked at; of the table; for ``script`` the list's name
    :param pattern: what the end of a document's address looks like, ``*`` for all but a slash; several, with spaces
    :param number, day, title, link: columns of ``table`` and ``script``: a heading, or a number from 1 on; empty: none
    :param address: for ``script``: how its link column becomes an address: ``{}.htm``
    """

    kind: str
    path: str = ""
    pattern: str = ""
    number: str = ""
    day: str = ""
    title: str = ""
    link: str = ""
    address: str = "{}"

    def rows(self, body: bytes, url: str, charset: str = "") -> list[Row]:
        """Return the rows of a page in their order, each identity once.

        :param url: where the page is: links are relative to it
        :raises Unmapped: it can't be read so :raises NoText: it is no page with text
        """
        if any(one.count("*") > MOST_STARS for one in self.pattern.split()):
            raise Unmapped(f"a pattern has at most {MOST_STARS} stars", "stars")
        found: dict[str, Row] = {}
        try:
            for row in READERS[self.kind](self, body, url, charset):
                found.setdefault(row.identity, row)
                if len(found) >= MOST_ROWS:
                    break
        except ValueError as problem:
            raise Unmapped(str(problem), getattr(problem, "why", "mapping")) from None
        return list(found.values())

    def lost(self, body: bytes, charset: str = "") -> tuple[list[str], list[str]]:
        """Return (columns named that no table of the page has, headings that there are), each once."""
        if self.kind != "table":
            return [], []
        names = [name for name in (self.title, self.number, self.day, self.link) if name and not name.isdecimal()]
        try:
            tables = [_lines(table) for table in _tables(tree_of(body, charset), self.path)]
        except (NoText, ValueError):
            return [], []
        heads = dict.fromkeys(cell.text[:80] for lines in tables if lines for cell in lines[0] if cell.text)
        known = {folded(head) for head in heads}
        return [name for name in dict.fromkeys(names) if folded(name) not in known], list(heads)[:20]

    def fits(self, address: str) -> bool:
        """Return whether a whole address is one of a document."""
        if not address:
            return False
        path = urlsplit(address).path.lower()
        return not self._endings or any(_ends_like(path, ending) for ending in self._endings)

    @cached_property
    def _endings(self) -> list[list[str]]:
        """What stands between the stars of each pattern: a star is anything within one part of a path."""
        patterns = self.pattern.lower().replace(",", " ").split()
        return [one.split("*") for one in patterns[:MOST_PATTERNS]]


def _ends_like(path: str, pieces: list[str]) -> bool:
    """Return whether a path ends in these pieces, with no slash between two of them.

    From the end on, each piece as far back as need be: no other choice of places could do better, and none is tried
    twice, as a regular expression would.
    """
    *before, last = pieces
    if not path.endswith(last):
        return False
    at = len(path) - len(last)
    for piece in reversed(before):
        found = path.rfind(piece, 0, at)
        if found < 0 or "/" in path[found + len(piece) : at]:
            return False
        at = found
    return True


def _norms(mapping: Mapping, body: bytes, url: str, charset: str) -> Iterator[Row]:
    blocks = list(blocks_of(found_at(tree_of(body, charset), mapping.path)))
    starts = [at for at, block in enumerate(blocks) if _NORM.match(block.text)]
    for at, end in pairwise([*starts, len(blocks)]):
        parts = blocks[at : min(end, at + 1 + _REACH)]
        yield _norm(mapping, parts, url)


def _norm(mapping: Mapping, parts: list[Block], url: str) -> Row:
    head = parts[0].text
    said = _NORM.match(head)
    matter = _matter(head, said, parts[1:])
    day = first_day(head)
    links = [link for part in parts for link in part.links]
    return Row(
        title=matter[:LONGEST_TITLE], url=_document(mapping, links, url), kind=_kind(said["kind"]),
        number=re.sub(r"[\s.]", "", said["number"]), day=day,
    )  # fmt: skip


def _matter(head: str, said: re.Match, after: list[Block]) -> str:
    """Return what a norm is about: the rest of its heading, or else the block after it. No more: what comes then may
    be a banner or a counter."""
    dated = next(days_in(head), None)
    rest = head[dated[1] if dated else said.end() :]
    rest = _SOURCE.split(rest)[0].strip(" .,:;-–")
    if len(rest) >= _WORDY:
        return rest
    for block in after:
        text = _SOURCE.split(block.text)[0].strip()
        if len(text) >= _WORDY:
            return text
        if _SOURCE.match(block.text):
            break
    return rest


def _kind(words: str) -> str:
    word = plain(words).lower()
    return next((kind for kind in ("circular", "resol", "oficio", "decreto", "ley") if word.startswith(kind)), word)


def _links(mapping: Mapping, body: bytes, url: str, charset: str) -> Iterator[Row]:
    best: dict[str, Row] = {}
    for block in blocks_of(found_at(tree_of(body, charset), mapping.path)):
        for href, words in block.links:
            address = "" if href.startswith("#") else _absolute(href, url)
            if not mapping.fits(address):
                continue
            alone = len(block.links) == 1 and len(block.text) <= _LONG_LINE
            row = _linked(_COUNTED.sub("", block.text).strip() if alone else words, address)
            # The same document may be linked twice, by its icon and by its name.
            if row.title and (row.identity not in best or len(row.title) > len(best[row.identity].title)):
                best[row.identity] = row
    yield from best.values()


def _linked(words: str, url: str) -> Row:
    said = _NORM.match(words)
    return Row(
        title=words[:LONGEST_TITLE], url=url, kind=_kind(said["kind"]) if said else "",
        number=re.sub(r"[\s.]", "", said["number"]) if said else "", day=first_day(words),
    )  # fmt: skip


def _table(mapping: Mapping, body: bytes, url: str, charset: str) -> Iterator[Row]:
    for table in _tables(tree_of(body, charset), mapping.path):
        lines = _lines(table)
        if not lines:
            continue
        columns = {name: _column(getattr(mapping, name), lines[0]) for name in ("number", "day", "title", "link")}
        if columns["title"] is None and columns["number"] is None:
            continue
        body_lines = lines[1:] if _has_names(mapping) or _is_head(table) else lines
        for cells in body_lines:
            row = _from_cells(mapping, cells, columns, url)
            if row:
                yield row


def _from_cells(mapping: Mapping, cells: list[Block], columns: dict[str, int | None], url: str) -> Row | None:
    def cell(name):
        at = columns[name]
        return cells[at] if at is not None and at < len(cells) else Block()

    title, number = cell("title").text[:LONGEST_TITLE], cell("number").text[:50]
    if not title and not number:
        return None
    links = cell("link").links or cell("title").links or cell("number").links
    said = _NORM.match(title)
    return Row(
        title=title or number, url=_document(mapping, links, url), number=number,
        day=first_day(cell("day").text) or first_day(title), kind=_kind(said["kind"]) if said else "",
    )  # fmt: skip


def _matrix(mapping: Mapping, body: bytes, url: str, charset: str) -> Iterator[Row]:
    for table in _tables(tree_of(body, charset), mapping.path):
        lines = _lines(table)
        if len(lines) < 2 or len(lines[0]) < 2:
            continue
        heads = [cell.text for cell in lines[0]]
        for cells in lines[1:]:
            for head, cell in zip(heads[1:], cells[1:], strict=False):
                # A day that has not come has an empty cell: it is a row once it is filled in.
                if cells[0].text and re.search(r"\d", cell.text) and len(cell.text) <= LONGEST_VALUE:
                    yield Row(title=f"{cells[0].text} {head}".strip()[:LONGEST_TITLE], value=cell.text)


def _script(mapping: Mapping, body: bytes, url: str, charset: str) -> Iterator[Row]:
    for items in script_list(decoded(body, charset), mapping.path or "arrayIndice"):
        cells = [Block(text) for text in items]
        columns = {name: _number(getattr(mapping, name)) for name in ("number", "day", "title", "link")}
        row = _from_cells(mapping, cells, columns, url)
        link = columns["link"]
        if row and link is not None and link < len(items):
            name = items[link]
            address = mapping.address.replace("{}", name)
            row = Row(title=row.title, url=_absolute(address, url), number=row.number, day=row.day, kind=row.kind)
        if row:
            yield row


def _tables(root, path: str) -> list:
    """Return the tables looked at: innermost ones, for pages of old are laid out by tables."""
    return [
        table
        for top in found_at(root, path)
        for table in ([top] if top.tag == "table" else top.iter("table"))
        if not table.xpath(".//table") and not is_hidden(table)
    ]


def _lines(table) -> list[list[Block]]:
    """Return the lines of a table, those that people see and that have anything in them."""
    lines = []
    for line in table.iter("tr"):
        if is_hidden(line):
            continue
        cells = [_cell(cell) for cell in line.xpath("./td | ./th")]
        if any(cell.text for cell in cells):
            lines.append(cells)
    return lines


def _cell(element) -> Block:
    parts = list(blocks_of([element]))
    return Block(" ".join(part.text for part in parts if part.text), [link for part in parts for link in part.links])


def _is_head(table) -> bool:
    first = next(table.iter("tr"), None)
    return first is not None and not first.xpath("./td") and bool(first.xpath("./th"))


def _has_names(mapping: Mapping) -> bool:
    return any(name and not name.isdecimal() for name in (mapping.number, mapping.day, mapping.title, mapping.link))


def _column(name: str, heads: list[Block]) -> int | None:
    """Return the place of a column, by its heading (columns may then change places) or its number from 1 on."""
    if not name or name.isdecimal():
        return _number(name)
    wanted = folded(name)
    return next((at for at, head in enumerate(heads) if folded(head.text) == wanted), None)


def _number(name: str) -> int | None:
    return int(name) - 1 if name.isdecimal() and 0 < int(name) < 1000 else None


def _document(mapping: Mapping, links: list[tuple[str, str]], url: str) -> str:
    """Return the address of the first link that is one of a document; empty where there is none."""
    addresses = (_absolute(href, url) for href, _words in links if not href.startswith("#"))
    return next((address for address in addresses if mapping.fits(address)), "")


def _absolute(href: str, url: str) -> str:
    """Return a link as a whole address; none where it leads to no page of the web."""
    try:
        address = quote(urljoin(url, href.strip()), safe=_AS_WRITTEN)
        return address if urlsplit(address).scheme in ("http", "https") and len(address) <= 2000 else ""
    except ValueError:
        return ""


READERS: dict[str, Callable[[Mapping, bytes, str, str], Iterator[Row]]] = {
    "norms": _norms, "links": _links, "table": _table, "matrix": _matrix, "script": _script,
}  # fmt: skip
__all__ = ["MOST_ROWS", "READERS", "Mapping", "NoText", "Unmapped"]
