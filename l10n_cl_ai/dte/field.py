"""Fields of a document, each known, absent or unknown.

A field that its source filled in is *known*; one that the source can carry and did not is *absent*
(``None``); one that the source cannot tell is *unknown*, and reading it raises :class:`NotKnown`,
which the engine turns into "not evaluated". A value that could not be read as its kind (an amount
with thousand separators) is unknown too, and is kept among the document's :class:`Flaw` records.
"""

import datetime
import functools
import re
from decimal import Decimal
from typing import Any, NamedTuple

from .message import Message

#: xs:decimal without exponent; the SII allows no thousand separator and no comma.
_DECIMAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
#: Boletas (xs:dateTime) may add a fraction and an offset; what counts is the time on the clock.
_DATETIME = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)?", re.ASCII
)


class NotKnown(Exception):
    """A rule read a field whose value nobody knows; ``path`` names it."""

    def __init__(self, path: str):
        super().__init__(path)
        self.path = path


class Flaw(NamedTuple):
    """What is wrong with the writing of one value, found while it was read.

    ``kind`` is ``malformed`` (not of its kind), ``precision`` (more decimals or digits than its kind
    allows; the value is known), ``empty`` (element without text), ``untrimmed``, ``too_long`` or
    ``charset`` (outside ISO-8859-1).
    """

    kind: str
    node: "Any"
    field: "Field"
    raw: str


def parse_integer(text: str) -> int:
    """Return a whole number; raise ValueError for anything else, as int() takes "1_000" and "١"."""
    if text.isdigit() and text.isascii() and len(text) <= 30:
        return int(text)
    digits = text[1:] if text[:1] in "+-" else text
    if not (digits.isdigit() and digits.isascii()) or len(digits) > 30:
        raise ValueError(text)
    return int(text)


# The same few rates, quantities and dates stand in nearly every document.
@functools.lru_cache(maxsize=4096)
def parse_decimal(text: str) -> Decimal:
    """Return a decimal number with '.' as separator; raise ValueError for anything else."""
    if len(text) > 40 or not _DECIMAL.fullmatch(text):
        raise ValueError(text)
    return Decimal(text)


def parse_amount(text: str) -> int | Decimal:
    """Return an amount: ``int`` pesos, or ``Decimal`` where decimals are written (exports).

    Decimals on a national document are wrong but readable; rule A05 names them. More than the 18
    digits of MontoType can't be an amount: ValueError.
    """
    if text.isdigit() and text.isascii() and len(text) <= 18:
        return int(text)
    value = parse_decimal(text)
    if abs(value) >= 10**18:
        raise ValueError(text)
    return value if "." in text else int(value)


@functools.lru_cache(maxsize=4096)
def parse_date(text: str) -> datetime.date:
    """Return a date written YYYY-MM-DD; raise ValueError for anything else."""
    if not _DATE.fullmatch(text):
        raise ValueError(text)
    return datetime.date.fromisoformat(text)


@functools.lru_cache(maxsize=1024)
def parse_datetime(text: str) -> datetime.datetime:
    """Return a local Chilean time written YYYY-MM-DDThh:mm:ss; raise ValueError otherwise."""
    match = _DATETIME.fullmatch(text)
    if not match:
        raise ValueError(text)
    return datetime.datetime.fromisoformat(match[1])


class Field:
    """One element of the DTE inside a :class:`~.node.Node`.

    :param tag: the element's name in the XML
    :param label: its name for people
    :param max: longest text allowed, in characters (Formato DTE v2.5)
    :param many: the element may repeat; the value is then a tuple
    :param boleta: the element's name in EnvioBOLETA, where it differs
    """

    #: None for text, else the function that reads it.
    parse = None
    #: The class of the part, for a :class:`Section`.
    node_class = None

    def __init__(
        self,
        tag: str,
        label: Message | None = None,
        *,
        max: int | None = None,
        many: bool = False,
        boleta: str | None = None,
    ):
        self.tag, self.label, self.max, self.many, self.boleta = tag, label, max, many, boleta
        self.name = tag
        #: Longest text that needs no second look while reading.
        self.room = 0 if many else max or 10**9

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    # A non-data descriptor: a known value lives in the node's __dict__ and never comes here.
    def __get__(self, node, owner=None):
        if node is None:
            return self
        if node.complete and self.name not in node.unreadable:
            return () if self.many else None
        raise NotKnown(node.path_of(self.name))


    def exceeds(self, text: str, export: bool) -> bool:
        """Whether a number has more digits than the schemas allow for its kind."""
        return False


class Text(Field):
    """Text in ISO-8859-1."""


class Rut(Field):
    """A RUT as written: digits, hyphen, check digit; rule C01 judges it."""


class Integer(Field):
    """A whole number: folio, line number, code."""

    parse = staticmethod(parse_integer)


class Amount(Field):
    """Money: ``int`` CLP; ``Decimal`` in the currency of an export document.

    :param places: decimals allowed in every document (customs amounts); exports have 4, others none
    """

    parse = staticmethod(parse_amount)

    def __init__(self, tag: str, label: Message | None = None, *, places: int | None = None, **options):
        super().__init__(tag, label, **options)
        self.places = places

    def exceeds(self, text: str, export: bool) -> bool:
        """SiiTypes v10: MontoType has 18 digits and no point; Dec14_4Type (exports) 4 decimals."""
        _whole, point, decimals = text.lstrip("+-").partition(".")
        if self.places is None and not export:
            return bool(point)
        return len(decimals.rstrip("0")) > (self.places or 4)


class Number(Field):
    """A quantity, price or percentage: ``Decimal``.

    :param places: decimals allowed: 6 (Dec12_6Type), 2 for percentages (PctType)
    """

    parse = staticmethod(parse_decimal)

    def __init__(self, tag: str, label: Message | None = None, *, places: int = 6, **options):
        super().__init__(tag, label, **options)
        self.places = places

    def exceeds(self, text: str, export: bool) -> bool:
        """Trailing zeros do not count: 19.000 is 19 for a schema."""
        if len(text) <= self.places + 1:
            return False
        whole, _point, decimals = text.lstrip("+-").partition(".")
        return len(decimals.rstrip("0")) > self.places or len(whole) > 14


class Date(Field):
    """A day in Chile."""

    parse = staticmethod(parse_date)


class DateTime(Field):
    """A moment in Chilean local time."""

    parse = staticmethod(parse_datetime)


class Section:
    """A part of the document that appears at most once; an absent one reads as an empty node."""

    def __init__(self, tag: str, node_class: type):
        self.tag, self.node_class = tag, node_class
        self.name = tag

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, node, owner=None):
        if node is None:
            return self
        if not node.complete:
            raise NotKnown(node.path_of(self.name))
        empty = self.node_class(node, self, present=False)
        node.__dict__[self.name] = empty
        return empty


class Sections(Section):
    """A part of the document that may repeat; the value is a tuple of nodes."""

    def __get__(self, node, owner=None):
        if node is None:
            return self
        if not node.complete:
            raise NotKnown(node.path_of(self.name))
        return ()
