from odoo import models
from odoo.addons.l10n_cl_ai.dte.body import Reference
from odoo.addons.l10n_cl_ai.dte.document import Document
from odoo.addons.l10n_cl_ai.dte.node import number


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_cl_ai_documents(self):
        """Add what we know and Community doesn't: the invoice's reference is the client's order."""
        documents = super()._l10n_cl_ai_documents()
        for move, document in zip(self, documents, strict=True):
            if document.context.role == "issuer":
                document.put(references=move._sample_references(document))
        return documents

    def _l10n_cl_ai_context(self, company, today, taken):
        context = super()._l10n_cl_ai_context(company, today, taken)
        return context.put(environment="certification")

    def _l10n_cl_ai_surroundings(self, document):
        """A check made for the other environment no longer holds."""
        return (*super()._l10n_cl_ai_surroundings(document), document.context.environment)

    def _sample_references(self, document):
        """Return the references known so far and the order; none is then known to be none."""
        references = document.__dict__.get("references", ())
        if self.ref:
            order = Reference(document, Document.references)
            order.put(number=len(references) + 1, type="801", folio=self.ref, date=self.invoice_date or None)
            references = number((*references, order))
        return references
