"""Suppliers that are merged: what was booked under one is found under the other from then on."""

from odoo import api, models
from odoo.tools import SQL


class MergePartner(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        res = super()._update_foreign_keys(src_partners, dst_partner)
        # sudo: indexes are kept up whoever merges
        for index in self.env["l10n_cl_ai.index"].sudo().search([]):
            for partner in src_partners:
                index._rename_vendor(f"V{partner.id}", f"V{dst_partner.commercial_partner_id.id}")
        return res


class AiIndex(models.Model):
    _inherit = "l10n_cl_ai.index"

    def _rename_vendor(self, old, new):
        """Have what was booked under one supplier stand under another. :param old: his term, as ``Terms.vendor``"""
        self.ensure_one()
        mine = SQL("(lexeme = %s OR lexeme LIKE %s)", old, f"{old}|%")
        named = SQL("%s || substr(lexeme, %s)", new, len(old) + 1)
        for statement in (
            SQL("UPDATE l10n_cl_ai_index_posting SET lexeme = %s WHERE index_id = %s AND lexeme = %s",
                new, self.id, old),
            SQL("UPDATE l10n_cl_ai_index_count SET lexeme = %s WHERE index_id = %s AND %s", named, self.id, mine),
            SQL(
                """
                UPDATE l10n_cl_ai_index_entry SET vendor = %(new)s, words = array_replace(words, %(old)s, %(new)s),
                       terms = ARRAY(SELECT CASE WHEN %(mine)s THEN %(named)s ELSE lexeme END
                                       FROM unnest(terms) WITH ORDINALITY AS term(lexeme, place) ORDER BY place)
                 WHERE index_id = %(index)s AND vendor = %(old)s
                """,
                new=new, old=old, mine=mine, named=named, index=self.id,
            ),
        ):  # fmt: skip
            self.env.cr.execute(statement)
