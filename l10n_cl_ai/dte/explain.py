"""What an answer of the SII or of a customer means, and what to do about it.

The tables say so, by code where there is one, else by area and severity of the code, else by words of the gloss,
else honestly not at all. They rest on field reports: the SII publishes no list of its detail codes. An AI may word
an explanation for a person; it never decides one.
"""

import re
import unicodedata
from collections.abc import Collection
from typing import NamedTuple

from . import answer_code
from .message import Message, _
from .rule import RULES
from .tables import load

#: How an explanation was found.
KNOWN, AREA, WORDS, UNKNOWN = "code", "area", "words", "unknown"
_AREAS = {
    "ENV": _("Something in the upload as a whole."),
    "CRT": _("Something on the cover of the upload: company, resolution, receiver."),
    "SCH": _("The upload does not follow the SII's schema."),
    "CHR": _("Characters that the SII does not take."),
    "DTE": _("Something about the document itself: folio, signature, date."),
    "CAF": _("Something about the CAF, by which the SII authorised the folio."),
    "TED": _("Something about the electronic stamp (TED)."),
    "REF": _("Something in a reference to another document."),
    "HED": _("Something in the header: parties, totals, dates."),
    "DET": _("Something in a line."),
    "DETL": _("Something in a line."),
}
_CONSEQUENCES = {
    "rejected": _(
        "Rejected: for the SII the document never existed. Correct it and issue it again; no credit note is due."
    ),
    "reparo": _(
        "Accepted with reparos: the document is valid. Correct it with a credit or debit note if it is material."
    ),
    "accepted": _("Accepted by the SII."),
    "claim": _("The document is claimed: the customer can't use its IVA as credit while the claim stands."),
    "accept": _("The customer accepts: the document can't be claimed any more."),
    "inform": _("For your information: it is neither acceptance nor claim."),
}
#: The button where the tables know none: a document that never existed is mended and issued again.
_REMEDIES = {"rejected": "correct", "reparo": "credit_note"}


class Explanation(NamedTuple):
    """What an answer means. Texts of the tables come in two languages, others as :class:`.message.Message`.

    :param known: how it was found: "code", "area", "words", "unknown"
    :param code: detail code, or event, it rests on; None where unknown
    :param severity: "reject", "reparo", "info" or None
    :param meaning, advice: {"en": …, "es": …} or a Message; None where nobody knows
    :param consequence: what follows for the document
    :param rules: codes of our rules that foresee it
    :param remedy: name of the button: "correct", "new_folio", "resend", "credit_note", or None
    """

    known: str
    code: str | None
    severity: str | None
    meaning: dict | Message | None
    advice: dict | Message | None
    consequence: Message | None
    rules: tuple[str, ...]
    remedy: str | None


def explain(kind: str, code: str | None = None, gloss: str | None = None, event: str | None = None) -> Explanation:
    """Return what one reason of an answer means.

    :param kind: "accepted", "reparo", "rejected", "claim"
    :param code: normalized detail code, :param gloss: text as received, :param event: of a customer
    """
    if kind == "claim":
        return _explain_event(event, gloss)
    found = _by_code(code, kind) or _by_words(gloss, kind, None) or _by_area(code, kind)
    return found or _unknown(kind, code)


def foreseen_by(code: str | None) -> tuple[str, ...]:
    """Return the codes of the rules, of any addon, that name a detail code as likely."""
    return tuple(
        rule.id for rule in RULES.values() if code and code in (rule.likely_sii_code or "").split(", ")
    )


def _explain_event(event: str | None, gloss: str | None) -> Explanation:
    """An event says what holds; the words beside it say why."""
    row = load("customer_events").get(event or "")
    if row is None:
        return Explanation(UNKNOWN, event, None, None, None, None, (), None)
    why = _by_words(gloss, "claim", row["effect"]) if row["effect"] == "claim" else None
    return Explanation(
        KNOWN, event, None, _both(row, "name"), (why and why.advice) or _both(row, "advice"),
        _CONSEQUENCES[row["effect"]], why.rules if why else (), _button(row["remedy"]),
    )  # fmt: skip


def _by_code(code: str | None, kind: str) -> Explanation | None:
    row = load("sii_detail_codes").get(code or "")
    return row and _of_row(KNOWN, code, row, kind)


def _by_words(gloss: str | None, kind: str, effect: str | None) -> Explanation | None:
    """Return what the row says of which most words begin words of the gloss."""
    words = _words(gloss)
    fitting = [row for row in load("answer_glosses") if all(_begins(word, words) for word in row["words"])]
    if not fitting:
        return None
    row = max(fitting, key=lambda each: len(each["words"]))
    known = load("sii_detail_codes")[row["code"]] if "code" in row else row
    return _of_row(WORDS, row.get("code"), known, effect or kind)


def _by_area(code: str | None, kind: str) -> Explanation | None:
    area = answer_code.area(code)
    if area not in _AREAS:
        return None
    severity = answer_code.severity(code)
    return Explanation(
        AREA, code, severity, _AREAS[area], None, _CONSEQUENCES.get(kind), foreseen_by(code), _REMEDIES.get(kind)
    )


def _unknown(kind: str, code: str | None) -> Explanation:
    """Nobody knows the reason; what follows from the kind of answer holds all the same."""
    known = KNOWN if kind == "accepted" and not code else UNKNOWN
    return Explanation(
        known, code, answer_code.severity(code), None, None, _CONSEQUENCES.get(kind), (), _REMEDIES.get(kind)
    )


def _of_row(known: str, code: str | None, row, kind: str) -> Explanation:
    rules = tuple(dict.fromkeys((*row["rules"], *foreseen_by(code))))
    remedy = _button(row["remedy"])
    if kind == "rejected" and remedy not in ("correct", "new_folio", "resend"):
        remedy = "correct"  # there is nothing that a note could speak of
    elif kind == "reparo" and remedy != "credit_note":
        remedy = None if row["remedy"] == "none" else "credit_note"  # what is valid is not issued again
    return Explanation(
        known, code, row["severity"], _both(row, "name"), _both(row, "advice"), _CONSEQUENCES.get(kind), rules, remedy
    )


def _both(row, name: str) -> dict | None:
    return {"en": row[name], "es": row[f"{name}_es"]} if name in row else None


def _button(remedy: str) -> str | None:
    return None if remedy == "none" else remedy


def _words(text: str | None) -> Collection[str]:
    """Return the words of a text without accents and case."""
    plain = unicodedata.normalize("NFD", (text or "")[:2000].lower())
    return set(re.findall(r"[a-z0-9]+", "".join(sign for sign in plain if not unicodedata.combining(sign))))


def _begins(beginning: str, words: Collection[str]) -> bool:
    if len(beginning) <= 3:
        return beginning in words  # "hes" is no beginning of a word, but one
    return any(word.startswith(beginning) for word in words)
