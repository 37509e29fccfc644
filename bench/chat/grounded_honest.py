"""Honest answers: what sources say, said again in other words and with numbers and dates written otherwise."""

import random
import re
from dataclasses import dataclass

from .grounded_world import Statement

_MONTHS = (
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
)
_LETTERS = {
    "2": "dos",
    "3": "tres",
    "4": "cuatro",
    "5": "cinco",
    "6": "seis",
    "8": "ocho",
    "10": "diez",
    "12": "doce",
    "15": "quince",
    "20": "veinte",
    "30": "treinta",
}
_OTHER_WORDS = (
    (r"\bdeberá\b", "debe"),
    (r"\bdeberán\b", "deben"),
    (r"\bpodrá\b", "puede"),
    (r"\bpodrán\b", "pueden"),
    (r"\ba través de\b", "por medio de"),
    (r"\bcon el fin de\b", "para"),
    (r"\ben el caso de\b", "tratándose de"),
    (r"\bsolicitar\b", "pedir"),
    (r"\brealizar\b", "hacer"),
    (r"\befectuar\b", "hacer"),
    (r"\bingresar\b", "entrar"),
    (r"\bdebe\b", "tiene que"),
    (r"\bposteriormente\b", "después"),
    (r"\brespectiv[oa]s?\b", ""),
    (r"\bcorrespondientes?\b", ""),
    (r"\bmencionad[oa]s?\b", ""),
    (r"\bse encuentran?\b", "está"),
    (r"\bsin embargo,?\b", ""),
    (r"\badicionalmente,?\b", "además"),
    (r"\bcontribuyentes\b", "empresas"),
    (r"\bmediante\b", "con"),
    (r"\bindicad[oa]s?\b", ""),
    (r"\bobtener\b", "conseguir"),
)
_FIRST = (
    "En síntesis, ",
    "De acuerdo con el SII, ",
    "Cabe señalar que ",
    "En la práctica, ",
    "En resumen: ",
    "Sí: ",
    "",
    "",
    "",
    "",
)
_BEFORE = ("Hola, con gusto.\n\n", "Claro.\n\n", "Buena pregunta. ", "", "", "", "")
_AFTER = (
    "\n\n¿Quiere que revise otro documento?",
    "\n\nSi necesita más detalle, avíseme.",
    "\n\nPuedo buscar más si me dice el período.",
    "\n\nNo tengo datos de otros períodos.",
    "",
    "",
    "",
    "",
)


@dataclass
class Answer:
    """An answer of a script. :param spans: where in it each statement stands, its citation included"""

    text: str
    sources: dict[str, str]
    spans: list[tuple[int, int]]
    statements: list[Statement]
    what: str = ""


def reworded(text: str, lot: random.Random) -> str:
    """Return a sentence of a source as somebody else might say it."""
    text = rewritten(text, lot)
    for pattern, other in lot.sample(_OTHER_WORDS, 14):
        text = re.sub(pattern, other, text)
    if lot.random() < 0.4:
        text = re.sub(r"\s*\([^()]*\)", "", text)
    if (parts := re.fullmatch(r"Si ([^,]+), ([^,]+)", text)) and lot.random() < 0.5:
        text = f"{parts[2][0].upper()}{parts[2][1:]} si {parts[1]}"
    first = lot.choice(_FIRST)
    text = re.sub(r"\s+", " ", text).strip(" ,")
    return first + (
        text[0].lower() + text[1:] if first and not text[:2].isupper() and not first.endswith(": ") else text
    )


def rewritten(text: str, lot: random.Random) -> str:
    """Return a text with its dates, numbers and references written in another way."""

    def date(found: re.Match) -> str:
        day, month, year = int(found[1]), int(found[2]), found[3]
        ways = (
            f"{day:02d}-{month:02d}-{year}",
            f"{day}/{month:02d}/{year[2:]}",
            f"{day} de {_MONTHS[month - 1]} de {year}",
        )
        return lot.choice(ways)

    def units(found: re.Match) -> str:
        return f"{_LETTERS.get(found[1], found[1]) if lot.random() < 0.5 else found[1]} {found[2]}"

    text = re.sub(r"\b(0?[1-9]|[12]\d|3[01])[/-](0?[1-9]|1[0-2])[/-](20\d\d)\b", date, text)
    text = re.sub(r"\b(\d{1,2}) (días|meses|años|horas)\b", units, text)
    text = re.sub(r"(\d) ?%", lambda found: found[1] + lot.choice(("%", " %", " por ciento")), text)
    text = re.sub(
        r"\b[Aa]rt(?:ículo|\.) (?:N[°º] ?)?(?=\d)", lambda _f: lot.choice(("artículo ", "art. ", "artículo N° ")), text
    )
    text = re.sub(
        r"\bLey N[°º] ?(\d\d)\.(\d{3})\b", lambda f: lot.choice((f[0], f"Ley {f[1]}.{f[2]}", f"ley {f[1]}{f[2]}")), text
    )
    return re.sub(r"\$ ?(\d{1,3}(?:\.\d{3})+)", lambda f: lot.choice((f"${f[1]}", f"$ {f[1]}", f"{f[1]} pesos")), text)


def told(record: dict, lot: random.Random) -> str:
    """Return what somebody says of an invoice."""
    year, month, day = record["invoice_date_due"].split("-")
    due = rewritten(f"{day}-{month}-{year}", lot)
    folio = int(record["document"].split()[1])
    return lot.choice(
        (
            f"La factura {folio} de {record['partner_id']} es por {money(record['amount_total'], lot)} y vence el {due}",  # noqa: E501
            f"Factura N° {folio}: neto {money(record['amount_untaxed'], lot)}, IVA {money(record['amount_tax'], lot)}, total {money(record['amount_total'], lot)}",  # noqa: E501
            f"{record['partner_id']} (RUT {rut(record['partner_vat'], lot)}) debe {money(record['amount_total'], lot)} por el folio {folio}",  # noqa: E501
            f"El documento tipo {record['document_type']} con folio {folio} vence el {due}",
            f"**{record['partner_id']}**: {money(record['amount_total'], lot)}, vencimiento {due}",
        )
    )


def money(amount: int, lot: random.Random) -> str:
    dotted = f"{amount:,}".replace(",", ".")
    return lot.choice((f"$ {dotted}", f"${dotted}", f"{dotted} pesos", f"**$ {dotted}**"))


def rut(text: str, lot: random.Random) -> str:
    return lot.choice((text, text.replace(".", ""), text.lower()))


def lay_out(statements: list[Statement], sources: dict[str, str], lot: random.Random) -> Answer:
    """Return an answer in one of the layouts that models use."""
    same = len({one.key for one in statements}) == 1
    way = lot.choice(
        ("each", "list", "inside", "end", "above") if same and statements[0].key else ("each", "list", "inside")
    )
    text, spans = lot.choice(_BEFORE), []
    if way == "above":
        text += f"Según la base de conocimientos [{statements[0].key}]:\n\n"
    for at, one in enumerate(statements):
        last = at == len(statements) - 1
        cited = f" [{one.key}]" if one.key and way != "above" and (way != "end" or last) else ""
        start = len(text)
        if way in ("list", "above"):
            text += f"{'- ' if way == 'list' else '1. '}{one.text}{cited}\n"
        else:
            text += f"{one.text}.{cited}" if way == "inside" else f"{one.text}{cited}."
            text += "" if last else " "
        spans.append((start, len(text)))
    return Answer(text + lot.choice(_AFTER), sources, spans, statements, way)
