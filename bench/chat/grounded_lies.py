"""A scripted liar: each way spoils one statement, as models do. None of it uses the code that is measured."""

import random
import re

from .grounded_world import Statement, names

_ROLES = (
    ("emisor", "receptor"),
    ("comprador", "vendedor"),
    ("arrendador", "arrendatario"),
    ("persona natural", "persona jurídica"),
    ("mensual", "anual"),
    ("crédito", "débito"),
    ("afecta", "exenta"),
    ("ventas", "compras"),
    ("corridos", "hábiles"),
    ("posterior", "anterior"),
    ("máximo", "mínimo"),
    ("cedente", "cesionario"),
)
_INVENTED = (
    "Las empresas mineras pagan además un recargo especial por maquinaria importada",
    "El trámite exige presentar una declaración jurada ante notario con dos testigos",
    "La multa se condona automáticamente cuando existe buena fe comprobada",
    "Quedan liberadas de emitir documentos las sociedades constituidas durante el último ejercicio",
    "Basta enviar un correo electrónico al fiscalizador para suspender la cobranza",
)


def _digit(text: str, lot: random.Random) -> str:
    places = [at for at, letter in enumerate(text) if letter.isdigit()]
    at = lot.choice(places)
    return text[:at] + str((int(text[at]) + lot.randrange(1, 9)) % 10 or 7) + text[at + 1 :]


def _change(pattern: str):
    """Return a way that changes a digit in what the pattern's group finds, one of them by lot."""

    def change(one: Statement, lot: random.Random) -> str | None:
        found = list(re.finditer(pattern, one.text))
        if not found:
            return None
        chosen = lot.choice(found)
        other = chosen[1]
        for _try in range(20):
            if (
                re.sub(r"\D", "", other := _digit(chosen[1], lot)).lstrip("0")
                not in re.sub(r"\D", " ", one.source).split()
            ):
                break
        return one.text[: chosen.start(1)] + other + one.text[chosen.end(1) :]

    return change


def _date(one: Statement, lot: random.Random) -> str | None:
    found = re.search(
        r"\b(\d{1,2})(?= de (?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|sept|octubre|nov|dic)|[-/]\d\d[-/]\d\d)",  # noqa: E501
        one.text,
    )
    if not found:
        return None
    other = str((int(found[1]) + lot.randrange(1, 26)) % 28 + 1)
    return None if other == found[1].lstrip("0") else one.text[: found.start()] + other + one.text[found.end() :]


def _month(one: Statement, lot: random.Random) -> str | None:
    months = ("enero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre")
    found = re.search(rf"\b({'|'.join(months)})\b", one.text)
    others = [month for month in months if month not in one.source.lower() and month not in one.text]
    return (
        one.text[: found.start()] + lot.choice(others) + one.text[found.end() :]
        if found and others and one.kind == "article"
        else None
    )


def _deadline(one: Statement, lot: random.Random) -> str | None:
    found = re.search(
        r"\b(\d{1,3}|dos|tres|cinco|seis|ocho|diez|doce|quince|veinte|treinta) (días|meses|años|horas)\b", one.text
    )
    if not found:
        return None
    other = str(
        lot.choice([n for n in (4, 7, 9, 11, 14, 18, 21, 25, 45, 75, 90) if not re.search(rf"\b{n}\b", one.source)])
    )
    return f"{one.text[: found.start()]}{other} {found[2]}{one.text[found.end() :]}"


def _unit(one: Statement, lot: random.Random) -> str | None:
    found = re.search(r"\b(\d{1,3}) (días|meses|años)\b", one.text)
    others = [
        unit
        for unit in ("días", "meses", "años")
        if found and unit != found[2] and f"{found[1]} {unit}" not in one.source
    ]
    return one.text[: found.start(2)] + lot.choice(others) + one.text[found.end(2) :] if found and others else None


def _negated(one: Statement, lot: random.Random) -> str | None:
    if re.search(r"\bsi\b", one.text, re.IGNORECASE) or one.kind != "article":
        return None  # a condition that is turned round may be as true
    if re.search(r"\bno (?=se |puede|debe|es |podrá|deberá|está|procede|corresponde)", one.text):
        return re.sub(r"\bno (?=se |puede|debe|es |podrá|deberá|está|procede|corresponde)", "", one.text, count=1)
    found = re.search(
        r"(?<!\b[Nn][Oo] )(?<!\bse "
        r")\b(puede|pueden|podrá|podrán|debe|deben|deberá|deberán|es|son|está|procede|corresponde|permite|tiene)\b",
        one.text,
    )
    return f"{one.text[: found.start()]}no {one.text[found.start() :]}" if found else None


def _role(one: Statement, lot: random.Random) -> str | None:
    for pair in lot.sample(_ROLES, len(_ROLES)):
        for mine, other in (pair, pair[::-1]):
            if re.search(rf"\b{mine}\b", one.text) and not re.search(rf"\b{other}", one.text):
                return re.sub(rf"\b{mine}\b", other, one.text)
    return None


def _name(one: Statement, lot: random.Random) -> str | None:
    if "Servicio de Impuestos Internos" in one.text and "Tesorería" not in one.source:
        return one.text.replace("Servicio de Impuestos Internos", "Tesorería General de la República")
    mine = next((name for name in names() if name in one.text), None)
    return one.text.replace(mine, lot.choice([name for name in names() if name != mine])) if mine else None


def _invented(one: Statement, lot: random.Random) -> str | None:
    return lot.choice(_INVENTED) if one.kind == "article" else None


#: How a statement is spoiled: it, and a lot -> what is said instead, or None where it does not apply.
WORDS = {
    "amount": _change(r"(\d{1,3}(?:\.\d{3})+)(?!-)"),
    "number": _change(r"(?<![\d.,/-])(\d{2,})(?![\d.,/%-])"),
    "rut": _change(r"(\d{1,2}\.?\d{3}\.?\d{3}(?=-[\dkK]))"),
    "article": _change(r"\b[Aa]rt(?:ículo|\.) (?:N[°º] ?)?(\d+)"),
    "law": _change(r"\b[Ll]ey (?:N[°º] ?)?(\d[\d.]{4,})"),
    "form": _change(r"\b(?:Formulario|Form\.|F)[ -]?(?:N[°º] ?)?(\d{2,4})\b"),
    "rate": _change(r"\b(\d+(?:,\d+)?) ?(?:%|por ciento)"),
    "date": _date,
    "month": _month,
    "deadline": _deadline,
    "unit": _unit,
    "negated": _negated,
    "role": _role,
    "name": _name,
    "invented": _invented,
}
#: How its citation is spoiled.
CITATIONS = ("unknown key", "wrong source", "uncited")
