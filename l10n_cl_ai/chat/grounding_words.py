"""Words of a claim beside those of its source: how many are there, whose names, whether one denies the other."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain, islice

from .facts import WORDS, fold
from .grounding_vocabulary import COMMON, OPPOSED, STOP

_WORD = re.compile(r"[a-z]+")
_NEGATORS = frozenset({"no", "nunca", "jamas", "tampoco", "ni"})
#: Verbs whose *no* is that of the verb behind them, each in one form.
_MODALS = {
    **dict.fromkeys(["puede", "pueden", "podra", "podran", "podria", "podrian", "pudo", "posible"], "poder"),
    **dict.fromkeys(["debe", "deben", "debera", "deberan", "deberia", "deberian", "debio"], "deber"),
    **dict.fromkeys(["encuentra", "encuentran", "encontrara", "encuentren"], "estar"),
    **dict.fromkeys(["es", "son", "sera", "seran", "fue", "fueron", "sea", "sean"], "ser"),
}
_VERBS = frozenset(_MODALS.values())
_MUST = re.compile(r"\b(?:tiene|tienen|tendra|tendran|hay|habra) que\b")
_YES = re.compile(r"\b[Ss]í\b")
#: "De no ser así" denies nothing.
_ELSE = re.compile(r"\b[Dd]e no (?:ser|estar|haber|hacerlo)\b")
_IS = re.compile(r"\b[Ee]st(?:á|án|ará|arán|én)\b")
_PAID = re.compile(r"\bpagad[ao]s?\b")
_UNPAID = re.compile(r"\bimpag|\bno (?:\w+ ){0,3}pag|\bsin pagar|\bpor (?:pagar|cobrar)|\bpendientes? de pago")
_NAME = re.compile(r"(?<![\w.])[A-ZÁÉÍÓÚÑ][\w&áéíóúñü]+(?:[ -][A-ZÁÉÍÓÚÑ][\w&áéíóúñü]+)*")

#: Sentences that a claim is compared with, and of which more is read than their words: at most.
_MOST_COMPARED, _MOST_ALIKE = 5000, 50
_BLANKS = re.compile(r"\s{3,}")


def stems(text: str) -> list[str]:
    """Return the words that carry meaning, cut to what their forms share."""
    return [
        _stem(word) for word in _WORD.findall(fold(text)) if len(word) > 2 and word not in STOP and word not in WORDS
    ]


def _stem(word: str) -> str:
    if len(word) <= 5:
        return word.rstrip("s") if len(word) > 3 else word
    return word[:5] if len(word) < 9 else word[:6]


@lru_cache(maxsize=256)
def sentences(text: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Return the sentences of a source and their parts, folded, each with its stems."""
    text = _BLANKS.sub(lambda blanks: "\n\n" if "\n" in blanks[0][:-1] else " ", text)
    whole = re.split(r"(?<=[.!?\n])(?<!\bart\.)(?<!\bn\.)\s+(?=[^\d\s])|(?<=[.!?])(?=[A-ZÁÉÍÓÚ¿])", text)
    parts = [part for one in whole if len(cut := re.split(r"(?<=[;:])\s+", one)) > 1 for part in cut]
    return tuple((_spoken(part), frozenset(stems(part))) for part in (*whole, *parts) if part.strip())


def _spoken(text: str) -> str:
    """Return a text folded, with what only an accent tells apart told apart by other words."""
    return fold(_IS.sub("encuentra", _ELSE.sub("", _YES.sub("", text))))


def containment(claim: str, texts: Iterable[str]) -> tuple[float, int]:
    """Return which share of the claim's words its sources have, and how many words that were."""
    mine = set(stems(claim))
    if not mine:
        return 1.0, 0
    theirs = [_told(text)[1] for text in texts]
    return sum(any(stem in words for words in theirs) for stem in mine) / len(mine), len(mine)


@lru_cache(maxsize=512)
def _told(text: str) -> tuple[str, frozenset[str]]:
    """Return a source folded, and what its words are cut to."""
    folded = fold(text)
    return folded, frozenset(map(_stem, _WORD.findall(folded)))


def strange_names(claim: str, texts: Sequence[str], given: Sequence[str]) -> list[tuple[int, int]]:
    """Return where in a claim names stand that neither its sources nor the user named."""
    told = [_told(text) for text in (*texts, *given)]
    strange = []
    for found in _NAME.finditer(claim):
        words = _WORD.findall(fold(found[0]))
        if _begins(claim, found.start()):
            words = words[1:]
        if any(len(word) > 1 and word not in COMMON | STOP and not _is_told(word, told) for word in words):
            strange.append(found.span())
    return strange


def _is_told(word: str, told: Sequence[tuple[str, frozenset[str]]]) -> bool:
    stem = _stem(word)
    return any(stem in stems or (len(word) > 4 and word[:6] in folded) for folded, stems in told)


def _begins(claim: str, at: int) -> bool:
    """Return whether a capital is only that of a sentence's first word."""
    before = claim[:at].rstrip(" *_\"'«“(¿¡")
    return not before or before[-1] in ".:;!?|\n…-"


def alike(claim: str, texts: Iterable[str], least: float) -> list[str]:
    """Return the sentences of the sources that say most nearly the same, folded.

    :param least: share of the claim's words that such a sentence has
    """
    mine = frozenset(stems(claim))
    if len(mine) < 2:
        return []
    every = islice(chain.from_iterable(map(sentences, texts)), _MOST_COMPARED)
    found = [(len(mine & words) / len(mine), other) for other, words in every]
    best = max((likeness for likeness, _other in found), default=0)
    return [other for likeness, other in found if likeness >= max(best - 0.05, least)][:_MOST_ALIKE]


def contradicts(claim: str, others: Sequence[str]) -> bool:
    """Return whether each of the sentences that are alike is denied by the claim, or denies it."""
    said = _spoken(claim)
    return bool(others) and all(_opposed(said, other) for other in others)


def misstates(claim: str, records: Sequence[str]) -> bool:
    """Return whether a claim says paid of records that are not, or not paid of those that are."""
    states = {state for record in records for state in re.findall(r'"payment(?:_state)?":\s*"(paid|not_paid)"', record)}
    unpaid = bool(_UNPAID.search(said := fold(claim)))
    return (states == {"paid"} and unpaid) or (states == {"not_paid"} and not unpaid and bool(_PAID.search(said)))


def _opposed(mine: str, other: str) -> bool:
    my_no, my_yes = _denied(mine)
    other_no, other_yes = _denied(other)
    if (my_no - other_no) & other_yes or (other_no - my_no) & my_yes:
        return True
    return any(_crossed(mine, other, *pair) for pair in OPPOSED)


def _denied(text: str) -> tuple[set[str], set[str]]:
    """Return the verbs and words that are denied, and those that are said without a *no*."""
    denied, said, supposed = set(), set(), set()
    words = [_MODALS.get(word, word) for word in _WORD.findall(_MUST.sub("debe", text))]
    where = said
    for at, word in enumerate(words):
        if word in _NEGATORS:
            # "Si no reclama, …" neither denies nor says it.
            where = supposed if "si" in words[max(at - 6, 0) : at] else denied
        elif word in _VERBS:
            where.add(word)
        elif len(word) > 3:
            where.add(word[:5])
            where = said
    return denied, said


def _crossed(mine: str, other: str, one: str, two: str) -> bool:
    """Return whether of two opposites a text has more of the one and less of the other."""
    more, less = (len(re.findall(rf"\b{word}", mine)) - len(re.findall(rf"\b{word}", other)) for word in (one, two))
    return more * less < 0
