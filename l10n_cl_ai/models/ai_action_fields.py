"""Which fields an action may send, and which it may fill in: plain functions over the registry."""

import re
from dataclasses import dataclass

from odoo import fields, models
from odoo.tools import LazyTranslate, html2plaintext

from ..llm.form import Kind

_lt = LazyTranslate(__name__)

#: Relations on the way to what is sent, at most; only the first may lead to many records.
MOST_HOPS = 2
SENT_TYPES = frozenset(
    ("char", "text", "html", "integer", "float", "monetary", "boolean", "selection", "date", "datetime", "many2one")
)
KINDS = {
    "char": Kind.LINE, "text": Kind.TEXT, "html": Kind.TEXT, "integer": Kind.INTEGER, "float": Kind.FLOAT,
    "boolean": Kind.BOOLEAN, "selection": Kind.CHOICE, "many2one": Kind.CHOICE, "date": Kind.DATE,
}  # fmt: skip
#: Models of which nothing is sent and nothing filled in: who may do what, how Odoo works, and what we keep.
_CLOSED = re.compile(
    r"(ir|l10n_cl_ai|base|bus|auth\w*|queue|iap|mail\.template|res\.(users|groups|company|config))\b"
)
_SECRET = re.compile(r"passw|secret|token|api_?key|private_?key|certificate|signature|login|totp|otp_", re.IGNORECASE)
#: Fields by which a document takes effect, is hidden, counts as looked at, or is paid: a person's own click each.
_DECISIONS = frozenset(
    ("id", "active", "acc_number", "allow_out_payment", "auto_post", "auto_post_until", "checked", "company_id",
     "company_ids", "currency_id", "display_name", "is_manually_modified", "parent_state", "partner_bank_id",
     "payment_state", "review_state", "state")
)  # fmt: skip
#: By whatever name an addon calls them.
_EFFECTS = re.compile(r"(^|_)(state|status|claim)$")
#: Of a document that is posted only what says nothing new to the SII.
_OF_POSTED = frozenset(("narration", "ref", "invoice_origin", "payment_reference"))

REFUSALS = {
    "unknown": _lt("there is no such field"),
    "closed": _lt("nothing of this model is open to the AI"),
    "secret": _lt("it holds a secret, or what protects one"),
    "decision": _lt("it is a person's own decision"),
    "readonly": _lt("nobody can write it"),
    "type": _lt("this type of field cannot be used here"),
    "deep": _lt("the path is too long, or leads to many records more than once"),
    "dropped": _lt("the action does not propose it any more"),
    "not_allowed": _lt("it is not among the fields that the feature may send"),
}


def closed(model) -> bool:
    """Return whether nothing of a model is open to the AI. :param model: model, or its name"""
    name = model if isinstance(model, str) else model._name
    return bool(_CLOSED.match(name))


@dataclass(frozen=True)
class Path:
    """What a dotted path leads to.

    :param hops: names of the relations on the way
    :param many: name of the first relation, where it leads to many records
    :param listed: ``model.field``, as the feature's list of fields names it
    """

    hops: tuple[str, ...]
    field: object
    many: str
    listed: str


def path_of(model, text: str) -> Path | str:
    """Return where a path leads from a model, or the word of ``REFUSALS`` why it must not be sent."""
    *hops, last = (text or "").split(".")
    many = ""
    if len(hops) > MOST_HOPS:
        return "deep"
    for number, name in enumerate(hops):
        relation = model._fields.get(name)
        if relation is None or not relation.comodel_name:
            return "unknown"
        if relation.type != "many2one":
            if number:
                return "deep"
            many = name
        if _SECRET.search(name):
            return "secret"
        model = model.env[relation.comodel_name]
    field = model._fields.get(last)
    if field is None:
        return "unknown"
    # The name of a user is no secret; anything else of who may do what stays here.
    if closed(model) and (model._name not in ("res.users", "res.company") or last not in ("name", "display_name")):
        return "closed"
    if _SECRET.search(last) or field.groups == fields.NO_ACCESS:
        return "secret"
    return Path(tuple(hops), field, many, f"{model._name}.{last}") if field.type in SENT_TYPES else "type"


def target_refusal(model, name: str) -> str | None:
    """Return the word of ``REFUSALS`` why the AI may not propose a value of a field; None if it may."""
    field = model._fields.get(name)
    if field is None:
        return "unknown"
    if closed(model) or model._abstract or model._transient:
        return "closed"
    if name in _DECISIONS or _EFFECTS.search(name) or name.startswith("l10n_cl_ai_") or name in models.MAGIC_COLUMNS:
        return "decision"
    if _SECRET.search(name) or field.groups == fields.NO_ACCESS:
        return "secret"
    if field.type not in KINDS:
        return "type"
    if field.readonly or (not field.store and not field.inverse):
        return "readonly"
    return "closed" if field.comodel_name and closed(field.comodel_name) else None


def frozen(record, name: str) -> bool:
    """Return whether a field of a posted entry says something that must not change any more."""
    if record._name == "account.move.line":
        return record.move_id.state != "draft"
    return record._name == "account.move" and record.state != "draft" and name not in _OF_POSTED


def plain(record, field):
    """Return the value of a field as JSON holds it and a reader understands it."""
    value = record[field.name]
    if field.type == "boolean":
        return value
    if field.type in ("integer", "float", "monetary"):
        return value
    if not value:
        return None
    if field.type == "many2one":
        return value.display_name
    if field.type == "selection":
        return dict(field._description_selection(record.env)).get(value, value)
    if field.type == "html":
        return html2plaintext(value).strip()
    return value.isoformat() if field.type in ("date", "datetime") else value


def stored(record, field):
    """Return the value of a field as it is kept and compared: ids and keys, not their names."""
    value = record[field.name]
    if field.type == "many2one":
        return value.id
    if field.type == "date":
        return value.isoformat() if value else False
    return str(value) if field.type == "html" and value else value
