"""Searching what is written down, but for the database: words, slips of the pen, one ranking of many, passages."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

#: Letters of a passage, of a word that is indexed, and of a question that is read.
LONGEST_PASSAGE, LONGEST_WORD, LONGEST_QUERY = 1500, 40, 1000
#: Words of a question that are looked for.
MOST_WORDS = 32
#: Shortest word that is mended: of shorter ones every other is a slip away.
SHORTEST_MENDED = 3
#: How soon lower places stop to count when rankings are made one (Cormack et al. 2009).
_RRF = 60
_WORD = re.compile(r"[^\W_]+")
_HEADING = re.compile(r"#{1,6}\s")
_GAP = "[…]"


def words_of(text: str, most: int | None = None) -> list[str]:
    """Return the words of a text in their order, in lower case and without accents (ñ is n). :param most: words"""
    plain = unicodedata.normalize("NFKD", text.lower())
    found = _WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))
    return [word[:LONGEST_WORD] for word in found[:most]]


def deletions(word: str) -> list[str]:
    """Return a word, and what is left of it without any one of its letters.

    Two words that are one slip apart (a letter more, fewer, another, or two swapped) have one of these in common, as in
    Garbe's SymSpell: they are found by equality, short words as well as long ones.
    """
    return list(dict.fromkeys([word, *(word[:at] + word[at + 1 :] for at in range(len(word)))]))


def is_slip(one: str, other: str) -> bool:
    """Return whether two words differ by one letter more, fewer or other, or by two neighbours swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, others = one[same:], other[same:]
    swapped = rest[:2] == others[:2][::-1] and rest[2:] == others[2:]
    return swapped or rest[1:] == others[1:] or rest == others[1:] or rest[1:] == others


def mended(word: str, known: Iterable[tuple[str, str, int]], most: int = 5) -> dict[str, float]:
    """Return {lexeme: how much it counts} of what an unknown word may have meant; likelier ones are those used more.

    :param known: (word, its lexeme, in how many articles that is)
    """
    often = {lexeme: count for other, lexeme, count in known if count and is_slip(word, other)}
    best = sorted(often, key=lambda lexeme: (-often[lexeme], lexeme))[:most]
    total = sum(often.values())
    return {lexeme: (often[lexeme] / total) ** 0.5 for lexeme in best}


def fuse(rankings: Sequence[Sequence[int]]) -> list[tuple[int, float]]:
    """Return (id, score) of several rankings made one by reciprocal ranks, best first; at equal scores the lower id."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for place, found in enumerate(dict.fromkeys(ranking), 1):
            scores[found] = scores.get(found, 0.0) + 1 / (_RRF + place)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


@dataclass(frozen=True)
class _Block:
    heading: str
    text: str
    place: int


def passage(
    body: str, weights: Mapping[str, float], lexemes: Mapping[str, str], most: int = LONGEST_PASSAGE
) -> str:
    """Return the part of a Markdown text that answers best: whole paragraphs under their headings, in their order.

    :param weights: {lexeme: how much it tells} of what was asked
    :param lexemes: {word: lexeme} of the body's words
    :param most: letters; a shorter body is returned whole
    """
    body = body.strip()
    if len(body) <= most:
        return body
    blocks = _blocks(body)
    asked = {word: weights[lexeme] for word, lexeme in lexemes.items() if lexeme in weights}
    worth = {block.place: _worth(block, asked, lexemes) for block in blocks}
    ranked = sorted(blocks, key=lambda block: (-worth[block.place], block.place))
    chosen, room = ranked[:1], most - len(ranked[0].text)
    for block in ranked[1:]:
        if worth[block.place] and len(block.text) < room and len(_joined([*chosen, block])) <= most:
            chosen.append(block)
            room -= len(block.text) + 2
    text = _joined(chosen)
    return text if len(text) <= most else text[: most - 1].rsplit(None, 1)[0] + "…"


def _blocks(body: str) -> list[_Block]:
    found, heading = [], ""
    for part in re.split(r"\n\s*\n", body):
        lines = part.strip().split("\n")
        if _HEADING.match(lines[0]):
            heading, lines = lines[0].strip(), lines[1:]
        if text := "\n".join(lines).strip():
            found.append(_Block(heading, text, len(found)))
    return found or [_Block("", body, 0)]


def _worth(block: _Block, asked: Mapping[str, float], lexemes: Mapping[str, str]) -> float:
    """Return how much of what was asked stands in a block; its heading counts half."""
    inside = {lexemes[word]: asked[word] for word in words_of(block.text) if word in asked}
    above = {lexemes[word]: asked[word] for word in words_of(block.heading) if word in asked}
    return sum(inside.values()) + sum(above.values()) / 2


def _joined(blocks: Sequence[_Block]) -> str:
    """Return blocks in their order, each heading once, and a sign where something was left out."""
    parts: list[str] = []
    last = None
    for block in sorted(blocks, key=lambda block: block.place):
        if last and block.place > last.place + 1:
            parts.append(_GAP)
        if block.heading and (last is None or last.heading != block.heading):
            parts.append(block.heading)
        parts.append(block.text)
        last = block
    return "\n\n".join(parts)
