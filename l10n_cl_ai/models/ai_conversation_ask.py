"""A question is taken: checked, written down with a place for its answer, and nothing asked yet."""

import json
from dataclasses import dataclass

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..chat.prompt import MOST_QUESTION
from . import ai_conversation  # noqa: F401 - what it extends is defined first
from .ai_conversation import MOST_TITLE
from .chat_browser import ids_of, writable
from .chat_file import MOST_FILES, read_file

#: Questions of one conversation, those taken back or asked anew among them: what it remembers only grows.
MOST_QUESTIONS = 300
#: Records of a selection, letters of a filter.
MOST_IDS, _MOST_DOMAIN = 1000, 4000


@dataclass(frozen=True)
class Wanted:
    """A question as the panel, or a caller of the API, puts it. Everything in it is untrusted.

    :param conversation: identifier; empty for a new one
    :param screen: what is on screen: ``model``, ``ids``, ``title``, ``view``, ``domain``
    :param edit: id of the question that this one takes the place of
    :param retry: id of the answer that is wanted anew
    :param files: (name, content) of each
    """

    text: str = ""
    conversation: str = ""
    agent: str = ""
    screen: dict | None = None
    edit: int = 0
    retry: int = 0
    files: tuple = ()


def _title_of(text):
    return " ".join(writable(text).split())[:MOST_TITLE]


class AiConversation(models.Model):
    _inherit = "l10n_cl_ai.conversation"

    @api.model
    def _take(self, wanted):
        """Write a question down, with the answer that is going to be written.

        :return: the answer (``l10n_cl_ai.message``, running)
        :raises UserError: it cannot be asked, and why
        """
        self._check_user()
        question = self._question_again(wanted) if wanted.retry else self._new_question(wanted)
        conversation = question.conversation_id
        if not wanted.conversation:
            return self._place_for(question)  # begun a moment ago, and known to nobody else
        busy = self.env._("An answer is being written in this conversation already. Stop it, or wait for it.")
        if conversation.message_ids.filtered(lambda message: message.status == "running"):
            raise UserError(busy)
        try:
            with self.env.cr.savepoint():
                answer = self._place_for(question)
        except psycopg2.errors.UniqueViolation:
            raise UserError(busy) from None
        # sudo: l10n_cl_ai.conversation - rows are written by methods only, for who asks
        conversation.sudo().write({
            "last_at": fields.Datetime.now(), "name": conversation.name or _title_of(question.text)
        })  # fmt: skip
        return answer

    @api.model
    def _place_for(self, question):
        """Return the answer that is going to be written."""
        return self._new_message(question.conversation_id, {
            "role": "assistant", "question_id": question.id, "status": "running",
            "lease_until": self.env["l10n_cl_ai.message"]._lease(),
        })  # fmt: skip

    @api.model
    def _new_message(self, conversation, vals):
        # sudo: l10n_cl_ai.message - rows are made by methods only, for who asks
        return self.env["l10n_cl_ai.message"].sudo().create({
            "conversation_id": conversation.id,
            # Said at once, for else they are written a second time: see the fields.
            "user_id": conversation.user_id.id,
            "company_id": conversation.company_id.id,
            "agent_code": conversation.agent_code,
            **vals,
        }).sudo(False)  # fmt: skip

    @api.model
    def _new_question(self, wanted):
        text = writable(wanted.text).strip()
        if not text:
            raise UserError(self.env._("Write a question first."))
        if len(text) > MOST_QUESTION:
            raise UserError(self.env._("A question has at most %(count)s letters.", count=MOST_QUESTION))
        if len(wanted.files) > MOST_FILES:
            raise UserError(self.env._("At most %(count)s files go with a question.", count=MOST_FILES))
        files = [read_file(self.env, writable(name), data) for name, data in wanted.files]
        agent = self.env["l10n_cl_ai.agent"]._pick(wanted.agent)
        conversation = self._conversation_of(wanted, agent)
        return self._new_message(conversation, {
            "role": "user",
            "text": text,
            "screen": self._screen_of(wanted.screen),
            "files": [file.name for file in files],
            "attached": [[file.name, file.text, list(file.names)] for file in files],
        })  # fmt: skip

    @api.model
    def _conversation_of(self, wanted, agent):
        company = self._company_on(wanted.screen)
        if not wanted.conversation:
            return self._begin(agent.code, company or self.env.company, self.env.user, _title_of(wanted.text))
        conversation = self._own(wanted.conversation)
        conversation._release_dead()
        if company and company != conversation.company_id:
            raise UserError(self.env._(
                "What is on screen belongs to %(company)s, and this conversation is about %(other)s. Begin a new "
                "conversation, or ask without what is on screen.",
                company=company.name, other=conversation.company_id.name,
            ))  # fmt: skip
        conversation._check_length()
        if wanted.agent and conversation.agent_code != agent.code:
            # sudo: l10n_cl_ai.conversation - the user's own, as just looked up
            conversation.sudo().agent_code = agent.code
        if wanted.edit:
            conversation._take_back(conversation._message(wanted.edit, "user"))
        return conversation

    @api.model
    def _question_again(self, wanted):
        """Return the question of an answer that is wanted anew; the old answer makes room."""
        conversation = self._own(wanted.conversation)
        conversation._release_dead()
        conversation._check_length()
        answer = conversation._message(wanted.retry, "assistant")
        if answer != conversation.message_ids.filtered("active").sorted("id")[-1:]:
            raise UserError(self.env._("Only the last answer can be written anew."))
        conversation._take_back(answer)
        return answer.question_id

    def _check_length(self):
        rows = self.env["l10n_cl_ai.message"].with_context(active_test=False)
        if rows.search_count([("conversation_id", "=", self.id)], limit=2 * MOST_QUESTIONS) >= 2 * MOST_QUESTIONS:
            raise UserError(self.env._("This conversation has become very long. Begin a new one."))

    def _message(self, message_id, role):
        self.ensure_one()
        found = self.message_ids.filtered(lambda message: message.id == message_id and message.role == role)
        if not found:
            raise UserError(self.env._("This message is not part of the conversation any more."))
        return found

    def _take_back(self, message):
        """Put a message and what followed it aside. What it cost stays in the ledger."""
        later = self.message_ids.filtered(lambda other: other.id >= message.id)
        if later.filtered(lambda other: other.status == "running"):
            raise UserError(self.env._("An answer is being written. Stop it first."))
        # sudo: l10n_cl_ai.message, l10n_cl_ai.conversation - the user's own, as looked up
        later.sudo().active = False
        kept = self.sudo().memory or {}
        if message.id <= kept.get("told_up_to", 0):
            # What is taken back must not go on in what is told in short: that is made anew of what is left.
            self.sudo().memory = {**kept, "told_up_to": 0, "summary": "", "epoch": kept.get("epoch", 0) + 1}

    @api.model
    def _company_on(self, screen):
        """Return the company of the one record on screen, of those the user works in now; None where it has none."""
        ids = ids_of(screen) if isinstance(screen, dict) and self.chat_context(screen) else ()
        if len(ids) != 1 or "company_id" not in self.env[screen["model"]]._fields:
            return None
        company = self.env[screen["model"]].browse(ids).company_id
        return company if company._name == "res.company" and company in self.env.companies else None

    @api.model
    def _screen_of(self, screen):
        """Return what is on screen as far as it is well-formed; whether he may see it is asked when it is read."""
        shown = self.chat_context(screen)
        if not shown:
            return False
        ids = ids_of(screen)
        return {
            "model": screen["model"],
            "ids": ids[:MOST_IDS],
            "count": len(ids),
            "name": shown["name"],
            "view": screen.get("view") if screen.get("view") in ("form", "list", "kanban", "pivot", "graph") else "",
            "domain": self._domain_on(screen),
        }

    @api.model
    def _domain_on(self, screen):
        """Return the filter of a list on screen; None where there is one, and nobody knows which."""
        domain = screen.get("domain")
        if not isinstance(domain, list):
            return None
        text = writable(json.dumps(domain, ensure_ascii=False).replace("\\u0000", ""))
        return json.loads(text) if len(text) <= _MOST_DOMAIN else None
