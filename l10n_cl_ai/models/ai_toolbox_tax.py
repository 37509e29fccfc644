"""Tool: the VAT of a month as the books have it, a preview of the F29."""

import datetime

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import LazyTranslate, format_date

from ..chat.tool import Refused, Result, tool
from . import ai_toolbox_invoice  # noqa: F401 - what it uses is defined first
from .ai_toolbox_invoice import SIDES, SIGNS
from .ai_toolbox_show import number

_lt = LazyTranslate(__name__)

#: SII's code of VAT in the taxes of l10n_cl.
_IVA = 14
#: Concepts by the lines of l10n_cl's tax report: (part, line of the base, line of the tax, sign of base, sign of tax).
CONCEPTS = {
    "iva_debit": ("debits", "ventas_netas_gravadas_c_iva", "iva_debito_fiscal", -1, -1),
    "ila_sales": ("debits", "base_ila_ventas", "tax_ila_ventas", -1, -1),
    "iva_recoverable": ("credits", "compras_netas_gr_iva_recup", "compras_iva_recup", 1, 1),
    "iva_supermarket": ("credits", "compras_supermercado", "compras_iva_supermercado", 1, 1),
    "iva_fixed_assets": ("credits", "compras_activo_fijo", "compras_iva_activo_fijo", 1, 1),
    "iva_common_use": ("credits", "compras_netas_gr_iva_uso_comun", "compras_iva_uso_comun", 1, 1),
    "iva_fixed_assets_common_use": (
        "credits", "compras_activo_fijo_uso_comun", "compras_iva_activo_fijo_uso_comun", 1, 1,
    ),
    "iva_not_recoverable": ("no_credit", "compras_netas_gr_iva_no_recuperable", "compras_iva_no_recup", 1, 1),
    "iva_fixed_assets_not_recoverable": (
        "no_credit", "compras_activo_fijo_no_recup", "compras_iva_activo_fijo_no_recup", 1, 1,
    ),
    # No credit of IVA, but not lost either: who owes ILA sets it off against ILA (DL 825, art. 45), and part of the
    # tax on fuel may be recovered.
    "ila_purchases": ("other_taxes", "base_ila_compras", "tax_ila_compras", 1, 1),
    "fuel_specific_tax": ("other_taxes", "base_compras_combustibles", "tax_compras_combustibles", 1, 1),
    "second_category_withheld": ("withheld", "base_retencion_segunda_categ", "retencion_segunda_categ", 1, -1),
    "iva_withheld_total": ("withheld", "retencion_total_compras", "retencion_total_compras", 1, -1),
}  # fmt: skip
#: Credit without further reckoning; of common use only a proportion is.
_CREDITS = ("iva_recoverable", "iva_supermarket", "iva_fixed_assets")
MISSING = (
    "remanente (credit carried over from the month before)", "PPM", "IVA postergado",
    "the proportion of credit of common use", "what the SII's RCV has and these books do not, and the reverse",
    "credit and debit of documents outside their term", "card vouchers instead of boletas",
    "IVA withheld from the company by its customers", "fuel tax that may be recovered",
    "credit of ILA against ILA (art. 45 of DL 825)", "taxes the company made without tags",
    "single tax on salaries",
    "whether fee slips were paid: the books have them when posted, the law withholds when paid",
)  # fmt: skip


class AiToolbox(models.AbstractModel):
    _inherit = "l10n_cl_ai.toolbox"

    @tool(
        """VAT of a month as the posted entries of the company's books have it: debits and credits by document type,
        exempt amounts, withholdings. A preview of the F29, not the F29: say what it does not contain.""",
        {"period": {"type": "string", "pattern": "^20[0-9]{2}-(0[1-9]|1[0-2])$", "description": "month, as 2026-08"}},
        ["period"],
        step=_lt("Adding up the VAT…"),
        label=_lt("VAT of a month"),
    )
    @api.model
    def _tool_vat_of_period(self, asked, desk):
        since = datetime.date.fromisoformat(f"{asked['period']}-01")
        until = since + relativedelta(months=1, days=-1)
        if not self._shown("account.move.line", {"balance": "balance"}):
            raise Refused("the administrator does not let balances leave")
        figures = {"period": asked["period"], "currency": self.env.company.currency_id.name}
        figures |= self._tax_figures(since, until)
        figures |= {f"{side}_without_iva": rows for side in SIDES if (rows := self._without_iva(side, since, until))}
        figures["drafts_not_counted"] = self._drafts(since, until)
        figures["does_not_contain"] = list(MISSING)
        month = format_date(self.env, since, date_format="MMMM yyyy")
        title, tags = self.env._("VAT of %(period)s", period=month), list(self._concepts_by_tag())
        domain = self._entries(since, until) & Domain("tax_tag_ids", "in", tags)
        return Result(self._figures(desk, "account.move.line", title, figures, domain), title)

    @api.model
    def _entries(self, since, until):
        posted = Domain("parent_state", "=", "posted") & Domain("company_id", "=", self.env.company.id)
        return posted & self._between("date", since, until)

    @api.model
    def _tax_figures(self, since, until):
        """Return the parts of the report, each a list of rows by concept and document type, and the totals."""
        tags = self._concepts_by_tag()
        if not tags:
            raise Refused("the taxes of Chile are not set up in this company")
        groups = self.env["account.move.line"]._read_group(
            self._entries(since, until) & Domain("tax_tag_ids", "in", list(tags)),
            ["tax_tag_ids", "l10n_latam_document_type_id", "tax_line_id"],
            ["balance:sum", "move_id:count_distinct"],
        )
        rows = {}
        for tag, kind, tax, balance, documents in groups:
            for concept, is_tax in tags.get(tag.id, ()):
                if is_tax == bool(tax):
                    self._add(rows, concept, kind, is_tax, balance or 0.0, documents)
        figures = {part: [] for part, *_rest in CONCEPTS.values()}
        for (concept, _kind), row in sorted(rows.items(), key=lambda item: (item[0][0], item[0][1].code or "")):
            figures[CONCEPTS[concept][0]].append(row)
        return {**{part: found for part, found in figures.items() if found}, "totals": self._tax_totals(rows)}

    @api.model
    def _add(self, rows, concept, kind, is_tax, balance, documents):
        row = rows.setdefault(
            (concept, kind), {"concept": concept, "type": kind.display_name or None, "documents": 0, "net": 0, "tax": 0}
        )
        _part, _base, _tax, base_sign, tax_sign = CONCEPTS[concept]
        if is_tax:
            row["tax"] = number(row["tax"] + tax_sign * balance)
        else:
            row["net"] = number(row["net"] + base_sign * balance)
            row["documents"] += documents

    @api.model
    def _tax_totals(self, rows):
        of = dict.fromkeys(CONCEPTS, 0)
        for (concept, _kind), row in rows.items():
            of[concept] += row["tax"]
        credit = sum(of[concept] for concept in _CREDITS)
        return {
            "iva_debit": number(of["iva_debit"]),
            "iva_credit": number(credit),
            "debit_less_credit": number(of["iva_debit"] - credit),
            "iva_of_common_use_not_in_credit": number(of["iva_common_use"] + of["iva_fixed_assets_common_use"]),
            "withheld_second_category": number(of["second_category_withheld"]),
            "withheld_iva": number(of["iva_withheld_total"]),
        }

    @api.model
    def _concepts_by_tag(self):
        """Return {id of a tag: [(concept, whether it is the tax or else the base)]} of l10n_cl's tax report."""
        found = {}
        for concept, (_part, base, tax, *_signs) in CONCEPTS.items():
            for name, is_tax in ((base, False), (tax, True)):
                expression = self.env.ref(f"l10n_cl.tax_report_{name}_tag", raise_if_not_found=False)
                if expression:
                    # sudo: account.report.expression - how the report is built is no secret, and not shown
                    for tag in expression.sudo()._get_matching_tags():
                        found.setdefault(tag.id, []).append((concept, is_tax))
        return found

    @api.model
    def _without_iva(self, side, since, until):
        """Return rows by document type of what was sold or bought without VAT."""
        domain = self._entries(since, until) & Domain("move_type", "in", SIDES[side])
        domain &= Domain("display_type", "=", "product") & ~Domain("tax_ids.l10n_cl_sii_code", "=", _IVA)
        groups = self.env["account.move.line"]._read_group(
            domain, ["l10n_latam_document_type_id"], ["balance:sum", "move_id:count_distinct"]
        )
        return [
            {
                "type": kind.display_name or None,
                "documents": documents,
                "amount": number(-SIGNS[side] * (balance or 0.0)),
            }
            for kind, balance, documents in groups
        ]

    @api.model
    def _drafts(self, since, until):
        kinds = SIDES["sale"] + SIDES["purchase"]
        domain = Domain("move_type", "in", kinds) & Domain("state", "=", "draft")
        # By the date of the entry, as the entries above: many drafts have no date of issue yet.
        domain &= Domain("company_id", "=", self.env.company.id) & self._between("date", since, until)
        return self.env["account.move"].search_count(domain)
