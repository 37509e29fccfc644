"""The articles of one index in memory, as the database had them at one time: which words stand in which of them, and
what they weigh there. To ask the database for each word of a question takes several times as long.
"""

import heapq
from array import array
from bisect import bisect_left
from collections.abc import Container, Iterable, Mapping, Sequence

from .retrieval import deletions


class Shelf:
    """Never changes: where articles change, another takes its place. Any thread may read it.

    :param entries: {id of an entry: id of its article}; no other shelf has the same entry
    :param postings: (lexeme, ids of the entries it stands in, what it weighs in each)
    :param words: (word as it is written, its lexeme)
    """

    def __init__(
        self,
        entries: Mapping[int, int],
        postings: Iterable[tuple[str, Sequence[int], Sequence[float]]],
        words: Iterable[tuple[str, str]],
    ):
        self.entries = dict(entries)
        self._postings = {lexeme: (array("i", ids), array("f", weights)) for lexeme, ids, weights in postings}
        self._words = list(words)
        # As numbers: the texts would take ten times the room. Two texts of one number do no harm, who asks compares.
        lefts = sorted((hash(left), at) for at, (word, _lexeme) in enumerate(self._words) for left in deletions(word))
        self._lefts = array("q", (left for left, _at in lefts))
        self._places = array("i", (at for _left, at in lefts))

    @property
    def size(self) -> int:
        """Words in articles, each once an article: by this it takes its room."""
        return sum(len(ids) for ids, _weights in self._postings.values())

    def often(self, lexeme: str) -> int:
        """Return in how many articles a lexeme stands."""
        return len(self._postings[lexeme][0]) if lexeme in self._postings else 0

    def having(self, lexeme: str, articles: Container[int]) -> set[int]:
        """Return which of these articles have a lexeme."""
        ids, _weights = self._postings.get(lexeme, ((), ()))
        return {self.entries[entry] for entry in ids if self.entries[entry] in articles}

    def near(self, word: str) -> set[tuple[str, str]]:
        """Return (word, lexeme) of words that may be a slip away, and all that are."""
        found = set()
        for left in map(hash, deletions(word)):
            at = bisect_left(self._lefts, left)
            while at < len(self._lefts) and self._lefts[at] == left:
                found.add(self._words[self._places[at]])
                at += 1
        return found

    def weigh(self, lexemes: Mapping[str, float], scores: dict[int, float]) -> None:
        """Add to the score of each entry what one word of a question is worth in it.

        Of what the word may have meant the best counts, so that a word with many meanings does not outweigh others.

        :param lexemes: {lexeme: how much it counts and tells}
        """
        if len(lexemes) == 1:
            [(lexeme, worth)] = lexemes.items()
            for entry, weight in zip(*self._postings.get(lexeme, ((), ())), strict=True):
                scores[entry] = scores.get(entry, 0.0) + worth * weight
            return
        best: dict[int, float] = {}
        for lexeme, worth in lexemes.items():
            for entry, weight in zip(*self._postings.get(lexeme, ((), ())), strict=True):
                score = worth * weight
                if score > best.get(entry, 0.0):
                    best[entry] = score
        for entry, score in best.items():
            scores[entry] = scores.get(entry, 0.0) + score


def ranked(shelves: Sequence[Shelf], wanted: Iterable[Mapping[str, float]], most: int | None) -> list[int]:
    """Return the ids of articles that have any of the words, best first, as if all shelves were one.

    :param wanted: of each word {lexeme it may mean: how much it counts and tells}
    :param most: articles; None: all
    """
    scores: dict[int, float] = {}
    for lexemes in wanted:
        for shelf in shelves:
            shelf.weigh(lexemes, scores)
    ordered = ((-score, entry) for entry, score in scores.items())
    best = sorted(ordered) if most is None else heapq.nsmallest(most, ordered)
    article = {entry: shelf.entries[entry] for shelf in shelves for _score, entry in best if entry in shelf.entries}
    return [article[entry] for _score, entry in best]


def shared(
    shelves: Sequence[Shelf], wanted: Sequence[Mapping[str, float]], most: float, articles: Container[int]
) -> dict[int, float]:
    """Return {id of an article: how much of what was asked it has, from 0 to 1}. Those that have nothing are left out.

    :param wanted: of each word {lexeme it may mean: how much it tells}; of one that nobody knows nothing
    :param most: how much a word tells that nobody knows
    """
    had: dict[int, float] = {}
    for lexemes in wanted:
        best: dict[int, float] = {}
        for lexeme, tells in lexemes.items():
            for article in set().union(*(shelf.having(lexeme, articles) for shelf in shelves)):
                best[article] = max(best.get(article, 0.0), tells)
        for article, tells in best.items():
            had[article] = had.get(article, 0.0) + tells
    whole = sum(max(lexemes.values(), default=most) for lexemes in wanted)
    return {article: min(1.0, tells / whole) for article, tells in had.items()}
