"""How the stand-in answers which project a bill's line belongs to: by the words it shares with a name, or with a
similar line. It invents nothing, and says "ninguno" where it sees nothing.

Enough for a demonstration and for driving screens; it says nothing about what a real model would choose.
"""
from __future__ import annotations

import json
import re
from collections.abc import Mapping

_BLOCK = r'<data label="{}">\n(.*?)\n</data>'
_WORD = re.compile(r"[^\W\d_]{4,}")
_NONE = {"candidate": "ninguno", "reason": "Nada en la línea nombra uno de los proyectos ni se parece a lo anterior."}


def fits(schema: Mapping | None) -> bool:
    """Whether a request asks for a project: its schema has a candidate and a reason."""
    return bool(schema) and set(schema.get("properties", ())) == {"candidate", "reason"}


def answer(words: str) -> dict:
    """The answer, from the text of the question."""
    line = _words(" ".join(str(one.get("text", "")) for one in _rows(words, "line")))
    named = {one["candidate"]: _words(str(one.get("name", ""))) for one in _rows(words, "candidates")}
    best = max(named, key=lambda key: len(named[key] & line), default=None)
    if best and named[best] & line:
        common = ", ".join(sorted(named[best] & line))
        return {"candidate": best, "reason": f"El texto de la línea nombra este proyecto ({common})."}
    like = [(len(_words(str(one.get("text", ""))) & line), one["candidate"]) for one in _rows(words, "similar")]
    shared, key = max(like, key=lambda pair: pair[0], default=(0, ""))
    if shared >= 2 and key in named:
        return {"candidate": key, "reason": "Una línea parecida se registró antes en este proyecto."}
    return _NONE


def _rows(words: str, label: str) -> list[dict]:
    found = re.search(_BLOCK.format(label), words, re.DOTALL)
    return [json.loads(row) for row in found[1].splitlines() if row.startswith("{")] if found else []


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}
