from odoo import fields, models

from .. import dte
from ..dte.rut import normalize
from .move_facts import chilean_day


class ResCompany(models.Model):
    _inherit = "res.company"

    def _l10n_cl_ai_around(self, document):
        """Return what is known around a document that no move stands behind: from a file, or from a caller."""
        self.ensure_one()
        rut = normalize(self.vat)
        context = dte.Context(today=chilean_day(fields.Datetime.now()))
        if rut:
            issued = document.header.issuer.__dict__.get("rut") == rut
            context.put(company_rut=rut, role="issuer" if issued else "receiver")
        schemas = self.env["l10n_cl_ai.schema"]._schema_set()
        if schemas is not None:
            context.put(schema=schemas)
        return context
