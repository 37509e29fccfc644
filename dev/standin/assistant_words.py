"""What the stand-in says of what tools have shown: the rows as a table, passages as sentences, each with its key."""
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .assistant_fill import keys, rows_of
from .assistant_question import Heard, Shown

_NOTHING = ("No encontré nada sobre eso en los documentos que puedes ver ni en la base de conocimiento. "
            "Prueba con otras palabras, o dime de qué documento o período se trata.")
_CANNOT = "No tengo ese dato: no hay con qué buscarlo en esta conversación."
_PASSAGE = ("passage", "text", "body", "excerpt")
_KEYS = ("key", "cite", "source")
_LABELS = {
    "name": "Documento", "title": "Título", "number": "Número", "document": "Documento", "folio": "Folio",
    "partner": "Contacto", "date": "Fecha", "invoice_date": "Fecha", "due": "Vence", "due_date": "Vence",
    "invoice_date_due": "Vence", "total": "Total", "amount_total": "Total", "residual": "Saldo",
    "amount_residual": "Saldo", "balance": "Saldo", "net": "Neto", "tax": "IVA", "vat": "RUT", "state": "Estado",
    "status": "Estado", "type": "Tipo", "currency": "Moneda", "count": "Cantidad",
    "company": "Empresa", "verdict": "Resultado", "project": "Proyecto",
    "period": "Período", "payment": "Pago", "payment_state": "Pago",
}
_COLUMNS, _ROWS, _SENTENCES = 5, 8, 2


def told(asked: Heard) -> str:
    """The answer, from what was shown since the question; Markdown."""
    parts = [part for shown in asked.shown for part in [_part(shown)] if part]
    if parts:
        return "\n\n".join(parts)
    if asked.files and not asked.shown:
        return f"Recibí {len(asked.files)} archivo adjunto. No puedo decir más de él sin saber qué quieres revisar."
    return _NOTHING if asked.shown else _CANNOT


def _part(shown: Shown) -> str:
    """What is said of one result; nothing where it brought nothing."""
    if shown.failed:
        return ""
    if shown.tool.startswith("propose_"):
        return "Dejé la propuesta lista. No se escribe nada hasta que la confirmes con un clic."
    rows = rows_of(shown.value)
    if any(_passage(row) for row in rows):
        return "\n\n".join(_sentences(row) for row in rows[:2] if _passage(row))
    if rows:
        return _table(rows)
    if isinstance(shown.value, Mapping):
        return _list(shown.value)
    return ""


def _passage(row: Mapping) -> str:
    return next((str(row[name]) for name in _PASSAGE if isinstance(row.get(name), str) and row[name].strip()), "")


def _sentences(row: Mapping) -> str:
    """The first sentences of a passage, each with the key of its article."""
    plain = re.sub(r"^\s*(#+|[-*>]|\d+\.)\s*", "", _passage(row), flags=re.MULTILINE)
    plain = re.sub(r"[*_`|]+", " ", plain)
    found = [one.strip() for one in re.split(r"(?<=[.!?])\s+|\n+", plain) if len(one.split()) > 2]
    key = _key(row)
    said = [f"{one.rstrip('.')}{f' [{key}]' if key else ''}." for one in found[:_SENTENCES]]
    title = str(row.get("title") or row.get("name") or "").strip()
    head = f"**{title}**{f' [{key}]' if key else ''}\n\n" if title else ""
    return head + " ".join(said)


def _table(rows: list[Mapping]) -> str:
    names = [name for name in rows[0] if name not in _KEYS and name != "id" and _scalar(rows[0][name])][:_COLUMNS]
    lines = [[*(_cell(row.get(name)) for name in names), f"[{_key(row)}]" if _key(row) else ""] for row in rows[:_ROWS]]
    head = [*map(_label, names), "Fuente"]
    drawn = [head, ["---"] * len(head), *lines]
    more = "\n\nHay más que no se muestran aquí." if len(rows) > _ROWS else ""
    return "Esto es lo que encontré:\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in drawn) + more


def _list(value: Mapping) -> str:
    key = next(iter(keys(value)), "")
    lines = [f"- {_label(name)}: {_cell(inner)}{f' [{key}]' if key else ''}" for name, inner in _facts(value)]
    return "\n".join(lines[:15])


def _facts(value: Mapping) -> Iterator[tuple[str, Any]]:
    """What an object tells that can be said in a line, its inner objects' too."""
    for name, inner in value.items():
        if name in _KEYS or name == "id" or inner in (None, "", []):
            continue
        if isinstance(inner, Mapping):
            yield from _facts(inner)
        elif _scalar(inner):
            yield name, inner


def _scalar(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _key(row: Mapping) -> str:
    return next(iter(keys({name: row[name] for name in _KEYS if name in row})), "") or next(iter(keys(dict(row))), "")


def _label(name: str) -> str:
    return _LABELS.get(name) or name.replace("_", " ").capitalize()


def _cell(value: Any) -> str:
    return "" if value is None else re.sub(r"\s*\n\s*", " ", str(value)).replace("|", "\\|")[:200]
