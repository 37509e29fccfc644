"""Whether the AI can add anything: what is known to go well, and what the rules already stop, need not be asked."""

import re
from collections.abc import Iterable

from ..dte.document import Document
from ..dte.field import NotKnown
from ..dte.rule import Action, Finding
from ..dte.types import NOTES
from .history import HABIT, History

#: A number named as an order, a guía, a contract … in a text.
_NAMED = re.compile(
    r"\b(?:o\.?\s?c\.?|orden(?:es)?\s+de\s+compra|gu[ií]as?|hes|contrato|factura|boleta|nota\s+de\s+venta|licitaci[oó]n)"
    r"\b\W{0,6}(?:n[°ºro.]{0,3}\W{0,3})?\d{2,}",
    re.IGNORECASE,
)
#: How far from the usual range is unusual: half the lowest, twice the highest.
_BELOW, _ABOVE = 0.5, 2.0


def blocked(findings: Iterable[Finding]) -> bool:
    """Whether the rules already stop the document: it has to change first, and would be judged again."""
    return any(finding.action is Action.BLOCK for finding in findings)


def why_ask(document: Document, history: History) -> tuple[str, ...]:
    """Return what makes it worth asking, in words of ours; nothing where history vouches for all of the document.

    History vouches when the customer is known, nothing went wrong with him, and every line is one that went well
    before, at a usual price and quantity and with the same tax.
    """
    try:
        return tuple(dict.fromkeys(_reasons(document, history)))
    except NotKnown:
        return ("unknown",)


def _reasons(document: Document, history: History) -> Iterable[str]:
    if document.type in NOTES:
        yield "note"
    if history.documents < HABIT:
        yield "new_customer"
    if history.troubles:
        yield "troubles"
    referenced = document.knows("references") and bool(document.references)
    for line in document.lines:
        yield from _line_reasons(line, history)
        if not referenced and _NAMED.search(f"{line.name or ''} {line.description or ''}"):
            yield "names_a_document"


def _line_reasons(line, history: History) -> Iterable[str]:
    usual = history.usual(line.name or "")
    if usual is None or usual.count < HABIT:
        yield "new_item"
    else:
        if _far(line.price, usual.prices) or _far(line.quantity, usual.quantities):
            yield "unusual"
        if usual.exempt is not (line.exempt_code == 1):
            yield "other_tax"


def _far(value, usual: tuple[float, float]) -> bool:
    return value is not None and not usual[0] * _BELOW <= float(value) <= usual[1] * _ABOVE
