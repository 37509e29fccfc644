from odoo import api, models
from odoo.tools import SQL

from ..llm.private_names import Names, key_of
from ..llm.private_reading import views
from ..llm.question import Private

#: How a name is folded, in SQL and here: what stands in the first text becomes its counterpart in the second, and what
#: is no letter a space. In SQL it takes a while for each letter: only first words are folded there.
_SIGNS = "\u00a0!\"#$&''()*+,-./:;<=>?@[]^_`{|}~¡¿«»°º´·–—’“”"
_LETTERS = ("áàâäãåéèêëíìîïóòôöõúùûüñçÁÀÂÄÃÅÉÈÊËÍÌÎÏÓÒÔÖÕÚÙÛÜÑÇ", 2 * "aaaaaaeeeeiiiiooooouuuunc")
_FOLD = str.maketrans(_LETTERS[0] + _SIGNS, _LETTERS[1] + " " * len(_SIGNS))
_FIRST = (
    f"split_part(ltrim(translate(lower(split_part(ltrim(name), ' ', 1)), '{_LETTERS[0]}{_SIGNS}',"
    f" '{_LETTERS[1]}{' ' * (len(_SIGNS) - 1)}')), ' ', 1)"
)
#: Words of legal forms: a name is found without them.
_FORMS = frozenset(
    ["spa", "s", "p", "a", "ltda", "limitada", "sa", "eirl", "e", "i", "r", "l", "sociedad", "anonima", "y", "cia"]
)
#: Letters of a text that is looked through, words of it, names found: at most.
_MOST_TEXT, _MOST_WORDS, _MOST_NAMES = 20_000, 1000, 200


class ResPartner(models.Model):
    _inherit = "res.partner"

    _l10n_cl_ai_first_word_idx = models.Index(f"({_FIRST}) WHERE name IS NOT NULL")

    @api.model
    def _l10n_cl_ai_named_in(self, text):
        """Return the names of partners in a text, in whatever order and with whatever between their words, with or
        without legal form: they are masked before it leaves.

        By SQL over all of them: what the user may not read must be masked all the same. The index finds those whose
        first word is in the text; only these are compared whole.
        """
        texts = [view.text for view in views(text[:_MOST_TEXT])]
        words = list(dict.fromkeys(" ".join(texts).lower().translate(_FOLD).split()))[:_MOST_WORDS]
        if not words:
            return []
        rows = self.env.execute_query(
            SQL(
                """
                SELECT name FROM res_partner
                 WHERE %(first)s = ANY(%(words)s) AND name IS NOT NULL AND length(name) BETWEEN 4 AND 150
                 GROUP BY name ORDER BY length(name) DESC, name
                """,
                first=SQL(_FIRST),
                words=words,
            )
        )
        known = {*words, *_FORMS}
        likely = [name for (name,) in rows if known.issuperset(name.lower().translate(_FOLD).split())][:_MOST_NAMES]
        names = Names(Private("name", name) for name in likely)
        named = {span.key for text in texts for span in names(text)}
        return [name for name in likely if key_of(name) in named]
