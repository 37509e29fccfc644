"""The AI where the history says "no sé": asked in the background, never needed, never automatic."""

import hashlib
import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .. import suggest
from .ai_queued import OPEN
from .ai_suggestion_handler import FEATURE

AI_STATES = [
    ("waiting", "Waiting for the AI"),
    ("answered", "The AI proposes"),
    ("none", "The AI knows none"),
    ("not_evaluated", "Not evaluated"),
    ("not_asked", "The AI was not asked"),
]


class AiSuggestion(models.Model):
    _inherit = "l10n_cl_ai.suggestion"

    question_ids = fields.One2many("l10n_cl_ai.suggestion.question", "suggestion_id", "Asked of the AI", readonly=True)
    ai_state = fields.Selection(AI_STATES, "AI", compute="_compute_ai_state")
    ai_message = fields.Char("What the AI says", compute="_compute_ai_state")

    _ai_never_automatic = models.Constraint(
        "CHECK (method <> 'ai' OR (band <> 'auto' AND applied_by IS DISTINCT FROM 'auto'))",
        "What the AI says is never booked by itself.",
    )

    @api.depends("question_ids.state", "question_ids.result", "question_ids.reason", "band", "state", "reason")
    @api.depends_context("lang", "uid")
    def _compute_ai_state(self):
        newest = {record: record.question_ids[:1] for record in self}
        states = {record: record._ai_state(question) for record, question in newest.items()}
        features = self.env["l10n_cl_ai.feature"]
        left = self.filtered(lambda record: states[record] == "not_asked").company_id
        on = {company: bool(features._for(FEATURE, company)) for company in left}
        for record, question in newest.items():
            record.ai_state = states[record]
            record.ai_message = record._ai_message(question, on.get(record.company_id))

    def _ai_state(self, question):
        if question.state in OPEN:
            return "waiting"
        if question.state == "done":
            return "answered" if question.result == "chosen" else "none"
        if question and question.state != "cancelled":
            return "not_evaluated"
        wanted = self.band == "unknown" and self.state == "open" and self.target == "project"
        return "not_asked" if wanted else False

    def _ai_message(self, question, is_on):
        if self.ai_state in ("answered", "none"):
            return "" if self._is_hidden() else self.reason or ""
        if self.ai_state in ("waiting", "not_evaluated"):
            return question.reason_message or ""
        if self.ai_state != "not_asked":
            return ""
        if not is_on:
            return self.env["l10n_cl_ai.gateway"]._reason_message("disabled")
        return self.env._(
            "Not asked: today's questions are used up, or the bill came in without a person. Suggest again to ask."
        )

    # -- asking ----------------------------------------------------------------------------------------

    def _wants_ai(self):
        """Return whether an answer of the AI would still be of use."""
        self.ensure_one()
        return (
            self.state == "open" and self.band == "unknown" and self.target == "project" and self.method != "ai"
            and self.move_id.state == "draft" and self.line_id._l10n_cl_ai_lacks(self.target)
        )  # fmt: skip

    def _ask_ai(self):
        """Put those of these that the history does not tell about into the queue, where their company wants it.

        No network. Who calls has looked at the right on the bills. Lines about which the same is asked count once.
        """
        questions = self.env["l10n_cl_ai.suggestion.question"]
        if not self.env.user.active:  # a cron, a mail gateway: nobody in whose name it could be asked
            return questions
        for company, records in self.grouped("company_id").items():
            wanting = records.filtered(lambda one: one._wants_ai())
            if wanting and self.env["l10n_cl_ai.feature"]._for(FEATURE, company):
                questions |= questions._enqueue(wanting._prepare_questions(company))
        return questions

    def _prepare_questions(self, company):
        keys = self._keys_that_wait(company)
        # sudo: res.company - a limit binds who may not read it
        room = company.sudo().l10n_cl_ai_suggest_ask_limit - self._asked_today(company) - len(keys)
        values = []
        for record in self:
            key = record._question_key()
            if key not in keys:
                if room <= 0:
                    continue
                room -= 1
                keys.add(key)
            values.append({"suggestion_id": record.id, "key": key, "company_id": company.id})
        return values

    @api.model
    def _keys_that_wait(self, company):
        # sudo: what others of the company ask counts as well
        waiting = self.env["l10n_cl_ai.suggestion.question"].sudo()
        return {key for [key] in waiting._read_group([("company_id", "=", company.id), ("state", "in", OPEN)], ["key"])}

    @api.model
    def _asked_today(self, company):
        """Return the questions that were answered or paid for in the last day, as the ledger has them."""
        since = fields.Datetime.now() - timedelta(days=1)
        used = Domain("status", "=", "answered") | Domain("cost", ">", 0)
        own = Domain("company_id", "=", company.id) & Domain("feature", "=", FEATURE) & Domain("asked_at", ">=", since)
        # sudo: as above
        return self.env["l10n_cl_ai.request"].sudo().search_count(own & used)

    def _question_key(self):
        """Return what is the same for lines about which the same is asked, by the same person."""
        line, move = self.line_id, self.move_id
        told = [
            self.env.uid, move.commercial_partner_id.id, line.name, line.product_id.id, line.balance,
            move.invoice_origin or "", move.invoice_date and move.invoice_date.strftime("%Y-%m"),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()

    # -- answered --------------------------------------------------------------------------------------

    def _answered(self, chosen):
        """Write what the AI said (``suggest.Chosen``). The line stays as it is: a person decides."""
        if not chosen.label:
            self.reason = chosen.reason
            return
        chance, band = suggest.likelihood(*self._measured_ai())
        others = [one for one in self.candidates or [] if one["label"] != chosen.label]
        own = {"label": chosen.label, "probability": round(chance, 4), "method": "ai"}
        self.write(
            {
                "method": "ai", "label": chosen.label, "probability": chance, "band": band.value,
                "reason": chosen.reason, "candidates": [own, *others], "source_ids": list(chosen.sources),
            }
        )  # fmt: skip

    def _measured_ai(self):
        """Return (right, seen) of the AI's answers in this company that were posted since."""
        domain = [("company_id", "=", self.company_id.id), ("target", "=", self.target), ("method", "=", "ai"),
                  ("settled_on", "!=", False), ("final_label", "!=", False)]  # fmt: skip
        [(right, seen)] = self._read_group(domain, [], ["right:sum", "__count"])
        return right or 0.0, seen
