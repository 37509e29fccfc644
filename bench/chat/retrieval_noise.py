"""Making questions as people type them: without accents or small words, some words missing, one slip."""

import random
import re
import unicodedata

#: Words nobody types into a search box.
_STOP = """
    a al ante como con cual cuales cuando de del desde donde durante e el ella ellos en entre era es esta estan
    este esto estos fue ha han hasta hay la las le les lo los mas me mi muy no nos o otra otro para pero por
    porque que quien quienes se ser si sin sobre son su sus tambien te tiene tienen todo un una uno y ya yo puede
    puedo debe deben debo
"""
STOP = frozenset(_STOP.split())
DROPPED = 0.35
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.lower())
    return re.findall(r"[^\W_]+", "".join(letter for letter in plain if not unicodedata.combining(letter)))


def slip(word: str, chance: random.Random) -> str:
    """Return a word with a letter missing, one more, two swapped, or one another."""
    at, kind, letter = chance.randrange(len(word) - 1), chance.randrange(4), chance.choice(_LETTERS)
    return [
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + letter + word[at + 1 :],
    ][kind]


def noisy(question: str, chance: random.Random) -> str:
    meant = [word for word in words(question) if word not in STOP]
    kept = [word for word in meant if chance.random() >= DROPPED] or meant[:1]
    if long := [at for at, word in enumerate(kept) if len(word) > 3]:
        at = chance.choice(long)
        kept[at] = slip(kept[at], chance)
    return " ".join(kept)
