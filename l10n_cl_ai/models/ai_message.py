"""What was asked and answered in a conversation."""

from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from ..chat import markdown
from . import ai_base  # noqa: F401 - what it inherits is defined first
from .ai_usd import CompanyMoney
from .kept import DELETE, Keeping

_lt = LazyTranslate(__name__)

ROLES = [("user", "Question"), ("assistant", "Answer")]
STATUSES = [
    ("running", "Being written"),
    ("done", "Answered"),
    ("stopped", "Stopped"),
    ("not_evaluated", "Not answered"),
    ("searched", "From the knowledge base"),
]
RATINGS = [("up", "Useful"), ("down", "Not useful")]
#: Seconds after which an answer that nobody has written on counts as dead.
LEASE = 20
#: Letters of a comment.
_MOST_COMMENT = 2000
#: Why there is no answer, beside the gateway's reasons.
OWN_REASONS = {
    "internal": _lt(
        "An error of ours kept it from being answered. The log says which; nothing else was affected."
    ),
    "worker_died": _lt("The server was interrupted while it answered. Ask again."),
    "stopped": _lt("Stopped. What had been written until then was paid for."),
    # What had come of an answer is shown: it was not thrown away.
    "truncated": _lt("It was cut off before its end. Ask for less in one question."),
    "refused": _lt("The model declined to answer this question. Ask it in other words."),
    "limit": _lt("The question took more looks than one answer may take. Ask for less at once."),
}


class AiMessage(models.Model):
    """Made and written by the assistant's own methods only.

    ``turns`` is what was sent and received, masked, to be sent again byte by byte; ``seal`` what its thoughts are
    bound to (``chat.memory``).
    """

    _name = "l10n_cl_ai.message"
    _inherit = "l10n_cl_ai.evidence"
    _description = "Message of the assistant"
    _order = "id"
    _l10n_cl_ai_kept = (
        Keeping(
            "messages", _lt("Messages of conversations"), days=0, why=_lt("They go with their conversation."),
            users=("user_id",), texts=("text", "comment", "screen", "files", "attached", "steps", "sources", "turns"),
            personal=("role", "text", "status", "screen", "files", "sources", "rating", "comment", "create_date"),
            processing=("chat",), erase=DELETE, secret=True,
        ),
    )  # fmt: skip

    conversation_id = fields.Many2one(
        "l10n_cl_ai.conversation", required=True, readonly=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(related="conversation_id.user_id", store=True, index=True)
    company_id = fields.Many2one(related="conversation_id.company_id", store=True, index=True)
    active = fields.Boolean(
        default=True, readonly=True, help="Off: another question or answer took its place."
    )
    role = fields.Selection(ROLES, required=True, readonly=True)
    question_id = fields.Many2one(
        "l10n_cl_ai.message", "Answers", readonly=True, ondelete="cascade", index=True
    )
    text = fields.Text(readonly=True)
    status = fields.Selection(STATUSES, required=True, readonly=True, default="done")
    reason = fields.Char(readonly=True, help="Why nothing was answered, in a word.")
    screen = fields.Json("On screen", readonly=True)
    files = fields.Json(readonly=True)
    attached = fields.Json("What the files say", readonly=True, groups=fields.NO_ACCESS)
    steps = fields.Json(readonly=True)
    sources = fields.Json(readonly=True)
    marks = fields.Json("Without support", readonly=True)
    agent_code = fields.Char("Agent", readonly=True)
    cost = fields.Float("Cost (USD)", digits=(16, 9), readonly=True, groups="l10n_cl_ai.group_manager")
    request_ids = fields.Json("Rows of the ledger", readonly=True, groups="l10n_cl_ai.group_manager")
    rating = fields.Selection(RATINGS, readonly=True)
    comment = fields.Text(readonly=True)
    lease_until = fields.Datetime(readonly=True)
    live = fields.Json(readonly=True, groups=fields.NO_ACCESS)
    # As text: jsonb would put keys into another order, and the provider's cache and thoughts know the difference.
    turns = fields.Text(readonly=True, groups=fields.NO_ACCESS)
    seal = fields.Char(readonly=True, groups=fields.NO_ACCESS)

    _one_running = models.UniqueIndex(
        "(conversation_id) WHERE status = 'running'",
        "An answer is being written in this conversation already.",
    )

    # -- as the panel shows it -------------------------------------------------------------------------

    def _to_client(self):
        """Return what the panel shows of each."""
        return [message._prepare_client_vals() for message in self]

    def _prepare_client_vals(self):
        return {
            "id": self.id,
            "role": self.role,
            "text": self.text or "",
            "blocks": self._blocks() if self.role == "assistant" else [],
            "status": self.status,
            "reason": self.reason or "",
            "reason_text": self._reason_text(),
            "steps": self.steps or [],
            "sources": [{name: one[name] for name in _SHOWN_OF_SOURCES} for one in self.sources or []],
            "unsupported": len(self.marks or []),
            "cost": self._words_of_cost(self)
            if self.conversation_id._shows_cost() and self.role == "assistant"
            else None,
            "rating": self.rating or "",
            "comment": self.comment or "",
            "date": fields.Datetime.to_string(self.create_date),
            "context": {"name": self.screen["name"]} if self.screen else None,
            "files": self.files or [],
            # They are made with the answer's end.
            "proposals": [] if self.role == "user" or self.status == "running" else self._proposals(),
        }

    def _blocks(self):
        """Return the answer as safe HTML, a block each."""
        sources = self.sources or []
        marks = [
            (start, end, str(self.env._(WHYS.get(why, WHYS["unsupported"]))))
            for start, end, why in self.marks or []
        ]
        return markdown.render(
            self.text or "", frozenset(one["key"] for one in sources), OFFICIAL, marks
        )

    def _reason_text(self):
        if not self.reason:
            return ""
        if self.reason in OWN_REASONS:
            return str(self.env._(OWN_REASONS[self.reason]))
        return self.env["l10n_cl_ai.gateway"]._reason_message(self.reason)

    @api.model
    def _words_of_cost(self, rows):
        """Return what rows cost, in dollars. :param rows: messages, or a conversation"""
        return CompanyMoney(self.env).dollars(sum(rows.mapped("cost")))

    def _proposals(self):
        proposals = self.env["l10n_cl_ai.chat.proposal"].search([("message_ref", "=", self.id)])
        return [proposal._to_client() for proposal in proposals]

    # -- what a person does with an answer -------------------------------------------------------------

    def _rate(self, rating, comment):
        if rating not in ("", "up", "down"):
            raise UserError(self.env._("An answer is useful or not useful."))
        self.write({"rating": rating or False, "comment": str(comment or "")[:_MOST_COMMENT] or False})

    def _note_body(self):
        """Return the answer as the note of a record: its text, and what it rests on."""
        titles = [f"[{one['key']}] {one['title']}" for one in self.sources or []]
        body = Markup().join(map(Markup, markdown.render(self.text or "")))
        rests = (
            Markup("<p>%s<br/>%s</p>") % (self.env._("It rests on:"), Markup("<br/>").join(titles))
            if titles
            else ""
        )
        title = self.env._("Answer of the assistant, noted by %(user)s:", user=self.env.user.name)
        return Markup("<p>%s</p>%s%s") % (title, body, rests)

    # -- life ------------------------------------------------------------------------------------------

    @api.model
    def _lease(self):
        return fields.Datetime.now() + timedelta(seconds=LEASE)

    def _give_up_dead(self):
        """Say of answers whose worker has died that they are not answered; what had come of them stays."""
        now = fields.Datetime.now()
        for message in self:
            if message.status == "running" and (message.lease_until or now) <= now:
                live = message.live or {}
                message.write(
                    {"status": "not_evaluated", "reason": "worker_died", "text": live.get("text") or message.text,
                     "steps": live.get("steps") or message.steps, "live": False}
                )  # fmt: skip


#: What the panel learns of a source.
_SHOWN_OF_SOURCES = ("key", "title", "kind", "model", "id", "url")
#: Why a statement is marked, by the word of ``chat.grounding``.
WHYS = {
    "unsupported": _lt("Nothing that was looked up says this. Check it before you use it."),
    "uncited": _lt("No source is named for this. Check it before you use it."),
    "unknown_source": _lt("The source named here was never looked up."),
    "number": _lt("This number is not in the source named."),
    "date": _lt("This date is not in the source named."),
    "negation": _lt("The source named says the opposite, or says it otherwise."),
}
#: Sites that an answer may link to: the authorities', where articles come from.
OFFICIAL = frozenset({"sii.cl", "bcn.cl"})
