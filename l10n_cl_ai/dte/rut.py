"""RUT: the Chilean tax number, ``body-check`` with check digit modulo 11."""

import functools
import re

#: As a DTE writes it: no dots, hyphen, capital K (SiiTypes v10, RUTType).
_WRITTEN = re.compile(r"([0-9]{1,8})-([0-9K])", re.ASCII)
#: "Cuerpo numérico entre 100.000 y 99 millones" (Formato DTE v2.5, Emisor 32); 8 digits bound it above.
SMALLEST_BODY = 100_000
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


#: Longer texts are no RUT, and must not fill the caches.
_LONGEST = 20


def fault(rut: str) -> str | None:
    """Return what is wrong with a RUT of a DTE: "form", "range" (of its body), "digit", or None."""
    return _fault(rut) if len(rut) <= _LONGEST else "form"


@functools.lru_cache(maxsize=4096)
def _fault(rut: str) -> str | None:
    match = _WRITTEN.fullmatch(rut)
    if not match:
        return "form"
    body = int(match[1])
    if check_digit(body) != match[2]:
        return "digit"
    return "range" if body < SMALLEST_BODY else None


def is_valid(rut: str) -> bool:
    """Whether a RUT is written as a DTE wants it, with the right check digit and a body in range."""
    return fault(rut) is None


def repaired(rut: str) -> str | None:
    """Return a RUT as it should be written; None when it can't be one.

    The check digit that the body asks for replaces a wrong one: which of the two was mistyped nobody
    can tell, so this is for showing, never for correcting by itself.
    """
    normal = normalize(rut)
    if normal is None:
        return None
    body = normal.partition("-")[0]
    return f"{body}-{check_digit(int(body))}"


def normalize(text: str | None) -> str | None:
    """Return a RUT typed by a person as a DTE writes it, None when it can't be one.

    Dots and spaces go, a prefix CL goes, k becomes K, a missing hyphen is put in. The check digit is
    kept as it is: judging it is rule C01's part.
    """
    return _normalize(text) if text and len(text) <= _LONGEST else None


@functools.lru_cache(maxsize=4096)
def _normalize(text: str) -> str | None:
    bare = re.sub(r"[\s.\-]", "", text).upper().removeprefix("CL").lstrip("0")
    match = re.fullmatch(r"([0-9]{1,8})([0-9K])", bare, re.ASCII)
    return f"{match[1]}-{match[2]}" if match else None


def variants(rut: str) -> list[str]:
    """Return the ways in which people and programs write a RUT, to look for it where anything may stand.

    :param rut: as :func:`normalize` returns it
    """
    body, _hyphen, digit = rut.partition("-")
    dotted = f"{int(body):,}".replace(",", ".")
    written = [form for digit in {digit, digit.lower()} for form in (
        f"{body}-{digit}", f"{dotted}-{digit}", f"{body}{digit}"
    )]  # fmt: skip
    return [*written, *(f"CL{form}" for form in written)]
