"""What the stand-in says of what tools have shown: the rows as a table, passages as sentences, each with its key."""
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .assistant_fill import keys, rows_of
from .assistant_question import Heard, Shown

_NOTHING = ("No encontré nada sobre eso en los documentos que usted puede ver ni en la base de conocimiento. "
            "Dígame de qué documento o período se trata, y busco de nuevo.")
_CANNOT = "No tengo ese dato: no hay con qué buscarlo en esta conversación."
_PASSAGE = ("passage", "text", "body", "excerpt")
_KEYS = ("key", "cite", "source")
_LABELS = {
    "name": "Nombre", "title": "Título", "number": "Número", "document": "Documento", "folio": "Folio", "at": "Al",
    "partner": "Contacto", "date": "Fecha", "due": "Vence", "total": "Total", "left": "Saldo",
    "left_to_pay": "Por pagar", "withheld_second_category": "Retención de honorarios", "withheld_iva": "IVA retenido",
    "iva_of_common_use_not_in_credit": "IVA de uso común, fuera del crédito", "to_do": "Qué hacer",
    "whose_word": "Según",
    "balance": "Saldo", "net": "Neto", "tax": "IVA", "rut": "RUT", "vat": "RUT", "state": "Estado", "type": "Tipo",
    "count": "Cantidad", "documents": "Documentos", "verdict": "Resultado", "project": "Proyecto", "period": "Período",
    "payment": "Pago", "entries": "Movimientos", "overdue_total": "Vencido", "later_or_undated": "Después o sin fecha",
    "iva_debit": "IVA débito", "iva_credit": "IVA crédito", "debit_less_credit": "Débito menos crédito",
    "drafts_not_counted": "Borradores sin contar", "code": "Código", "meaning": "Significado", "activity": "Giro",
    "city": "Ciudad", "week_of": "Semana del", "falls_due": "Vence", "month": "Mes", "concept": "Concepto",
    "account": "Cuenta", "opening": "Inicial", "closing": "Final", "debit": "Debe", "credit": "Haber", "rule": "Regla",
    "what": "Detalle", "quantity": "Cantidad", "price": "Precio", "severity": "Gravedad", "why": "Por qué",
    "dte_check": "Revisión DTE", "days_late": "Atraso", "amount": "Monto", "settled": "Abonado", "overdue": "Vencido",
    "kind": "Clase", "draft": "Borradores", "posted": "Contabilizados", "cancel": "Anulados",
    "reference": "Referencia", "accounting_date": "Fecha contable", "journal": "Diario",
}
#: Words of tools that stand in a cell.
_VALUES = {
    "sale": "Ventas", "purchase": "Compras", "iva_debit": "IVA débito", "iva_recoverable": "IVA crédito",
    "iva_supermarket": "IVA supermercado", "iva_fixed_assets": "IVA activo fijo", "iva_common_use": "IVA uso común",
    "iva_not_recoverable": "IVA no recuperable", "iva_withheld_total": "IVA retenido",
    "second_category_withheld": "Retención de honorarios", "fuel_specific_tax": "Impuesto específico a combustibles",
}
#: What a tool tells the model and not the reader.
_ASIDE = frozenset({"note", "notes", "currency", "side", "known_by", "more", "does_not_contain", "group"})
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_COLUMNS, _ROWS, _SENTENCES, _FACTS = 5, 8, 2, 12

def told(asked: Heard) -> str:
    """The answer, from what was shown since the question; Markdown."""
    parts = [part for shown in asked.shown for part in [_part(shown)] if part]
    if parts:
        return "\n\n".join(parts)
    if asked.files and not asked.shown:
        return f"Recibí {len(asked.files)} archivo adjunto. No puedo decir más de él sin saber qué quiere revisar."
    return _NOTHING if asked.shown else _CANNOT


def _part(shown: Shown) -> str:
    """What is said of one result; nothing where it brought nothing."""
    if shown.failed:
        return ""
    if shown.tool.startswith("propose_"):
        return "Dejé la propuesta lista. No se escribe nada hasta que usted la confirme con un clic."
    rows, key = rows_of(shown.value), _own_key(shown.value)
    if any(_passage(row) for row in rows):
        return "\n\n".join(_sentences(row) for row in rows[:2] if _passage(row))
    parts = [_list(shown.value, key)] if key else []
    if any(_key(row) or key for row in rows):
        parts.append(_table(rows, key))
    return "\n\n".join(part for part in parts if part)


def _own_key(value: Any) -> str:
    """The key of what a tool has shown as a whole."""
    return next((str(value[name]) for name in _KEYS if keys(value.get(name))), "") if isinstance(value, Mapping) else ""

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


def _table(rows: list[Mapping], otherwise: str) -> str:
    """Rows with the key of each, or the key of the whole."""
    names = [name for name in rows[0] if name not in (*_KEYS, "id", *_ASIDE) and _scalar(rows[0][name])][:_COLUMNS]
    lines = [[*(_cell(row.get(name)) for name in names), f"[{_key(row) or otherwise}]"] for row in rows[:_ROWS]]
    head = [*map(_label, names), "Fuente"]
    drawn = [head, ["---"] * len(head), *lines]
    more = "\n\nHay más que no se muestran aquí." if len(rows) > _ROWS else ""
    return "Esto es lo que encontré:\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in drawn) + more


def _list(value: Mapping, key: str) -> str:
    return "\n".join(f"- {_label(name)}: {_cell(inner)} [{key}]" for name, inner in list(_facts(value))[:_FACTS])


def _facts(value: Mapping) -> Iterator[tuple[str, Any]]:
    """What an object tells that can be said in a line, its inner objects' too."""
    for name, inner in value.items():
        if name in (*_KEYS, "id", *_ASIDE) or inner in (None, "", []):
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
    if isinstance(value, int | float):
        # As people in Chile write it: 1.234.567,8.
        return f"{value:,}".translate(str.maketrans(",.", ".,"))
    if isinstance(value, str) and _DAY.fullmatch(value):
        return "-".join(reversed(value.split("-")))
    if isinstance(value, str) and value in _VALUES:
        return _VALUES[value]
    return "" if value is None else re.sub(r"\s*\n\s*", " ", str(value)).replace("|", "\\|")[:200]
