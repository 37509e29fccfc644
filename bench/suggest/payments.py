"""Public payment lines of two municipalities, where the shared data is at hand: supplier, text, programme, account.

Neither is Chilean; they are what real people wrote. Suppliers that are persons share one or a few hashes.
"""

import csv
import datetime
import pathlib

from ..harness import say, shared_data
from .rows import Material, Row

#: Set d has one year without days: so much of it is history.
LEARNED = 0.8


def folder() -> pathlib.Path | None:
    """Return where the sets are; None, and say so, where they are not."""
    shared = shared_data()
    if shared and (shared / "payments" / "set_c.csv").is_file():
        return shared / "payments"
    say("  No shared data beside this checkout: the public payment sets are left out.")
    return None


def materials() -> list[Material]:
    """Return set c by programme, set d by programme and by account; none where the data is missing."""
    place = folder()
    if not place:
        return []
    c, d = (read(place / f"set_{name}.csv") for name in "cd")
    cut = next(n for n, row in enumerate(c) if row.date.year == 2018)
    set_d = Material("set d programme", d, round(LEARNED * len(d)))
    account = Material("set d account", [row for row in d if row.account], 0, "account")
    return [Material("set c programme", c, cut), set_d,
            Material(account.name, account.rows, round(LEARNED * len(account.rows)), "account")]  # fmt: skip


def read(path: pathlib.Path) -> list[Row]:
    """Return the rows of a file in its order, which is that of time; those that say no programme are left out."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [_row(n, line) for n, line in enumerate(csv.DictReader(file)) if _is_line(line)]
    return sorted(rows, key=lambda row: row.date) if any(row.date.day > 1 for row in rows) else rows


def _is_line(line: dict) -> bool:
    """Whether it is a payment: set c repeats the headers of its source in its first row."""
    return line["date"] != "fecha" and bool(line["programme"])


def _row(n: int, line: dict) -> Row:
    day = datetime.date.fromisoformat(line["date"]) if line["date"] else datetime.date(int(line["year"]), 1, 1)
    return Row(
        1, day, line["vendor"], line["vendor_name"], line["text"].strip(), line["programme"], line["account"],
        amount=float(line["amount"] or 0), bill=n, nature="public",
    )  # fmt: skip
