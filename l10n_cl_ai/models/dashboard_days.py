"""Days where the reader is, as spans of the ledger's time, which is UTC."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pytz


@dataclass(frozen=True)
class Day:
    """A day. :param starts, ends: UTC, without a zone; ``ends`` is the start of the next day"""

    day: date
    starts: datetime
    ends: datetime


def days(zone: pytz.BaseTzInfo, first: date, last: date) -> list[Day]:
    """Return the days from first to last, both in it; those on which clocks are changed have 23 or 25 hours."""
    dates = [first + timedelta(days=n) for n in range((last - first).days + 2)]
    starts = [start_of(zone, day) for day in dates]
    return [Day(*parts) for parts in zip(dates[:-1], starts[:-1], starts[1:], strict=True)]


def start_of(zone: pytz.BaseTzInfo, day: date) -> datetime:
    """Return when a day begins, in UTC.

    In Chile clocks go from 24:00 to 01:00 in September: that day begins at 01:00. Where 00:00 comes twice, the day
    begins with the first.
    """
    midnight = datetime.combine(day, time.min)
    early = zone.localize(midnight, is_dst=True)
    if zone.normalize(early).date() != day:
        early = zone.localize(midnight, is_dst=False)
    return early.astimezone(pytz.utc).replace(tzinfo=None)


def period(name: str, today: date, first: date | None = None, last: date | None = None) -> tuple[date, date]:
    """Return the first and last day of a period.

    :param name: ``today``, ``7days``, ``30days``, ``month``, ``last_month`` or ``custom``
    :param first, last: of the custom one; a day that is missing is today, and the wrong way round is turned
    :raises ValueError: there is no such period
    """
    month = today.replace(day=1)
    known = {
        "today": (today, today),
        "7days": (today - timedelta(days=6), today),
        "30days": (today - timedelta(days=29), today),
        "month": (month, today),
        "last_month": ((month - timedelta(days=1)).replace(day=1), month - timedelta(days=1)),
        "custom": tuple(sorted((first or today, last or today))),
    }
    if name not in known:
        raise ValueError(f"no such period: {name!r}")
    return known[name]
