"""Tool: who a partner is, what he owes or is owed, and what passed between him and the company."""

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from ..chat.tool import Result, as_text, tool
from . import ai_toolbox_invoice  # noqa: F401 - what it uses is defined first
from .account_move_outcome import CLAIMS
from .ai_toolbox_show import number

_lt = LazyTranslate(__name__)

_CARD = {
    "name": "name", "rut": "vat", "activity": "l10n_cl_activity_description", "taxpayer": "l10n_cl_sii_taxpayer_type",
    "city": "city", "country": "country_id", "terms_of_sale": "property_payment_term_id",
    "terms_of_purchase": "property_supplier_payment_term_id", "note": "comment",
}  # fmt: skip
_FOUND = {"name": "name", "rut": "vat", "city": "city"}
#: Whose balance it is, by the type of account.
BALANCES = {"receivable": "asset_receivable", "payable": "liability_payable"}
#: What makes of a balance what is owed.
BALANCE_SIGNS = {"receivable": 1, "payable": -1}
_MONTHS = 12
_CANDIDATES = 10


class AiToolbox(models.AbstractModel):
    _inherit = "l10n_cl_ai.toolbox"

    @tool(
        """The card of a customer or supplier: activity, terms, what is open and overdue, documents of the last 12
        months by month, rejections and claims. Where several fit the text it lists them: choose one by its key.""",
        {
            "partner": {
                "type": "string",
                "minLength": 2,
                "maxLength": 120,
                "description": "key such as R3, RUT, or words of the name",
            }
        },
        ["partner"],
        step=_lt("Looking at a partner…"),
        label=_lt("Card of a partner"),
    )
    @api.model
    def _tool_partner_card(self, asked, desk):
        found = self._partners_of(desk, asked["partner"])
        companies = found.commercial_partner_id._filtered_access("read") or found
        self._hide(desk, companies[:_CANDIDATES])
        if len(companies) != 1:
            shown = self._shown("res.partner", _FOUND)
            rows = self._rows(desk, companies[:_CANDIDATES], lambda one: self._told(one, shown), len(companies))
            words = "several fit: choose by key" if companies else "nobody fits"
            return Result({"note": words, **rows}, self.env._("%(count)s partners", count=len(companies)))
        card = self._told(companies, self._shown("res.partner", _CARD), 500)
        if self.env["account.move"].has_access("read"):
            card |= self._dealings(companies)
        key = desk.cite("record", "res.partner", companies.id, companies.display_name, as_text(card))
        return Result({"key": key, **card}, companies.display_name)

    @api.model
    def _dealings(self, partner):
        """Return what is open, and what passed in the last months, in the company's currency."""
        told = {"currency": self.env.company.currency_id.name}
        for side in BALANCES:
            if balance := self._open_balance(partner, side):
                told[side] = balance
        domain = Domain("commercial_partner_id", "=", partner.id) & Domain("company_id", "=", self.env.company.id)
        if months := self._months(domain):
            told["documents_by_month"] = months
        troubles = {}
        for name, values in (
            ("l10n_cl_ai_sii_state", ["rejected", "reparo"]),
            ("l10n_cl_ai_claim_state", list(CLAIMS)),
        ):
            if self._shown("account.move", {"state": name}):
                for value, count in self.env["account.move"]._read_group(
                    domain & Domain(name, "in", values), [name], ["__count"]
                ):
                    troubles[value] = count
        return {**told, "rejections_and_claims": troubles}

    @api.model
    def _open_balance(self, partner, side):
        """Return {open, overdue, documents} of what is posted and not settled; nothing where all is."""
        if not self._shown("account.move.line", {"left": "amount_residual"}):
            return None
        domain = self._open_domain(side) & Domain("partner_id", "child_of", partner.id)
        lines = self.env["account.move.line"]
        [(left, count)] = lines._read_group(domain, [], ["amount_residual:sum", "__count"])
        if not count:
            return None
        late = domain & Domain("date_maturity", "<", self._today())
        [(overdue,)] = lines._read_group(late, [], ["amount_residual:sum"])
        sign = BALANCE_SIGNS[side]
        return {"open": number(sign * (left or 0.0)), "overdue": number(sign * (overdue or 0.0)), "entries": count}

    @api.model
    def _open_domain(self, side):
        """Return the domain of what is posted and not settled, in the company."""
        return Domain(
            [
                ("company_id", "=", self.env.company.id),
                ("account_id.account_type", "=", BALANCES[side]),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual", "!=", 0),
            ]
        )

    @api.model
    def _months(self, domain):
        """Return rows of month and side: posted documents and their total, credit notes subtracted."""
        shown = self._shown("account.move", {"total": "amount_total_signed"})
        since = self._today().replace(day=1) - relativedelta(months=_MONTHS - 1)
        domain &= Domain("state", "=", "posted") & Domain("invoice_date", ">=", since)
        groups = self.env["account.move"]._read_group(
            domain & Domain("move_type", "!=", "entry"), ["invoice_date:month", "move_type"],
            ["__count", *(f"{field.name}:sum" for field in shown.values())],
        )  # fmt: skip
        rows = self._added_up(groups, list(shown), "month")
        return [{**row, "group": row["group"].strftime("%Y-%m")} for row in rows]
