"""From a document and its history to the question that a review asks."""

from odoo import api, models

from .. import review
from ..llm.question import Ask
from .ai_queued import NotAsked

#: Bytes of a question that are not the document: instructions, the rules' findings, the history.
_BESIDE = 40_000


class AiReviewHandler(models.AbstractModel):
    _name = "l10n_cl_ai.review.handler"
    _inherit = "l10n_cl_ai.feature.handler"
    _description = "Review of DTE"

    @api.model
    def _question(self, move, digest, forced):
        """Return what to ask about a checked document. Reads with the user's rights, writes nothing.

        :param digest: of what could be sent of it when it was put into the queue
        :raise NotAsked: it has changed since, or the AI can add nothing
        """
        documents = move._l10n_cl_ai_documents()
        [picture] = self._pictures(documents)
        if not digest or picture.digest != digest:
            raise NotAsked("changed")
        return self._worth_asking(move, documents[0], picture, move._l10n_cl_ai_history()[move.id], forced)

    @api.model
    def _worth_asking(self, move, document, picture, history, forced=False):
        """Return what to ask about a document. :raise NotAsked: the AI can add nothing"""
        # sudo: the check of a document that the user may read; its texts are shown to him anyway
        check = move.sudo().l10n_cl_ai_validation_id
        if not forced and (why := self._needless(check, document, history)):
            raise NotAsked(why)
        return self._ask_about(picture, self._found(check), history, record=move)

    @api.model
    def _needless(self, check, document, history):
        """Return why the AI can add nothing, in a word; nothing where it can."""
        if check.verdict == "block":
            return "rules_first"
        return None if review.why_ask(document, history) else "nothing_to_add"

    @api.model
    def _sorted_out(self, moves):
        """Return {move id: why the AI need not be asked} of checked documents, in a constant number of queries."""
        history, found = moves._l10n_cl_ai_history(), {}
        for move, document in zip(moves, moves._l10n_cl_ai_documents(), strict=True):
            # sudo: the check of a document that the user may read
            found[move.id] = self._needless(move.sudo().l10n_cl_ai_validation_id, document, history[move.id])
        return {move_id: why for move_id, why in found.items() if why}

    @api.model
    def _ask_about(self, picture, found, history, record=None, **more):
        """Return the question about a document, whatever it came from (``Ask``)."""
        return Ask(
            feature="dte_review",
            system=review.SYSTEM,
            content=review.content(picture, found, history),
            schema=review.SCHEMA,
            parse=review.reader(picture),
            record=record,
            version=review.VERSION,
            **more,
        )

    @api.model
    def _pictures(self, documents):
        """Return what may be sent of documents (list of ``review.Picture``)."""
        # sudo: l10n_cl_ai.feature - what may leave is the company's setting, whoever asks
        feature = self.env["l10n_cl_ai.feature"].sudo().search([("code", "=", "dte_review")])
        allowed, room = feature._allowed(), max(feature.max_input_bytes - _BESIDE, 1000)
        return [review.picture_of(document, allowed, room) for document in documents]

    @api.model
    def _found(self, check):
        """Return (rule, path, title) of what the rules found: no values, of which not all may leave."""
        return [(finding.rule_code, finding.path, finding.rule_id.title) for finding in check.finding_ids]
