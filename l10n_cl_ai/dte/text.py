"""Comparing texts as people do: without regard to case, accents, spaces and punctuation."""

import functools
import unicodedata

#: Longer texts are folded anew each time, lest hostile ones fill the memory.
_LONGEST = 200


def fold(text: str) -> str:
    """Return a text's letters and digits alone, lower case and bare of accents.

    ``Llay-Llay`` becomes ``llayllay``.
    """
    return _fold(text) if len(text) <= _LONGEST else _fold.__wrapped__(text)


@functools.lru_cache(maxsize=8192)
def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if character.isalnum())
