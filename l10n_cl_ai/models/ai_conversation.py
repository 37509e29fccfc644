"""Conversations with the assistant: private to who leads them, in one company."""

import uuid

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from . import ai_base  # noqa: F401 - what it inherits is defined first
from .chat_browser import writable
from .kept import DELETE, Keeping

_lt = LazyTranslate(__name__)

#: Conversations of a page of the history, letters of a title.
PAGE, MOST_TITLE = 40, 80


class AiConversation(models.Model):
    """Made and written by the assistant's own methods only, for the user who asks.

    What the provider was sent and what stands for what (``memory``) is read by nobody.
    """

    _name = "l10n_cl_ai.conversation"
    _inherit = "l10n_cl_ai.evidence"
    _description = "Conversation with the assistant"
    _order = "last_at desc, id desc"
    _l10n_cl_ai_kept = (
        Keeping(
            "conversations", _lt("Conversations with the assistant, after the last question"), days=400, date="last_at",
            why=_lt("So that who asked can read it again and go on."),
            users=("user_id",), texts=("name", "memory"), personal=("name", "last_at"),
            processing=("chat",), erase=DELETE, secret=True,
        ),
    )  # fmt: skip

    name = fields.Char("Title", readonly=True)
    uuid = fields.Char(
        "Identifier", required=True, readonly=True, copy=False, default=lambda self: str(uuid.uuid4())
    )
    user_id = fields.Many2one("res.users", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    agent_code = fields.Char("Agent", readonly=True)
    last_at = fields.Datetime("Last question", readonly=True, default=fields.Datetime.now)
    message_ids = fields.One2many("l10n_cl_ai.message", "conversation_id", "Messages", readonly=True)
    memory = fields.Json(readonly=True, groups=fields.NO_ACCESS)
    cost = fields.Float("Cost (USD)", compute="_compute_cost", groups="l10n_cl_ai.group_manager")

    _uuid_uniq = models.UniqueIndex("(uuid)", "Two conversations have one identifier.")
    _recent_idx = models.Index("(user_id, company_id, last_at DESC)")

    @api.depends("message_ids.cost")
    def _compute_cost(self):
        rows = self.env["l10n_cl_ai.message"].with_context(active_test=False)
        spent = dict(rows._read_group([("conversation_id", "in", self.ids)], ["conversation_id"], ["cost:sum"]))
        for conversation in self:
            conversation.cost = spent.get(conversation, 0.0)

    # -- the history, as the panel shows it ------------------------------------------------------------

    @api.model
    def chat_list(self, search="", offset=0):
        """Return the user's conversations in the companies he works in now, the newest first, ``PAGE`` of them.

        :param search: looked for in titles and in what was written
        """
        self._check_user()
        domain = Domain("user_id", "=", self.env.uid) & Domain("company_id", "in", self.env.companies.ids)
        words = search.strip()[:200] if isinstance(search, str) else ""
        if words:
            domain &= Domain("name", "ilike", words) | Domain("message_ids.text", "ilike", words)
        found = self.search(domain, limit=PAGE, offset=offset if isinstance(offset, int) and 0 < offset < 2**31 else 0)
        running = found.message_ids.filtered(lambda message: message.status == "running").conversation_id
        return [
            {
                "uuid": one.uuid,
                "title": one.name or self.env._("New conversation"),
                "company": self._company_label(one.company_id),
                "date": fields.Datetime.to_string(one.last_at),
                "running": one in running,
            }
            for one in found
        ]

    @api.model
    def chat_read(self, uuid):
        """Return a conversation of the user's with its messages."""
        conversation = self._own(uuid)
        conversation._release_dead()
        messages = conversation.message_ids.sorted("id")
        return {
            "uuid": conversation.uuid,
            "title": conversation.name or "",
            "company": self._company_label(conversation.company_id),
            "agent": conversation.agent_code or "",
            "cost": conversation._cost_text(),
            "messages": messages._to_client(),
        }

    @api.model
    def chat_rename(self, uuid, title):
        """Give a conversation of the user's another title."""
        title = " ".join(writable(title).split())[:MOST_TITLE]
        if not title:
            raise UserError(self.env._("A conversation needs a title."))
        # sudo: l10n_cl_ai.conversation - the user's own, as just looked up
        self._own(uuid).sudo().name = title
        return title

    @api.model
    def chat_delete(self, uuid):
        """Delete a conversation of the user's. What it cost stays in the ledger."""
        conversation = self._own(uuid)
        if conversation.message_ids.filtered(lambda message: message.status == "running"):
            conversation._release_dead()
            if conversation.message_ids.filtered(lambda message: message.status == "running"):
                raise UserError(self.env._("An answer is being written. Stop it first."))
        self.env["l10n_cl_ai.hold"]._check_free(conversation.company_id)
        conversation._drop_proposals()
        # sudo: l10n_cl_ai.conversation - the user's own, as just looked up
        conversation.sudo().unlink()
        return True

    def _drop_proposals(self):
        """Take back what waits here for a click: nobody would see it any more. What was decided stays on record."""
        # sudo: l10n_cl_ai.message, l10n_cl_ai.chat.proposal - of conversations that the caller has looked up
        answers = self.sudo().with_context(active_test=False).message_ids
        proposals = self.env["l10n_cl_ai.chat.proposal"].sudo()
        proposals.search([("message_ref", "in", answers.ids), ("state", "=", "open")]).unlink()

    @api.model
    def _company_label(self, company):
        """Return the name of a company, for who has several: whose figures they are must be seen."""
        # sudo: res.company - the name of one that is the user's own
        return company.sudo().name if len(self.env.user._get_company_ids()) > 1 else ""

    # -- rights ----------------------------------------------------------------------------------------

    @api.model
    def _check_user(self):
        if not self.env.user.has_group("l10n_cl_ai.group_user"):
            raise AccessError(self.env._("The assistant is for users of AI Chile."))

    @api.model
    def _own(self, uuid):
        """Return a conversation of the user's, in a company he works in now.

        :raises UserError: there is none
        """
        self._check_user()
        found = self.browse()
        if isinstance(uuid, str):
            found = self.search([("uuid", "=", uuid), ("user_id", "=", self.env.uid)], limit=1)
        if not found:
            raise UserError(self.env._("This conversation does not exist, or is not yours."))
        return found

    @api.model
    def _begin(self, agent_code, company, user, title=""):
        vals = {"agent_code": agent_code, "company_id": company.id, "user_id": user.id, "name": title}
        # sudo: l10n_cl_ai.conversation - rows are made by methods only, for who asks
        return self.sudo().create(vals).sudo(False)

    def _release_dead(self):
        """Give up answers whose worker has died, so that one can go on asking."""
        # sudo: l10n_cl_ai.message - rows are written by methods only
        self.message_ids.sudo()._give_up_dead()

    def _cost_text(self):
        self.ensure_one()
        return self.message_ids._words_of_cost(self) if self._shows_cost() else None

    @api.model
    def _shows_cost(self):
        return self.env.user.has_group("l10n_cl_ai.group_manager")
