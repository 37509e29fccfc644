"""What a notice says, in words for people: what it is about, why it is here, what the AI did."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import LazyTranslate

from ..chat.markdown import render
from ..sii.address import HOSTS
from ..sii.meaning import as_written
from . import ai_sii_notice  # noqa: F401 - what it extends is defined first

_lt = LazyTranslate(__name__)

TOPICS = {
    "iva": _lt("IVA"), "retention": _lt("Retentions"), "ppm": _lt("PPM"), "income": _lt("Income tax"),
    "additional": _lt("Additional taxes"), "fuel": _lt("Fuel tax"), "stamps": _lt("Stamp duty"),
    "property": _lt("Property tax"), "pyme": _lt("Pro Pyme"), "general": _lt("General regime"),
    "presumed": _lt("Presumed income"), "export": _lt("Exporters"), "transport": _lt("Transport"),
    "construction": _lt("Construction"), "farming": _lt("Farming"), "large": _lt("Large taxpayers"),
    "digital": _lt("Digital platforms"),
}  # fmt: skip
_WHATS = {"from": _lt("holds from"), "until": _lt("until")}


class AiSiiNotice(models.Model):
    _inherit = "l10n_cl_ai.sii.notice"

    @api.depends("topics", "days", "touched")
    @api.depends_context("lang")
    def _compute_texts(self):
        for notice in self:
            notice.topics_text = ", ".join(
                str(self.env._(TOPICS[topic])) for topic in notice.topics or () if topic in TOPICS
            )
            notice.days_text = "\n".join(
                f"{fields.Date.to_date(day):%d-%m-%Y} · {self.env._(_WHATS[what])} · «{quote}»"
                for day, what, quote in sorted(notice.days or ())
            )
            notice.touched_text = notice._touched_words()

    @api.depends("words", "search_text", "type_ids")
    @api.depends_context("lang")
    def _compute_words_text(self):
        # On its own: lists and cards show the others, and need not look through the texts for it.
        for notice in self:
            notice.words_text = "\n".join(
                f"{self._topic_words(topic)}: {', '.join(notice._said(topic, said))}"
                for topic, said in (notice.words or {}).items()
            )

    def _said(self, topic, said):
        """Return words that fired as they are written; of what only the AI says, the names."""
        if topic != "ai":
            return [as_written(words, self.search_text or "") for words in said]
        kinds = {kind.code: kind.display_name for kind in self.type_ids}
        return [kinds.get(word) or (str(self.env._(TOPICS[word])) if word in TOPICS else word) for word in said]

    def _topic_words(self, topic):
        own = {
            "ai": self.env._("Only the AI says"),
            "types": self.env._("DTE types"), "binding": self.env._("It binds"), "sanction": self.env._("Sanctions"),
            "internal": self.env._("Of the Service itself"), "wanted": self.env._("Words of the company"),
        }  # fmt: skip
        return own.get(topic) or (str(self.env._(TOPICS[topic])) if topic in TOPICS else topic)

    @api.depends("document_id.text", "document_id.state", "document_id.message")
    def _compute_body(self):
        for notice in self:
            document = notice.document_id
            if document.text:
                # What ``render`` returns is safe: no HTML of the text is in it.
                notice.body = Markup("").join(map(Markup, render(document.text[:60_000], hosts=HOSTS)))
            else:
                words = {"unread": self.env._("The document could not be read: %s", document.message or ""),
                         "none": self.env._("There is nothing more to read than the title.")}  # fmt: skip
                notice.body = Markup("<p>%s</p>") % words.get(document.state, self.env._("It is yet to be read."))

    @api.depends("question_ids.state", "question_ids.reason")
    @api.depends_context("lang")
    def _compute_ai_state(self):
        labels = dict(self.env["l10n_cl_ai.sii.question"]._fields["state"]._description_selection(self.env))
        for notice in self:
            # sudo: l10n_cl_ai.sii.question - whether it was asked, and why not, of a notice that the user may read
            last = notice.sudo().question_ids.sorted("id")[-1:]
            if not last:
                notice.ai_state = self.env._("Not evaluated: the AI was not asked. Rules and words sorted it.")
            else:
                notice.ai_state = ": ".join(
                    filter(None, (labels[last.state], last.with_env(self.env).sudo().reason_message))
                )
