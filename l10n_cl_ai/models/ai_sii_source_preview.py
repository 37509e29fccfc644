"""What a watched page would be read as, shown in its form before it is saved."""

import base64

from markupsafe import Markup, escape

from odoo import api, fields, models

from . import ai_sii_source  # noqa: F401 - what it extends is defined first
from .sii_words import PROBLEMS, problem_words

#: Rows that are shown.
_SHOWN = 12


class AiSiiSource(models.Model):
    _inherit = "l10n_cl_ai.sii.source"

    preview = fields.Html(compute="_compute_preview", sanitize=False)

    @api.depends("page_body", "kind", "path", "pattern", "number_column", "day_column", "title_column", "link_column",
                 "link_address", "url")  # fmt: skip
    def _compute_preview(self):
        for source in self:
            source.preview = source._preview()

    def _preview(self):
        """Return the first rows of the page as it was last read, read as the form says now; no network."""
        # sudo: the page is public, and who sees the source may see what is read of it
        body = self._origin.sudo().with_context(bin_size=False).page_body
        if not body:
            return Markup("<p>%s</p>") % self.env._("The page was not read yet: press Look now, and come back.")
        try:
            rows = self._mapping().rows(base64.b64decode(body), self.page_url or self.url, self.page_charset or "")
        except PROBLEMS as problem:
            why = problem_words(self.env, problem)
            return Markup('<p class="text-danger">%s</p>') % self.env._("It can't be read so: %(why)s", why=why)
        if not rows:
            return Markup('<p class="text-danger">%s</p>') % self.env._("Read so, the page has no rows.")
        lines = Markup("").join(
            Markup("<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>")
            % (" ".join(filter(None, (row.kind, row.number))), row.day or "", row.title, row.value or row.url)
            for row in rows[:_SHOWN]
        )
        heads = Markup("").join(
            Markup("<th>%s</th>") % escape(words)
            for words in (self.env._("Number"), self.env._("Day"), self.env._("Title"), self.env._("Link or value"))
        )
        told = self.env._("%(shown)s of %(all)s rows", shown=min(len(rows), _SHOWN), all=len(rows))
        return Markup('<p>%s</p><table class="table table-sm"><thead><tr>%s</tr></thead><tbody>%s</tbody></table>') % (
            told, heads, lines,
        )  # fmt: skip
