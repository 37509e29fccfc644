"""Which purchase orders fit a vendor bill: by the number it names, its amount, and its lines.

Everything is plain values; amounts are in one currency and without taxes. Nothing here decides: what fits is
shown to a person, with its reasons.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

#: How alike two texts must be to speak of the same thing.
ALIKE = 0.5
#: Pairs of lines at the same price whose texts are compared letter by letter, which takes milliseconds: of more than
#: these, words only.
MOST_COMPARED = 200
#: Orders shown at most.
SHOWN = 3
#: Begins and ends with a letter or digit: begun with a sign, a long row of dashes would take its square of time.
_WORD = re.compile(r"\w(?:[\w./-]*\w)?")
#: Letters of a text that are read: beyond them a description is a contract, and opening the bill would pay for it.
_MOST_TEXT = 1000
_LETTERS_OR_DIGITS = re.compile(r"[\W_]+")


class Item(NamedTuple):
    """A line of a bill, or what is still open of a line of an order.

    :param product: id, False or None without one; :param quantity: of an order, what is not billed yet
    :param price: of one unit after discount
    """

    id: int
    name: str
    product: int | bool | None
    quantity: float
    price: float

    @property
    def amount(self) -> float:
        return self.quantity * self.price


class Papers(NamedTuple):
    """A bill. ``named`` are texts meant for order numbers, ``texts`` any others."""

    amount: float
    items: Sequence[Item]
    named: Sequence[str] = ()
    texts: Sequence[str] = ()


class Order(NamedTuple):
    """A confirmed order, as far as it is open. ``numbers``: ours, and the supplier's."""

    id: int
    numbers: Sequence[str]
    items: Sequence[Item]

    @property
    def amount(self) -> float:
        return sum(item.amount for item in self.items)


class Fit(NamedTuple):
    """How an order fits.

    :param reference: the number that the bill names, None when it names none of this order's
    :param difference: percent by which the bill's amount is above what is open of the order
    :param pairs: (bill line id, order line id) that are the same thing at the same price
    :param within: the amount is within the tolerance
    """

    order: int
    reference: str | None
    difference: float
    within: bool
    pairs: tuple[tuple[int, int], ...]
    lines: int

    @property
    def score(self) -> tuple:
        """The better the larger: named, then lines, then amount."""
        share = len(self.pairs) / self.lines if self.lines else 0
        return (self.reference is not None, round(share, 3), self.within, -abs(self.difference))


def fitting(bill: Papers, orders: Iterable[Order], tolerance: float) -> list[Fit]:
    """Return the orders that fit, the best first, at most :data:`SHOWN`.

    Where the bill names orders, only those count: the supplier knows what he delivers on.

    :param tolerance: percent by which amounts and prices may differ
    """
    fits = [fit for order in orders if order.items and (fit := _fit(bill, order, tolerance))]
    named = [fit for fit in fits if fit.reference is not None]
    return sorted(named or fits, key=lambda fit: (fit.score, fit.order), reverse=True)[:SHOWN]


def _fit(bill: Papers, order: Order, tolerance: float) -> Fit | None:
    reference = referenced(bill, order)
    open_amount = order.amount
    difference = 100 * (bill.amount - open_amount) / open_amount if open_amount else 0.0
    within = bool(open_amount) and _near(bill.amount, open_amount, tolerance)
    pairs = paired(bill.items, order.items, tolerance)
    everything = bool(bill.items) and len(pairs) == len(bill.items)
    if reference is None and not within and not everything:
        return None
    return Fit(order.id, reference, round(difference, 2), within, tuple(pairs), len(bill.items))


def _near(value: float, other: float, tolerance: float) -> bool:
    """Whether two amounts differ by no more than the tolerance; what is smaller than a float's noise is none."""
    return abs(value - other) <= abs(other) * (tolerance / 100 + 1e-9)


# -- numbers -------------------------------------------------------------------------------------------


def referenced(bill: Papers, order: Order) -> str | None:
    """Return the number of an order as the bill names it."""
    for text in bill.named:
        for word in words(text):
            if any(same_number(word, number) for number in order.numbers):
                return word
    wanted = {plain(number) for number in order.numbers if len(plain(number)) > 3}
    return next((word for text in bill.texts for word in words(text) if plain(word) in wanted), None)


def words(text: str) -> list[str]:
    return _WORD.findall((text or "")[:_MOST_TEXT])


def plain(number: str) -> str:
    """Return a number without what people write differently: ``oc-p00012`` and ``OC P00012``."""
    return _LETTERS_OR_DIGITS.sub("", number or "").upper()


def same_number(word: str, number: str) -> bool:
    """Whether a word stands for an order: ``P00012``, ``p00012``, or only ``12``."""
    word, number = plain(word), plain(number)
    if not word or not number:
        return False
    if word == number:
        return True
    digits = re.sub(r"^\D+", "", number)
    return word.isdecimal() and digits.isdecimal() and int(word[:18]) == int(digits[:18]) and int(word[:18]) > 0


# -- lines ---------------------------------------------------------------------------------------------


def paired(items: Sequence[Item], ordered: Sequence[Item], tolerance: float) -> list[tuple[int, int]]:
    """Return which line of a bill is which of an order, each used once, the likeliest pairs first."""
    priced = [(item, other) for item in items for other in ordered if _near(item.price, other.price, tolerance)]
    by_letters = len(priced) <= MOST_COMPARED
    scored = []
    for item, other in priced:
        if (alike := likeness(item, other, tolerance, by_letters)) > 0:
            scored.append((alike, item.id, other.id))
    pairs, taken, used = [], set(), set()
    for _alike, mine, theirs in sorted(scored, key=lambda row: (-row[0], row[1], row[2])):
        if mine not in taken and theirs not in used:
            taken.add(mine)
            used.add(theirs)
            pairs.append((mine, theirs))
    return sorted(pairs)


def likeness(item: Item, ordered: Item, tolerance: float, by_letters: bool = True) -> float:
    """Return how surely two lines are the same, 0 for not at all.

    The price must be the order's, and no more may be billed than is open. Then the same product says it, or texts
    that are alike, or the very same quantity and price.
    """
    if not _near(item.price, ordered.price, tolerance):
        return 0.0
    if item.quantity > ordered.quantity * (1 + tolerance / 100 + 1e-9):
        return 0.0
    same_quantity = _near(item.quantity, ordered.quantity, 0)
    text = similarity(item.name, ordered.name, by_letters)
    if item.product and item.product == ordered.product:
        return 3 + same_quantity + text
    if item.product and ordered.product:
        return 0.0  # both are known, and differ
    if text >= ALIKE:
        return 1 + same_quantity + text
    return 0.5 + text if same_quantity and _near(item.price, ordered.price, 0) else 0.0


def similarity(text: str, other: str, by_letters: bool = True) -> float:
    """Return how alike two texts are, 0 to 1, whatever their case, accents and the order of their words."""
    mine, theirs = _bare((text or "")[:_MOST_TEXT]), _bare((other or "")[:_MOST_TEXT])
    if not mine or not theirs:
        return 0.0
    shared = len(set(mine) & set(theirs))
    words_alike = shared / min(len(set(mine)), len(set(theirs)))
    if not by_letters:
        return 1.0 if mine == theirs else words_alike if shared > 1 else 0.0
    letters = SequenceMatcher(None, " ".join(mine)[:200], " ".join(theirs)[:200], autojunk=False).ratio()
    return max(words_alike if shared > 1 else 0.0, letters)


@functools.lru_cache(maxsize=1024)
def _bare(text: str) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", text.lower())
    letters = "".join(each for each in decomposed if not unicodedata.combining(each))
    return re.findall(r"[a-z0-9]+", letters)[:60]
