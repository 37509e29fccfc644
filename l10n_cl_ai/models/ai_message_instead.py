"""What is shown where no AI answers: an article that is a good match, or plainly that there is none."""

from odoo import models
from odoo.tools import LazyTranslate

from ..chat import books
from . import ai_message  # noqa: F401 - what it extends is defined first

_lt = LazyTranslate(__name__)

#: Articles shown at most.
_MOST_HITS = 3
#: How much of a question, by how much its words tell, an article must have to be shown. Chosen on the questions of
#: ``tests/book_questions.py``; on the bench's, made noisy, it holds back 0.5 % of the right articles.
GOOD = 0.6
_OUT, _IN = ["out_invoice", "out_refund"], ["in_invoice", "in_refund"]
_OPEN = ("payment_state", "in", ["not_paid", "partial"])
#: {place in the books: what the list is called}, and which documents it shows.
_TITLES = {
    books.RECEIVABLE: _lt("Customer invoices not paid"),
    books.PAYABLE: _lt("Vendor bills not paid"),
    books.TAX: _lt("Posted invoices and bills"),
    books.SALES: _lt("Posted customer invoices"),
    books.PURCHASES: _lt("Posted vendor bills"),
    books.DOCUMENTS: _lt("Posted invoices and bills"),
}
_DOCUMENTS = {
    books.RECEIVABLE: [("move_type", "in", _OUT), _OPEN],
    books.PAYABLE: [("move_type", "in", _IN), _OPEN],
    books.TAX: [("move_type", "in", _OUT + _IN)],
    books.SALES: [("move_type", "in", _OUT)],
    books.PURCHASES: [("move_type", "in", _IN)],
    books.DOCUMENTS: [("move_type", "in", _OUT + _IN)],
}


class AiMessage(models.Model):
    _inherit = "l10n_cl_ai.message"

    def _found_instead(self):
        """Return what there is where no AI answered: the best article and where else to look, or that there is none."""
        question = self.question_id.text or ""
        place = books.place_of(question)
        hits = () if place else self._good_articles(question)
        text, sources = self._told_by_articles(hits) if hits else self._told_of_none(place)
        return {"status": "searched", "text": text, "sources": sources}

    def _good_articles(self, question):
        """Return the articles that answer a question well enough to be shown; none where the best does not."""
        hits = self.env["l10n_cl_ai.article"]._search_knowledge([question], limit=_MOST_HITS)
        index = self.env["l10n_cl_ai.index"]._articles_of(self.env.company)
        likeness = index._likeness(question, [hit.article.id for hit in hits])
        good = [hit for hit in hits if likeness.get(hit.article.id, 0.0) >= GOOD]
        return good if good[:1] == hits[:1] else []

    def _told_by_articles(self, hits):
        best, others = hits[0], hits[1:]
        parts = [f"**{best.article.name}** [A1]", best.passage]
        if others:
            parts.append(self.env._("See also:"))
            parts.append("\n".join(f"- {hit.article.name} [A{at}]" for at, hit in enumerate(others, 2)))
        return "\n\n".join(parts), [
            {"key": f"A{at}", "kind": "article", "model": "l10n_cl_ai.article", "id": hit.article.id,
             "title": hit.article.name, "url": hit.article.source_url or ""}
            for at, hit in enumerate(hits, 1)
        ]  # fmt: skip

    def _told_of_none(self, place):
        """Return that no article answers, and of figures where they are seen. :param place: as ``books.place_of``"""
        if not place:
            return self.env._(
                "No article of the knowledge base answers this. Figures of the books are looked up by the assistant "
                "only, which is not available now."
            ), []
        text = self.env._(
            "This asks for figures of the books. No article has them: the assistant looks them up, and it is not "
            "available now."
        )
        if not self.env["account.move"].has_access("read"):
            return text, []
        domain = [("company_id", "=", self.company_id.id), ("state", "=", "posted"), *_DOCUMENTS[place]]
        source = {"key": "R1", "kind": "record", "model": "account.move", "id": 0,
                  "title": str(self.env._(_TITLES[place])), "url": "", "domain": domain}  # fmt: skip
        return f"{text} {self.env._('They are in this list of Odoo:')} [R1]", [source]
