"""Where personal numbers stand in a text: RUT, e-mail, phone, plate, bank account, card.

A document is full of numbers that must reach the model as they are: amounts, folios, dates, quantities, codes. So a
number is private when its writing says so (``12.345.678-5``), or a check digit and its writing do, or a word before
it. Where both readings are possible, what breaks a sum decides: a bare ``123456785`` is an amount.

Every expression takes linear time: its repetitions are bounded, or possessive and tried at the start of a run only.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..dte.rut import check_digit


class Span(NamedTuple):
    """A private text: where it stands, its kind, and what makes two of them the same."""

    start: int
    end: int
    kind: str
    key: str


LEFT = r"(?<![^\W_])"
RIGHT = r"(?![^\W_])"
#: Where a line is too short for a number, it breaks after the hyphen.
_HYPHEN = r"[\u0020\u00a0]{0,2}[-\u2010-\u2015\u2212][\u0020\u00a0]{0,2}(?:\r?\n[\u0020\u00a0]{0,4})?"
#: A date, which a context must not make a number.
DATE = re.compile(r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:[0-9]{4}|[0-9]{2})(?![0-9])|[0-9]{4}-[0-9]{2}-[0-9]{2}")
#: An amount: its thousands in dots.
THOUSANDS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+")
#: Words before an amount, a folio or a quantity.
_FIGURE = re.compile(
    r"(?:\$|(?<![^\W_])(?:clp|usd|uf|mnt\w*|montos?\w*|(?:sub)?total\w*|neto\w*|exe\w*|iva\w*|tax\w*|impuesto\w*|valor\w*|"
    r"vlr\w*|saldo\w*|precio\w*|prc\w*|price\w*|cost\w*|amount\w*|debe|haber|debit\w*|credit\w*|balance\w*|qty\w*|"
    r"cantidad\w*|quantity|folio\w*|id))[^\w\n]{0,6}$",
    re.IGNORECASE,
)


#: Where a number may begin. Looked for first: most of a text is none, and this is its quickest search.
_START = re.compile(r"[0-9]++|[+(]")


def digits(text: str) -> str:
    """Return the digits of a text."""
    return re.sub(r"[^0-9]", "", text)


def speaks_of(text: str, *stems: str) -> bool:
    """Whether one of the lower case stems is in the text: tells at once where a search for words is in vain."""
    lowered = text.lower()
    return any(stem in lowered for stem in stems)


def numbers(patterns: Iterable[re.Pattern], text: str) -> Iterator[re.Match]:
    """Yield what the patterns match, of which each begins with a run of digits, a bracket or a plus."""
    ends = dict.fromkeys(patterns, 0)
    for start in _START.finditer(text):
        at = start.start()
        for pattern, end in ends.items():
            if at >= end and (match := pattern.match(text, at)):
                ends[pattern] = match.end()
                yield match


def is_figure(text: str, start: int) -> bool:
    """Whether the word before a number makes it an amount, a folio or a quantity."""
    return bool(_FIGURE.search(text[max(0, start - 30) : start]))


# -- RUT -------------------------------------------------------------------------------------------------

_RUT = re.compile(
    # Written with dots and hyphen it is one whatever letter stands before.
    rf"(?:{LEFT}|(?<=[Cc][Ll])|(?<=[Rr][Uu][TtNn])|(?=[0-9]{{1,2}}\.[0-9]{{3}}\.[0-9]{{3}}-))(?:"
    rf"(?P<grouped>[0-9]{{1,2}}(?P<sep>[.,\u0020\u00a0\u202f])[0-9]{{3}}(?P=sep)[0-9]{{3}}|[0-9]{{3}}\.[0-9]{{3}})"
    rf"(?P<hyphen>{_HYPHEN})?"
    rf"|(?P<plain>[0-9]{{7,8}})(?:{_HYPHEN}|(?=[kK]))"
    rf")(?P<digit>[0-9kK]){RIGHT}"
)
#: "ruta" and "rutina" are no RUT.
_RUT_WORD = re.compile(
    rf"{LEFT}(?:(?:RUT|Rut|rut)(?![a-zAI])[A-Za-z_]{{0,20}}|(?:RUN|run){RIGHT}|[Rr]\.\s?[Uu]\.\s?[TtNn]\.?"
    r"|[Rr]ol [úu]nico [Tt]ributario|(?i:c[ée]dula|vat|tax.?id))"
    r"(?P<gap>[^0-9\n$]{0,24}?)"
    rf"(?P<rut>(?<![^\W_])[0-9](?:[.,]?[0-9]){{5,7}}(?:(?:{_HYPHEN})?[0-9kK])?){RIGHT}(?![.,][0-9])"
)
#: Between the word and a number with a wrong check digit nothing but punctuation may stand.
_TIGHT = re.compile(r"[A-Za-z_]{0,20}\W{0,6}(?:[Nn][°ºo]\W{0,3})?")


def _is_rut(body: str, digit: str) -> bool:
    return check_digit(int(body)) == digit.upper()


def _rut_key(body: str, digit: str) -> str:
    return f"{int(body)}-{digit.upper()}"


def ruts(text: str) -> Iterator[Span]:
    """Find RUTs: those well written whatever their check digit, the others when it is right."""
    for match in numbers([_RUT], text):
        body = digits(match["grouped"] or match["plain"])
        if _looks_rut(match, body, match["digit"]):
            yield Span(match.start(), match.end(), "RUT", _rut_key(body, match["digit"]))
    for match in _RUT_WORD.finditer(text):
        number = re.sub(r"[^0-9kK]", "", match["rut"])
        body, digit = number[:-1], number[-1]
        if _is_rut(body, digit) or (_TIGHT.fullmatch(match["gap"]) and not DATE.match(match["rut"])):
            yield Span(match.start("rut"), match.end("rut"), "RUT", _rut_key(body, digit))


def _looks_rut(match: re.Match, body: str, digit: str) -> bool:
    if not match["grouped"]:
        return _is_rut(body, digit)
    separator, hyphen = match["sep"] or ".", match["hyphen"]
    if not hyphen:
        return separator == "." and len(body) > 6 and _is_rut(body, digit)
    return _is_rut(body, digit) or (len(hyphen) == 1 and separator == "." and len(body) > 6)


# -- e-mail ----------------------------------------------------------------------------------------------

_LOCAL = r"[\w.+\-]"
_EMAIL = re.compile(rf"(?<!{_LOCAL}){_LOCAL}++(?:@|%40)(?:[\w\-]{{1,63}}+\.){{1,8}}[^\W\d_]{{2,24}}")


def emails(text: str) -> Iterator[Span]:
    """Find e-mail addresses, also as a link writes them (``%40``)."""
    for match in _EMAIL.finditer(text):
        yield Span(match.start(), match.end(), "EMAIL", match[0].replace("%40", "@").casefold())


# -- plate -----------------------------------------------------------------------------------------------

_VEHICLE = (
    r"(?i:patentes?|placas?(?:\s+patente)?|ppu|plate|veh[ií]culos?|cami[oó]n(?:es|eta)?|camionetas?|autom[oó]vil(?:es)?"
    r"|furg[oó]n|moto(?:cicleta)?|tracto(?:cami[oó]n)?|rampla|remolque|semirremolque)"
)
_VEHICLE_STEMS = (
    "patente", "placa", "ppu", "plate", "veh", "cami", "auto", "furg", "moto", "tracto", "ramp", "remolque",
)  # fmt: skip
_PLATE_WORD = re.compile(
    rf"{LEFT}{_VEHICLE}(?:{RIGHT}|(?=[A-Z_]))[^0-9\n]{{0,24}}?"
    rf"(?P<plate>{LEFT}(?:[A-Za-z]{{2}}[-. ·]?[A-Za-z]{{2}}[-. ·]?[0-9]{{2}}|[A-Za-z]{{2,3}}[-. ·]?[0-9]{{2,4}}"
    rf"|[A-Za-z]{{2}}[-. ]?[0-9]{{2}}[-. ][0-9]{{2}}))(?:-[0-9kK])?{RIGHT}"
)
#: Since 2007: no vowels, no M, N, Ñ, Q.
_PLATE = re.compile(
    r"(?<![\w\-/.])(?P<plate>(?P<letters>[BCDFGHJ-LPR-TV-Z]{4}|[BCDFGHJ-LPR-TV-Z]{2}[-.·][BCDFGHJ-LPR-TV-Z]{2})"
    r"[-.·]?[0-9]{2})(?:-[0-9K])?(?![\w/]|[-.][^\W_])"
)
#: Codes of things that are written like one.
_NO_PLATES = frozenset({"CDRW", "CPVC", "DVDR", "FTTH", "HDTV", "HTTP", "PPRC", "RGBW"})


def plates(text: str) -> Iterator[Span]:
    """Find number plates: those of consonants alone as they are, older ones after a word for a vehicle."""
    if speaks_of(text, *_VEHICLE_STEMS):
        for match in _PLATE_WORD.finditer(text):
            yield _plate(match)
    for match in _PLATE.finditer(text):
        if match["letters"] not in _NO_PLATES:
            yield _plate(match)


def _plate(match: re.Match) -> Span:
    key = re.sub(r"[\W_]", "", match["plate"]).upper()
    return Span(match.start("plate"), match.end("plate"), "PLATE", key)


# -- bank account ----------------------------------------------------------------------------------------

_ACCOUNT = re.compile(
    rf"{LEFT}(?i:cta\.?|ctas\.|cuentas?)(?P<gap>[^0-9\n$%]{{1,60}}?)"
    r"(?P<number>(?<![^\W_])(?:[0-9](?:[-.]?[0-9]){4,19}|[0-9]{1,4}(?:[ -][0-9]{1,8}){1,5}))"
    rf"{RIGHT}(?![.,][0-9])"
)
_BANK = re.compile(
    r"(?i)(?:c(?:orrien)?tes?|vista|rut|ahorros?|bancarias?|banco|n[°ºo]|nro|n[úu]mero|#)(?![^\W\d_])|^\W{1,4}$"
)
_NO_BANK = re.compile(
    r"(?i)(?<![^\W_])(?:contables?|mayor|gastos?|facturas?|boletas?|folios?|gu[íi]as?|notas?|montos?|total|saldos?|"
    r"neto|fechas?|por|el|d[íi]as?|orden|oc)(?![^\W_])"
)


def accounts(text: str) -> Iterator[Span]:
    """Find bank accounts, by the words before them; an account of the books is none."""
    if not speaks_of(text, "cta", "cuenta"):
        return
    for match in _ACCOUNT.finditer(text):
        number = digits(match["number"])
        said = _BANK.search(match["gap"]) and not _NO_BANK.search(match["gap"])
        if said and 5 <= len(number) <= 20 and not DATE.match(match["number"]):
            yield Span(match.start("number"), match.end("number"), "ACCOUNT", number)


# -- card ------------------------------------------------------------------------------------------------

_CARD = re.compile(
    r"(?<![\w.,\-])(?:[0-9]{13,19}|[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{1,7}|[0-9]{4}([ -])[0-9]{6}\2[0-9]{4,5})"
    rf"{RIGHT}(?![.,\-][0-9])"
)
#: First digits of the issuers: Visa, Mastercard, American Express, Diners, JCB, Maestro, Discover, UnionPay.
_ISSUER = re.compile(r"4|5[0-9]|2[2-7]|3[04-8]|6")


def cards(text: str) -> Iterator[Span]:
    """Find payment cards: an issuer's first digits and the right check digit, and no bar code of goods."""
    for match in numbers([_CARD], text):
        number = digits(match[0])
        barcode = len(match[0]) == 13 and _weighted(number, 3) % 10 == 0
        if _ISSUER.match(number) and _luhn(number) and not barcode:
            yield Span(match.start(), match.end(), "CARD", number)


def _luhn(number: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2])
    return (sum(doubled) + sum(map(int, number[-1::-2]))) % 10 == 0


def _weighted(number: str, weight: int) -> int:
    return sum(map(int, number[-1::-2])) + weight * sum(map(int, number[-2::-2]))
