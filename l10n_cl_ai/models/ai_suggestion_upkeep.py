"""How long suggestions are kept: those of bills posted long ago go, and runs that nobody looks at any more."""

from odoo import models
from odoo.tools import LazyTranslate

from .kept import DELETE, STAY, STRIKE, Keeping

_lt = LazyTranslate(__name__)

#: Days that suggestions of posted bills are kept: three years of figures to compare, and the year under way.
KEPT_DAYS = 4 * 365
#: Days that a run is kept: its bills are long posted, and what it proposed stays with them.
RUNS_KEPT_DAYS = 180


class AiSuggestion(models.Model):
    _inherit = "l10n_cl_ai.suggestion"
    _l10n_cl_ai_kept = (
        Keeping(
            "suggestions", _lt("Suggestions for posted bills"), days=KEPT_DAYS, ended=(("settled_on", "!=", False),),
            why=_lt("How often suggestions were right, by which they are trusted."),
            users=("asked_by", "decided_by"), partners=("partner_id",), texts=("reason",),
            personal=("line_name", "method", "state", "reason", "create_date"),
            processing=("project_suggestion",), erase=STRIKE,
        ),
    )  # fmt: skip


class AiSuggestionQuestion(models.Model):
    _inherit = "l10n_cl_ai.suggestion.question"
    _l10n_cl_ai_kept = (
        Keeping(
            "suggestion_questions", _lt("Questions about a bill's line, after their answer"), days=180,
            date="finished_at", ended=(("state", "in", ("done", "not_evaluated", "cancelled")),),
            why=_lt("Why something was suggested, or why the AI was not asked."),
            users=("user_id",), personal=("state", "reason", "finished_at"),
            processing=("project_suggestion",), erase=DELETE,
        ),
    )  # fmt: skip


class AiSuggestionRun(models.Model):
    _inherit = "l10n_cl_ai.suggestion.run"
    _l10n_cl_ai_kept = (
        Keeping(
            "suggestion_runs", _lt("Suggestions for many bills at once"), days=RUNS_KEPT_DAYS,
            why=_lt("What was done at once, to be looked through."), users=("user_id",),
            personal=("state", "finished_at"),
            processing=("project_suggestion",), erase=STAY,
            law=_lt("It holds figures, and who asked; it goes by time."),
        ),
    )  # fmt: skip
