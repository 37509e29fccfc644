from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import LazyTranslate

from ..dte.place import words
from ..review import TOPICS
from .ai_finding import LONGEST, line_of
from .ai_rule import translated
from .kept import STRIKE, Keeping

_lt = LazyTranslate(__name__)

ACTIONS = [("warn", "Warn"), ("info", "Inform")]
FEEDBACK = [("useful", "Useful"), ("not_useful", "Not useful")]


class AiReviewFinding(models.Model):
    """What the AI adds about one place of a document. Only added; people say whether it was of use."""

    _name = "l10n_cl_ai.review.finding"
    _inherit = "l10n_cl_ai.evidence"
    _description = "Remark of the AI on a DTE"
    _order = "review_id desc, action desc, confidence desc, id"
    _rec_name = "code"
    _l10n_cl_ai_kept = (
        Keeping(
            "remarks", _lt("Remarks of the AI"), days=0, why=_lt("What the AI adds about a document."),
            partners=("partner_id", "move_id.partner_id"), users=("feedback_by",),
            texts=("quote", "reason", "suggestion"), personal=("code", "place", "quote", "reason"),
            processing=("dte_review",), erase=STRIKE,
        ),
    )  # fmt: skip
    _check_company_auto = True

    review_id = fields.Many2one("l10n_cl_ai.review", required=True, readonly=True, ondelete="cascade", index=True)
    move_id = fields.Many2one(related="review_id.move_id", store=True, index="btree_not_null")
    company_id = fields.Many2one(related="review_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="review_id.partner_id", store=True)
    document_type = fields.Char(related="review_id.document_type", store=True)
    code = fields.Char("Topic", required=True, readonly=True)
    topic = fields.Char("Matter", compute="_compute_texts")
    source = fields.Char(compute="_compute_texts", help="What the matter rests on; the judgement is the AI's.")
    action = fields.Selection(ACTIONS, "Severity", required=True, readonly=True)
    path = fields.Char("Element", required=True, readonly=True)
    place = fields.Char(compute="_compute_texts")
    quote = fields.Char(required=True, readonly=True, help="Words of the document that it rests on.")
    reason = fields.Text("Explanation", required=True, readonly=True)
    suggestion = fields.Text(readonly=True)
    confidence = fields.Integer("Confidence (%)", readonly=True, aggregator="avg")
    move_line_id = fields.Many2one(
        "account.move.line", "Line", readonly=True, ondelete="set null", index="btree_not_null"
    )
    feedback = fields.Selection(FEEDBACK, "Was it useful?", readonly=True)
    feedback_by = fields.Many2one("res.users", readonly=True, ondelete="set null")

    @api.depends("code", "path")
    @api.depends_context("lang")
    def _compute_texts(self):
        def translate(text):
            return translated(self.env, "l10n_cl_ai", text)

        for finding in self:
            topic = TOPICS.get(finding.code)
            finding.topic = topic.title.text(translate) if topic else finding.code
            finding.source = topic.source if topic else False
            finding.place = words(finding.path or "", translate)

    # -- actions ---------------------------------------------------------------------------------------

    def action_feedback(self, feedback):
        """Say whether remarks were of use. :param feedback: ``useful``, ``not_useful`` or False"""
        if feedback and feedback not in dict(FEEDBACK):
            raise ValueError(feedback)
        if not self.env.user.has_group("l10n_cl_ai.group_accountant"):
            raise AccessError(self.env._("Only accountants (AI Chile) may judge remarks."))
        self.check_access("read")
        self.move_id.check_access("read")
        # sudo: remarks are written by methods only; the rights were looked at above
        self.sudo().write({"feedback": feedback, "feedback_by": feedback and self.env.uid})
        return True

    def action_open_document(self):
        """Open the document that was remarked on."""
        return self.review_id.action_open_document()

    # -- making ----------------------------------------------------------------------------------------

    @api.model
    def _record(self, review, remarks):
        """Keep the remarks of a review. :param remarks: ``review.Remark``, gravest first"""
        document = review._pictured()[0]  # of one that changed since, a path may mean another line
        return self.create([self._prepare_finding_vals(review, document, remark) for remark in remarks])

    @api.model
    def _prepare_finding_vals(self, review, document, remark):
        return {
            "review_id": review.id,
            "code": remark.code,
            "action": remark.action.value,
            "path": remark.path[:LONGEST],
            "quote": remark.quote,
            "reason": remark.reason,
            "suggestion": remark.suggestion,
            "confidence": remark.confidence,
            "move_line_id": line_of(document, remark.path),
        }
