"""A document that a watched page links to, read and kept; or values that a page shows. One for all companies."""

import hashlib
from collections import Counter
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.fields import Domain

from ..sii.address import Unreadable
from ..sii.page_text import NoText
from ..sii.row import bounded, canonical
from ..sii.turn import Step
from . import ai_base  # noqa: F401 - what it inherits is defined first
from .ai_article_import import read_file
from .sii_words import in_spanish, problem_words

STATES = [("to_read", "To be read"), ("read", "Read"), ("unread", "Could not be read"), ("none", "Nothing to read")]
CHANGES = [("added", "New"), ("changed", "Changed"), ("values", "New values"), ("revised", "Text replaced")]
#: Times a document is tried, and the hours between.
_TRIES, _HOURS = 3, 2
#: Norms as the authority calls them.
_KINDS = {"resol": "Resolución", "circular": "Circular", "oficio": "Oficio", "decreto": "Decreto", "ley": "Ley"}
#: Letters of its text that are kept; days that documents are kept of which no company has a notice any more.
LONGEST, _DAYS = 180_000, 2190
_IN_A_RUN = 1000


class AiSiiDocument(models.Model):
    """Written by the watch only. What it says is public."""

    _name = "l10n_cl_ai.sii.document"
    _inherit = "l10n_cl_ai.evidence"
    _description = "Document of an Authority"
    _order = "id desc"

    name = fields.Char("Title", required=True, readonly=True)
    source_id = fields.Many2one(
        "l10n_cl_ai.sii.source", "Page", required=True, readonly=True, index=True, ondelete="cascade"
    )
    category = fields.Selection(related="source_id.category", store=True, precompute=True)
    # Known before the row is written: without it a document of a company's own page would be one of all companies.
    company_id = fields.Many2one(
        related="source_id.company_id", store=True, precompute=True, index="btree_not_null"
    )  # fmt: skip
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
    next_at = fields.Datetime(readonly=True, default=fields.Datetime.now, help="Not read, nor told of, before.")
    noticed = fields.Boolean(readonly=True, index=True)
    notice_ids = fields.One2many("l10n_cl_ai.sii.notice", "document_id", readonly=True)
    wanted_by_ids = fields.Many2many(
        "res.company", "l10n_cl_ai_sii_document_company_rel", string="Told to", readonly=True,
        help="Who had it brought in by hand. Empty: every company that the page is watched for.",
    )  # fmt: skip

    _identity_uniq = models.UniqueIndex("(identity, coalesce(company_id, 0))", "A document is there once.")

    # -- making ----------------------------------------------------------------------------------------

    @api.model
    def _take(self, row, change, was="", company=None):
        """Return the document of a row (``l10n_cl_ai.sii.row``), made unless some page has shown it before.

        :param change: what happened to the row; of one that is known already only its own change is told again
        :param was: the row as it was, in words
        :param company: who brings it in by hand: no other is told of it
        """
        source = row.source_id
        address = bounded(canonical(row.url)) if row.url else False
        found = self._known(row, address)
        if found and change == "added":
            row.document_id = found
            if company:
                found._bring_in(company)
            return found
        reads = source.follows and bool(address) and source._is_allowed(row.url)
        vals = {
            "name": self._title(row), "kind": row.kind, "number": row.number, "day": row.day, "url": row.url,
            "address_key": address, "change": change, "was": was, "state": "to_read" if reads else "none",
            "text": False, "revision": False, "tries": 0, "message": False, "next_at": fields.Datetime.now(),
            "noticed": False, "wanted_by_ids": [Command.set(company.ids if company else [])],
        }  # fmt: skip
        if found:
            found.write(vals)
        else:
            found = self.create({**vals, "identity": row.identity, "source_id": source.id})
        row.document_id = found
        return found

    def _bring_in(self, company):
        """Have a company told of what is known already, if it was not, and is not about to be."""
        # sudo: l10n_cl_ai.sii.notice - whether the caller's company was told
        notices = self.env["l10n_cl_ai.sii.notice"].sudo().with_context(active_test=False)
        if notices.search_count([("document_id", "=", self.id), ("company_id", "=", company.id)], limit=1):
            return
        if self.noticed:
            self.write({"noticed": False, "wanted_by_ids": [Command.set(company.ids)]})
        elif self.wanted_by_ids:
            self.wanted_by_ids |= company

    @api.model
    def _known(self, row, address):
        """Return the document that another row has brought: the same norm, or the same address."""
        own = Domain("company_id", "=", row.source_id.company_id.id)
        found = self.search(own & Domain("identity", "=", row.identity), limit=1)
        if found or not address:
            return found
        same = own & Domain("address_key", "=", address)
        if row.number:
            # Two norms may lead to one page: of both something is told.
            same &= Domain("number", "in", [False, row.number])
        return self.search(same, limit=1)

    @api.model
    def _take_values(self, source, rows, was):
        """Return the document of the values that a page shows anew, each time one: a value may change, and back.

        :param rows: ``sii.row.Row``; :param was: {title: value as it was}
        """
        # One text for all companies, in the language of the authority.
        spanish = in_spanish(self.env)
        words = [spanish._("| What | Value | Before |"), "| --- | --- | --- |"]
        words += [f"| {row.title} | {row.value} | {was.get(row.title, '')} |" for row in rows]
        today = fields.Date.context_today(self.with_context(tz="America/Santiago"))
        name = spanish._("%(page)s: %(count)s new values", page=source.with_env(spanish).name, count=len(rows))
        return self.create({
            "name": name, "source_id": source.id, "identity": f"values:{source.id}:{source.checks}", "change": "values",
            "state": "read", "text": "\n".join(words)[:LONGEST], "url": source.page_url, "day": today,
        })  # fmt: skip

    @api.model
    def _title(self, row):
        kind = _KINDS.get(row.kind, (row.kind or "").capitalize())
        head = " ".join(filter(None, (kind, f"N° {row.number}" if row.number else "")))
        return ": ".join(filter(None, (head, row.title or row.url)))[:500]

    @api.model
    def _untold(self):
        return (
            Domain("noticed", "=", False) & Domain("state", "!=", "to_read")
            & Domain("next_at", "<=", fields.Datetime.now())
        )  # fmt: skip

    # -- reading ---------------------------------------------------------------------------------------

    @api.model
    def _due(self):
        return Domain("state", "=", "to_read") & Domain("next_at", "<=", fields.Datetime.now())

    def _address(self):
        return self.url.replace("http://", "https://", 1)

    def _step(self):
        known = (self.page_etag or "", self.page_modified or "") if self.state == "read" else ("", "")
        return Step((self._name, self.id), self._address(), self._address(), *known)

    def _put_off(self, until):
        """Have these asked for later: what was read before has a day of its own for that."""
        read = self.filtered(lambda document: document.state == "read")
        read.again_at, (self - read).next_at = until, until

    def _settle(self, page, problem, run):
        """Keep what a document says, or why it can't be read.

        :param page: ``sii.fetch.Page``; :param problem: ``Unreadable`` where there is none
        :return: what is to be counted
        """
        if self.state == "read":
            return self._read_again(page)
        self._keep(page, problem)
        return Counter(documents=int(self.state == "read"))

    def _keep(self, page, problem):
        tries = self.tries + 1
        if page:
            try:
                text = read_file(page.body, page.content_type, page.charset).text[:LONGEST]
            except NoText as why:
                problem, tries = Unreadable(why.reason, str(why)), _TRIES
            else:
                self.write({"state": "read", "text": text, "text_digest": self._digest(text), "tries": tries,
                            "message": False, **self._asked_vals(page)})  # fmt: skip
                return
        final = tries >= _TRIES or problem.reason in ("host", "scheme", "address", "content_type", "size", "robots")
        words = problem_words(in_spanish(self.env), problem)
        self.write({"state": "unread" if final else "to_read", "tries": tries, "message": words})
        if not final:
            self.next_at = fields.Datetime.now() + timedelta(hours=_HOURS * tries)

    @api.model
    def _digest(self, text):
        return hashlib.sha256(text.encode()).hexdigest()

    # -- retention -------------------------------------------------------------------------------------

    @api.autovacuum
    def _gc_documents(self):
        """Forget documents of long ago whose notices retention has taken. Their rows stay: they are no news again."""
        before = fields.Datetime.subtract(fields.Datetime.now(), days=_DAYS)
        old = self.search(
            [("create_date", "<", before), ("noticed", "=", True), ("notice_ids", "=", False)], limit=_IN_A_RUN
        )
        count = len(old)
        old.unlink()
        return count, count == _IN_A_RUN
