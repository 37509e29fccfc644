"""Facts that can be looked up, read out of Spanish text as people in Chile write them: sums, dates, RUT, articles …

``facts("Son $ 1.234.567, vence el 12 de mayo de 2026 (art. 23 N° 5)")`` finds a sum, a date and two references, each
in one way of writing, so that what an answer says can be compared with what its source says.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_PLAIN = str.maketrans(
    "ÁÀÂÄÃáàâäãÉÈÊËéèêëÍÌÎÏíìîïÓÒÔÖÕóòôöõÚÙÛÜúùûüÑñÇçº\u00a0\u2007\u2009\u202f‐‑‒–—−",
    "aaaaaaaaaaeeeeeeeeiiiiiiiioooooooooouuuuuuuunncc°    ------",
) | {upper: upper + 32 for upper in range(65, 91)}


def fold(text: str) -> str:
    """Return the text in small letters without accents; each letter stays at its place."""
    return text.translate(_PLAIN)


@dataclass(frozen=True)
class Fact:
    """One fact, and where it stands.

    :param kind: ``rut``, ``date``, ``percent``, ``money``, ``number``, ``word`` (a number in letters), a unit (``dia``,
        ``utm`` …) or what the number is of (``articulo``, ``ley``, ``folio`` …)
    :param values: readings: several where a point may stand for thousands or for decimals
    :param more: days that are ``habil`` or ``corrido``; the letter or *bis* of an article
    """

    kind: str
    values: frozenset
    start: int
    end: int
    more: str = ""


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "enero ene",
            "febrero feb",
            "marzo mar",
            "abril abr",
            "mayo may",
            "junio jun",
            "julio jul",
            "agosto ago",
            "septiembre setiembre sept sep",
            "octubre oct",
            "noviembre nov",
            "diciembre dic",
        ),
        1,
    )
    for name in names.split()
}
_LONG = [name for name in _MONTHS if len(name) > 4 or name == "mayo"]
WORDS = {
    word: number
    for number, word in enumerate(
        [
            "cero",
            "un",
            "dos",
            "tres",
            "cuatro",
            "cinco",
            "seis",
            "siete",
            "ocho",
            "nueve",
            "diez",
            "once",
            "doce",
            "trece",
            "catorce",
            "quince",
            "dieciseis",
            "diecisiete",
            "dieciocho",
            "diecinueve",
            "veinte",
            "veintiun",
            "veintidos",
            "veintitres",
            "veinticuatro",
            "veinticinco",
        ]
    )
}
WORDS |= {
    "uno": 1,
    "una": 1,
    "treinta": 30,
    "cuarenta": 40,
    "cincuenta": 50,
    "sesenta": 60,
    "setenta": 70,
    "ochenta": 80,
    "noventa": 90,
    "cien": 100,
    "ciento": 100,
}
_UNITS = {
    "dias": "dia",
    "meses": "mes",
    "anos": "ano",
    "horas": "hora",
    "hrs": "hora",
    "minutos": "minuto",
    "semanas": "semana",
    "semestres": "semestre",
    "trimestres": "trimestre",
    "uf": "uf",
    "utm": "utm",
    "uta": "uta",
    "veces": "vez",
}
#: What a number can be of, by the ways it is written.
_REFERENCES = {
    "articulo": r"art(?:iculo)?s?\b\.?",
    "resolucion": r"res(?:olucion(?:es)?)?\b\.?",
    "circular": r"circ(?:ular(?:es)?)?\b\.?",
    "oficio": r"oficios?\b|ord\.",
    "decreto": r"decretos?(?:[ -]ley)?\b|d\.?(?:l|s|f\.?l)\b\.?",
    "ley": r"ley(?:es)?\b",
    "formulario": r"formularios?\b|form\.|\bf(?=[ -]?[0-9])",
    "tipo": r"tipos?\b(?: de (?:dte|documento))?|\bdtes?\b",
    "codigo": r"codigos?\b|cod\.",
    "folio": r"folios?\b|facturas?\b(?=[^0-9\n]{0,24}n)|boletas?\b(?=[^0-9\n]{0,24}n)",
    "linea": r"linea\b",
    "inciso": r"incisos?\b",
}
_FILLER = r"(?:[ ,]*(?:ex(?:enta)?s?\b\.?|sii\b|ordinario\b|n(?:ro|um)?[°.]*|numeros?\b|:)){0,4}[ -]*"
_NUMBER = r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:[.,][0-9]+)?"
_SCALES = {"mil": 10**3, "millon": 10**6, "millones": 10**6, "mm": 10**6}
_AMOUNT = (
    rf"(?<![\w.,])(?:(?P<sign>\$|clp|pesos)[ ]?)?(?P<digits>{_NUMBER})(?![0-9])(?:[ ](?P<scale>millon(?:es)?|mil)\b)?"
    r"(?:[ ]?(?P<percent>%|por ciento\b|porciento\b)|[ ]?(?:de )?(?P<pesos>pesos\b|clp\b)"
    r"|[ -]?(?P<unit>dias?|mes(?:es)?|anos?|horas?|hrs|minutos?|semanas?|semestres?|trimestres?|uf|utm|uta|veces)\b"
    r"(?:[ ](?P<days>corrido|habil)\w*)?)?"
)
_IN_LETTERS = (
    rf"(?<!por )\b(?P<word>{'|'.join(sorted(WORDS, key=len, reverse=True))})\b"
    r"(?: y (?P<ones>un|uno|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve)\b)?(?:[ ]\([0-9]+\))?"
    r"(?:[ ](?P<scale>millon(?:es)?|mil)\b)?(?:[ ](?P<percent>por ciento)\b"
    r"|[ ](?:de )?(?P<pesos>pesos)\b"
    r"|[ ](?P<unit>dias?|mes(?:es)?|anos?|horas?|minutos?|semanas?|semestres?|trimestres?|uf|utm|uta|veces)\b"
    r"(?:[ ](?P<days>corrido|habil)\w*)?)?"
)
_RUT = re.compile(r"(?<![\w.])([0-9]{1,2}\.?[0-9]{3}\.?[0-9]{3})-([0-9k])(?![\w])")
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATES = [
    re.compile(pattern)
    for pattern in (
        r"(?<![\w.,-])(?P<y>(?:19|20)[0-9]{2})[-/.](?P<m>0?[1-9]|1[0-2])[-/.](?P<d>[0-2]?[0-9]|3[01])(?![0-9])",
        r"(?<![\w.,-])(?P<d>0?[1-9]|[12][0-9]|3[01])[-/.](?P<m>0?[1-9]|1[0-2])[-/.](?P<y>(?:19|20)?[0-9]{2})(?![0-9.,]*[0-9])",
        rf"(?<![\w.,])(?P<d>[0-9]{{1,2}}|primero)°?(?: de | |-|/)(?P<m>{_MONTH})\b\.?"
        rf"(?:(?: del? (?:ano )?|,? |-|/)(?P<y>(?:19|20)[0-9]{{2}}|(?<=[-/])[0-9]{{2}})\b)?",
        rf"\b(?P<m>{'|'.join(_LONG)})(?:(?: del? (?:ano )?|,? |-|/)(?P<y>(?:19|20)[0-9]{{2}})\b)?",
        r"(?<![\w.,-])(?P<y>20[0-9]{2})-(?P<m>0[1-9]|1[0-2])(?![\w-])",
        r"(?<![\w.,/-])(?P<m>0[1-9]|1[0-2])[-/](?P<y>20[0-9]{2})(?![\w/-])",
    )
]
_AMOUNTS, _LETTERED = re.compile(_AMOUNT), re.compile(_IN_LETTERS)
_ONE = rf"(?P<digits>{_NUMBER})(?![0-9])(?:°|º)?(?:[ ]?(?P<more>bis|ter|quater)\b)?(?![ ]?(?:%|por ciento))"
_REFERRED = [(kind, re.compile(rf"(?<![\w])(?:{pattern}){_FILLER}{_ONE}")) for kind, pattern in _REFERENCES.items()]
#: ``artículos 23, 24 y 27``: what follows is of the same kind.
_ANOTHER = re.compile(
    rf"(?:,|[ ]y|[ ]e|[ ]o|[ ]al?)[ ](?:el[ ])?{_ONE}(?![ ]?(?:dias|de [a-z]+ de|pesos|mes|ano|hora|ut))"
)
_LETTER = re.compile(r"\b(?:letras?|literal) [\"“']?(?P<more>[a-z])\b[\"”')]?")
_TIME = re.compile(r"(?<![\w:])([01]?[0-9]|2[0-3]):([0-5][0-9])(?![\w:])")


def facts(text: str) -> list[Fact]:
    """Return the facts of a text in the order they stand."""
    found: list[Fact] = []
    rest = fold(text)
    for reader in (_ruts, _dates, _references, _times, _lettered, _amounts):
        new = list(reader(rest))
        letters = list(rest)
        for fact in new:
            letters[fact.start : fact.end] = "\x01" * (fact.end - fact.start)
        rest = "".join(letters)
        found += new
    return sorted(found, key=lambda fact: fact.start)


def readings(digits: str) -> frozenset:
    """Return what a number may be: ``1.234`` is a thousand and some in Chile; ``1,234`` is that in English."""
    points, commas = digits.count("."), digits.count(",")
    if not points + commas:
        return frozenset({Decimal(digits)})
    if points and commas:
        thousands, decimals = (".", ",") if digits.index(".") < digits.index(",") else (",", ".")
        return frozenset({Decimal(digits.replace(thousands, "").replace(decimals, ".")).normalize()})
    sign = "." if points else ","
    if points + commas > 1:
        return frozenset({Decimal(digits.replace(sign, ""))})
    whole, part = digits.split(sign)
    if sign == "." and len(part) == 3 and whole.lstrip("0"):
        return frozenset({Decimal(whole + part)})
    read = {Decimal(f"{whole}.{part}").normalize()}
    if len(part) == 3 and len(whole) <= 3 and whole.lstrip("0"):
        read.add(Decimal(whole + part))
    return frozenset(read)


def _ruts(text: str) -> Iterator[Fact]:
    for found in _RUT.finditer(text):
        yield Fact("rut", frozenset({found[1].replace(".", "") + found[2]}), found.start(), found.end())


def _dates(text: str) -> Iterator[Fact]:
    taken = bytearray(len(text))
    for pattern in _DATES:
        for found in pattern.finditer(text):
            start, end = found.span()
            if any(taken[start:end]):
                continue
            taken[start:end] = b"\x01" * (end - start)
            parts = found.groupdict()
            year = int(parts["y"]) if parts.get("y") else None
            year = year + 2000 if year is not None and year < 100 else year
            month = _MONTHS.get(parts["m"]) or int(parts["m"])
            day = parts.get("d")
            value = (year, month, 1 if day == "primero" else int(day) if day else None)
            yield Fact("date", frozenset({value}), *found.span())


def _references(text: str) -> Iterator[Fact]:
    spans: set[int] = set()
    for kind, pattern in _REFERRED:
        for first in pattern.finditer(text):
            found: re.Match | None = first
            while found and found.start("digits") not in spans:
                spans.add(found.start("digits"))
                yield Fact(kind, readings(found["digits"]), found.start("digits"), found.end(), found["more"] or "")
                found = _ANOTHER.match(text, found.end())
    for found in _LETTER.finditer(text):
        yield Fact("letra", frozenset({found["more"]}), *found.span("more"))


def _times(text: str) -> Iterator[Fact]:
    for found in _TIME.finditer(text):
        yield Fact("time", frozenset({(int(found[1]), int(found[2]))}), found.start(), found.end())


def _amounts(text: str) -> Iterator[Fact]:
    for found in _AMOUNTS.finditer(text):
        values = readings(found["digits"])
        if scale := _SCALES.get(found["scale"] or ""):
            values = frozenset(value * scale for value in values)
        yield Fact(_kind(found, "number"), values, *found.span(), found["days"] or "")


def _lettered(text: str) -> Iterator[Fact]:
    for found in _LETTERED.finditer(text):
        value = Decimal(WORDS[found["word"]] + WORDS.get(found["ones"] or "", 0)) * _SCALES.get(found["scale"] or "", 1)
        kind = _kind(found, "word")
        if kind == "word" and value <= 1:
            continue  # the article "una", no number
        yield Fact(kind, frozenset({value}), *found.span(), found["days"] or "")


def _kind(found: re.Match, otherwise: str) -> str:
    if found["percent"]:
        return "percent"
    if found["unit"]:
        return _UNITS.get(found["unit"], found["unit"])
    return "money" if found["pesos"] or found.groupdict().get("sign") else otherwise
