"""Privacy (issue D7): what leaves in 1,000 documents, whether their answers come back whole, where the key is found."""

import dataclasses
import json
import random
import re
from collections.abc import Iterator

from ..harness import Metric, Options, say
from . import asking, canary, plain
from .provider import Provider, standin

# isort: split
from l10n_cl_ai.llm.plan import ModelSpec
from l10n_cl_ai.llm.privacy import Masker
from l10n_cl_ai.llm.question import Ask, Data, Private

DOCUMENTS = 1000
MODEL = ModelSpec("claude-haiku-5-5", thinking="disabled")
# Readers of their own: they share nothing with the masker, and take for private whatever looks so.
_READERS = {
    "RUT": re.compile(r"(?<![0-9A-Za-z])(?:[0-9]{1,2}\.?[0-9]{3}\.?[0-9]{3}) ?- ?[0-9Kk](?![0-9A-Za-z])"),
    "e-mail": re.compile(r"[\w.+-]+@[\w-]+\.\w+"),
    "phone": re.compile(r"\+ ?56[ 0-9().-]{8,}|(?<![0-9])9[ .-]?[0-9]{4}[ .-]?[0-9]{4}(?![0-9])"),
}
_ESCAPED = re.compile(r"\\u([0-9a-f]{4})")
_FIRST, _LAST = ("José", "María", "Ñancupil", "Andrés"), ("Peña Soto", "Muñoz Rivas", "Huenchumilla Cea")
_STREETS = ("Av. Libertad", "Calle Prat", "Pasaje Los Boldos", "Camino a Yungay")


def privacy(options: Options) -> dict[str, Metric]:
    """Ask about documents full of people, and read what the stand-in received; then look for a key everywhere."""
    found = dict.fromkeys(("leaked", "read", "lost", "figures"), 0)
    with standin() as provider, plain.database() as dsn:
        engine, plan = asking.gateway(dsn), asking.plan(provider, MODEL)
        for document in people(options.seed, DOCUMENTS):
            for kind, number in _ask(engine, plan, provider, document).items():
                found[kind] += number
    say(f"  {DOCUMENTS} documents: {found['leaked']} private values and {found['read']} look-alikes left, "
        f"{found['lost']} answers differ, {found['figures']} figures were hidden")
    return {
        "privacy_values_leaked": Metric(found["leaked"], 0, DOCUMENTS, most=True),
        "privacy_readable_in_bodies": Metric(found["read"], 0, DOCUMENTS, most=True),
        "privacy_answers_not_restored": Metric(found["lost"], 0, DOCUMENTS, most=True),
        "privacy_figures_hidden": Metric(found["figures"], 0, DOCUMENTS, most=True),
    } | canary.canary(options)


@dataclasses.dataclass
class Document:
    """A text with the private values and the figures that stand in it."""

    text: str
    private: list[str]
    given: list[Private]
    figures: list[str]


def people(seed: int, number: int) -> Iterator[Document]:
    """Yield documents of invented people, written in the ways in which people write."""
    chance = random.Random(seed)
    for folio in range(1, number + 1):
        yield _document(chance, folio)


def _document(chance: random.Random, folio: int) -> Document:
    name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
    address = f"{chance.choice(_STREETS)} {chance.randint(100, 9999)}"
    ruts = [_rut(chance) for _ in range(3)]
    email = f"{chance.choice('abcdefgh')}.{chance.randint(1, 999)}@{chance.choice(('correo.cl', 'pyme-sur.com'))}"
    phones = [_phone(chance), _phone(chance)]
    amount, day = chance.randint(1_000, 99_999_999), f"2026-11-{chance.randint(1, 28):02}"
    private = [name, address, *ruts, email, *phones]
    note = (f"Entregar a {chance.choice((name, name.upper()))}, {address}. Avisar al {phones[0]} o a {email}.\n"
            f"Retira RUT {ruts[2]}, pagó $ {amount:,} el {day}; fono {phones[1]}")
    text = json.dumps({
        "Folio": folio, "FchEmis": day, "RUTEmisor": ruts[0], "RUTRecep": ruts[1], "RznSocRecep": name,
        "DirRecep": address, "MntTotal": amount, "Detalle": [{"NmbItem": "Resma carta", "DscItem": note}],
    }, ensure_ascii=chance.random() < 0.5)
    figures = [f'"Folio": {folio}', f'"MntTotal": {amount}', f'"FchEmis": "{day}"', f"$ {amount:,} el {day}"]
    given = [Private("name", name), Private("address", address)]
    return Document(text, private, given, figures)


def _rut(chance: random.Random) -> str:
    rut = asking._rut(chance)
    body, digit = rut.split("-")
    return chance.choice((rut, f"{int(body):,}-{digit}".replace(",", "."), f"{body}-{digit.lower()}"))


def _phone(chance: random.Random) -> str:
    number = f"{chance.randint(10_000_000, 99_999_999)}"
    form = chance.choice(("+56 9 {} {}", "+569{}{}", "9 {} {}", "9{}{}", "+56-9-{}-{}", "569{}{}"))
    return form.format(number[:4], number[4:])


def _ask(engine, plan, provider: Provider, document: Document) -> dict[str, int]:
    """Ask about a document whose answer repeats all of it; count what went wrong."""
    provider.reset()
    provider.script(answer=_echo(document))
    question = Ask("dte_review", system=[asking.SYSTEM], content=["Revisa.", Data("document", document.text)],
                   schema=asking.SCHEMA, parse=lambda value: value, private=document.given)
    answer = engine.ask(question, dataclasses.replace(plan, ttl=0))
    if answer.status != "answered":
        raise RuntimeError(f"the gateway did not ask: {answer.reason} {answer.detail}")
    calls = provider.calls()
    sent = json.dumps([call["body"] for call in calls], ensure_ascii=False).replace("\\\\", "\\").replace('\\"', '"')
    # As it reads once its own escapes are undone: a name could leave as "Pe\\u00f1a".
    plainly = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), sent)
    return {
        "leaked": sum(value.lower() in text.lower() for value in document.private for text in (sent, plainly)),
        "read": sum(len(reader.findall(text)) for reader in _READERS.values() for text in (sent, plainly)),
        "lost": int(_same(answer.value["warnings"]) != _same(_told(json.loads(document.text)))),
        "figures": sum(figure not in sent for figure in document.figures),
    }


def _told(document: dict) -> list[str]:
    """Return what the answer repeats of a document."""
    return [document["RUTEmisor"], document["RUTRecep"], document["RznSocRecep"], document["DirRecep"],
            document["Detalle"][0]["DscItem"]]


def _same(texts: list[str]) -> list[str]:
    """Return texts as they are compared: a name repeated in capitals comes back as it was first written."""
    return [text.casefold() for text in texts]


def _echo(document: Document) -> dict:
    """Return the answer of a model that repeats what it was sent: with pseudonyms, as it knows nothing else."""
    masker = Masker(document.given)
    masker.mask("Revisa.")
    seen = json.loads(masker.mask(document.text))
    return {"confidence": 50, "warnings": _told(seen), "errors": [], "recommendation": "review"}
