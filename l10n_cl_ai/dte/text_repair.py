"""Mends texts so that a DTE can carry them: characters, blanks and lengths.

A DTE is written in ISO-8859-1 (Formato DTE v2.5, §2), one character per byte. What is changed here
is always shown to a person before or after; nothing is guessed about the meaning of a text.
"""

import re
import unicodedata

from .node import printable

#: Written for a letter that has no Latin writing: a hole that people see, never a silent loss.
PLACEHOLDER = "?"

#: What unicodedata does not know how to write in Latin letters.
_WRITINGS = {
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "‹": "'", "›": "'",
    "“": '"', "”": '"', "„": '"', "‟": '"', "″": '"',
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
    "•": "-", "‣": "-", "●": "-", "▪": "-", "■": "-", "→": "->", "←": "<-",
    "€": "EUR", "⁄": "/", "∕": "/", "≤": "<=", "≥": ">=", "≈": "~", "≠": "<>", "✓": "v", "✔": "v",
    "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ħ": "h", "Ħ": "H", "ı": "i",
    "ẞ": "SS", "ƒ": "f", "Ω": "ohm", "\u2126": "ohm", "\u200b": "", "\u2028": "\n", "\u2029": "\n",
}  # fmt: skip

#: Categories that leave nothing to write: controls, formats, joiners, private, symbols, marks.
_BLANKS = frozenset({"Zs", "Cc"})
_LETTERS = frozenset({"Lu", "Ll", "Lt", "Lo", "Nd", "Nl", "No"})

#: Marks where something was taken out, until the blanks around it are mended.
_HOLE = "\x00"
#: The look behind keeps a long run of blanks from being tried again from each of them.
_HOLES = re.compile(rf"(?<! )(?P<before> *)(?:{_HOLE} *)+")
#: Words that say nothing at the end of a shortened text.
_DANGLING_WORD = re.compile(r"\s(?:de|del|la|las|el|los|y|e|o|u|en|con|para|por|al|a)$", re.IGNORECASE)
_DANGLING_MARKS = ",;:.-/&("


def is_writable(text: str) -> bool:
    """Whether a DTE can carry every character of a text."""
    return all(map(printable, text))


def latin(text: str) -> str:
    """Return the nearest text that ISO-8859-1 can write.

    Typographic quotes, dashes, ellipses, ligatures and the euro sign get their plain writing;
    letters lose the accents that Latin-1 lacks; emoji and control characters go, with the blank they
    leave; letters of other scripts become "?". A text that is right is returned unchanged, so the
    function is idempotent; one with letters or digits never becomes empty.
    """
    if is_writable(text):
        return text
    written = "".join(map(_writing, unicodedata.normalize("NFC", text)))
    return _HOLES.sub(_close_hole, written).strip() if _HOLE in written else written


def _writing(character: str) -> str:
    """Return one character in ISO-8859-1: itself, its plain writing, a blank, "?" or a hole."""
    if printable(character):
        return character
    if "\x80" <= character <= "\x9f":
        # Bytes of Windows-1252 that somebody read as ISO-8859-1: “ arrives as \x93.
        character = character.encode("latin-1").decode("cp1252", "ignore") or "\x81"
    known = _WRITINGS.get(character)
    if known is not None:
        return known or _HOLE
    plain = "".join(filter(None, map(_plain, unicodedata.normalize("NFKD", character))))
    if plain:
        return plain
    category = unicodedata.category(character)
    if category in _BLANKS:
        return " " if category == "Zs" or character in "\x0b\x0c\x1c\x1d\x1e\x1f\x85" else _HOLE
    return PLACEHOLDER if category in _LETTERS else _HOLE


def _plain(character: str) -> str:
    if printable(character):
        return character
    digit = unicodedata.decimal(character, None)
    return str(digit) if digit is not None else _WRITINGS.get(character, "")


def _close_hole(match: re.Match) -> str:
    """Leave one blank where blanks stood on the outer sides of what was taken out, else nothing."""
    return " " if match["before"] or match[0].endswith(" ") else ""


def shortened(text: str, limit: int) -> str:
    """Return at most ``limit`` characters of a text, cut after a whole word.

    Words that say nothing at the end ("de", "y") go too. A single word longer than the limit is cut.

    :param limit: characters, at least 1
    """
    text = text.strip()
    if len(text) <= limit:
        return text
    # A comma after the last word that fits is no reason to lose the word.
    head = split(text, limit)[0] if text[limit].isalnum() else text[:limit]
    return _without_dangling(head) or head


def _without_dangling(text: str) -> str:
    """Take off, one by one, the marks, blanks and words that say nothing at the end of a text."""
    before = None
    while text != before:
        before = text
        while text and (text[-1].isspace() or text[-1] in _DANGLING_MARKS):
            text = text[:-1]
        text = _DANGLING_WORD.sub("", text)
    return text


def split(text: str, limit: int) -> tuple[str, str]:
    """Return (at most ``limit`` characters, the rest), parted between two words; nothing is lost."""
    text = text.strip()
    if len(text) <= limit:
        return text, ""
    at = limit
    if not text[limit].isspace():
        last = max((m.start() for m in re.finditer(r"\s", text[:limit])), default=0)
        at = last or limit
    return text[:at].rstrip(), text[at:].lstrip()


__all__ = ["PLACEHOLDER", "is_writable", "latin", "shortened", "split"]
