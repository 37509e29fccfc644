"""Bringing files and pages into the knowledge base, as drafts."""

import base64

from odoo import fields, models
from odoo.exceptions import UserError

from ..models.ai_article_import import kind_of, read_file
from ..sii.page_text import NoText


class AiArticleWizard(models.TransientModel):
    _name = "l10n_cl_ai.article.wizard"
    _description = "Import Knowledge"

    file = fields.Binary(attachment=False)
    filename = fields.Char()
    url = fields.Char("Address", help="https, of sii.cl, bcn.cl, or of a host that the system administrator added.")

    def action_import(self):
        """Make a draft of the file at once; a page is read in the background."""
        self.ensure_one()
        if bool(self.file) == bool(self.url):
            raise UserError(self.env._("Choose a file or type an address: one of the two."))
        if self.url:
            self.env["l10n_cl_ai.article.import"]._ask(self.url)
            return self.env["ir.actions.act_window"]._for_xml_id("l10n_cl_ai.ai_article_import_action")
        draft = self._draft()
        return {
            "type": "ir.actions.act_window",
            "res_model": draft._name,
            "res_id": draft.id,
            "views": [(False, "form")],
        }

    def _draft(self):
        try:
            read = read_file(base64.b64decode(self.file), kind_of(self.filename))
        except NoText as problem:
            raise UserError(self.env._("This file can't be read: %(why)s.", why=problem)) from None
        return self.env["l10n_cl_ai.article"]._draft(read, self.filename, source=self.filename)
