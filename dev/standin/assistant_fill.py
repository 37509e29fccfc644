"""What the stand-in asks of a tool: every property filled by its name and schema, from question, screen and results."""
from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from typing import Any

from . import invent
from .assistant_question import Heard

_KEY = re.compile(r"[AR]\d{1,4}")
_WORD = re.compile(r"\[[A-Z]+_\d+\]|[^\W\d_]{3,}|\d{2,}")
_STOP = frozenset(re.findall(r"\w+", """
que qué como cómo cual cuál cuales cuáles cuando cuándo cuanto cuánto cuantas cuántas los las del una uno por para con
sin sobre este esta estos estas ese esa hay son fue ser está están tiene tengo dame muestra muéstrame busca quiero
puedes puedo favor the and mis tus sus más
"""))
_MONTHS = ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
           "noviembre", "diciembre")
_WHO = re.compile(r"\[(?:NAME|RUT)_\d+\]|\b\d{1,2}\.?\d{3}\.?\d{3}-[\dkK]\b")
_NAMED = re.compile(r"\b(?:de|del|a|cliente|proveedor|contacto|con) ((?:[A-ZÁÉÍÓÚÑ][\wáéíóúñ.&-]*\s?){1,5})")
_QUOTED = re.compile(r"[«“\"']([^»”\"']{2,300})[»”\"']")
_NOTE = re.compile(r"(?:nota|anota)[^:]{0,60}?(?::|que diga|diciendo|que)\s*(.+)", re.IGNORECASE | re.DOTALL)
_CODE = re.compile(r"\b([A-Z]{1,4}(?:-\d{1,4})+|[A-Z]{1,4}\d{1,4}|\d{1,4})\b")
#: What accountants call the choices of a tool.
_SPOKEN = {
    "overdue": "vencid", "paid": "pagad", "not_paid": "impag", "unpaid": "impag", "draft": "borrador", "sale": "venta",
    "posted": "publicad", "out_invoice": "venta", "in_invoice": "compra", "purchase": "compra", "customer": "client",
    "supplier": "proveedor", "issued": "emitid", "received": "recibid", "rejected": "rechaz", "receivable": "cobrar",
    "payable": "pagar|have to pay", "cancel": "anulad", "open": "pendient", "month": "mes", "partner": "proveedor",
    "document_type": "tipo", "block": "bloque", "credit_note": "nota de crédito", "debit_note": "nota de débito",
    "ref": "referencia", "invoice_origin": "origen", "narration": "glosa",
}
_HERE = re.compile(r"\b(este|esta|this)\b", re.IGNORECASE)
_THESE = re.compile(r"\b(?:est[oa]s|these)\b|seleccionad|selected|en pantalla|on screen", re.IGNORECASE)
_RECORD = ("id", "invoice_id", "move_id", "res_id", "record_id", "key", "record", "document", "invoice")


def needs_record(tool: Mapping) -> bool:
    """Whether a tool asks for one record."""
    required = (tool.get("input_schema") or {}).get("required") or ()
    return any(name in _RECORD for name in required)


def fill(asked: Heard, tool: Mapping) -> dict | None:
    """The input for a tool; None if it needs a record and there is none."""
    schema = tool.get("input_schema") or {}
    required, known = schema.get("required") or (), schema.get("properties") or {}
    given: dict = {}
    for name, node in known.items():
        value = _value(asked, name, node)
        if value is None and name in required:
            if name in _RECORD:
                return None
            if "enum" in node:
                value = node["enum"][0]
                given[name] = value
                continue
            value = invent.tool_input(asked.body, {"input_schema": {**schema, "properties": {name: node},
                                                                    "required": [name]}})[name]
        if value is not None:
            given[name] = value
    return given


def keys(value: Any) -> list[str]:
    """The keys of sources in what a tool has shown, in order."""
    return list(dict.fromkeys(_keys(value)))


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, str) and _KEY.fullmatch(value):
        yield value
    for inner in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from _keys(inner)


def words(text: str) -> list[str]:
    """The words of a text that tell something."""
    return [word for word in _WORD.findall(text) if word.casefold() not in _STOP]


def _value(asked: Heard, name: str, node: Mapping) -> Any:
    """What a property is to hold; None where nothing is known."""
    kinds = node.get("type", "string")
    kind = next((one for one in kinds if one != "null"), "string") if isinstance(kinds, list) else kinds
    if "enum" in node:
        return _choice(asked.question, node["enum"])
    if name in ("value", "summary"):
        return _note(asked.question)[:100]
    if kind == "array":
        return _texts(asked, name, node)
    if kind == "boolean":
        return True if name == "on_screen" and asked.screen and _THESE.search(asked.question) else None
    if kind in ("integer", "number"):
        return _number(asked, name)
    if kind == "string":
        return _text(asked, name, node)
    return None


def _choice(question: str, choices: list) -> Any:
    """The choice that the question's words name, in English or by what accountants call it."""
    said = question.casefold()
    return next((one for one in choices if isinstance(one, str)
                 and (one.casefold() in said or (one in _SPOKEN and re.search(_SPOKEN[one], said)))), None)


def _texts(asked: Heard, name: str, node: Mapping) -> list | None:
    if (node.get("items") or {}).get("type", "string") != "string":
        return None
    told = words(asked.question) or [asked.question or "SII"]
    if name in ("queries", "texts", "words", "searches"):
        return list(dict.fromkeys((asked.question[:200] or "SII", " ".join(told)[:200])))
    return None


def _number(asked: Heard, name: str) -> int | None:
    if name in _RECORD:
        return asked.screen.get("id") or _first_id(asked)
    if name in ("year",):
        return int(_period(asked)[:4])
    if name in ("month",):
        return int(_period(asked)[5:7])
    if name == "folio":
        found = re.search(r"folio\D{0,6}(\d+)", asked.question, re.IGNORECASE)
        return int(found[1]) if found else None
    if name == "partner_id" and asked.screen.get("model") == "res.partner":
        return asked.screen.get("id")
    return None


def _first_id(asked: Heard) -> int | None:
    rows = [row for shown in asked.shown for row in rows_of(shown.value)]
    return next((row["id"] for row in rows if isinstance(row.get("id"), int)), None)


def rows_of(value: Any) -> list[Mapping]:
    """The rows in what a tool has shown: the first list of objects there."""
    if isinstance(value, list):
        return [row for row in value if isinstance(row, Mapping)]
    if isinstance(value, Mapping):
        return next((rows for inner in value.values() if isinstance(inner, list) and (rows := rows_of(inner))), [])
    return []


def _text(asked: Heard, name: str, node: Mapping) -> str | None:
    if name in _RECORD:
        shown = [key for one in asked.shown for key in keys(one.value) if key[0] == "R"]
        return asked.screen.get("key") or next(iter(shown), None)
    if name in ("model", "res_model"):
        return asked.screen.get("model")
    if node.get("format") == "date" or "date" in name or name in ("since", "until", "from", "to"):
        return _date(asked, name)
    if name in ("period", "month"):
        return _period(asked)
    if name == "number":
        found = re.search(r"(?:folio|n[uú]mero|factura|n°)\D{0,6}(\d+)", asked.question, re.IGNORECASE)
        return found[1] if found else None
    if name == "account":
        found = re.search(r"cuentas? (?:de )?(?:la |el |los |las )?([\wáéíóúñ.]+)", asked.question, re.IGNORECASE)
        return found[1] if found else "banco"
    if name == "project":
        return asked.screen.get("key") if asked.screen.get("model") == "project.project" else _who(asked)
    if name in ("partner", "who", "name", "vat", "partner_name"):
        on_screen = asked.screen.get("key") if asked.screen.get("model") == "res.partner" else None
        return _who(asked) or (on_screen if _HERE.search(asked.question) else None)
    if name in ("text", "note", "body", "message"):
        return _note(asked.question)
    found = _CODE.search(asked.question)
    if name in ("code", "rule"):
        return found[1] if found else None
    if name in ("query", "search", "words", "question"):
        return found[1] if found and name == "search" else _who(asked) or " ".join(words(asked.question))[:200] or "SII"
    return None


def _who(asked: Heard) -> str | None:
    if found := _WHO.search(asked.question):
        return found[0]
    named = _QUOTED.search(asked.question) or _NAMED.search(asked.question)
    return named[1].strip() if named else None


def _note(question: str) -> str:
    found = _NOTE.search(question)
    return (found[1] if found else question).strip(" .\"«»“”'") or question


def _period(asked: Heard) -> str:
    """The month a question is about, as YYYY-MM; the running one if it names none."""
    today = datetime.date.fromisoformat(asked.today) if asked.today else datetime.date(2026, 11, 20)
    said = asked.question.casefold().replace("setiembre", "septiembre")
    if found := re.search(r"\b(20\d\d)-(\d\d)\b", said):
        return found[0]
    year = re.search(r"\b20\d\d\b", said)
    month = next((number for number, name in enumerate(_MONTHS, 1) if name in said), None)
    if month:
        return f"{year[0] if year else today.year - (month > today.month)}-{month:02d}"
    if re.search(r"pasado|anterior|last month|month before", said):
        today = today.replace(day=1) - datetime.timedelta(days=1)
    return f"{today:%Y-%m}"


def _date(asked: Heard, name: str) -> str | None:
    """First or last day of the month that a question names; nothing if it names none. A task is for a week from now."""
    if name == "date":
        return (datetime.date.fromisoformat(asked.today or "2026-11-20") + datetime.timedelta(days=7)).isoformat()
    if not re.search("|".join((*_MONTHS, r"\bmes\b", r"20\d\d-\d\d")), asked.question, re.IGNORECASE):
        return None
    first = datetime.date.fromisoformat(f"{_period(asked)}-01")
    last = (first + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)
    return (last if re.search(r"to|until|end|hasta|before", name) else first).isoformat()
