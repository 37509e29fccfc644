from odoo import api, models

from .move_facts import issued_by_us


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _get_alerts(self, moves, moves_data):
        alerts = super()._get_alerts(moves, moves_data)
        documents = moves.filtered(lambda move: move.l10n_cl_ai_applies and issued_by_us(move))
        may_read = self.env.user.has_group("l10n_cl_ai.group_user")
        for key, (level, message) in self._l10n_cl_ai_alert_kinds().items():
            concerned = documents.filtered(lambda move, key=key: move._l10n_cl_ai_alert() == key)
            if concerned:
                alerts[f"l10n_cl_ai_{key}"] = {
                    "level": level,
                    "message": self._l10n_cl_ai_alert_message(message, concerned, len(moves) > 1),
                    "action_text": self.env._("View findings") if may_read else False,
                    "action": concerned.action_l10n_cl_ai_open_findings() if may_read else False,
                }
        return {**alerts, **self._l10n_cl_ai_review_alerts(documents, len(moves) > 1, may_read)}

    @api.model
    def _l10n_cl_ai_review_alerts(self, documents, is_batch, may_read):
        """Return the alerts that the AI gives rise to: none keeps a document from being sent."""
        alerts = {}
        for state, (level, message) in self._l10n_cl_ai_review_alert_kinds().items():
            # sudo: who may send is warned, whether or not he may read reviews.
            concerned = documents.filtered(lambda move, state=state: move.sudo()._l10n_cl_ai_review_alert() == state)
            if concerned:
                alerts[f"l10n_cl_ai_review_{state}"] = {
                    "level": level,
                    "message": self._l10n_cl_ai_alert_message(message, concerned, is_batch),
                    "action_text": self.env._("View the review") if may_read else False,
                    "action": concerned.action_l10n_cl_ai_open_reviews() if may_read else False,
                }
        return alerts

    @api.model
    def _l10n_cl_ai_review_alert_kinds(self):
        """Return {state of the review: (level, message)}; other states say nothing."""
        return {
            "warn": ("warning", self.env._("The AI warns about this document. Its remarks are in the tab DTE check.")),
            "queued": ("info", self.env._("The AI has not read this document yet. It can be sent all the same.")),
            "running": ("info", self.env._("The AI is reading this document now. It can be sent all the same.")),
            "not_evaluated": (
                "info",
                self.env._("The AI was to read this document and has not. It can be sent all the same."),
            ),
            "stale": (
                "info",
                self.env._("This document changed since the AI read it. It can be sent all the same."),
            ),
        }

    @api.model
    def _l10n_cl_ai_alert_kinds(self):
        """Return {kind: (level, message)}. A "danger" alert keeps the document from being sent."""
        blocks = self.env._("The SII would object to this document, or its folio would be lost.")
        return {
            "refused": ("danger", blocks),
            "block": ("warning", blocks),
            "warn": ("warning", self.env._("The check of this DTE gave warnings.")),
            "stale": ("warning", self.env._("This DTE changed since it was checked, or the rules did.")),
            "unchecked": ("warning", self.env._("This DTE has not been checked.")),
            "error": ("info", self.env._("This DTE could not be evaluated: the check itself failed.")),
        }

    @api.model
    def _l10n_cl_ai_alert_message(self, message, moves, is_batch):
        if not is_batch:
            return message
        names = ", ".join(moves[:5].mapped("display_name")) + ("…" if len(moves) > 5 else "")
        return f"{message} ({names})"
