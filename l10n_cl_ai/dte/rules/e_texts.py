"""Group E, second part: the texts of a line."""

import functools
import re
import unicodedata
from collections.abc import Iterator

from ..document import Document, ItemCode, Line, Subquantity
from ..message import _
from ..node import Hit
from ..rule import Action, Basis, SiiEffect, rule
from ..tables import load
from ..uf import is_large
from .e_detail import is_written_empty

F25 = "Formato DTE v2.5 (2026-02)"
FB42 = "Formato Boleta v4.2 (2025-09)"
#: How often parts of a line may repeat.
_MAX_PARTS = (("codes", 5), ("subquantities", 5), ("tax_codes", 2))


@rule(
    "E02",
    title=_("Texts of a line: present and not too long"),
    why=_("This text is longer than the %(limit)s characters allowed."),
    effect=SiiEffect.REJECT,
    action=Action.BLOCK,
    source=f"{F25}, Detalle 2 a 37, columna «Largo Max»; DTE_v10.xsd (2026-02)",
    fix="line_text_too_long",
)
def line_texts_fit(doc: Document) -> Iterator[Hit]:
    """A name of nothing but spaces is A04's; here it is one that is not there at all."""
    if doc.flaws:
        for flaw in doc.flaws_of("too_long", Line, ItemCode, Subquantity):
            yield flaw.node.wrong(flaw.field.name, found=flaw.raw, limit=flaw.field.max)
    for line in doc.lines:
        if line.name is None and not is_written_empty(line, "name"):
            yield line.wrong("name", why=_("The line has no item name."))
        yield from _repeated_too_often(line)


def _repeated_too_often(line: Line) -> Iterator[Hit]:
    for name, limit in _MAX_PARTS:
        # A source that does not tell these parts can't have too many of them.
        count = len(line.__dict__.get(name) or ())
        if count > limit:
            yield line.wrong(name, limit, found=count, why=_("%(found)s of these; %(expected)s are allowed."))


_GENERIC = frozenset(load("generic_names")["generic"])
_JOINING = frozenset(load("generic_names")["joining"])
_WORD = re.compile(r"[a-z0-9]+")


@functools.lru_cache(maxsize=8192)
def says_nothing(text: str | None) -> bool:
    """Whether a text holds nothing but generic words ("productos varios", "venta", "---")."""
    if not text:
        return True
    plain = unicodedata.normalize("NFKD", text[:200].lower()).encode("ascii", "ignore").decode()
    words = [word for word in _WORD.findall(plain) if word not in _JOINING]
    # A number among the words may be the very model sold.
    return all(word in _GENERIC for word in words)


@rule(
    "E11",
    title=_("Item name says what was sold"),
    why=_("«%(found)s» does not say which good or service this is."),
    effect=SiiEffect.NONE,
    action=Action.WARN,
    basis=Basis.FIELD,
    source=f"{FB42}, Detalle 7 <NmbItem>; informes de terceros (Res. Ex. 36 de 2024) en los demás",
)
def item_names_say_something(doc: Document) -> Iterator[Hit]:
    """A full description excuses a bare name; a boleta must be clear only above 135 UF (F15)."""
    for line in doc.lines:
        if line.name is None or not says_nothing(line.name) or not says_nothing(line.description):
            continue
        if doc.is_boleta and not is_large(doc):
            return
        yield line.wrong("name")
