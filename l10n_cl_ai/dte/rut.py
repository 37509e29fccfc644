"""RUT: the Chilean tax number, ``body-check`` with check digit modulo 11."""

import functools
import re

#: As a DTE writes it: no dots, hyphen, capital K (SiiTypes v10, RUTType).
_WRITTEN = re.compile(r"([0-9]{1,8})-([0-9K])", re.ASCII)
#: Boletas without a known buyer (Formato Boleta v4.2), and buyers without a Chilean RUT.
ANONYMOUS = "66666666-6"
FOREIGN = "55555555-5"
SII_RUT = "60803000-K"


def check_digit(body: int) -> str:
    """Return the check digit of a RUT's body."""
    total, factor = 0, 2
    while body:
        body, digit = divmod(body, 10)
        total += digit * factor
        factor = factor + 1 if factor < 7 else 2
    return "0123456789K0"[11 - total % 11]


@functools.lru_cache(maxsize=4096)
def is_valid(rut: str) -> bool:
    """Whether a RUT is written as a DTE wants it and its check digit is right."""
    match = _WRITTEN.fullmatch(rut)
    return bool(match) and check_digit(int(match[1])) == match[2]


def normalize(text: str | None) -> str | None:
    """Return a RUT typed by a person as a DTE writes it, None when it can't be one.

    Dots and spaces go, a prefix CL goes, k becomes K, a missing hyphen is put in. The check digit is
    kept as it is: judging it is rule C01's part.
    """
    if not text:
        return None
    bare = re.sub(r"[\s.\-]", "", text).upper().removeprefix("CL").lstrip("0")
    match = re.fullmatch(r"([0-9]{1,8})([0-9K])", bare, re.ASCII)
    return f"{match[1]}-{match[2]}" if match else None
