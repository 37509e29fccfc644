"""Which tools the stand-in uses for a question, by a table of words, and what it asks of them."""
from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from . import assistant_fill
from .assistant_question import Heard

#: Words of a question, and the tools they call for; of each line the first tool that is offered.
_CALLS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"\b(deja|agrega|registra|escribe|anota|pon|propo|add|leave|write)\w*\b.{0,30}\b(nota|note)\b|anota que",
     ("propose_note",)),
    (r"\b(crea|agenda|programa|recu[eé]rda|schedule)\w*\b.{0,40}\b(actividad|tarea|recordatorio|activity)|recu[eé]rdame",
     ("propose_activity",)),
    (r"\b(cambia|corrige|modifica|actualiza|pon|change|set)\w*\b.{0,40}\b(referencia|reference|origen|glosa|pie)",
     ("propose_values",)),
    (r"\bc[oó]digo\b|\b[A-Z]{2,4}-\d+-\d+\b|what does .{0,20}code", ("explain_code",)),
    (r"\b(regla|rule)\b|\b[A-K]\d\d\b", ("rule", "explain_code")),
    (r"\b(iva|vat)\b.{0,60}\b(mes|month|per[ií]odo|libros|books|20\d\d|enero|febrero|marzo|abril|mayo|junio|julio|agosto|"
     r"sep?tiembre|octubre|noviembre|diciembre)|\bf-?29\b|(d[eé]bito|cr[eé]dito) fiscal|se retuvo|withheld",
     ("vat_of_period",)),
    (r"\bsaldos? de (la|las) cuenta|\bbalances?\b.{0,20}\baccounts?|cuentas? (contable|bancaria|corriente)|bancos?\b",
     ("account_balances",)),
    (r"\b(est[ea]|this|ficha|card)\b.{0,20}\b(cliente|proveedor|contacto|partner|supplier|customer)|raz[oó]n social",
     ("partner_card",)),
    (r"vencid|overdue|\bvence|por (pagar|cobrar)|hay que pagar|have to pay|\bdeuda|\bdebe[nm]?\b|"
     r"cu[aá]nto.{0,12}\bdeb|\bowe|moroso",
     ("due_dates", "partner_card")),
    (r"hallazgo|finding|observaciones\b|qu[eé] (problemas?|errores)", ("dte_findings", "read_invoice")),
    (r"proyecto|project|\bobra\b|centro de costo", ("projects",)),
    (r"cu[aá]nt[ao]s\b(?! d[ií]as)|\bsuman?\b|how many(?! days)|compara|compare|compramos m[aá]s|"
     r"m[aá]s (le )?compramos|buy most|bought most|total (de|of) (las |los )?(venta|compra|sale)", ("count_invoices",)),
    (r"novedad|noticia|circular|resoluci[oó]n(es)? (nueva|del sii)|\bnews\b", ("sii_news", "search_news", "news")),
    (r"\b(cliente|proveedor|contacto)\b", ("partner_card", "search_invoices")),
    (r"\b(est[ea]|this)\b.{0,20}\b(factura|documento|boleta|nota|document|invoice|bill)|en pantalla|res[uú]me",
     ("read_invoice",)),
    (r"factura|documento|boleta|nota de (cr[eé]dito|d[eé]bito)|folio|compra|venta|invoice|\bbills?\b|\bbuy\b|bought",
     ("search_invoices",)),
)
_KNOWLEDGE = re.compile(
    r"qu[eé] (es|son|significa|hago)|qu[eé] pasa si|c[oó]mo\b|cu[aá]ndo\b|plazo|rechaz|acuse|requisito|obligaci[oó]n|"
    r"sanci[oó]n|multa|ley\b|norma|tasa|retenci[oó]n|contingencia|\bcaf\b|\brcv\b|reclamar|\bhow (do|to)\b|"
    r"\bdays\b|\bwhat is\b|why was", re.IGNORECASE)
_SCREEN = re.compile(r"\b(est[ae]s?|this)\b|pantalla|seleccionad|aqu[ií]\b|res[uú]me", re.IGNORECASE)
#: Tools of a question's first round, at most.
_MOST = 2


@dataclass(frozen=True)
class Use:
    """A use of a tool."""

    name: str
    input: Mapping

    def block(self, body: Mapping, number: int = 0) -> dict:
        """It as a block of the answer to this request; its id is its own in the whole dialogue."""
        return {"type": "tool_use", "id": identity(body, number), "name": self.name, "input": dict(self.input)}


def identity(body: Mapping, number: int) -> str:
    """An id for the nth use of a tool in the answer to a request."""
    said = json.dumps([body.get("messages"), number], sort_keys=True)
    return f"toolu_{hashlib.sha256(said.encode()).hexdigest()[:20]}"


def chosen(asked: Heard) -> list[Use]:
    """The tools of the first round."""
    uses: dict[str, Use] = {}
    for name in dict.fromkeys(_wanted(asked)):
        # What needs a record that is not known: look for one first.
        for tried in (name, "search_invoices"):
            given = assistant_fill.fill(asked, asked.tools[tried]) if tried in asked.tools else None
            if given is not None:
                uses.setdefault(tried, Use(tried, given))
                break
    return list(uses.values())[:_MOST]


def again(asked: Heard) -> list[Use]:
    """The tools of the second round: what needed a record that the first has found; the knowledge in other words."""
    used = {shown.tool for shown in asked.shown}
    wanted = [name for name in _wanted(asked) if name not in used]
    for name in wanted:
        given = assistant_fill.fill(asked, asked.tools[name])
        if given is not None and assistant_fill.needs_record(asked.tools[name]):
            return [Use(name, given)]
    nothing = not any(assistant_fill.keys(shown.value) for shown in asked.shown)
    if nothing and "search_knowledge" in asked.tools and "search_knowledge" not in used and not _is_about_books(asked):
        return [Use("search_knowledge", assistant_fill.fill(asked, asked.tools["search_knowledge"]) or {})]
    return []


def _wanted(asked: Heard) -> Iterator[str]:
    """The tools that a question's words call for, the most telling first."""
    question, offered = asked.question, asked.tools
    proposes = False
    for words, names in _CALLS:
        name = next((name for name in names if name in offered), None)
        if name and re.search(words, question, re.IGNORECASE):
            proposes = proposes or name.startswith("propose_")
            yield name
            if proposes:
                return
            if not _KNOWLEDGE.search(question):
                return
            break
    if _SCREEN.search(question) and asked.screen.get("model") == "account.move" and "read_invoice" in offered:
        yield "read_invoice"
    if "search_knowledge" in offered:
        yield "search_knowledge"


def _is_about_books(asked: Heard) -> bool:
    """Whether what was asked for is the company's own, or is done: no article tells more of it."""
    own = ("search_invoices", "count_invoices", "due_dates", "vat_of_period", "sii_news", "search_news", "news")
    return any(shown.tool in own or shown.tool.startswith("propose_") for shown in asked.shown)
