"""Days as Chilean authorities write them: *18 de junio del 2026*, *1° de mayo de 2026*, *18-06-2026*, *2026-06-18*."""

import re
from collections.abc import Iterator
from datetime import date

MONTHS = {
    name: number
    for number, names in enumerate(
        ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre setiembre", "octubre",
         "noviembre", "diciembre"), 1)
    for name in names.split()
}  # fmt: skip
_WRITTEN = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})\s?[°ºo]?\s{{1,3}}de\s{{1,3}}(?P<month>{'|'.join(MONTHS)}),?\s{{1,3}}"
    r"(?:del?\s{1,3}(?:año\s{1,3})?)?(?P<year>\d{4})(?!\d)"
    r"|(?<![\d/.-])(?P<day2>\d{1,2})(?P<sep>[-/.])(?P<month2>\d{1,2})(?P=sep)(?P<year2>\d{4})(?![\d/-])"
    r"|(?<![\d/.-])(?P<year3>\d{4})-(?P<month3>\d{2})-(?P<day3>\d{2})(?![\d/-])",
    re.IGNORECASE,
)


def days_in(text: str) -> Iterator[tuple[int, int, date]]:
    """Yield (where it begins, where it ends, day) of every day that is written whole; what is no day is passed over."""
    for found in _WRITTEN.finditer(text):
        year = found["year"] or found["year2"] or found["year3"]
        month = found["month"] or found["month2"] or found["month3"]
        day = found["day"] or found["day2"] or found["day3"]
        try:
            yield found.start(), found.end(), date(int(year), MONTHS.get(month.lower()) or int(month), int(day))
        except ValueError:
            continue


def first_day(text: str) -> date | None:
    """Return the first day that a text names, None where it names none."""
    return next((day for _start, _end, day in days_in(text)), None)
