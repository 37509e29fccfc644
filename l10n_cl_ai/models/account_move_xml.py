"""The XML of a received DTE, attached to the bill it was booked as."""

from odoo import models

from .. import dte
from .move_facts import issued_by_us

#: A larger file is an envelope of many documents: for the XML wizard, not for one bill.
XML_LIMIT = 2 * 1024 * 1024


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_cl_ai_xml_attachments(self):
        """Return {move id: attachments that may be its DTE}, for the documents others issued."""
        received = self.filtered(lambda move: not issued_by_us(move))
        found = {}
        if not received:
            return found
        # sudo: attachments follow the rights of their move, which the caller has.
        attachments = self.env["ir.attachment"].sudo().search_fetch(
            [
                ("res_model", "=", "account.move"),
                ("res_id", "in", received.ids),
                ("res_field", "=", False),
                ("file_size", "<=", XML_LIMIT),
                "|",
                ("mimetype", "in", ("application/xml", "text/xml")),
                ("name", "=ilike", "%.xml"),
            ],
            ["res_id", "checksum"],
            order="id desc",
        )  # fmt: skip
        for attachment in attachments:
            found[attachment.res_id] = found.get(attachment.res_id, attachment.browse()) + attachment
        return found

    def _l10n_cl_ai_attached_xml(self, pictures):
        """Return {move id: its received DTE as read from XML}, with the bill as counterpart.

        :param pictures: {move id: ``dte.Document`` made from the move}
        """
        found = {}
        for move_id, attachments in self._l10n_cl_ai_xml_attachments().items():
            picture = pictures[move_id]
            around = picture.context.__dict__
            known = {name: around[name] for name in ("today", "role", "company_rut") if name in around}
            context = dte.Context(**known, counterpart=picture)
            schemas = self.env["l10n_cl_ai.schema"]._schema_set()
            if schemas is not None:
                context.put(schema=schemas)
            for attachment in attachments:
                if document := _received(attachment.raw or b"", context, picture):
                    found[move_id] = document
                    break
        return found


def _received(data, context, picture):
    """Return the document of a file that a bill was booked from, None when there is none."""
    try:
        documents = dte.read(data, context)
    except dte.Unreadable:
        return None  # an XML of another kind: a purchase order, a CFDI, an acuse
    if len(documents) == 1:
        return documents[0]
    wanted = _key(picture)
    return next((document for document in documents if _key(document) == wanted), None)


def _key(document):
    """Return (type, folio, issuer) without asking for what nobody knows."""
    header = document.header
    folio = header.identification.__dict__.get("folio") if document.knows("header") else None
    return document.type, folio, header.issuer.__dict__.get("rut")
