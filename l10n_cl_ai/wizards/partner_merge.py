"""Suppliers that are merged: what was booked under one is found under the other from then on."""

from odoo import api, models


class MergePartner(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        res = super()._update_foreign_keys(src_partners, dst_partner)
        # sudo: indexes are kept up whoever merges
        indexes = self.env["l10n_cl_ai.index"].sudo().search([("kind", "in", ("project", "account"))])
        for index in indexes:
            for partner in src_partners:
                index._rename_vendor(f"V{partner.id}", f"V{dst_partner.commercial_partner_id.id}")
        return res
