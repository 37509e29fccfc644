"""Tool: one invoice, bill or note, with what is known of it."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from ..chat.tool import Refused, Result, as_text, tool
from . import ai_toolbox_invoice  # noqa: F401 - what it uses is defined first
from .ai_toolbox_invoice import LISTED, SIDES
from .ai_toolbox_show import ROOM

_lt = LazyTranslate(__name__)

#: Lines, findings, answers and remarks that are shown of one document.
_LINES, _PARTS = 30, 10
#: Letters of one text in them.
_TEXT = 160
HEADER = {
    **LISTED, "reference": "ref", "origin": "invoice_origin", "terms": "invoice_payment_term_id", "note": "narration",
    "accounting_date": "date", "claim_until": "l10n_cl_ai_accept_until", "acceptance": "l10n_cl_ai_acceptance",
    "reverses": "reversed_entry_id", "journal": "journal_id",
}  # fmt: skip
_PARTS_OF = {
    "lines": ("account.move.line", {
        "what": "name", "quantity": "quantity", "price": "price_unit", "discount": "discount", "net": "price_subtotal",
        "account": "account_id",
    }),
    "findings": ("l10n_cl_ai.finding", {
        "rule": "rule_code", "severity": "action", "sii": "sii_effect", "place": "place", "found": "found",
        "expected": "expected", "why": "message", "source": "source",
    }),
    "answers": ("l10n_cl_ai.outcome", {
        "answer": "kind", "event": "event", "code": "code", "words": "gloss", "at": "at", "counts": "is_verified",
        "meaning": "meaning", "to_do": "advice", "consequence": "consequence",
    }),
    "remarks": ("l10n_cl_ai.review.finding", {
        "matter": "topic", "severity": "action", "place": "place", "quote": "quote", "why": "reason",
        "suggestion": "suggestion", "confidence": "confidence",
    }),
}  # fmt: skip


class AiToolbox(models.AbstractModel):
    _inherit = "l10n_cl_ai.toolbox"

    @tool(
        """Read one invoice, bill or note: header, lines, what the rules find wrong in the DTE, what SII and customer
        answered, remarks of the AI's review. Remarks are opinions; findings are the rules'.""",
        {
            "document": {
                "type": "string",
                "minLength": 1,
                "maxLength": 60,
                "description": "its key such as R3, or its folio or number",
            },
            "kind": {"type": "string", "enum": list(SIDES), "description": "where several have the same number"},
        },
        ["document"],
        step=_lt("Reading a document…"),
        label=_lt("Read a document"),
    )
    @api.model
    def _tool_read_invoice(self, asked, desk):
        found = self._documents_of(desk, asked["document"], asked["kind"])
        self._hide(desk, found.partner_id)
        if len(found) != 1:
            shown = self._shown("account.move", LISTED)
            several = self._rows(desk, found, lambda move: self._listed(move, shown))
            words = "several have this number: choose by key" if found else "nothing has this number"
            return Result({"note": words, **several}, self.env._("%(count)s documents", count=len(found)))
        self._hide(desk, found)
        told = self._document(found)
        key = self._cite(desk, found, told)
        return Result({"key": key, **told}, found.display_name)

    @api.model
    def _documents_of(self, desk, text, kind):
        """Return the invoices that a key or a number stands for."""
        record = self._by_key(desk, text)
        if record is not None:
            if record._name != "account.move" or not record.is_invoice(include_receipts=True):
                raise Refused(f"{text}: this is no invoice, bill or note")
            return record
        types = SIDES[kind] if kind else SIDES["sale"] + SIDES["purchase"]
        domain = Domain("move_type", "in", types) & Domain("company_id", "=", self.env.company.id)
        return self.env["account.move"].search(domain & self._number_domain(text), limit=11, order="id desc")

    @api.model
    def _document(self, move):
        """Return all that is told of a document; what there is no room for is counted."""
        told = self._listed(move, self._shown("account.move", HEADER), 500)
        for name, records in self._parts(move).items():
            model_name, names = _PARTS_OF[name]
            shown, most = self._shown(model_name, names), _LINES if name == "lines" else _PARTS
            rows = [row for row in (self._told(record, shown, _TEXT) for record in records[:most]) if row]
            while rows and len(as_text({**told, name: rows})) > ROOM:
                rows.pop()
            if rows:
                told[name] = rows
            if shown and len(records) > len(rows):
                told[f"more_{name}"] = len(records) - len(rows)
        return told

    @api.model
    def _parts(self, move):
        """Return {part: records} of a document, of what the user may read."""
        parts = {"lines": move.invoice_line_ids.filtered(lambda line: line.display_type == "product")}
        for name, field_name in (("findings", "l10n_cl_ai_finding_ids"), ("answers", "l10n_cl_ai_outcome_ids")):
            if move._has_field_access(move._fields[field_name], "read"):
                parts[name] = move[field_name]._filtered_access("read")
        if move._has_field_access(move._fields["l10n_cl_ai_review_id"], "read"):
            parts["remarks"] = move.l10n_cl_ai_review_id.finding_ids._filtered_access("read")
        return parts
