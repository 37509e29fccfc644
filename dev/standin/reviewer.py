"""How the stand-in answers a review of a DTE: as a reader would who knows a dozen tell-tale words. It invents nothing.

Enough for a demonstration and for driving screens; it says nothing about what a real model would find.
"""
from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

_DOCUMENT = re.compile(r'<data label="document">\n(.*?)\n</data>', re.DOTALL)
_NUMBERED = re.compile(r"\b(OC|O\.C\.|orden de compra|gu[ií]a|contrato)\b[^\d]{0,8}\d{2,}", re.IGNORECASE)
_VAGUE = re.compile(r"^\W*(varios|productos?|servicios?|otros|item \d*|prueba|test|asdf)\W*$", re.IGNORECASE)
_EXEMPT_BY_NATURE = re.compile(r"transporte de pasajeros|colegiatura|matr[ií]cula escolar", re.IGNORECASE)


def fits(schema: Mapping | None) -> bool:
    """Whether a request asks for a review: its schema has remarks and an outcome."""
    return bool(schema) and set(schema.get("properties", ())) == {"outcome", "remarks"}


def answer(words: str) -> dict:
    """The answer to a review, from the text of its question."""
    found = _DOCUMENT.search(words)
    if not found:
        return {"outcome": "cannot_tell", "remarks": []}
    parts = [json.loads(line) for line in found[1].splitlines() if line.startswith("{")]
    remarks = [dict(zip(_KEYS, remark)) for remark in _remarks(parts)]
    return {"outcome": "remarks" if remarks else "nothing", "remarks": remarks}


_KEYS = ("code", "path", "quote", "reason", "suggestion", "confidence")


def _remarks(parts: list[dict]) -> Iterator[tuple]:
    kind = next((str(part.get("TipoDTE", ""))[:2] for part in parts if "TipoDTE" in part), "")
    referenced = any(part["at"].startswith("Referencia") for part in parts)
    for part in parts:
        if part["at"].startswith("Detalle"):
            yield from _line(part, kind, referenced)


def _line(part: Mapping, kind: str, referenced: bool) -> Iterator[tuple]:
    name, place = str(part.get("NmbItem", "")), f"{part['at']}/NmbItem"
    exempt = part.get("IndExe") == 1 or kind in ("34", "41")
    if "amoblad" in name.lower() and exempt:
        yield ("J05", place, name[:100], "El arriendo de inmuebles amoblados está afecto a IVA, y la línea va exenta.",
               "Emitir factura afecta (33) con IVA.", 92)
    if _EXEMPT_BY_NATURE.search(name) and not exempt:
        yield ("J05", place, name[:100], "Este servicio está exento de IVA por su naturaleza, y la línea va afecta.",
               "Emitir factura exenta (34).", 85)
    if _VAGUE.match(name):
        yield ("J03", place, name, "La glosa no dice qué se vendió.", "Describir el bien o servicio.", 80)
    if _NUMBERED.search(name) and not referenced:
        yield ("J08", place, _NUMBERED.search(name)[0], "La glosa nombra un documento que no está en las referencias.",
               "Agregar la referencia con su folio y fecha.", 75)
