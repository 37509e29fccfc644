"""An answer taken apart into claims, each with the keys that stand for it.

A claim is a sentence, a list item or a table row; within a sentence each citation closes one. What has no citation of
its own rests on the next one in its paragraph, list or table, or, below "…según [A1]:", on that. Code and quotes claim
nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

CITED = re.compile(r"\[([ARF][0-9]{1,6}(?:[ ]?[,;][ ]?[ARF][0-9]{1,6})*)\]")
_FENCE = re.compile(r"[ \t]*(```+|~~~+)")
_ITEM = re.compile(r"[ \t]*(?:[-*+•]|[0-9]{1,3}[.)])[ \t]+")
_RULE = re.compile(r"[|:\- \t]+")
_CAPTION = re.compile(r"[\W_]*(?:fuentes?|ver|source|sources|segun|según)?[\W_]*", re.IGNORECASE)
#: The end of a sentence: not after short words with a point, nor within a number.
_END = re.compile(
    r"(?<!\bart)(?<!\barts)(?<!\bn)(?<!\bN)(?<!\bNo)(?<!\bNro)(?<!\binc)(?<!\bej)"
    r"(?<!\bres)(?<!\bRes)(?<!\bex)(?<!\bEx)(?<!\bSr)"
    r"(?<!\bSra)(?<!\bLtda)(?<!\bCía)(?<!\bpág)(?<!\bD\.L)(?<!\bD\.S)"
    r"(?<!\bS\.A)(?<!\bArt)(?<!\bArts)(?<!\bCirc)(?<!\bOrd)(?<!\bcód)"
    r"[.!?…]+[*_)\"»”]*(?=\s|$|\[)|\n"
)


@dataclass
class Claim:
    """One claim, and where it stands in the answer. :param kind: ``text``, ``item``, ``row`` or ``heading``"""

    text: str
    start: int
    end: int
    kind: str
    keys: list[str] = field(default_factory=list)
    #: Keys of the whole sentence: what follows the last citation may draw on all of them.
    near: list[str] = field(default_factory=list)


@dataclass
class Block:
    """A paragraph, a list or a table: within it a citation covers what stands before."""

    kind: str
    claims: list[Claim] = field(default_factory=list)


def blocks(text: str) -> list[Block]:
    """Return the blocks of an answer with their claims; of each claim the keys that stand for it."""
    found: list[Block] = []
    for kind, start, end in _lines(text):
        if not found or kind == "end" or found[-1].kind != kind or kind == "heading":
            found.append(Block(kind))
        if kind == "row":
            found[-1].claims += _clauses(text, start, end, kind, whole=True)
        elif kind != "end":
            found[-1].claims += [
                claim for first, last in _sentences(text, start, end) for claim in _clauses(text, first, last, kind)
            ]
    found = [block for block in found if block.claims]
    _cover(found)
    return found


def keys_in(text: str) -> list[str]:
    """Return the keys cited in a text, each once, as they stand."""
    return list(dict.fromkeys(key.strip() for group in CITED.findall(text) for key in re.split("[,;]", group)))


def _lines(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield (kind, start, end) of each line that may claim something; paragraphs come as one."""
    at, fence, rows, run = 0, "", 0, None
    for line in text.splitlines(keepends=True):
        start, end = at, at + len(line)
        at = end
        kind = _kind(line, rows)
        mark = _FENCE.match(line)
        if fence or mark:
            kind = "end"
            fence = "" if fence and mark and mark[1].startswith(fence) else fence or mark[1]
        rows = rows + 1 if kind == "row" else 0
        if run and kind != "text":
            yield "text", *run
            run = None
        if kind == "text":
            run = (run[0] if run else start, end)
        elif kind == "row" and rows == 1 and _is_head(text, at):
            continue
        elif kind == "item":
            sign = _ITEM.match(line)
            yield kind, start + (sign.end() if sign else 0), end
        elif kind != "rule":
            yield kind, start, end
    if run:
        yield "text", *run


def _kind(line: str, rows: int) -> str:
    bare = line.strip()
    if not bare or bare[0] == ">":
        return "end"
    if bare[0] == "#":
        return "heading"
    if _RULE.fullmatch(bare):
        return "rule" if rows else "end"
    if "|" in bare and (rows or bare[0] == "|"):
        return "row"
    return "item" if _ITEM.match(line) or (line[:1] in " \t" and line[:2].isspace()) else "text"


def _is_head(text: str, at: int) -> bool:
    end = text.find("\n", at)
    below = text[at : end if end >= 0 else len(text)].strip()
    return "-" in below and bool(_RULE.fullmatch(below))


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the sentences; a citation behind the full stop is of the sentence before it."""
    at = start
    while at < end:
        found = _END.search(text, at, end)
        stop = found.end() if found else end
        while found and (cited := re.compile(r"[ ]*\[[ARF][0-9][^\]\n]*\][.]?").match(text, stop, end)):
            stop = cited.end()
        yield at, stop
        at = stop


def _clauses(text: str, start: int, end: int, kind: str, whole: bool = False) -> list[Claim]:
    """Return the parts of a sentence that their citations close; a row is one."""
    near = keys_in(text[start:end])
    parts: list[Claim] = []
    at = start
    for group in () if whole else re.compile(rf"(?:{CITED.pattern}[ ,;y]*)+").finditer(text, start, end):
        parts.append(_claim(text, at, group.end(), kind, keys_in(group[0])))
        at = group.end()
    rest = _claim(text, at, end, kind, near if parts or whole else [])
    if rest.text.strip(" \n.,;:!?*_|()"):
        parts.append(rest)
    elif parts:
        parts[-1] = _claim(text, parts[-1].start, end, kind, parts[-1].keys)
    for claim in parts:
        claim.near = near
    return [claim for claim in parts if claim.end > claim.start]


def _claim(text: str, start: int, end: int, kind: str, keys: list[str]) -> Claim:
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    end = max(start + len(part.strip()), start)
    bare = CITED.sub(lambda found: " " * len(found[0]), text[start:end])
    return Claim(bare, start, end, kind, keys)


def _cover(found: list[Block]) -> None:
    """Give what has no citation the next one of its block; or that of the line above or below the block."""
    for at, block in enumerate(found):
        keys: list[str] = []
        for claim in reversed(block.claims):
            keys = claim.keys = claim.keys or keys
        open_ones = [claim for claim in block.claims if not claim.keys]
        if open_ones and block.kind in ("item", "row"):
            around = _above(found, at) or _below(found, at)
            for claim in open_ones:
                claim.keys = around
        elif open_ones and (around := _introduced(found, at)):
            open_ones[-1].keys = open_ones[-1].near = around
        elif open_ones and (around := _below(found, at, bare=True)):
            for claim in open_ones:
                claim.keys = around


def _above(found: list[Block], at: int) -> list[str]:
    last = found[at - 1].claims[-1] if at else None
    return last.near if last and last.text.rstrip(" *_").endswith(":") else []


def _introduced(found: list[Block], at: int) -> list[str]:
    """Return the keys of the list or table that a line such as "Hay dos facturas:" stands above."""
    below = found[at + 1] if at + 1 < len(found) else None
    if not below or below.kind not in ("item", "row") or not found[at].claims[-1].text.rstrip(" *_").endswith(":"):
        return []
    return list(dict.fromkeys(key for claim in below.claims for key in claim.near))


def _below(found: list[Block], at: int, bare: bool = False) -> list[str]:
    """Return the keys of a caption: nothing but citations, or (of a list or table) a line "Fuente: …"."""
    below = found[at + 1] if at + 1 < len(found) else None
    if below and below.kind == "text" and _CAPTION.fullmatch("".join(claim.text for claim in below.claims)):
        return below.claims[0].near
    return []
