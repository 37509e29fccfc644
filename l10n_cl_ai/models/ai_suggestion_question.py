"""A line that the history does not tell about, waiting for the AI: the answer never changes the line itself."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import LazyTranslate

from .ai_queued import NotAsked

_lt = LazyTranslate(__name__)

RESULTS = [("chosen", "One was chosen"), ("none", "None of them")]
OWN_REASONS = {
    "decided": _lt("The line was booked or decided meanwhile: the answer is not needed."),
    "closed": _lt("The project that the AI chose was closed meanwhile, or is no longer to be seen by who asked."),
    "day_used_up": _lt("The company's questions of today are used up. Suggest again tomorrow to ask."),
    "nothing_to_choose": _lt("There is no open project to choose from, or nothing of the line may be sent."),
}


class AiSuggestionQuestion(models.Model):
    """Written by the queue and never by hand."""

    _name = "l10n_cl_ai.suggestion.question"
    _inherit = "l10n_cl_ai.queued"
    _description = "Project of a bill's line, asked of the AI"
    _order = "id desc"
    _check_company_auto = True

    suggestion_id = fields.Many2one(
        "l10n_cl_ai.suggestion", required=True, readonly=True, ondelete="cascade", index=True, check_company=True
    )
    key = fields.Char(readonly=True, index=True, help="The same for lines about which the same is asked.")
    result = fields.Selection(RESULTS, readonly=True)

    @api.depends("suggestion_id", "state")
    def _compute_display_name(self):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for record in self:
            record.display_name = f"{record.suggestion_id.line_name or ''} · {labels.get(record.state, '')}"

    @api.model
    def _own_reasons(self):
        return {**super()._own_reasons(), **OWN_REASONS}

    def _notice(self):
        return {**super()._notice(), "move": self.suggestion_id.move_id.id, "suggestion": self.suggestion_id.id}

    def _l10n_cl_ai_ask(self):
        suggestion = self.suggestion_id
        # sudo: whether it is decided already; what is sent is read with the rights of who asked
        if not suggestion.sudo()._wants_ai():
            raise NotAsked("decided")
        suggestion.move_id.check_access("write")
        if self._is_beyond_limit():
            raise NotAsked("day_used_up")
        return self.env["l10n_cl_ai.suggestion.handler"]._question(suggestion)

    def _is_beyond_limit(self):
        """Return whether the company's day is used up: those who asked at the same moment did not see each other."""
        # sudo: what others of the company ask counts as well, and binds who may not read the limit
        company, questions = self.company_id.sudo(), self.sudo()
        asked = questions.env["l10n_cl_ai.suggestion"]._asked_today(company)
        running = questions.search(
            [("company_id", "=", company.id), ("state", "=", "running"), ("id", "<=", self.id)], order="id"
        )
        before = list(dict.fromkeys([*running.mapped("key"), self.key])).index(self.key)
        if asked + before < company.l10n_cl_ai_suggest_ask_limit:
            return False
        lately = fields.Datetime.now() - timedelta(days=1)
        # Of what was asked already the answer is known, and costs nothing.
        return not questions.search_count(
            [("key", "=", self.key), ("state", "=", "done"), ("finished_at", ">=", lately)], limit=1
        )

    def _l10n_cl_ai_take(self, answer):
        if answer is None or not answer.evaluated or answer.abstained:
            return
        chosen = answer.value
        why = self._why_dropped(chosen.label)
        if why:
            self.write({"state": "not_evaluated", "reason": why})
            return
        self.result = "chosen" if chosen.label else "none"
        self.suggestion_id._answered(chosen)

    def _why_dropped(self, label):
        """Return why an answer that has come is not used, in a word; None where it is."""
        suggestion, user = self.suggestion_id, self.user_id
        if not suggestion._wants_ai():
            return "decided"
        if not user.active or self.company_id not in user.company_ids:
            return "no_access"
        own = suggestion.with_env(self._env_of(self.company_id.id, user))
        if not own.move_id.has_access("write"):
            return "no_access"
        return "closed" if label and label not in own._visible("project", {label}, self.company_id) else None
