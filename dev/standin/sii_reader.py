"""How the stand-in reads a document of the SII: it repeats what stands there, and names the days that it finds.

Enough for a demonstration and for driving screens; it says nothing about what a real model would write.
"""
from __future__ import annotations

import re
from collections.abc import Mapping

_MONTHS = ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
           "noviembre", "diciembre")
_DAY = re.compile(
    rf"((?:a contar del|a partir del|desde el|hasta el)\s+(\d{{1,2}}) de ({'|'.join(_MONTHS)}) del? (\d{{4}}))"
)
_TYPES = {33: "factura electrónica", 39: "boleta electrónica", 46: "factura de compra", 52: "guía",
          61: "nota de crédito"}
_TAXES = {"iva": "valor agregado", "retention": "retención", "income": "renta"}


def fits(schema: Mapping | None) -> bool:
    """Whether a request asks what a document of the SII says."""
    return bool(schema) and {"summary", "concerns", "quote", "days"} <= set(schema.get("properties", ()))


def answer(words: str) -> dict:
    """The answer, from the text of the question."""
    found = re.search(r'<data label="document">\n(.*?)\n</data>', words, re.DOTALL)
    text = " ".join(found[1].split()) if found else ""
    sentences = [one.strip() for one in re.split(r"(?<=[.;])\s+", text) if len(one.strip()) > 20]
    telling = next((one for one in sentences if _DAY.search(one)), sentences[-1] if sentences else text)
    low = text.lower()
    return {
        "kind": "changed_duty" if "modifica" in low else "rate_or_value" if "tasa" in low else "new_duty",
        "impact": 4 if _DAY.search(text) else 2,
        "summary": telling[:600],
        "concerns": "cannot_tell",
        "reason": "Depende de si la empresa emite esos documentos.",
        "quote": telling[:200],
        "types": [kind for kind, name in _TYPES.items() if name in low],
        "taxes": [tax for tax, name in _TAXES.items() if name in low],
        "regimes": [],
        "days": [
            {"day": f"{year}-{_MONTHS.index(month) + 1:02d}-{int(day):02d}",
             "what": "until" if words.startswith("hasta") else "from", "quote": words}
            for words, day, month, year in _DAY.findall(text)[:8]
        ],
    }
