"""Searching the knowledge base, as the user may read it in his company."""

from dataclasses import dataclass
from typing import Any

from odoo import api, fields, models
from odoo.fields import Domain

from ..chat import retrieval
from .ai_index_article import MOST_FOUND


@dataclass(frozen=True)
class Hit:
    """:param passage: the best sections of the body, at most ``retrieval.LONGEST_PASSAGE`` letters"""

    article: Any
    score: float
    passage: str


#: Articles that a search in the list adds to those with just these words.
_LISTED = 15


class AiArticle(models.Model):
    _inherit = "l10n_cl_ai.article"

    found_by = fields.Char("Words", store=False, search="_search_found_by", exportable=False)

    def _search_found_by(self, operator, value):
        """Find in the list as the assistant finds; drafts and what holds no more by their very words."""
        if operator != "ilike" or not isinstance(value, str):
            return NotImplemented
        found = [hit.article.id for hit in self._search_knowledge([value], _LISTED)]
        very = Domain.OR(Domain(name, "ilike", value) for name in ("name", "keywords", "body"))
        return very | Domain("id", "in", found)

    @api.model
    def _search_knowledge(self, queries, limit=5, topics=None, on=None):
        """Return the articles that answer best (list of ``Hit``), best first, as the user may read them.

        :param queries: the question, said in one or several ways
        :param topics: records; only articles of one of these, or of none. All by default
        :param on: the day on which they must hold; today by default
        """
        found = self._searched_domain(topics, on or fields.Date.context_today(self))
        index = self.env["l10n_cl_ai.index"]._articles_of(self.env.company)
        rankings, tells = index._rank_articles(queries)
        allowed = self._allowed(rankings, found)
        if any(len(ranking) == MOST_FOUND and len(allowed & set(ranking)) < limit for ranking in rankings):
            # Most of the best are not for this user, or not of this day: look through all.
            rankings, tells = index._rank_articles(queries, None)
            allowed = self._allowed(rankings, found)
        rankings = [[res_id for res_id in ranking if res_id in allowed] for ranking in rankings]
        best = retrieval.fuse(rankings)[:limit]
        articles = self.browse([res_id for res_id, _score in best])
        lexemes = index._lexeme_of({word for article in articles for word in retrieval.words_of(article.body or "")})
        return [
            Hit(article, score, retrieval.passage(article.body or "", tells, lexemes))
            for article, (_id, score) in zip(articles, best, strict=True)
        ]

    @api.model
    def _allowed(self, rankings, domain):
        """Return those ids that the user may read and a domain takes."""
        ids = {res_id for ranking in rankings for res_id in ranking}
        return set(self.search(Domain("id", "in", list(ids)) & domain, order="id").ids) if ids else set()

    @api.model
    def _searched_domain(self, topics, day):
        of_company = Domain("company_id", "in", (False, self.env.company.id))
        domain = of_company & self._holding_domain(day) & Domain("active", "=", True)
        if topics:
            domain &= Domain("topic_ids", "=", False) | Domain("topic_ids", "in", topics.ids)
        return domain
