"""Tool: what the knowledge base says."""

from odoo import api, models
from odoo.tools import LazyTranslate

from ..chat.tool import LONGEST, Result, as_text, tool
from .ai_toolbox_show import DATE

_lt = LazyTranslate(__name__)

#: In the context: ids of the topics of the agent that asks.
TOPICS = "l10n_cl_ai_topic_ids"
_HITS = 5
#: Letters left for what stands around the articles.
_AROUND = 300


class AiToolbox(models.AbstractModel):
    _inherit = "l10n_cl_ai.toolbox"

    @tool(
        """Search the knowledge base: norms, terms, codes and procedures of the SII, and what the company
        wrote down itself. Give one to three texts: the question in Spanish, and the same in other key words (technical
        term, the form's number, the law). With a date, what held on that day. Cite each claim by its article's key.""",
        {
            "queries": {"type": "array", "items": {"type": "string", "minLength": 2, "maxLength": 300}, "maxItems": 3},
            "date": {**DATE, "description": "the day it must hold on; today by default"},
        },
        ["queries"],
        step=_lt("Searching the knowledge base…"),
        label=_lt("Knowledge base"),
    )
    @api.model
    def _tool_search_knowledge(self, asked, desk):
        topics = self.env["l10n_cl_ai.topic"].browse(self.env.context.get(TOPICS, ()))
        hits = self.env["l10n_cl_ai.article"]._search_knowledge(asked["queries"], _HITS, topics, asked["date"])
        shown, room = [], LONGEST - _AROUND
        for hit in hits:
            row = self._article_row(hit)
            room -= len(as_text(row)) + _AROUND // 10
            if room < 0:
                break
            if hit.article.company_id:
                self._hide_named(desk, as_text(row))
            shown.append({"key": self._cite_article(hit.article, row, desk), **row})
        if not shown:
            return Result({"articles": [], "note": "nothing was found"}, self.env._("nothing found"))
        return Result({"articles": shown}, self.env._("%(count)s articles", count=len(shown)))

    @api.model
    def _article_row(self, hit):
        article = hit.article
        row = {
            "title": article.name[:200],
            "text": hit.passage,
            "source": " · ".join(filter(None, (article.source_name, article.source_url)))[:400],
            "validity": self._validity(article),
        }
        return {name: value for name, value in row.items() if value}

    @api.model
    def _cite_article(self, article, row, desk):
        return desk.cite(
            "article", article._name, article.id, row["title"], "\n".join(row.values()), article.source_url or ""
        )

    @api.model
    def _validity(self, article):
        """Return from when to when it holds, and what is to be said of it today; for the model, as its texts."""
        words = []
        if article.valid_from:
            words.append(f"valid from {article.valid_from}")
        if article.valid_to:
            words.append(f"valid until {article.valid_to}")
        if article.expired:
            words.append("NOT valid today")
        if article.to_review:
            words.append(f"to be reviewed since {article.review_on}: may be outdated")
        return "; ".join(words)
