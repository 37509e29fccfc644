"""Received DTEs, dropped or uploaded as XML, become draft vendor bills by Odoo's own import of documents."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import formatLang

from .. import dte
from ..dte import files
from ..dte.bill import largest, read_bill, refusal
from ..dte.field import NotKnown
from ..dte.rut import normalize, variants
from .account_move import READERS
from .ai_rule import translated
from .move_facts import folio_number
from .received_bill import ReceivedBill

FILE_TYPE = "l10n_cl.dte"
#: Above the formats of others, which a DTE is none of.
PRIORITY = 25
#: Odoo keeps the last nine digits of a number as its place in the sequence.
SEQUENCE = 10**9
#: Pesos from which on Odoo's amounts, which are floats, lose some: such an entry is not balanced.
LARGEST = 10**15


class AccountMove(models.Model):
    _inherit = "account.move"

    l10n_cl_ai_import_state = fields.Selection(
        [("read", "Read"), ("look", "Read, with notes"), ("refused", "Not read")],
        "Received XML",
        readonly=True,
        copy=False,
        groups=READERS,
        help="What became of the XML of the supplier's document.",
    )
    l10n_cl_ai_import_note = fields.Text(
        "Notes on the received XML", readonly=True, copy=False, groups=READERS
    )
    l10n_cl_ai_received_rut = fields.Char(
        "RUT in the received XML",
        readonly=True,
        copy=False,
        groups=READERS,
        help="Who issued the document, or sold in a factura de compra.",
    )

    # -- files -----------------------------------------------------------------------------------------

    @api.model
    def _get_xml_tree(self, file_data):
        """DTEs come from anywhere: they are parsed by the reader that expects the worst, or not at all."""
        if files.holds_dtes(file_data["raw"] or b""):
            return files.root(file_data["raw"])
        return super()._get_xml_tree(file_data)

    @api.model
    def _get_import_file_type(self, file_data):
        if files.holds_dtes(file_data["raw"] or b""):
            return FILE_TYPE
        return super()._get_import_file_type(file_data)

    @api.model
    def _unwrap_attachment(self, file_data, recurse=True):
        """Make a file of its own of every document of an envelope: a bill each."""
        if file_data["import_file_type"] != FILE_TYPE:
            return super()._unwrap_attachment(file_data, recurse)
        try:
            documents = files.split(file_data["raw"])
        except dte.Unreadable:
            return []  # the decoder says why
        stem = file_data["name"].rpartition(".")[0] or file_data["name"]
        attachments = self.env["ir.attachment"].create(
            [
                {"name": f"{stem}_{number}.xml", "raw": data, "mimetype": "application/xml"}
                for number, data in enumerate(documents, 1)
            ]
        )
        unwrapped = self._to_files_data(attachments)
        if unwrapped:
            # The first document's bill keeps the envelope too, as it came.
            unwrapped[0]["origin_attachment"] = file_data["origin_attachment"]
            file_data["l10n_cl_ai_unwrapped"] = True
        return unwrapped

    def _should_attach_to_record(self, attachment):
        """Keep the XML of a document with its bill: the rules compare them. Odoo keeps PDF and spreadsheets only."""
        if super()._should_attach_to_record(attachment):
            return True
        return bool(attachment and not attachment.res_field and files.holds_dtes(attachment.raw or b""))

    def _get_edi_decoder(self, file_data, new=False):
        if file_data["import_file_type"] != FILE_TYPE:
            return super()._get_edi_decoder(file_data, new)
        if file_data.get("l10n_cl_ai_unwrapped") or not self._l10n_cl_ai_takes_documents():
            return None
        return {"priority": PRIORITY, "decoder": self.env.registry["account.move"]._l10n_cl_ai_decode}

    def _l10n_cl_ai_takes_documents(self):
        """Whether a document may be read into this move: a vendor bill in Chile that nobody has filled in.

        The XML added to a bill that has lines is its evidence, which the rules compare with it.
        """
        return not self or (
            self.state == "draft"
            and self.move_type in ("in_invoice", "in_refund")
            and self.company_id.account_fiscal_country_id.code == "CL"
            and not self.invoice_line_ids
        )

    # -- reading ---------------------------------------------------------------------------------------

    def _l10n_cl_ai_decode(self, file_data, new=False):
        """Fill in this bill from a file. Return why not, in words, where it can't be."""
        self.ensure_one()
        reason = self._l10n_cl_ai_read(file_data)
        if reason:
            note = Markup(reason).striptags() if isinstance(reason, Markup) else reason
            self.write({"l10n_cl_ai_import_state": "refused", "l10n_cl_ai_import_note": note})
        return reason

    def _l10n_cl_ai_read(self, file_data):
        try:
            [document, *more] = dte.read(file_data["raw"] or b"")
        except dte.Unreadable as refused:
            return self._l10n_cl_ai_said(refused.reason)
        if more:
            try:
                files.split(file_data["raw"])
            except dte.Unreadable as refused:
                return self._l10n_cl_ai_said(refused.reason)
            return self.env._(
                "The file holds several documents, and this is one bill. Upload it in the list of bills."
            )
        if reason := refusal(document, normalize(self.company_id.vat)):
            return self._l10n_cl_ai_said(reason)
        try:
            bill = read_bill(document, self.env["decimal.precision"].precision_get("Product Unit"))
        except NotKnown as unknown:
            return self.env._("%(path)s can't be read.", path=unknown.path)
        except ArithmeticError:
            bill = None
        if bill is None or largest(bill) >= LARGEST:
            return self.env._("A number of the document is larger, or has more digits, than there can be.")
        if earlier := self._l10n_cl_ai_same_document(bill):
            return self.env._(
                "This document is already here as %(bill)s; no second bill was made.",
                bill=earlier._get_html_link(title=earlier._l10n_cl_ai_title()),
            )
        self._l10n_cl_ai_take_bill(bill)
        return None

    def _l10n_cl_ai_take_bill(self, bill):
        notes = [self._l10n_cl_ai_noted(note) for note in bill.notes]
        notes += ReceivedBill(self, bill).fill()
        if notes:
            self.write({"l10n_cl_ai_import_state": "look", "l10n_cl_ai_import_note": "\n".join(notes)})
        lines = [*notes, *self._l10n_cl_ai_other_references(bill)]
        if lines:
            items = Markup().join(Markup("<li>%s</li>") % line for line in lines)
            heading = self.env._("Read from the XML of %(document)s:", document=self._l10n_cl_ai_title())
            self.message_post(body=Markup("%s<ul>%s</ul>") % (heading, items))

    def _l10n_cl_ai_other_references(self, bill):
        return [
            self.env._("It refers to document %(type)s %(folio)s of %(date)s.", type=kind, folio=folio, date=day or "?")
            for kind, folio, day in bill.others
        ]

    def _l10n_cl_ai_same_document(self, bill):
        """Return the bill that this company already has of a document. Cancelled ones do not count."""
        if not bill.party.rut:
            return self.browse()
        issuer = Domain("l10n_cl_ai_received_rut", "=", bill.party.rut) | Domain(
            "commercial_partner_id.vat", "in", variants(bill.party.rut)
        )
        found = self.search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("move_type", "in", ("in_invoice", "in_refund"))
            & Domain("l10n_latam_document_type_id.code", "=", str(bill.type))
            & Domain("sequence_number", "=", bill.folio % SEQUENCE)
            & Domain("state", "!=", "cancel")
            & Domain("id", "!=", self.id)
            & issuer
        )
        return found.filtered(lambda move: folio_number(move.l10n_latam_document_number) == bill.folio)[:1]

    def _l10n_cl_ai_title(self):
        """Return what a person calls this bill: its number, and who it is from."""
        number = self.name or self.env._("Draft")
        return f"{number} · {self.partner_id.name}" if self.partner_id else number

    def _l10n_cl_ai_said(self, message):
        return message.text(lambda text: translated(self.env, "l10n_cl_ai", text))

    def _l10n_cl_ai_noted(self, note):
        """Return a note about amounts, the numbers in it written as pesos."""
        pesos = {
            name: formatLang(self.env, value, digits=0) for name, value in note.params.items() if isinstance(value, int)
        }
        return self._l10n_cl_ai_said(note._replace(params={**note.params, **pesos}))

    def _l10n_cl_ai_file_name(self):
        """Return the name of the file this bill was made of."""
        # sudo: attachments follow the rights of their move, which the caller has.
        attachment = self.env["ir.attachment"].sudo().search(
            [("res_model", "=", self._name), ("res_id", "=", self.id), ("res_field", "=", False)], order="id", limit=1
        )
        return attachment.name or self.display_name

    # -- after it --------------------------------------------------------------------------------------

    @api.model
    def _create_records_from_attachments(self, attachments, grouping_method=None):
        """What follows an import is done once for all its bills."""
        together = self.with_context(l10n_cl_ai_import_together=True)
        records = super(AccountMove, together)._create_records_from_attachments(attachments, grouping_method)
        records = records.with_context(l10n_cl_ai_import_together=False)
        # sudo: what became of the files decides what follows, whoever brought them
        if read := records.filtered(lambda move: move.sudo().l10n_cl_ai_import_state in ("read", "look")):
            read._l10n_cl_ai_after_import()
        return records

    def _extend_with_attachments(self, files_data, new=False):
        # sudo: what became of the file decides what follows, whoever brought it
        before = self.sudo().l10n_cl_ai_import_state
        done = super()._extend_with_attachments(files_data, new)
        after = self.sudo().l10n_cl_ai_import_state  # sudo: as above
        read = after in ("read", "look") and before != after
        if read and not self.env.context.get("l10n_cl_ai_import_together"):
            self._l10n_cl_ai_after_import()
        return done

    def _l10n_cl_ai_after_import(self):
        """Hook: these bills were just read from XML."""

    def _link_bill_origin_to_purchase_orders(self, timeout=10):
        """Odoo would put a purchase order's lines in place of the document's; here a person links them."""
        # sudo: whether it came from a file binds whoever is at work
        received = self.filtered(lambda move: move.sudo().l10n_cl_ai_import_state)
        super(AccountMove, self - received)._link_bill_origin_to_purchase_orders(timeout=timeout)
        return self

    def _autopost_bill(self):
        """What was read from a file is posted by a person: nobody has proven who signed it."""
        # sudo: as above
        if self.sudo().l10n_cl_ai_import_state:
            return None
        return super()._autopost_bill()
