"""A document that a watched page links to, read and kept; or values that a page shows. One for all companies."""

import hashlib
from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..sii.address import Unreadable
from ..sii.page_text import NoText
from ..sii.row import canonical
from .ai_article_import import read_file
from .sii_words import in_spanish, problem_words

STATES = [("to_read", "To be read"), ("read", "Read"), ("unread", "Could not be read"), ("none", "Nothing to read")]
CHANGES = [("added", "New"), ("changed", "Changed"), ("values", "New values")]
#: Times a document is tried, and the hours between.
_TRIES, _HOURS = 3, 2
#: Norms as the authority calls them.
_KINDS = {"resol": "Resolución", "circular": "Circular", "oficio": "Oficio", "decreto": "Decreto", "ley": "Ley"}
#: Letters of its text that are kept.
LONGEST = 180_000


class AiSiiDocument(models.Model):
    """Written by the watch only. What it says is public."""

    _name = "l10n_cl_ai.sii.document"
    _description = "Document of an Authority"
    _order = "id desc"

    name = fields.Char("Title", required=True, readonly=True)
    source_id = fields.Many2one(
        "l10n_cl_ai.sii.source", "Page", required=True, readonly=True, index=True, ondelete="cascade"
    )
    category = fields.Selection(related="source_id.category", store=True)
    company_id = fields.Many2one(related="source_id.company_id", store=True, index="btree_not_null")
    identity = fields.Char(required=True, readonly=True)
    address_key = fields.Char(readonly=True, index="btree_not_null")
    kind = fields.Char(readonly=True)
    number = fields.Char(readonly=True)
    day = fields.Date(readonly=True)
    url = fields.Char("Address", readonly=True)
    change = fields.Selection(CHANGES, required=True, readonly=True, default="added")
    was = fields.Text("As it was", readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="to_read", index=True)
    text = fields.Text(readonly=True)
    text_digest = fields.Char(readonly=True)
    message = fields.Char("Why not", readonly=True)
    tries = fields.Integer(readonly=True)
    next_at = fields.Datetime(readonly=True, default=fields.Datetime.now)
    noticed = fields.Boolean(readonly=True, index=True)

    _identity_uniq = models.UniqueIndex("(identity, coalesce(company_id, 0))", "A document is there once.")

    # -- making ----------------------------------------------------------------------------------------

    @api.model
    def _take(self, row, change, was=""):
        """Return the document of a row (``l10n_cl_ai.sii.row``), made unless some page has shown it before.

        :param change: what happened to the row; of one that is known already only its own change is told again
        :param was: the row as it was, in words
        """
        source = row.source_id
        address = canonical(row.url) if row.url else False
        same = Domain("identity", "=", row.identity)
        if address:
            same |= Domain("address_key", "=", address)
        found = self.search(same & Domain("company_id", "=", source.company_id.id), limit=1)
        if found and change == "added":
            row.document_id = found
            return found
        reads = source.follows and bool(address) and source._is_allowed(row.url)
        vals = {
            "name": self._title(row), "kind": row.kind, "number": row.number, "day": row.day, "url": row.url,
            "address_key": address, "change": change, "was": was, "state": "to_read" if reads else "none",
            "text": False, "tries": 0, "message": False, "next_at": fields.Datetime.now(), "noticed": False,
        }  # fmt: skip
        if found:
            found.write(vals)
        else:
            found = self.create({**vals, "identity": row.identity, "source_id": source.id})
        row.document_id = found
        return found

    @api.model
    def _take_values(self, source, rows, was):
        """Return the document of the values that a page shows anew.

        :param rows: ``sii.row.Row``; :param was: {title: value as it was}
        """
        # One text for all companies, in the language of the authority.
        spanish = in_spanish(self.env)
        words = [spanish._("| What | Value | Before |"), "| --- | --- | --- |"]
        words += [f"| {row.title} | {row.value} | {was.get(row.title, '')} |" for row in rows]
        digest = hashlib.sha256("\n".join(f"{row.identity}{row.digest}" for row in rows).encode()).hexdigest()
        name = spanish._("%(page)s: %(count)s new values", page=source.with_env(spanish).name, count=len(rows))
        return self.create({
            "name": name, "source_id": source.id, "identity": f"values:{source.id}:{digest}", "change": "values",
            "state": "read", "text": "\n".join(words)[:LONGEST], "url": source.page_url, "day": fields.Date.today(),
        })  # fmt: skip

    @api.model
    def _title(self, row):
        kind = _KINDS.get(row.kind, (row.kind or "").capitalize())
        head = " ".join(filter(None, (kind, f"N° {row.number}" if row.number else "")))
        return ": ".join(filter(None, (head, row.title or row.url)))[:500]

    # -- reading ---------------------------------------------------------------------------------------

    @api.model
    def _due(self):
        return Domain("state", "=", "to_read") & Domain("next_at", "<=", fields.Datetime.now())

    def _address(self):
        return self.url.replace("http://", "https://", 1)

    def _settle(self, page, problem, run):
        """Keep what a document says, or why it can't be read; have people told of it.

        :param page: ``sii.fetch.Page``; :param problem: ``Unreadable`` where there is none
        :return: what is to be counted
        """
        self._keep(page, problem)
        return Counter(documents=int(self.state == "read")) + self._tell()

    def _keep(self, page, problem):
        tries = self.tries + 1
        if page:
            try:
                text = read_file(page.body, page.content_type, page.charset).text[:LONGEST]
            except NoText as why:
                problem, tries = Unreadable(why.reason, str(why)), _TRIES
            else:
                digest = hashlib.sha256(text.encode()).hexdigest()
                self.write({"state": "read", "text": text, "text_digest": digest, "tries": tries, "message": False})
                return
        final = tries >= _TRIES or problem.reason in ("host", "scheme", "address", "content_type", "size", "robots")
        self.write({
            "state": "unread" if final else "to_read", "tries": tries,
            "message": problem_words(in_spanish(self.env), problem),
            "next_at": fields.Datetime.now() + timedelta(hours=_HOURS * tries),
        })  # fmt: skip
