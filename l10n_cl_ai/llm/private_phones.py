"""Where phone numbers stand in a text.

Without a word before it, a number is a phone when it is written as nothing else is: with ``+``, with an area code in
brackets or before a hyphen, or in the groups of a mobile. A bare mobile of nine digits is one too, unless a word
calls it a figure.
"""

import re
from collections.abc import Iterator

from .private_patterns import DATE, LEFT, RIGHT, THOUSANDS, Span, digits, is_figure, numbers, speaks_of

_GAP = r"[\u0020\u00a0.\-/]"
_NO_FIGURE = r"(?![.,%][0-9]|%)"
#: Area codes of Chile.
_AREA = r"(?:2|3[2-5]|4[1-5]|5[1-35-8]|6[13-57]|7[1-35])"
#: ``+15000000`` may be a difference: other countries' numbers are long, or written in groups.
_INTERNATIONAL = re.compile(
    rf"(?:(?<![0-9+])\+|{LEFT}00(?=56))(?:"
    rf"56{_GAP}?\(?0?[0-9]{{1,2}}\)?(?:{_GAP}{{0,2}}[0-9]){{6,8}}"
    rf"|[1-9][0-9]{{10,14}}|\(?[1-9][0-9]{{0,2}}\)?[\u0020\u00a0\-](?:[\u0020\u00a0\-()]{{0,2}}[0-9]){{7,12}}){RIGHT}"
)
_MOBILE = re.compile(
    # "33/912345678" may be a type and its folio; with the country's code, or in groups, it is neither.
    rf"(?<![\w$+])(?<![0-9][.,\-])(?:(?<![0-9]/)|(?=569|\(|0?9[ \-]))(?<!\$\s)(?:56{_GAP}?)?(?:\(0?9\)|0?9)(?:"
    rf"{_GAP}?[0-9]{{4}}{_GAP}?[0-9]{{4}}|[0-9]{{2}}([ -])[0-9]{{3}}\1[0-9]{{3}}"
    rf"|[0-9][ -][0-9]{{3}}[ -][0-9]{{4}}|[0-9]{{4}}[ -][0-9]{{4}}|[ -][0-9]{{2}}[ -]?[0-9]{{3}}[ -]?[0-9]{{3}}"
    rf"|[ -][0-9]{{3}}[ -]?[0-9]{{2}}[ -]?[0-9]{{3}}){RIGHT}{_NO_FIGURE}"
)
_LANDLINE = re.compile(
    rf"(?<![\w$])(?<![0-9][.,\-/])(?:\(0?{_AREA}\)[ -]?[0-9]{{1,4}}(?:[ -]?[0-9]{{3,4}}){{1,2}}"
    rf"|0?2-2[0-9]{{3}}[ -]?[0-9]{{4}}|0?{_AREA}-2[ -]?[0-9]{{3}}[ -]?[0-9]{{3}}){RIGHT}(?!-[0-9]){_NO_FIGURE}"
)
_WORD = re.compile(
    rf"{LEFT}(?i:fonos?|tel[ée]?fonos?|tels?|tlf|cel(?:ular(?:es)?)?|m[óo]vil(?:es)?|whats?app|wsp|wasap|fax|phones?|"
    r"mobiles?)(?:_[A-Za-z_]{1,12}|(?<=[a-z])[A-Z][A-Za-z]{0,12})?(?![^\W_])[^0-9\n$]{0,16}?(?=[(+0-9])"
)
#: "Lápiz N° 9", "factura N° 987654321", and the numbers of JSON.
_NUMBERED = re.compile(r"(?:(?<![^\W_])n[°ºo]|nro\.?|#|\":)\s{0,2}$", re.IGNORECASE)
_NUMBER = re.compile(rf"\+?\(?[0-9](?:[()\u0020\u00a0.\-]{{0,2}}[0-9]){{6,12}}{RIGHT}{_NO_FIGURE}")
_NEXT = re.compile(r"\s{0,2}(?:[,/;y-]\s{0,2})?(?=[(+0-9])")


def phones(text: str) -> Iterator[Span]:
    """Find phone numbers."""
    for match in numbers((_INTERNATIONAL, _LANDLINE, _MOBILE), text):
        if match.re is not _MOBILE or _is_mobile(text, match):
            yield _span(match)
    if not speaks_of(text, "fono", "tel", "tlf", "cel", "vil", "what", "wsp", "wasap", "fax", "phone", "mobile"):
        return
    for word in _WORD.finditer(text):
        yield from _named(text, word.end())


def _is_mobile(text: str, match: re.Match) -> bool:
    start = match.start()
    return not (_is_sum(match[0]) or is_figure(text, start) or _NUMBERED.search(text[max(0, start - 8) : start]))


def _is_sum(number: str) -> bool:
    """Whether it is an amount with its thousands in dots, or a line of a table: 9 of 1050 are 9450."""
    row = number.split()
    if len(row) == 3 and number.replace(" ", "").isdecimal():
        return int(row[0]) * int(row[1]) == int(row[2])
    return bool(THOUSANDS.fullmatch(number))


def _named(text: str, at: int) -> Iterator[Span]:
    """Yield the numbers that follow a word for a phone, one after the other."""
    while match := _NUMBER.match(text, at):
        if DATE.match(match[0]) or THOUSANDS.fullmatch(match[0]) or is_figure(text, at):
            return
        yield _span(match)
        following = _NEXT.match(text, match.end())
        if not following:
            return
        at = following.end()


def _span(match: re.Match) -> Span:
    # With and without the country's code it is the same number.
    return Span(match.start(), match.end(), "PHONE", digits(match[0])[-9:])
