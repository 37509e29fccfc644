"""Tools: invoices, bills and notes, found and counted."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import LazyTranslate, escape_psql

from ..chat.tool import Refused, Result, tool
from . import ai_toolbox_show  # noqa: F401 - what it uses is defined first
from .ai_toolbox_show import DATE, GROUPS, ROWS, TEXT, number

_lt = LazyTranslate(__name__)

#: Move types of each side, and the sign that makes their amounts positive.
SIDES = {"sale": ("out_invoice", "out_refund", "out_receipt"), "purchase": ("in_invoice", "in_refund", "in_receipt")}
SIGNS = {"sale": 1, "purchase": -1}
NOTES = ("out_refund", "in_refund")
_OWED = ("asset_receivable", "liability_payable")
#: Digits of the longest folio.
_FOLIO = 10
_SII = ["accepted", "reparo", "rejected"]
_ORDERS = {
    "newest": "invoice_date desc, id desc", "oldest": "invoice_date, id", "amount": "amount_total desc, id desc",
    "due": "invoice_date_due, id",
}  # fmt: skip
_GROUPS = {
    "month": "invoice_date:month", "partner": "commercial_partner_id", "document_type": "l10n_latam_document_type_id",
    "state": "state", "payment": "payment_state",
}  # fmt: skip
FILTERS = {
    "kind": {"type": "string", "enum": list(SIDES), "description": "sale: issued to customers; purchase: received"},
    "document": {"type": "string", "enum": ["invoice", "credit_note", "debit_note"]},
    "document_type": {"type": "string", "pattern": "^[0-9]{2,3}$", "description": "SII code of the DTE, as 33 or 61"},
    "partner": {"type": "string", "maxLength": 120, "description": "key such as R3, RUT, or words of the name"},
    "number": {"type": "string", "maxLength": 60, "description": "folio, number or reference"},
    "state": {"type": "string", "enum": ["draft", "posted", "cancel"]},
    "payment": {
        "type": "string",
        "enum": ["open", "overdue", "not_paid", "partial", "in_payment", "paid", "reversed"],
        "description": "open: posted, with something left to pay; overdue: some of that is past its date",
    },
    "date_from": {**DATE, "description": "date of issue, from this day on"},
    "date_to": {**DATE, "description": "date of issue, up to this day"},
    "amount_min": {"type": "number", "minimum": 0, "description": "of the total, in the document's currency"},
    "amount_max": {"type": "number", "minimum": 0},
    "findings": {
        "type": "string",
        "enum": ["unchecked", "ok", "info", "warn", "block", "error", "stale"],
        "description": "what the last check of the DTE by the rules said",
    },
    "sii": {"type": "string", "enum": _SII, "description": "what the SII answered"},
    "on_screen": {
        "type": "boolean",
        "description": "true: only those that the user selected on screen, or else that the list there shows",
    },
}
#: What is told of each document in a list.
LISTED = {
    "document": "name", "type": "l10n_latam_document_type_id", "partner": "partner_id", "date": "invoice_date",
    "due": "invoice_date_due", "net": "amount_untaxed", "tax": "amount_tax", "total": "amount_total",
    "left_to_pay": "amount_residual", "currency": "currency_id", "state": "state", "payment": "payment_state",
    "dte_check": "l10n_cl_ai_state", "sii": "l10n_cl_ai_sii_state", "customer": "l10n_cl_ai_claim_state",
}  # fmt: skip
_SUMS = {
    "net": "amount_untaxed_signed", "tax": "amount_tax_signed", "total": "amount_total_signed",
    "left_to_pay": "amount_residual_signed",
}  # fmt: skip


class AiToolbox(models.AbstractModel):
    _inherit = "l10n_cl_ai.toolbox"

    @tool(
        """Find invoices, vendor bills, credit and debit notes of the company by any filters, all of which must hold.
        Gives at most 20, and how many there are.""",
        {
            **FILTERS,
            "order": {"type": "string", "enum": list(_ORDERS)},
            "limit": {"type": "integer", "minimum": 1, "maximum": ROWS},
        },
        step=_lt("Looking at invoices…"),
        label=_lt("Find documents"),
    )
    @api.model
    def _tool_search_invoices(self, asked, desk):
        domain, moves = self._invoice_domain(asked, desk), self.env["account.move"]
        total = moves.search_count(domain)
        found = moves.search(domain, limit=asked["limit"] or ROWS, order=_ORDERS[asked["order"] or "newest"])
        self._hide(desk, found.partner_id)
        shown = self._shown("account.move", LISTED)
        listed = self._rows(desk, found, lambda move: self._listed(move, shown), total)
        return Result({"total": total, **listed}, self.env._("%(count)s documents", count=total))

    @tool(
        """Count invoices, vendor bills and notes by the same filters as search_invoices, and add them up by month,
        partner, document type, state or payment, in the company's currency; credit notes are subtracted. Only posted
        documents count, unless a state is asked for: say how many drafts were not counted. Use this for totals, never
        add up lists yourself. "tax" is all taxes of the documents less what is withheld: VAT is told by
        vat_of_period.""",
        {**FILTERS, "group_by": {"type": "string", "enum": list(_GROUPS)}},
        ["group_by"],
        step=_lt("Counting documents…"),
        label=_lt("Count documents"),
    )
    @api.model
    def _tool_count_invoices(self, asked, desk):
        domain, path = self._invoice_domain(asked, desk), _GROUPS[asked["group_by"]]
        not_counted = {}
        if not asked["state"] and asked["group_by"] != "state":
            not_counted = self._not_posted(domain)
            domain &= Domain("state", "=", "posted")
        sums = self._shown("account.move", _SUMS)
        groups = self.env["account.move"]._read_group(
            domain, [path, "move_type"], ["__count", *(f"{field.name}:sum" for field in sums.values())]
        )
        rows = self._added_up(groups, list(sums), asked["group_by"])
        self._name_groups(rows, path, desk)
        if asked["group_by"] == "month":
            self._compare_months(rows)
        count = sum(row["documents"] for row in rows)
        figures = {"currency": self.env.company.currency_id.name, "documents": count, "groups": rows[:GROUPS]}
        if len(rows) > GROUPS:
            figures["more"] = len(rows) - GROUPS
        if not_counted:
            figures["not_counted"] = not_counted
        # By state, drafts and what was cancelled stand beside what was posted, and are no part of a sum.
        every = asked["state"] or asked["group_by"] != "state"
        counted = rows if every else [row for row in rows if row["group"] == "posted"]
        figures["totals"] = self._totals(counted, list(sums))
        title = self._titled(self.env._("Documents added up"), asked)
        data = self._figures(desk, "account.move", title, figures, domain, "groups")
        return Result(data, self.env._("%(count)s documents", count=count))

    # -- filters ---------------------------------------------------------------------------------------

    @api.model
    def _invoice_domain(self, asked, desk):
        """Return the domain of what is asked for, in the one company. :raises Refused: it contradicts itself"""
        types = SIDES[asked["kind"]] if asked["kind"] else SIDES["sale"] + SIDES["purchase"]
        domain = Domain("move_type", "in", types) & Domain("company_id", "=", self.env.company.id)
        domain &= self._between("invoice_date", asked["date_from"], asked["date_to"])
        low, high = asked["amount_min"], asked["amount_max"]
        if low is not None and high is not None and low > high:
            raise Refused("amount_min is more than amount_max")
        if low is not None:
            domain &= Domain("amount_total", ">=", low)
        if high is not None:
            domain &= Domain("amount_total", "<=", high)
        for key, name in (("state", "state"), ("document_type", "l10n_latam_document_type_id.code"),
                          ("findings", "l10n_cl_ai_state"), ("sii", "l10n_cl_ai_sii_state")):  # fmt: skip
            if asked[key]:
                domain &= Domain(name, "=", asked[key])
        if asked["document"]:
            domain &= self._document_domain(asked["document"])
        if asked["payment"]:
            domain &= self._payment_domain(asked["payment"])
        if asked["number"]:
            domain &= self._number_domain(asked["number"])
        if asked["on_screen"]:
            domain &= self._on_screen(desk, "account.move")
        if asked["partner"]:
            partners = self._partners_of(desk, asked["partner"])
            domain &= Domain("commercial_partner_id", "in", partners.commercial_partner_id.ids)
        return domain

    @api.model
    def _document_domain(self, kind):
        debit = Domain("l10n_latam_document_type_id.internal_type", "=", "debit_note")
        debit |= Domain("debit_origin_id", "!=", False)
        credit = Domain("move_type", "in", NOTES)
        return {"credit_note": credit, "debit_note": debit & ~credit, "invoice": ~credit & ~debit}[kind]

    @api.model
    def _payment_domain(self, payment):
        if payment not in ("open", "overdue"):
            return Domain("payment_state", "=", payment)
        left = Domain("state", "=", "posted") & Domain("payment_state", "in", ("not_paid", "partial"))
        # Of several instalments one may be overdue, while the document's own date is that of the last.
        late = Domain("account_type", "in", _OWED) & Domain("reconciled", "=", False)
        late &= Domain("date_maturity", "<", self._today())
        return left & Domain("line_ids", "any", late) if payment == "overdue" else left

    @api.model
    def _number_domain(self, text):
        """Return the domain of a folio, or of a text in number or reference."""
        if text.isdecimal():
            # Odoo writes a folio with six digits at least, an import as it stands in the document.
            folio = text.lstrip("0") or "0"
            written = (f"% {folio.zfill(size)}" for size in range(len(folio), max(_FOLIO, len(folio)) + 1))
            return Domain.OR(Domain("name", "=like", one) for one in written) | Domain("ref", "=", text)
        text = escape_psql(text)
        return Domain("name", "ilike", text) | Domain("ref", "ilike", text)

    # -- rows ------------------------------------------------------------------------------------------

    @api.model
    def _teller(self, records):
        """Return record -> row, of records of a selection: of documents as in any list, of others their names."""
        if records._name != "account.move":
            return super()._teller(records)
        shown = self._shown("account.move", LISTED)
        return lambda move: self._listed(move, shown)

    @api.model
    def _listed(self, move, shown, longest=TEXT):
        """Return a row of a document, with what people would reckon from it, so that nobody has to.

        :param shown: of :meth:`_shown`, :param longest: letters of a text
        """
        told = self._told(move, shown, longest)
        if move.state != "posted" or move.payment_state not in ("not_paid", "partial") or "left_to_pay" not in shown:
            return told
        if move.payment_state == "partial" and "total" in shown:
            told["settled"] = number(move.currency_id.round(move.amount_total - move.amount_residual))
        owed = move.line_ids.filtered(lambda line: line.account_type in _OWED and not line.reconciled)
        late = owed.filtered(lambda line: line.date_maturity and line.date_maturity < self._today())
        if late:
            told["overdue"] = number(abs(sum(late.mapped("amount_residual_currency"))))
            told["days_late"] = (self._today() - min(late.mapped("date_maturity"))).days
        return told

    # -- figures ---------------------------------------------------------------------------------------

    @api.model
    def _not_posted(self, domain):
        """Return how many documents of each state there are that no sum counts."""
        others = domain & Domain("state", "!=", "posted")
        return dict(self.env["account.move"]._read_group(others, ["state"], ["__count"]))

    @api.model
    def _added_up(self, groups, keys, by):
        """Return rows of (group, side), credit notes subtracted; months in their order, else the largest first."""
        rows = {}
        for group, move_type, count, *sums in groups:
            side = "sale" if move_type in SIDES["sale"] else "purchase"
            row = rows.setdefault(
                (group, side), {"group": group, "kind": side, "documents": 0, **dict.fromkeys(keys, 0)}
            )
            row["documents"] += count
            for key, value in zip(keys, sums, strict=True):
                row[key] = number(row[key] + SIGNS[side] * (value or 0))
        if by == "month":
            return sorted(rows.values(), key=lambda row: (str(row["group"] or ""), row["kind"]))
        return sorted(rows.values(), key=lambda row: (-abs(row.get("total", row["documents"])), row["kind"]))

    @api.model
    def _name_groups(self, rows, path, desk):
        """Put words in the place of what rows are grouped by."""
        if path == "commercial_partner_id":
            partners = self.env["res.partner"].union(*(row["group"] for row in rows[:GROUPS] if row["group"]))
            self._hide(desk, partners)
            # The name of a partner leaves, or does not, as in any list.
            shown = self._shown("account.move", {"partner": "partner_id"})
            for row in rows:
                # sudo: as Odoo's own read() names what a record points at
                row["group"] = row["group"].sudo().display_name if shown and row["group"] else None
        elif path == "l10n_latam_document_type_id":
            for row in rows:
                row["group"] = row["group"].display_name if row["group"] else None
        elif path.endswith(":month"):
            for row in rows:
                row["group"] = row["group"].strftime("%Y-%m") if row["group"] else None

    @api.model
    def _compare_months(self, rows):
        """Say of each month by how much its total differs from that of the month before, where there is one."""
        totals = {(row["kind"], row["group"]): row["total"] for row in rows if "total" in row}
        for row in rows:
            month = fields.Date.to_date(f"{row['group']}-01") if row["group"] else None
            before = month and totals.get((row["kind"], (month - relativedelta(months=1)).strftime("%Y-%m")))
            if before is not None and "total" in row:
                row["total_less_month_before"] = number(row["total"] - before)

    @api.model
    def _totals(self, rows, keys):
        totals = {}
        for row in rows:
            of_side = totals.setdefault(row["kind"], {"documents": 0, **dict.fromkeys(keys, 0)})
            for key in ("documents", *keys):
                of_side[key] = number(of_side[key] + row[key])
        return totals
