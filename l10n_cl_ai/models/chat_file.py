"""What a person attaches to a question, as text: a DTE with the verdict of the rules, or the words of a PDF."""

import json
from dataclasses import dataclass

from odoo.exceptions import UserError

from .. import dte
from ..sii.pdf_text import NoPdf, pdf_text

#: Files of a question, bytes of each, pages read of a PDF, documents of an XML, letters that leave of each: at most.
MOST_FILES, MOST_BYTES, MOST_PAGES, MOST_DOCUMENTS, MOST_TEXT = 3, 5 * 1024 * 1024, 20, 5, 12_000
_MOST_NAME = 100
_MOST_LINES = 30


@dataclass(frozen=True)
class Attached:
    """A file as it is asked about. :param names: of whoever it speaks of, to be masked"""

    name: str
    text: str
    names: tuple[str, ...] = ()


def read_file(env, name: str, data: bytes) -> Attached:
    """Return what a file says.

    :raises UserError: it is too large, or neither a DTE nor a PDF with text
    """
    name = " ".join((name or "").split())[:_MOST_NAME] or env._("file")
    if len(data) > MOST_BYTES:
        raise UserError(env._("%(file)s is larger than 5 MB.", file=name))
    if data.lstrip()[:5] == b"%PDF-":
        return Attached(name, _pdf_text(env, name, data))
    if dte.files.holds_dtes(data):
        return _dte_text(env, name, data)
    raise UserError(env._("%(file)s is neither the XML of a DTE nor a PDF.", file=name))


def _pdf_text(env, name, data):
    try:
        text = pdf_text(data, MOST_PAGES, MOST_TEXT)
    except NoPdf as problem:
        if problem.too_much:
            raise UserError(env._("%(file)s takes too much to read: bring a smaller one.", file=name)) from None
        # Whatever a broken PDF makes its reader stumble over, the person can only bring another.
        raise UserError(env._("%(file)s cannot be read as a PDF.", file=name)) from None
    if not text:
        raise UserError(env._("%(file)s has no text: a picture of a document cannot be read here.", file=name))
    return _bounded(text)


def _dte_text(env, name, data):
    try:
        documents = dte.read(data)
    except dte.Unreadable as refused:
        from .ai_rule import translated  # noqa: PLC0415 - it imports models

        why = refused.reason.text(lambda text: translated(env, "l10n_cl_ai", text))
        raise UserError(env._("%(file)s cannot be read: %(why)s", file=name, why=why)) from None
    shown = documents[:MOST_DOCUMENTS]
    told = [_picture(document) for document in shown]
    verdict = env["l10n_cl_ai.api"]._check_file(shown, ai=False)
    text = json.dumps({"documents": told, "left_out": len(documents) - len(shown), "rules": verdict},
                      ensure_ascii=False, default=str)  # fmt: skip
    names = [party.get("name") for document in told for party in (document["issuer"], document["receiver"])]
    return Attached(name, _bounded(text), tuple(name for name in names if name))


def _picture(document):
    known = _known
    header = document.header
    return {
        "type": document.type,
        "folio": known(document.id, "folio"),
        "date": known(document.id, "date"),
        "issuer": {"rut": known(document.issuer, "rut"), "name": known(document.issuer, "name")},
        "receiver": {"rut": known(document.receiver, "rut"), "name": known(document.receiver, "name")},
        "totals": {name: known(header.totals, name) for name in ("net", "exempt", "iva_rate", "iva", "total")},
        "lines": [
            {name: known(line, name) for name in ("name", "quantity", "price", "amount")}
            for line in document.lines[:_MOST_LINES]
        ],
    }


def _known(node, name):
    value = node.__dict__.get(name)
    return value if value is None or isinstance(value, int | str) else str(value)


def _bounded(text):
    return text if len(text) <= MOST_TEXT else text[:MOST_TEXT] + "\n… (cut off here)"
