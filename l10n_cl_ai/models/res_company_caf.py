"""The CAFs that an emitting module keeps: which folios the SII let the company use."""

import base64
import binascii
import logging

from odoo import fields, models

from ..dte import Unreadable
from ..dte.caf import read_caf

_logger = logging.getLogger(__name__)

#: CAFs read for a check, the newest; each takes about 0.2 ms. Older ones have expired long ago.
MOST_CAFS = 200


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_cl_ai_caf_field_id = fields.Many2one(
        "ir.model.fields",
        "Field of the CAF",
        domain=[("ttype", "=", "binary"), ("model", "!=", "res.company")],
        ondelete="set null",
        help="Field in which an emitting module keeps the CAF files. Empty: folios are not compared with them.",
    )

    def _l10n_cl_ai_cafs(self):
        """Return the ``CafData`` of the company's CAFs, None when nobody knows them.

        The file also holds the private key that stamps documents; it is not read. A file that is no CAF
        is logged and left out.
        """
        field = self.l10n_cl_ai_caf_field_id
        if not field or field.name not in self.env[field.model]._fields:
            return None
        model = self.env[field.model].with_context(bin_size=False)
        domain = [("company_id", "=", self.id)] if "company_id" in model._fields else []
        cafs = []
        for record in model.search(domain, limit=MOST_CAFS, order="id desc"):
            try:
                cafs.append(read_caf(base64.b64decode(record[field.name] or b"")))
            except (Unreadable, binascii.Error) as error:
                _logger.info("%s %s holds no CAF: %s", field.model, record.id, error)
        return tuple(cafs)
