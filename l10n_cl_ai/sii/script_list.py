"""A list of lists of texts in a script of a page, read and never run."""

import re
from collections.abc import Iterator

from lxml import html
from lxml.etree import LxmlError

from .block import Unfit, plain

#: Letters of a script that are looked at, items, texts of an item, letters of a text.
_LONGEST, _MOST_ITEMS, _MOST_TEXTS, _LONGEST_TEXT = 1_500_000, 6000, 30, 4000
_TOKEN = re.compile(
    r"""\s+|//[^\n]*|/\*.*?\*/|(?P<sign>[\[\],])|'(?P<single>(?:[^'\\]|\\.){0,4000})'|"(?P<double>(?:[^"\\]|\\.){0,4000})"|"""
    r"(?P<bare>[\w.+-]{1,40})",
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)


def script_list(text: str, name: str) -> Iterator[list[str]]:
    """Yield the items of ``name = [[…], …]``, their texts without markup.

    :raises Unfit: there is no such list, or it is none of lists of texts
    """
    if not re.fullmatch(r"[A-Za-z_$][\w$]{0,60}", name):
        raise Unfit("list_name", "the list's name is none that a script can have")
    begun = re.search(rf"(?<![\w$.]){re.escape(name)}\s*=\s*(?=\[)", text[:_LONGEST])
    if not begun:
        raise Unfit("no_list", f"the page holds no list {name}")
    depth, item, items, at = 0, [], 0, begun.end()
    while True:
        token = _TOKEN.match(text, at)
        if not token or token.end() == at:
            raise Unfit("list_shape", f"the list {name} is not made of lists of texts")
        at = token.end()
        if token["sign"] == "[":
            depth += 1
            item = []
            if depth > 2:
                raise Unfit("list_shape", f"the list {name} is nested too deep")
        elif token["sign"] == "]":
            depth -= 1
            if depth == 0:
                return
            yield item
            items += 1
            if items >= _MOST_ITEMS:
                return
        elif token["sign"] is None and depth == 2 and len(item) < _MOST_TEXTS:
            said = next((part for part in (token["single"], token["double"], token["bare"]) if part is not None), None)
            if said is not None:
                item.append(_words(said))


def _words(said: str) -> str:
    said = _ESCAPED.sub(_sign, said)[:_LONGEST_TEXT]
    if "<" not in said and "&" not in said:
        return plain(said)
    try:
        return plain(html.fromstring(f"<div>{said}</div>").text_content())
    except (LxmlError, ValueError):
        return ""


def _sign(found: re.Match) -> str:
    code = found[1]
    if len(code) > 1:
        number = int(code[1:], 16)
        return chr(number) if not 0xD800 <= number <= 0xDFFF else ""
    return {"n": " ", "r": " ", "t": " "}.get(code, code)
