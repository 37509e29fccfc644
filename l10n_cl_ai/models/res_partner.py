from odoo import api, models
from odoo.tools import SQL

#: How a name is folded, in SQL and here: what stands in the first text becomes its counterpart in the second, or goes.
_FOLDED = ("áéíóúüñ,.\"", "aeiouun")
#: Letters of a text that is looked through, words of it, names found: at most.
_MOST_TEXT, _MOST_WORDS, _MOST_NAMES = 20_000, 1000, 200


class ResPartner(models.Model):
    _inherit = "res.partner"

    _l10n_cl_ai_first_word_idx = models.Index(
        """(translate(lower(split_part(name, ' ', 1)), 'áéíóúüñ,."', 'aeiouun')) WHERE name IS NOT NULL"""
    )

    @api.model
    def _l10n_cl_ai_named_in(self, text):
        """Return the names of partners in a text, with or without legal form: they are masked before it leaves.

        By SQL over all of them: what the user may not read must be masked all the same. The index finds those whose
        first word is in the text; only these are compared whole.
        """
        folded = text[:_MOST_TEXT].lower().translate(str.maketrans(_FOLDED[0][:7], _FOLDED[1], _FOLDED[0][7:]))
        words = list(dict.fromkeys(folded.split()))[:_MOST_WORDS]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT name FROM res_partner
                 WHERE translate(lower(split_part(name, ' ', 1)), 'áéíóúüñ,."', 'aeiouun') = ANY(%(words)s)
                   AND name IS NOT NULL AND length(name) BETWEEN 4 AND 150
                   AND position(regexp_replace(translate(lower(name), 'áéíóúüñ,."', 'aeiouun'),
                                ' (spa|ltda|limitada|sa|eirl)$', '') IN %(text)s) > 0
                 GROUP BY name ORDER BY length(name) DESC, name LIMIT %(most)s
                """,
                words=words,
                text=" ".join(folded.split()),
                most=_MOST_NAMES,
            )
        )
        return [name for (name,) in rows]
