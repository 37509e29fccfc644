"""The UF, and the amount above which a boleta must say who pays and how (art. 92 ter CT)."""

from decimal import Decimal

from .document import Document
from .field import NotKnown
from .tables import load

#: A boleta is large above so many UF of 31 December of the year before.
LARGE = 135

_YEAR_END = {int(year): Decimal(value) for year, value in load("uf").items()}
_LAST_YEAR = max(_YEAR_END)
#: In its worst year (2009) the UF fell 2.4 %: no later UF is taken to be under this share of the last.
_FLOOR = Decimal("0.95")


def uf_of(doc: Document) -> Decimal:
    """Return the UF in CLP on 31 December of the year before the issue date.

    :raises NotKnown: neither the context nor our table has it
    """
    known = doc.context.__dict__.get("uf")
    if known:
        return Decimal(known)
    day = doc.id.date
    value = _YEAR_END.get(day.year - 1) if day else None
    if value is None:
        raise NotKnown("uf")
    return value


def is_large(doc: Document) -> bool:
    """Whether a document's total is above 135 UF.

    :raises NotKnown: the UF of that year is unknown and the total is not far below
    """
    total, day = doc.totals.total, doc.id.date
    if not total:
        return False
    if day and day.year > _LAST_YEAR + 1 and total <= LARGE * _YEAR_END[_LAST_YEAR] * _FLOOR:
        return False
    return total > LARGE * uf_of(doc)
