"""From a line to the terms by which lines like it are found: its words, and what else tells lines apart."""

import math
import re
from dataclasses import dataclass
from functools import cached_property

#: Longest text that is read: beyond it a description is a contract, and a posting would pay for it.
MOST_TEXT = 1000
#: Most words of a line that become terms.
MOST_WORDS = 60
#: Longest word that is kept whole, in letters: what PostgreSQL can't index would keep a whole batch from being learned.
MOST_LETTERS = 40
#: What is peculiar to a supplier, as it is counted: first word, size of amount, very amount.
KEYS = ("vfirst", "vab", "va")
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Line:
    """What is known of a line before anybody books it.

    :param text: description, product, reference and order as they stand on the document: untrusted
    :param vendor: who sells, as one word without spaces (an id)
    :param amount: net of the line, in the company's currency
    """

    text: str
    vendor: str = ""
    amount: float = 0.0
    product: str = ""
    order: str = ""


def clean(text: str) -> str:
    """Return a text without signs, over which a lexer could stumble into hosts, paths and e-mail addresses."""
    return _NO_WORD.sub(" ", text[:MOST_TEXT]).strip()


@dataclass(frozen=True)
class Terms:
    """The terms of a line. Lexemes of its words are lower case; terms of our own begin with a capital letter.

    :param words: lexemes of the text, in their order, repeated as they are
    """

    words: tuple[str, ...]
    line: Line

    @cached_property
    def vendor(self) -> str:
        return f"V{self.line.vendor}" if self.line.vendor else ""

    @cached_property
    def bucket(self) -> str:
        """The size of the amount: three steps for each power of ten."""
        return f"A{round(3 * math.log10(abs(self.line.amount) + 1))}"

    @cached_property
    def distinct(self) -> tuple[str, ...]:
        """What is looked up in naive Bayes without pairs: words, supplier, product, order, size of the amount."""
        return tuple(dict.fromkeys(filter(None, (*self.words, *self._own, self.vendor, self.bucket))))

    @cached_property
    def _own(self) -> tuple[str, ...]:
        product = f"P{self.line.product}" if self.line.product else ""
        # Untrusted: a line break in it would make terms of other suppliers and products of what follows.
        named = " ".join(self.line.order.split()).upper()[:MOST_LETTERS]
        order = f"O{named}" if named else ""
        return tuple(filter(None, (product, order)))

    @cached_property
    def _telling(self) -> tuple[str, ...]:
        """Words that are no numbers: those change with every document."""
        return tuple(word for word in self.words if not word.isdigit())

    @cached_property
    def pairs(self) -> tuple[str, ...]:
        """Words side by side."""
        return tuple(dict.fromkeys(map(" ".join, zip(self._telling, self._telling[1:], strict=False))))

    @cached_property
    def searched(self) -> tuple[str, ...]:
        """What neighbours are looked for by, repeated as often as it stands there."""
        return tuple(filter(None, (*self.words, *self._own, self.vendor)))

    @cached_property
    def keys(self) -> dict[str, str]:
        """What is peculiar to a supplier: his first word, his size of amount, his very amount."""
        if not self.vendor:
            return {}
        first = self._telling[0] if self._telling else ""
        own = (first, self.bucket, f"{self.line.amount:.2f}")
        return {name: f"{self.vendor}|{value}" for name, value in zip(KEYS, own, strict=True)}

    @cached_property
    def counted(self) -> tuple[str, ...]:
        """All that is counted by label."""
        return (*self.distinct, *self.pairs, *self.keys.values())


def terms_of(line: Line, lexemes) -> Terms:
    """Return the terms of a line. :param lexemes: of ``clean(line.text)``, in their order"""
    return Terms(tuple(word[:MOST_LETTERS] for word in lexemes[:MOST_WORDS]), line)


@dataclass(frozen=True)
class StoredTerms:
    """Terms as the index keeps them: what a line that was booked would be found by, did one ask again."""

    searched: tuple[str, ...]
    counted: tuple[str, ...]
    size: int
    size_of_pairs: int
    vendor: str

    @property
    def distinct(self) -> tuple[str, ...]:
        return self.counted[: self.size]

    @property
    def pairs(self) -> tuple[str, ...]:
        return self.counted[self.size : self.size + self.size_of_pairs]

    @property
    def keys(self) -> dict[str, str]:
        return dict(zip(KEYS, self.counted[self.size + self.size_of_pairs :], strict=False))
