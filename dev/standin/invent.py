"""Plausible answers, always the same for the same request: from the schema, or some Spanish words without one."""
from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Mapping

from . import chooser, reviewer, sii_reader, tokens

_SENTENCES = (
    "El documento cumple lo que se revisó.", "El monto neto y el IVA concuerdan con el total.",
    "Conviene revisar la glosa de la primera línea.", "La fecha de emisión es anterior a la de vencimiento.",
    "El giro del receptor no calza del todo con lo comprado.", "Los antecedentes no bastan para asegurarlo.",
    "La descripción es parecida a la de compras anteriores.", "No hay diferencias con el folio de referencia.",
)
_FORMATS = {"date": "2026-11-20", "date-time": "2026-11-20T12:00:00Z", "time": "12:00:00Z", "duration": "P1D",
            "email": "contacto@ejemplo.cl", "hostname": "ejemplo.cl", "uri": "https://ejemplo.cl/nota",
            "ipv4": "192.0.2.1", "ipv6": "2001:db8::1", "uuid": "6f1a9b1e-3c55-4a57-9d0e-6f2a0a1b2c3d"}
_NO = re.compile(r"abstain|unknown|unsure|refus|insufficient|error", re.IGNORECASE)
_YES = re.compile(r"sure|certain|confident|ok$|valid|known", re.IGNORECASE)
_RANGE = re.compile(r"(-?\d+(?:\.\d+)?)\s*(?:-|–|—|\.\.|to|and|a|y)\s*(-?\d+(?:\.\d+)?)")
_BOUND = re.compile(r"(minimum|maximum)\D{0,3}(-?\d+(?:\.\d+)?)")
_PATH = re.compile(r"\b[A-Z]\w+(?:\[\d+\])?(?:/[A-Z]\w+(?:\[\d+\])?)+")
_ID = re.compile(r"""["']?\bid["']?\s*[:=]\s*["']?(\d+)""")
_DEPTH = 6


def answer(body: Mapping) -> str:
    """The text with which the stand-in answers this request."""
    schema = ((body.get("output_config") or {}).get("format") or {}).get("schema")
    chance = chance_of(body)
    if schema is None:
        return " ".join(chance.sample(_SENTENCES, chance.randint(2, 4)))
    if reviewer.fits(schema):
        return json.dumps(reviewer.answer(_words(body)), ensure_ascii=False)
    if chooser.fits(schema):
        return json.dumps(chooser.answer(_words(body)), ensure_ascii=False)
    if sii_reader.fits(schema):
        return json.dumps(sii_reader.answer(_words(body)), ensure_ascii=False)
    return json.dumps(_Inventor(schema, chance, _words(body)).value(schema), ensure_ascii=False)


def tool_input(body: Mapping, tool: Mapping) -> dict:
    """A plausible input for a tool."""
    schema = tool.get("input_schema") or {"type": "object"}
    return _Inventor(schema, chance_of(body), _words(body)).value(schema)


def chance_of(body: Mapping) -> random.Random:
    """Chance that depends on the question alone, not on how or for whom it is asked."""
    asked = {key: value for key, value in body.items() if key not in ("stream", "metadata")}
    return random.Random(hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).digest())


def _words(body: Mapping) -> str:
    messages = body.get("messages") or ()
    return "\n".join(str(block.get("text", "")) for m in messages for block in tokens.blocks(m.get("content")))


class _Inventor:
    """Values for a schema."""

    def __init__(self, root: Mapping, chance: random.Random, words: str):
        self.root, self.chance, self.words = root, chance, words

    def value(self, node: Mapping, name: str = "", depth: int = 0):
        """A value this part of the schema allows."""
        if "$ref" in node:
            defined = {**self.root.get("definitions", {}), **self.root.get("$defs", {})}
            return self.value(defined[node["$ref"].rsplit("/", 1)[-1]], name, depth)
        if "const" in node:
            return node["const"]
        if "enum" in node:
            return self.chance.choice([choice for choice in node["enum"] if choice is not None] or [None])
        if branches := node.get("anyOf"):
            return self.value(next((b for b in branches if b.get("type") != "null"), branches[0]), name, depth)
        if "allOf" in node:
            node = {**node, **{key: value for part in node["allOf"] for key, value in part.items()}}
        return self._typed(node, name, depth)

    def _typed(self, node: Mapping, name: str, depth: int):
        kinds = node.get("type", "object" if "properties" in node else "string")
        kind = next((k for k in kinds if k != "null"), "null") if isinstance(kinds, list) else kinds
        if kind == "object":
            return self._object(node, depth)
        if kind == "array":
            least = node.get("minItems", 0)
            number = least if depth > _DEPTH else max(least, self.chance.randint(1, 2))
            return [self.value(node.get("items", {"type": "string"}), name, depth + 1) for _ in range(number)]
        simple = {"string": self._string, "integer": self._integer, "number": self._number, "boolean": self._boolean}
        return simple[kind](node, name) if kind in simple else None

    def _object(self, node: Mapping, depth: int) -> dict:
        """All properties, the required ones first, as the API orders them."""
        known, required = node.get("properties") or {}, node.get("required", ())
        wanted = [*required, *(name for name in known if name not in required and depth <= _DEPTH)]
        return {name: self.value(known[name], name, depth + 1) for name in wanted}

    def _string(self, node: Mapping, name: str) -> str:
        if "format" in node:
            return _FORMATS[node["format"]]
        if "pattern" in node:
            return from_pattern(node["pattern"], self.chance)
        paths = _PATH.findall(self.words)
        if paths and re.search(r"path|campo|field", name, re.IGNORECASE):
            return self.chance.choice(sorted(set(paths)))
        return self.chance.choice(_SENTENCES)

    def _integer(self, node: Mapping, name: str) -> int:
        if name == "id" or name.endswith("_id"):
            if ids := sorted({int(found) for found in _ID.findall(self.words)}):
                return self.chance.choice(ids)
        low, high = _bounds(node)
        return self.chance.randint(round(low), round(high))

    def _number(self, node: Mapping, _name: str) -> float:
        low, high = _bounds(node)
        return round(low + (high - low) * self.chance.random(), 2)

    def _boolean(self, _node: Mapping, name: str) -> bool:
        if _NO.search(name):
            return False
        return True if _YES.search(name) else self.chance.random() < 0.5


def _bounds(node: Mapping) -> tuple[float, float]:
    """The range a number's description tells; the schema itself may not."""
    told = str(node.get("description", ""))
    bounds = {word: float(number) for word, number in _BOUND.findall(told)}
    if not bounds and (found := _RANGE.search(told)):
        bounds = {"minimum": float(found[1]), "maximum": float(found[2])}
    low = bounds.get("minimum", 0.0)
    return low, max(low, bounds.get("maximum", low + 100))


def from_pattern(pattern: str, chance: random.Random) -> str:
    """A short text that matches a simple regular expression."""
    return "".join(_matching(re._parser.parse(pattern), chance))


def _matching(parsed, chance: random.Random):
    """The pieces of a text that matches a parsed expression."""
    for code, value in parsed:
        kind = str(code)
        if kind == "LITERAL":
            yield chr(value)
        elif kind == "IN":
            yield _one_of(value, chance)
        elif kind in ("MAX_REPEAT", "MIN_REPEAT"):
            for _ in range(max(value[0], min(value[1], 1))):
                yield from _matching(value[2], chance)
        elif kind == "SUBPATTERN":
            yield from _matching(value[-1], chance)
        elif kind == "BRANCH":
            yield from _matching(chance.choice(value[1]), chance)
        elif kind in ("ANY", "NOT_LITERAL"):
            yield "á" if value == ord("a") else "a"


def _one_of(choices, chance: random.Random) -> str:
    kind, value = chance.choice([choice for choice in choices if str(choice[0]) != "NEGATE"])
    if str(choices[0][0]) == "NEGATE":
        return next(sign for sign in "aA1-_ " if not re.match(f"[{re.escape(_span(kind, value))}]", sign))
    return chance.choice(_span(kind, value))


def _span(kind, value) -> str:
    if str(kind) == "RANGE":
        return "".join(map(chr, range(value[0], value[1] + 1)))
    if str(kind) == "CATEGORY":
        return {"CATEGORY_DIGIT": "0123456789", "CATEGORY_SPACE": " "}.get(str(value), "a")
    return chr(value)
