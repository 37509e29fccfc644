"""Sparing Community users a crash of ``l10n_cl``.

Posting a vendor credit note (61) of a foreign supplier reads ``l10n_cl_reference_ids``, a field that
only Odoo Enterprise brings: AttributeError.
"""

from odoo import models
from odoo.exceptions import ValidationError

from .account_move_document import ENTERPRISE_REFERENCES


class AccountMove(models.Model):
    _inherit = "account.move"

    def _check_document_types_post(self):
        """Check as ``l10n_cl`` does; steps aside when an emitting module brings the field."""
        if ENTERPRISE_REFERENCES in self._fields:
            return super()._check_document_types_post()
        foreign_notes = self.filtered(lambda move: move._l10n_cl_ai_is_foreign_supplier_note())
        result = super(AccountMove, self - foreign_notes)._check_document_types_post()
        for note in foreign_notes:
            # The references say there which document the note corrects; here its origin does. Only
            # a note on our own factura de compra (46) is allowed with a foreign supplier.
            if note.l10n_latam_use_documents and note._l10n_cl_ai_origin_code() != "46":
                raise ValidationError(
                    self.env._(
                        "A credit note of a foreign supplier in a journal with documents must correct a "
                        "purchase invoice (46): create it from that invoice, or use a journal without "
                        "documents."
                    )
                )
        return result

    def _l10n_cl_ai_is_foreign_supplier_note(self):
        return (
            self.company_id.account_fiscal_country_id.code == "CL"
            and self.journal_id.type == "purchase"
            and self.partner_id.l10n_cl_sii_taxpayer_type == "4"
            and self.partner_id.country_id.code != "CL"
            and self.l10n_latam_document_type_id.code == "61"
        )

    def _l10n_cl_ai_origin_code(self):
        return self.reversed_entry_id.l10n_latam_document_type_id.code
