"""How the stand-in chats: it looks up what a question's words call for, and tells what it was shown. It knows nothing.

Enough for a demonstration and for driving screens; it says nothing about what a real model would answer.
"""
from __future__ import annotations

import re
from collections.abc import Mapping

from . import assistant_words
from .assistant_question import Heard, heard
from .assistant_tools import Use, again, chosen

#: Tools by whose names a request is known for one of the chat's.
KNOWN = frozenset({
    "search_knowledge", "search_invoices", "count_invoices", "read_invoice", "read_record", "partner_card",
    "partner_history", "vat_of_period", "due_dates", "explain_code", "propose_note", "sii_news", "search_news",
    "search_findings", "search_outcomes", "search_projects", "search_partners", "project_card",
})
#: Rounds of tools after which it answers with what it has.
_ROUNDS = 2
_GREETING = re.compile(
    r"\W*(hola|buen[oa]s( d[ií]as| tardes| noches)?|hello|hi|hey|qu[eé] tal)\b[^?]{0,40}$", re.IGNORECASE)
_THANKS = re.compile(r"\W*((muchas )?gracias|perfecto|listo|ok|vale|chao|adi[oó]s)\b[^?]{0,40}$", re.IGNORECASE)
_HELLO = ("Hola. Puedo buscar documentos de la empresa, explicar reglas del SII y revisar lo que está en pantalla. "
          "¿Qué necesita?")
_WELCOME = "De nada. Aquí estoy si necesita algo más."


def fits(body: Mapping) -> bool:
    """Whether a request is one of the chat: it offers the chat's tools, and wants no JSON."""
    named = {tool.get("name") for tool in body.get("tools") or ()}
    wants_json = (body.get("output_config") or {}).get("format")
    return not wants_json and (bool(named & KNOWN) or any(str(name).startswith("propose_") for name in named))


def answer(body: Mapping) -> list[dict]:
    """The blocks of the answer: uses of tools, or words; the same for the same request."""
    asked = heard(body)
    uses = _uses(asked)
    if uses:
        return [use.block(body, number) for number, use in enumerate(uses)]
    return [{"type": "text", "text": _words(asked), "citations": None}]


def _uses(asked: Heard) -> list[Use]:
    if asked.last_round or asked.rounds >= _ROUNDS or _small_talk(asked.question):
        return []
    return again(asked) if asked.rounds else chosen(asked)


def _words(asked: Heard) -> str:
    if not asked.rounds and (said := _small_talk(asked.question)):
        return said
    return assistant_words.told(asked)


def _small_talk(question: str) -> str:
    if _GREETING.match(question):
        return _HELLO
    return _WELCOME if _THANKS.match(question) else ""
