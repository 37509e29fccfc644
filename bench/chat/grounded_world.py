"""What the scripted answers speak of: texts of the SII and of our own articles, and invoices as the tools show them."""

import hashlib
import json
import pathlib
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..harness import ROOT, shared_data

_NAMES = (
    "Comercial Andes SpA",
    "Sur Austral Ltda",
    "Maderas Ñuble SA",
    "Transportes Quilpué SpA",
    "Ferretería Loncoche EIRL",
    "Agrícola Maule Ltda",
    "Servicios Copiapó SpA",
    "Imprenta Valdivia SA",
    "Pesquera Chiloé SA",
    "Viñedos Curicó Ltda",
)


@dataclass(frozen=True)
class Statement:
    """One thing that is said. :param key: the source that says it, :param facts: what of it can be looked up"""

    text: str
    key: str
    source: str
    kind: str = "article"


def half(identity: str) -> str:
    """Return ``tune`` or ``held``: which half of the material a source belongs to."""
    return "held" if hashlib.sha256(identity.encode()).digest()[0] % 2 else "tune"


def texts() -> Iterator[tuple[str, str]]:
    """Yield (identity, text) of each source in words that there is."""
    if folder := shared_data():
        for line in (folder / "sii_faq.jsonl").read_text("utf-8").splitlines():
            entry = json.loads(line)
            yield entry["id"], f"{entry['question']}\n{entry['answer']}"
    for path in sorted((ROOT / "l10n_cl_ai" / "data" / "articles").glob("*.xml")):
        yield from _articles(path)


def _articles(path: pathlib.Path) -> Iterator[tuple[str, str]]:
    for at, body in enumerate(
        re.findall(
            r'<field name="body"[^>]*>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</field>', path.read_text("utf-8"), re.DOTALL
        )
    ):
        yield f"{path.stem}-{at}", body


def said_in(text: str) -> list[str]:
    """Return the sentences that can be said by themselves; not where to read more, as half the pages say that."""
    parts = re.split(r"(?<=[.;])(?:\s+|(?=[A-ZÁÉÍÓÚ]))(?=[A-ZÁÉÍÓÚ])", text)
    return [
        part.strip(" .;")
        for part in parts
        if 45 <= len(part) <= 240
        and "nformación" not in part[:40]
        and not re.search(
            r"[:?¿|\n]|\b(?:[Aa]rt|N|Nº|N°|[Rr]es|[Ee]x|[Ii]nc|D\.L|D\.S)\.?$|\b[a-z]\)|https?:|www", part.strip(" .;")
        )
    ]


def invoice(lot: random.Random, folio: int) -> dict:
    """Return an invoice as the tools show one."""
    net = lot.randrange(10_000, 9_000_000)
    due = (lot.randrange(1, 29), lot.randrange(1, 13), lot.choice((2025, 2026)))
    day = (lot.randrange(1, 29), lot.randrange(1, 13), due[2])
    number = lot.randrange(50_000_000, 99_000_000)
    return {
        "document": f"FAC {folio:06d}",
        "document_type": "33",
        "partner_id": lot.choice(_NAMES),
        "partner_vat": f"{number // 10**6}.{number // 1000 % 1000:03d}.{number % 1000:03d}-{check_digit(number)}",
        "invoice_date": "{2}-{1:02d}-{0:02d}".format(*day),
        "invoice_date_due": "{2}-{1:02d}-{0:02d}".format(*due),
        "amount_untaxed": net,
        "amount_tax": (net * 19 + 50) // 100,
        "amount_total": net + (net * 19 + 50) // 100,
    }


def check_digit(number: int) -> str:
    total, factor = 0, 2
    while number:
        total += number % 10 * factor
        number //= 10
        factor = 2 if factor == 7 else factor + 1
    return {11: "0", 10: "K"}.get(11 - total % 11, str(11 - total % 11))


def names() -> tuple[str, ...]:
    return _NAMES
