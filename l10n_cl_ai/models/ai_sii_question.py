"""A document of the SII, waiting for the AI: what it answers is added to what rules found."""

from odoo import api, fields, models
from odoo.tools import LazyTranslate

from ..llm.question import Ask
from ..sii import answer as sii_answer
from ..sii import question as sii_question
from .ai_queued import OPEN, NotAsked

_lt = LazyTranslate(__name__)

FEATURE = "sii_watch"
OWN_REASONS = {"nothing_to_read": _lt("The document could not be read: there is nothing that the AI could read.")}


class AiSiiQuestion(models.Model):
    """Written by the queue and never by hand."""

    _name = "l10n_cl_ai.sii.question"
    _inherit = "l10n_cl_ai.queued"
    _description = "Document of an authority, read by the AI"
    _order = "id desc"

    notice_id = fields.Many2one("l10n_cl_ai.sii.notice", required=True, readonly=True, ondelete="cascade", index=True)

    @api.depends("notice_id", "state")
    def _compute_display_name(self):
        for record in self:
            # sudo: its title; who reads the question is of the notice's company
            record.display_name = record.notice_id.sudo().name

    @api.model
    def _own_reasons(self):
        return {**super()._own_reasons(), **OWN_REASONS}

    @api.model
    def _ask(self, notices, user=None):
        """Have the AI read the documents of notices, each once at a time.

        :param user: in whose name; the responsible of each by default
        """
        # sudo: whether one is under way already
        waiting = self.sudo().search([("notice_id", "in", notices.ids), ("state", "in", OPEN)]).notice_id
        return self._enqueue([
            {"notice_id": notice.id, "company_id": notice.company_id.id, "user_id": (user or notice.user_id).id}
            for notice in notices - waiting
            if user or notice.user_id
        ])  # fmt: skip

    def _l10n_cl_ai_ask(self):
        notice = self.notice_id
        notice.check_access("read")
        # sudo: what an authority publishes, of which the company was told
        document = notice.sudo().document_id
        if not document.text or document.change == "values":
            raise NotAsked("nothing_to_read")
        feature = self.env["l10n_cl_ai.feature"]._for(FEATURE, self.company_id)
        if not feature:
            raise NotAsked("disabled")
        text = document.text[: sii_question.MOST_TEXT]
        return Ask(
            feature=FEATURE,
            system=sii_question.SYSTEM,
            content=tuple(sii_question.content(document.name, text, self._activity(feature))),
            schema=sii_question.SCHEMA,
            parse=sii_answer.reader(document.name, text),
            record=notice,
            version=sii_question.ASK_VERSION,
        )

    def _activity(self, feature):
        if "res.company.l10n_cl_activity_description" not in feature._allowed():
            return ""
        return self.company_id.l10n_cl_activity_description or ""

    def _l10n_cl_ai_take(self, answer):
        if answer is None or not answer.evaluated or answer.abstained:
            return
        self.notice_id._take(answer.value)
