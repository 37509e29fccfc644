"""What was booked under one supplier, found under another."""

from odoo import models
from odoo.tools import SQL


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
