"""Tool: what the SII has published lately, as the watch saw and sorted it."""

from odoo import api, models
from odoo.tools import LazyTranslate

from ..chat.tool import Result, as_text, tool
from . import ai_toolbox_knowledge  # noqa: F401 - what it uses is defined first

_lt = LazyTranslate(__name__)

_ROWS, _DAYS = 8, 90
#: Letters of a text that are shown of one notice.
_PASSAGE = 500


class AiToolbox(models.AbstractModel):
    _inherit = "l10n_cl_ai.toolbox"

    @tool(
        """What the SII published lately (circulars, resolutions, news, formats, values), as the company's watch saw it:
        title, day, how much it matters (5: what documents contain changes; 1: nothing to do), days to act by with the
        words that say so. Only what was published since the watch began; for standing rules search the knowledge base.
        It is a first sorting by words, no legal opinion. Cite each claim by its notice's key.""",
        {
            "words": {"type": "array", "items": {"type": "string", "minLength": 2, "maxLength": 60}, "maxItems": 4,
                      "description": "all of which must stand in title or text; leave out for the latest"},
            "days": {"type": "integer", "minimum": 1, "maximum": 730, "description": "90 by default"},
        },
        step=_lt("Looking at the SII's news…"),
        label=_lt("News of the SII"),
    )  # fmt: skip
    @api.model
    def _tool_sii_news(self, asked, desk):
        notices = self.env["l10n_cl_ai.sii.notice"]
        words, days = asked["words"] or (), asked["days"] or _DAYS
        found, note = notices._search_news(words, days, _ROWS), {}
        if not found and words:
            # Words of the question and not of the texts must not have it say that there is nothing.
            found, note = notices._search_news((), days, _ROWS), {"note": "none has all of these words: the latest"}
        rows = [self._notice_row(notice, desk) for notice in found]
        if not rows:
            return Result({"notices": [], "note": "nothing was seen by the watch"}, self.env._("nothing found"))
        return Result({"notices": rows, **note}, self.env._("%(count)s notices", count=len(rows)))

    @api.model
    def _notice_row(self, notice, desk):
        # sudo: what an authority publishes, of which the user's company was told
        text = " ".join((notice.sudo().document_id.text or "").split())
        row = {
            "title": notice.name[:300], "published_on": str(notice.published_on or ""), "matters": int(notice.impact),
            "dte_types": notice.type_ids.mapped("code"), "topics": notice.topics or [],
            "days": [{"day": day, "what": what, "words": quote} for day, what, quote in (notice.days or [])[:4]],
            "text": text[:_PASSAGE], "source": notice.url or "",
        }  # fmt: skip
        row = {name: value for name, value in row.items() if value}
        key = desk.cite("record", notice._name, notice.id, row["title"], as_text(row), row.get("source", ""))
        return {"key": key, **row}
