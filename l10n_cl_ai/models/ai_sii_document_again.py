"""A document is asked for again while it is young: an authority may put another in its place."""

from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..sii.page_text import NoText
from ..sii.revised import MOST_MARKS, differences, is_believable, revision
from . import ai_sii_document
from .ai_article_import import read_file

#: Days for which a document is asked for again, days between, and until what seems to have changed is looked at once
#: more; documents that are asked for again in a day.
_YOUNG, _BETWEEN, _SOON, MOST_A_DAY = 90, 7, 1, 40


class AiSiiDocument(models.Model):
    _inherit = "l10n_cl_ai.sii.document"

    page_etag = fields.Char("Document ETag", readonly=True)
    page_modified = fields.Char("Document last modified", readonly=True)
    again_at = fields.Datetime("To be asked for again", readonly=True, index="btree_not_null")
    asked_again_at = fields.Datetime("Last asked for again", readonly=True, index="btree_not_null")
    marks = fields.Json(readonly=True, help="What differed at the last sight, until a second one shows it too.")
    revision = fields.Text("What changed in it", readonly=True)

    @api.model
    def _due_again(self):
        """Return those to be asked for again now, and no more than a day has room for."""
        now = fields.Datetime.now()
        due = Domain("again_at", "<=", now) & Domain("state", "=", "read") & Domain("noticed", "=", True)
        found = self.search_fetch(due, ["url", "state", "page_etag", "page_modified"], order="again_at, id",
                                  limit=MOST_A_DAY)  # fmt: skip
        if not found:
            return found
        today = self.search_count([("asked_again_at", ">", now - timedelta(days=1))])
        return found[: max(0, MOST_A_DAY - today)]

    def _asked_vals(self, page=None, days=_BETWEEN):
        """Return what a document was sent with, and when it is asked for again: no more once it is old."""
        again = fields.Datetime.now() + timedelta(days=days)
        is_young = again < (self.create_date or again) + timedelta(days=_YOUNG)
        vals = {"again_at": again if is_young else False}
        if page:
            vals |= {"page_etag": page.etag or False, "page_modified": page.modified or False}
        return vals

    def _read_again(self, page):
        """Have people told of a document that says something else than it did, at two sights a day apart.

        What can't be had or read any more is no change of what it says.

        :return: what is to be counted
        """
        asked = {"asked_again_at": fields.Datetime.now()}
        text = self._text_of(page) if page and page.status == 200 else None
        found = differences(self.text, text) if text else {}
        if not found:
            self.write({**asked, **self._asked_vals(page if text else None), "marks": False})
            return Counter(documents=0)
        told = revision(found, set(self.marks or ()))
        if not told:
            # Asked with what it was read with, the same may not be sent again.
            self.write({**asked, **self._asked_vals(days=_SOON), "marks": list(found)[:MOST_MARKS], "page_etag": False,
                        "page_modified": False})  # fmt: skip
            return Counter(documents=0)
        self.write({
            **asked, **self._asked_vals(page), "marks": False, "text": text, "text_digest": self._digest(text),
            "change": "revised", "revision": "\n".join(told.lines()), "was": False, "noticed": False,
            "next_at": fields.Datetime.now(),
        })  # fmt: skip
        return Counter(changes=1)

    def _text_of(self, page):
        """Return what a document says now, None where that is not to be believed."""
        try:
            read = read_file(page.body, page.content_type, page.charset)
        except NoText:
            return None
        text = read.text[: ai_sii_document.LONGEST]
        return text if is_believable(read.title, text, self.text) else None
