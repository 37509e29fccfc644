"""What every set of the bench is made of: lines of vendor bills as they were posted, and where to cut them."""

import datetime
import functools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

#: Days after its end for which a project is kept open for late bills.
GRACE = 60


@dataclass(frozen=True)
class Row:
    """A posted line of a vendor bill.

    :param vendor: the supplier's RUT, or what stands for it
    :param reference: what the supplier calls the bill
    :param order: number of the purchase order, empty where none is named
    :param amount: CLP without tax
    :param label: where it was finally booked: ``12:100``, ``12:60;15:40``, or any text
    :param account: the expense account, as text
    :param nature: what decided the label; never shown to who suggests, only to tell results apart
    :param corrected: somebody first booked it elsewhere, and it was set right
    """

    company: int
    date: datetime.date
    vendor: str
    vendor_name: str
    text: str
    label: str
    account: str = ""
    product: str = ""
    reference: str = ""
    order: str = ""
    amount: float = 0
    bill: int = 0
    nature: str = ""
    corrected: bool = False

    def target(self, name: str) -> str:
        """Return what is to be suggested: its ``label`` or its ``account``."""
        return self.account if name == "account" else self.label


@dataclass(frozen=True)
class Material:
    """Rows in the order they were posted, of which those before ``cut`` are history and the rest are asked about.

    :param target: ``label`` or ``account``
    :param ended: when projects were closed, by id: what a company's own records say
    """

    name: str
    rows: Sequence[Row]
    cut: int
    target: str = "label"
    ended: Mapping[int, datetime.date] = field(default_factory=dict)

    @property
    def history(self) -> Sequence[Row]:
        return self.rows[: self.cut]

    @property
    def later(self) -> Sequence[Row]:
        return self.rows[self.cut :]

    @property
    def known(self) -> list[Row]:
        """Return the history of what is still open: all that peers learn from, as ours proposes nothing closed."""
        return [row for row in self.history if not self.closed(row)]

    @functools.cached_property
    def closed_projects(self) -> frozenset[int]:
        """Those that ended so long before what is asked about that no company would keep them open."""
        if self.cut >= len(self.rows):
            return frozenset()
        last = self.rows[self.cut].date - datetime.timedelta(days=GRACE)
        return frozenset(project for project, end in self.ended.items() if end < last)

    def closed(self, row: Row) -> bool:
        """Whether what the row was booked on is closed; accounts never are."""
        if self.target == "account" or not self.closed_projects:
            return False
        return not self.closed_projects.isdisjoint(projects_of(row.label))

    def answer(self, row: Row) -> str:
        return row.target(self.target)

    def about(self, target: str) -> "Material":
        """Return the same rows with another target."""
        return replace(self, name=f"{self.name} {target}", target=target)


def projects_of(label: str) -> list[int]:
    """Return the projects of ``12:60;15:40``."""
    return [int(part.partition(":")[0]) for part in label.split(";")]


def cut_at(rows: Sequence[Row], day: datetime.date) -> int:
    """Return how many rows stand before that day."""
    return next((n for n, row in enumerate(rows) if row.date >= day), len(rows))


def plain(text: str) -> str:
    """Return the text in small letters without accents."""
    marks = unicodedata.normalize("NFD", text.lower())
    return "".join(char for char in marks if not unicodedata.combining(char))


def words(row: Row) -> list[str]:
    """Return what all peers are given of a row: its words, and supplier, order and size of the amount as words, too.

    Our own index makes its words itself, of the same row.
    """
    found = re.findall(r"[a-z0-9]{2,}", plain(f"{row.vendor_name} {row.text} {row.product} {row.reference}"))
    found.append("zv" + re.sub(r"\W", "", row.vendor.lower()))
    if row.order:
        found.append("zo" + re.sub(r"\W", "", row.order.lower()))
    if row.amount:
        found.append(f"zm{len(str(int(abs(row.amount))))}")
    return found
