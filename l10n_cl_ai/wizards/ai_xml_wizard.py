"""Checking XML files that a person brings, and tying them to the bills they were booked as."""

import time

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from .. import dte
from ..dte.digest import digest
from ..dte.rut import normalize
from ..models.account_move_check import Judgement
from ..models.ai_rule import translated
from ..models.move_facts import folio_number


class AiXmlWizard(models.TransientModel):
    _name = "l10n_cl_ai.xml.wizard"
    _description = "Check XML files"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    attachment_ids = fields.Many2many("ir.attachment", string="Attach XML files")
    validation_ids = fields.Many2many("l10n_cl_ai.validation", string="Results", readonly=True)
    unreadable = fields.Text("Files not read", readonly=True)

    def action_check(self):
        """Check every document of the files; what can't be read is named, the others still checked."""
        self.ensure_one()
        if not self.attachment_ids:
            raise UserError(self.env._("Attach or drop at least one XML file first."))
        judgements, unreadable = [], []
        for attachment in self.attachment_ids:
            try:
                judgements += self._judge(dte.read(attachment.raw or b""), attachment.name)
            except dte.Unreadable as refused:
                reason = refused.reason.text(lambda text: translated(self.env, "l10n_cl_ai", text))
                unreadable.append(f"{attachment.name}: {reason}")
        self.validation_ids = [Command.set(self.env["l10n_cl_ai.validation"]._record(judgements).ids)]
        self.unreadable = "\n".join(unreadable)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Check XML files"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_open_results(self):
        """Open the checks just made as a list to filter, group and export."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("l10n_cl_ai.ai_validation_action")
        return {**action, "domain": [("id", "in", self.validation_ids.ids)], "context": {}}

    # -- judging -------------------------------------------------------------------------------------

    def _judge(self, documents, filename):
        """Return a judgement per document of a file."""
        bills = self._bills(documents)
        pictures = dict(zip(bills.ids, bills._l10n_cl_ai_documents(), strict=True)) if bills else {}
        by_key = {self._bill_key(bill): bill for bill in bills}
        return [
            self._judge_one(document, by_key.get(self._document_key(document)), pictures, filename)
            for document in documents
        ]

    def _judge_one(self, document, bill, pictures, filename):
        started = time.perf_counter()
        document.context = self.company_id._l10n_cl_ai_around(document)
        if bill:
            document.context.put(counterpart=pictures[bill.id])
        report = dte.check(document)
        return Judgement(
            company=self.company_id,
            move=bill or self.env["account.move"],
            document=document,
            report=report,
            digest=digest(document, dte.RULESET_VERSION),
            duration=(time.perf_counter() - started) * 1000,
            source="xml",
            filename=filename,
        )

    # -- finding the bill ----------------------------------------------------------------------------

    def _bills(self, documents):
        """Return the bills of this company that may be these documents, with the user's rights."""
        ruts = {document.header.issuer.__dict__.get("rut") for document in documents} - {None}
        if not ruts:
            return self.env["account.move"]
        spellings = [each for rut in ruts for each in (rut, rut.replace("-", ""), f"CL{rut.replace('-', '')}")]
        candidates = self.env["account.move"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("move_type", "in", ("in_invoice", "in_refund")),
                ("state", "!=", "cancel"),
                ("commercial_partner_id.vat", "in", spellings),
            ]
        )
        wanted = set(map(self._document_key, documents))
        return candidates.filtered(lambda bill: bill.l10n_cl_ai_applies and self._bill_key(bill) in wanted)

    @api.model
    def _bill_key(self, bill):
        """(type, folio, issuer), as in :meth:`_document_key`."""
        code, number = bill.l10n_latam_document_type_id.code, folio_number(bill.l10n_latam_document_number)
        return int(code or 0), number, normalize(bill.commercial_partner_id.vat)

    @api.model
    def _document_key(self, document):
        header = document.header
        return (
            document.type,
            header.identification.__dict__.get("folio"),
            header.issuer.__dict__.get("rut"),
        )
