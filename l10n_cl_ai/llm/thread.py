"""A dialogue as the provider knows it: each turn masked once, and sent again byte by byte as it was sent.

The provider binds a thought to all that stands before it, and caches what stays equal. So nothing that was sent is
masked again: a name that is learned later would change turns that were sent before.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .privacy import Masker
from .question import Private

#: Names and addresses that are remembered at most; the oldest go first.
MOST_PRIVATE = 2000


class Thread:
    """The turns of one dialogue.

    :param turns: as they were sent and received
    :param state: of the masker that masked them
    :param private: names and addresses known so far
    """

    def __init__(
        self,
        turns: Sequence[Mapping[str, Any]] = (),
        state: Mapping[str, Any] | None = None,
        private: Iterable[Private] = (),
    ):
        self.turns = list(turns)
        self._private = dict.fromkeys(list(private)[-MOST_PRIVATE:])
        self.masker = Masker.resuming(state or {}, self._private)

    @property
    def private(self) -> list[Private]:
        """Names and addresses known so far."""
        return list(self._private)

    def knowing(self, private: Iterable[Private]) -> Masker:
        """Return the masker, which from now on finds these names as well."""
        named = dict.fromkeys(private)
        if named.keys() - self._private.keys():
            # What is named again is among the newest.
            known = [*(one for one in self._private if one not in named), *named][-MOST_PRIVATE:]
            self._private = dict.fromkeys(known)
            self.masker.know(self._private)
        return self.masker

    def add(self, sent: Mapping[str, Any], received: Sequence[Mapping[str, Any]]) -> None:
        """Take a turn of the user as it was sent, and the answer to it as it came."""
        self.turns.append(dict(sent))
        if received:
            self.turns.append({"role": "assistant", "content": [dict(block) for block in received]})
