"""What the form of a document shows of its review, apart from what the rules found."""

from odoo import models


class AiReview(models.Model):
    _inherit = "l10n_cl_ai.review"

    def _panel(self, shown):
        """Return what the panel shows, read with the user's rights.

        :param shown: state as the document shows it, ``stale`` included
        """
        self.ensure_one()
        labels = {
            name: dict(self._fields[name]._description_selection(self.env)) for name in ("recommendation", "state")
        }
        return {
            "id": self.id,
            "state": self.state,
            "shown": shown,
            "state_label": labels["state"][self.state],
            "reason": self.reason or "",
            "reason_message": self.reason_message or "",
            "not_before": self.not_before and self.not_before.isoformat(),
            "asked_by": self.user_id.name,
            "recommendation": self.recommendation or "",
            "recommendation_label": labels["recommendation"].get(self.recommendation, ""),
            "confidence": self.confidence,
            "left_out": self.left_out or [],
            "looked_by": self.looked_by.name or "",
            "needs_look": self._needs_look(),
            "may_look": self.env.user.has_group("l10n_cl_ai.group_manager"),
            "may_judge": self.env.user.has_group("l10n_cl_ai.group_accountant"),
            "may_cancel": self.user_id == self.env.user or self._may_cancel_others(),
            "remarks": [finding._panel() for finding in self.finding_ids],
        }

    def _needs_look(self):
        """Whether the company wants a manager to look at the warnings about this document, and none has."""
        # sudo: res.company - a policy of the company binds who may not read its settings
        wanted = self.company_id.sudo().l10n_cl_ai_require_look
        return bool(wanted and self.move_id.l10n_cl_ai_review_ids._unseen())

    def _unseen(self):
        """Return those of these with warnings that hold and that no manager has looked at.

        A later review clears none of an earlier one: asking again until the AI is content is no way around.
        """
        return self._warning().filtered("holds")

    def _warning(self):
        """Return those of these that warn, and that no manager has looked at."""
        return self.filtered(lambda review: review.state == "done" and review.warning_count and not review.looked_by)


class AiReviewFinding(models.Model):
    _inherit = "l10n_cl_ai.review.finding"

    def _panel(self):
        return {
            "id": self.id,
            "code": self.code,
            "topic": self.topic,
            "source": self.source,
            "action": self.action,
            "place": self.place,
            "quote": self.quote,
            "reason": self.reason,
            "suggestion": self.suggestion or "",
            "confidence": self.confidence,
            "feedback": self.feedback or "",
        }
