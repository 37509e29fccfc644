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
            "is_answered": self._is_answered(),
            "left_out": self.left_out or [],
            "looked_by": self.looked_by.name or "",
            "needs_look": bool(self._to_look_at()),
            "may_look": self.env.user.has_group("l10n_cl_ai.group_manager"),
            "may_judge": self.env.user.has_group("l10n_cl_ai.group_accountant"),
            "may_cancel": self.user_id == self.env.user or self._may_cancel_others(),
            "remarks": [{**one._panel(), "earlier": one.review_id != self} for one in self._panel_findings()],
        }

    def _panel_findings(self):
        """Return its remarks, and the warnings of earlier reviews that are still to be looked at, each once."""
        shown = self.finding_ids
        for finding in (self._to_look_at() - self).finding_ids.filtered(lambda finding: finding.action == "warn"):
            if finding._content() not in {other._content() for other in shown}:
                shown |= finding
        return shown

    def _is_answered(self):
        """Whether the SII or the customer has answered: then nobody needs an estimate of it any more."""
        return bool(self.move_id.l10n_cl_ai_sii_state or self.move_id.l10n_cl_ai_claim_state)

    def _to_look_at(self):
        """Return the reviews of this document whose warnings a manager has to look at, as the company wants it."""
        # sudo: res.company - a policy of the company binds who may not read its settings
        wanted = self.company_id.sudo().l10n_cl_ai_require_look
        return self.move_id.l10n_cl_ai_review_ids._unseen() if wanted else self.browse()

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

    def _content(self):
        """Return what makes a remark another one, whichever review it is of."""
        return self.code, self.path, self.quote, self.reason

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
