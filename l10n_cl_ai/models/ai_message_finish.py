"""What came of a turn of the assistant: written down, and checked against its sources."""

from odoo import models

from ..chat import grounding
from ..llm.thread import MOST_PRIVATE
from . import ai_message  # noqa: F401 - what it extends is defined first

#: Things shown that a conversation remembers with their texts; an older one is shown again when it is asked for.
MOST_SOURCES = 200


class AiMessage(models.Model):
    _inherit = "l10n_cl_ai.message"

    def _finish(self, said, prepared):
        """Write down what came of a turn, and return it as the panel shows it."""
        # sudo: l10n_cl_ai.message, l10n_cl_ai.conversation - rows are written by methods only, for who asked
        own = self.sudo()
        own.write(self._prepare_finish_vals(said, prepared))
        if prepared:
            own.conversation_id.memory = {
                **(own.conversation_id.memory or {}),
                "masker": prepared.thread.masker.state,
                "desk": prepared.desk.to_json(MOST_SOURCES, MOST_PRIVATE),
            }
            # An answer that was broken off does not say what is proposed, and why.
            for draft in prepared.desk.drafts if own.status == "done" else ():
                self.env["l10n_cl_ai.chat.proposal"]._make(draft, self.user_id, self.company_id, self.id)
        return self._final()

    def _prepare_finish_vals(self, said, prepared):
        answered = bool(said.text.strip()) and not said.reason and not said.detail
        vals = {
            "text": said.text, "steps": [step.to_json() for step in said.steps], "cost": float(said.cost),
            "request_ids": said.request_ids, "live": False, "lease_until": False,
            "status": "done" if answered else "stopped" if said.stopped else "not_evaluated",
            "reason": self._word(said) or (False if answered else "invalid_answer"),
        }  # fmt: skip
        if not answered and not said.text.strip() and not said.stopped:
            vals |= self._found_instead()
        elif prepared:
            vals |= self._grounded(said.text, prepared)
        return vals

    def _word(self, said):
        if said.stopped:
            return "stopped"
        if said.limit:
            return "limit"
        return str(said.reason) if said.reason else said.detail or False

    def _grounded(self, text, prepared):
        """Return what an answer rests on, and what in it rests on nothing."""
        sources = prepared.desk.sources
        report = grounding.check(text, {key: one.text for key, one in sources.items()}, prepared.given)
        cited = [sources[key] for key in report.cited]
        return {
            "sources": [
                {"key": one.key, "kind": one.kind, "model": one.model, "id": one.res_id, "title": one.title,
                 "url": one.url, "domain": one.domain}
                for one in cited
            ],
            "marks": [list(mark) for mark in report.marks],
        }  # fmt: skip

    def _final(self):
        return {
            **self._prepare_client_vals(),
            "title": self.conversation_id.name,
            "conversation_cost": self.conversation_id._cost_text(),
        }
