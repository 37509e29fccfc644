"""Pages that a person wants in the knowledge base: a queue, read by a cron, each of which becomes a draft."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import LazyTranslate

from ..sii.address import Place, Unreadable, hosts_of
from ..sii.fetch import MOST_BYTES, fetch
from ..sii.page_text import LONGEST, NoText, Read, read_html, read_plain
from ..sii.pdf_text import NoPdf, pdf_text
from . import ai_base  # noqa: F401 - what it inherits is defined first
from .kept import DELETE, Keeping
from .sii_words import problem_words

_lt = LazyTranslate(__name__)

#: Hosts that may be read beside sii.cl and bcn.cl, one a line; the system administrator sets it.
HOSTS_KEY = "l10n_cl_ai.knowledge_hosts"
#: Pages of a PDF that are read, and pages of the web in one run of the cron.
_MOST_PDF_PAGES, _IN_A_RUN = 200, 20
#: Seconds for a PDF: of a book of so many pages.
_PDF_SECONDS = 40
_KINDS = {
    "text/html": read_html, "application/xhtml+xml": read_html, "text/plain": read_plain, "text/markdown": read_plain,
}  # fmt: skip
_ENDINGS = {
    "html": "text/html", "htm": "text/html", "xhtml": "text/html", "txt": "text/plain", "md": "text/markdown",
    "markdown": "text/markdown", "pdf": "application/pdf",
}  # fmt: skip
STATES = [("queued", "Waiting"), ("reading", "Being read"), ("done", "Read"), ("failed", "Not read")]


class AiArticleImport(models.Model):
    _name = "l10n_cl_ai.article.import"
    _inherit = "l10n_cl_ai.evidence"
    _description = "Page for the Knowledge Base"
    _order = "id desc"
    _rec_name = "url"
    _l10n_cl_ai_kept = (
        Keeping(
            "article_imports", _lt("Pages asked for the knowledge base, once read"), days=180,
            ended=(("state", "in", ("done", "failed")),), why=_lt("Where an article comes from, and why one failed."),
            users=("user_id",), personal=("url", "state", "create_date"),
            processing=("knowledge",), erase=DELETE,
        ),
    )  # fmt: skip

    url = fields.Char("Address", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", "Asked by", required=True, readonly=True, ondelete="cascade")
    state = fields.Selection(STATES, required=True, readonly=True, default="queued", index=True)
    message = fields.Char("Why not", readonly=True)
    article_id = fields.Many2one("l10n_cl_ai.article", readonly=True, ondelete="set null")

    # -- asking ----------------------------------------------------------------------------------------

    @api.model
    def _ask(self, url):
        """Put a page into the queue; it is read by the cron, not here. :raises UserError: it may not be read"""
        self.env["l10n_cl_ai.article"].check_access("create")
        try:
            place = Place(url.strip(), self._hosts())
        except Unreadable as problem:
            raise UserError(
                self.env._("This address can't be read (%(why)s). Hosts that may be read: %(hosts)s.",
                           why=problem_words(self.env, problem), hosts=", ".join(sorted(self._hosts())))
            ) from None  # fmt: skip
        # sudo: rows are made here alone, where the address was looked at
        row = self.sudo().create({"url": place.url, "company_id": self.env.company.id, "user_id": self.env.uid})
        # sudo: ir.cron - to wake it is all that is done
        self.env.ref("l10n_cl_ai.cron_article_import").sudo()._trigger()
        return row.sudo(False)

    @api.model
    def _hosts(self):
        # sudo: ir.config_parameter - which hosts may be read is no secret
        return hosts_of(self.env["ir.config_parameter"].sudo().get_param(HOSTS_KEY))

    def action_again(self):
        """Read pages again that were not read."""
        self.env["l10n_cl_ai.article"].check_access("create")
        # sudo: what the user may see here is asked for again by himself
        self.filtered(lambda row: row.state == "failed").sudo().write({"state": "queued", "message": False})
        # sudo: ir.cron - as above
        self.env.ref("l10n_cl_ai.cron_article_import").sudo()._trigger()

    # -- cron ------------------------------------------------------------------------------------------

    @api.model
    def _cron_read(self):
        """Read what is waiting; no transaction is open while the network is."""
        cron = self.env["ir.cron"]
        # Left by a run that died, perhaps of this very page: a person may try again. No two runs are side by side.
        dead = self.search([("state", "=", "reading")])
        dead.write({"state": "failed", "message": self.env._("It was interrupted.")})
        rows = self.search([("state", "=", "queued")], order="id", limit=_IN_A_RUN)
        left = self.search_count([("state", "=", "queued")])
        for row in rows:
            row.state = "reading"
            url, hosts = row.url, self._hosts()
            if not cron._commit_progress(remaining=left):
                return
            page, problem = self._page(url, hosts)
            left -= 1
            row._settle(page, problem)
            if not cron._commit_progress(1, remaining=left):
                return

    @api.model
    def _page(self, url, hosts):
        """Return (page, None) or (None, why it could not be read: ``Unreadable``)."""
        try:
            return fetch(url, hosts), None
        except Unreadable as problem:
            return None, problem

    def _settle(self, page, problem):
        """Make a draft of a page, or say why there is none."""
        self.ensure_one()
        # In the language of who asked for it.
        said = self.with_context(lang=self.user_id.lang).env
        why = problem_words(said, problem) if problem else None
        article = self.env["l10n_cl_ai.article"]
        if page:
            try:
                with self.env.cr.savepoint():
                    read = read_file(page.body, page.content_type, page.charset)
                    article = self._draft(read, page.url)
            except NoText as no_text:
                why = problem_words(said, no_text)
            except (UserError, ValidationError) as refused:
                why = str(refused)
        self.write({"state": "failed" if why else "done", "message": why, "article_id": article.id})

    def _draft(self, read, url):
        # With the rights of who asked for it: he may have lost them since.
        articles = self.env["l10n_cl_ai.article"].with_user(self.user_id)
        articles = articles.with_context(allowed_company_ids=self.company_id.ids)
        return articles._draft(read, url=url, title=url)


class AiArticle(models.Model):
    _inherit = "l10n_cl_ai.article"

    @api.model
    def _draft(self, read, title, url="", source=""):
        """Return a draft of what was read (``sii.page_text.Read``), which a person has yet to publish.

        :param title: where what was read has none
        """
        return self.create(
            {
                "name": read.title or title[:200],
                "body": read.text,
                "source_name": source or read.title or title[:200],
                "source_url": url or False,
                "origin": "imported",
                "active": False,
                "company_id": self.env.company.id,
            }
        )


def kind_of(filename):
    """Return the content type of a file by its name; empty where it is none that is read."""
    return _ENDINGS.get((filename or "").rpartition(".")[2].lower(), "")


def read_file(body, content_type, charset=""):
    """Return what a file says (``sii.page_text.Read``). :raises NoText: nothing that can be read"""
    if len(body) > MOST_BYTES:
        raise NoText(f"it has more than {MOST_BYTES:,} bytes", "size")
    if content_type == "application/pdf":
        return _read_pdf(body)
    if content_type not in _KINDS:
        raise NoText("only HTML, text, Markdown and PDF are read", "content_type")
    return _KINDS[content_type](body, charset)


def _read_pdf(body):
    try:
        text = pdf_text(body, _MOST_PDF_PAGES, LONGEST, _PDF_SECONDS)
    except NoPdf as problem:
        if problem.too_much:
            raise NoText("this PDF takes too much to read", "pdf_much") from None
        raise NoText("this PDF can't be read", "pdf") from None
    return Read("", read_plain(text.encode(), "utf-8").text[:LONGEST])
