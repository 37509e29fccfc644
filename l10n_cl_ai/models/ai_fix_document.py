"""Corrections of the document itself: its type, folio, date, reference and rounding."""

import datetime
import re
from zoneinfo import ZoneInfo

from odoo import Command, api, models
from odoo.exceptions import AccessError, UserError

from .ai_fix import Plan
from .move_facts import IVA_TAG, folio_of

#: A type with IVA → the exempt type that carries the same lines.
_EXEMPT_TYPE = {"33": "34", "39": "41"}


class FixDocument(models.AbstractModel):
    _inherit = "l10n_cl_ai.fix"

    # -- type ----------------------------------------------------------------------------------------

    @api.model
    def _fix_document_34(self, finding):
        """Turn a 33 (39) whose lines are all exempt into a 34 (41); its folio is of another series."""
        move = finding.move_id
        code = _EXEMPT_TYPE.get(move.l10n_latam_document_type_id.code)
        exempt = move.l10n_latam_available_document_type_ids.filtered(lambda kind: kind.code == code)
        if not code or not exempt:
            raise UserError(self.env._("There is no exempt type to change this document to."))
        values = {"l10n_latam_document_type_id": exempt.id, "name": False}
        if move.l10n_latam_manual_document_number and move.l10n_latam_document_number:
            values["name"] = f"{exempt.doc_code_prefix} {move.l10n_latam_document_number}"
        return Plan(move, values, self.env._("document type %(code)s instead of its taxable one", code=code))

    # -- folio ---------------------------------------------------------------------------------------

    @api.model
    def _fix_folio_digits(self, finding):
        """Keep the digits of a folio typed with letters; ask when it has several groups of them."""
        move = finding.move_id
        folio = move.l10n_latam_document_number or move.name or ""
        groups = re.findall(r"\d+", folio)
        if not groups:
            raise UserError(self.env._("“%s” holds no digits; type the folio.", folio))
        if len(groups) > 1:
            return self._ask(finding, max(groups, key=len))
        return self._plan_for_folio(finding, groups[0])

    @api.model
    def _plan_for_folio(self, finding, folio):
        move = finding.move_id
        if not re.fullmatch(r"0*[1-9]\d{0,9}", (folio or "").strip(), re.ASCII):
            raise UserError(self.env._("A folio is a number between 1 and 9999999999."))
        kind = move.l10n_latam_document_type_id
        name = f"{kind.doc_code_prefix} {int(folio):06d}"
        return Plan(move, {"name": name}, self.env._("folio in digits"))

    # -- date ----------------------------------------------------------------------------------------

    @api.model
    def _fix_future_date(self, finding):
        """Date the document today, as Chile's calendar says."""
        today = datetime.datetime.now(ZoneInfo("America/Santiago")).date()
        return Plan(
            finding.move_id,
            {"invoice_date": today.isoformat()},
            self.env._("issue date not in the future"),
            watch=("date", "invoice_date_due"),
        )

    # -- reference -----------------------------------------------------------------------------------

    @api.model
    def _can_reference_origin(self, finding):
        move = finding.move_id
        return not (move.reversed_entry_id or move.debit_origin_id)

    @api.model
    def _fix_reference_origin(self, finding):
        """Join a note with the document it speaks of: found by the folio its texts name, else asked."""
        origins = self._named_origins(finding.move_id)
        if len(origins) == 1:
            return self._plan_for_origin(finding, origins)
        return self._ask(finding)

    @api.model
    def _origins(self, move):
        """Return the domain of the documents that a note may speak of: of a credit note, only a debit one."""
        side = "in" if move.is_purchase_document() else "out"
        debit = move.l10n_latam_document_type_id.internal_type == "debit_note"
        return [
            ("company_id", "=", move.company_id.id),
            ("commercial_partner_id", "=", move.commercial_partner_id.id),
            ("state", "=", "posted"),
            ("id", "!=", move.id),
            ("l10n_cl_ai_applies", "=", True),
            ("move_type", "in", [f"{side}_invoice", f"{side}_refund"] if debit else [f"{side}_invoice"]),
        ]

    @api.model
    def _named_origins(self, move):
        """Return the documents whose folio the note's reference, origin or lines name."""
        texts = " ".join(filter(None, (move.ref, move.invoice_origin, *move.invoice_line_ids.mapped("name"))))
        folios = {int(number) for number in re.findall(r"\b\d{1,10}\b", texts, re.ASCII)}
        candidates = self.env["account.move"].search(self._origins(move), limit=500)
        return candidates.filtered(lambda origin: folio_of(origin) in folios)

    @api.model
    def _plan_for_origin(self, finding, origin):
        move = finding.move_id
        if not origin or not origin.filtered_domain(self._origins(move)):
            raise UserError(self.env._("Choose a posted document of the same client and company."))
        debit = move.l10n_latam_document_type_id.internal_type == "debit_note"
        name = "debit_origin_id" if debit else "reversed_entry_id"
        summary = self.env._("reference to %(document)s", document=origin.display_name)
        return Plan(move, {name: origin.id}, summary)

    # -- rounding ------------------------------------------------------------------------------------

    @api.model
    def _fix_round_globally(self, finding):
        """Round IVA once over the document, as the SII expects, not line by line.

        The setting is the company's, so it takes a manager; this draft is computed anew, the others
        when they are next edited, posted documents never. Where the company rounds so already, the
        draft is older than the setting, and only its IVA changes.
        """
        company = finding.company_id
        if company.tax_calculation_rounding_method == "round_globally":
            return self._plan_for_iva(finding)
        if not self.env.user.has_group("l10n_cl_ai.group_manager"):
            raise AccessError(
                self.env._(
                    "Rounding is a setting of the whole company: ask a manager (AI Chile) to change it."
                )
            )
        if not company.has_access("write"):
            raise AccessError(
                self.env._(
                    "Rounding is a setting of the company, which you may not change; ask an administrator."
                )
            )
        drafts = self.env["account.move"].search_count(
            [("company_id", "=", company.id), ("state", "=", "draft"), ("id", "!=", finding.move_id.id)]
        )
        summary = self.env._(
            "IVA of %(company)s rounded once per document (%(drafts)s other drafts change when they are "
            "edited; posted documents stay as they are)",
            company=company.name,
            drafts=drafts,
        )
        return Plan(company, {"tax_calculation_rounding_method": "round_globally"}, summary)

    @api.model
    def _plan_for_iva(self, finding):
        """Put the IVA that the rule expects into the draft's tax line."""
        taxes = finding.move_id.line_ids.filtered(lambda line: line.tax_line_id.l10n_cl_sii_code == IVA_TAG)
        found, expected = finding.found or "", finding.expected or ""
        present = sum(taxes.mapped("amount_currency"))
        if not (found.isdecimal() and expected.isdecimal() and abs(present) == int(found)):
            raise UserError(self.env._("This IVA changed since it was checked; check the document again."))
        difference = int(expected) - int(found)
        amount = taxes[0].amount_currency + (difference if present > 0 else -difference)
        summary = self.env._("IVA rounded once per document")
        return Plan(taxes[0], {"amount_currency": amount}, summary, watch=("balance",))

    @api.model
    def _after_round_globally(self, record, move):
        """Compute the taxes of a draft anew: Odoo does so only when a line's taxes change."""
        if record != move.company_id or move.state != "draft":
            return
        lines = move.invoice_line_ids.filtered("tax_ids")
        taxes = {line.id: line.tax_ids.ids for line in lines}
        move.write({"invoice_line_ids": [Command.update(i, {"tax_ids": [Command.clear()]}) for i in taxes]})
        move.write(
            {
                "invoice_line_ids": [
                    Command.update(i, {"tax_ids": [Command.set(ids)]}) for i, ids in taxes.items()
                ]
            }
        )
