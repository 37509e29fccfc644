"""What the panel asks beside the conversations themselves: agents, suggestions, what is on screen, ratings, notes."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from . import ai_conversation  # noqa: F401 - what it extends is defined first
from .ai_secret_reading import access
from .chat_browser import as_id, ids_of, writable
from .record_names import called

#: Suggested questions of a screen, letters of a record's name.
_MOST_QUESTIONS, _MOST_NAME = 4, 120
#: The own list of documents shows whose they are in menus of one side only.
_LISTS = {"account.move": "account.view_move_tree"}


class AiConversation(models.Model):
    _inherit = "l10n_cl_ai.conversation"

    # -- opening ---------------------------------------------------------------------------------------

    @api.model
    def chat_start(self, screen=None):
        """Return what the panel needs when it is opened. No network."""
        self._check_user()
        agents = self.env["l10n_cl_ai.agent"]._for_user()
        reason = self._why_off()
        last = self.search([("user_id", "=", self.env.uid), ("company_id", "=", self.env.company.id)], limit=1)
        return {
            "agents": [
                {"code": agent.code, "name": agent.name, "description": agent.description or ""} for agent in agents
            ],
            "available": not reason,
            "reason": self.env["l10n_cl_ai.gateway"]._reason_message(reason) if reason else "",
            "questions": self.chat_questions(screen),
            "is_manager": self._shows_cost(),
            "company": self._company_label(self.env.company),
            "simulated": self.env["ir.http"]._l10n_cl_ai_simulated(),
            "last": last.uuid or False,
        }

    @api.model
    def _why_off(self):
        """Return why the AI can't answer at all in this company, as far as it is known without asking; else None."""
        if not self.env["l10n_cl_ai.feature"]._settings("chat", self.env.company):
            return "disabled"
        reason = access(self.env, self.env.company).reason
        return str(reason) if reason else None

    @api.model
    def chat_questions(self, screen=None, agent=""):
        """Return the questions that are suggested for what is on screen.

        :param agent: code; the questions of this one come first
        """
        self._check_user()
        # "This invoice" is asked where there is one.
        model = screen.get("model") if isinstance(screen, dict) and len(ids_of(screen)) == 1 else None
        agents = self.env["l10n_cl_ai.agent"]._for_user()
        first = agents.filtered(lambda one: one.code == (agent or self._agent_on(screen)))
        suggested = [text for some in (first, agents) for text in agents._suggested_questions(model or "", some)]
        return list(dict.fromkeys(suggested))[:_MOST_QUESTIONS]

    @api.model
    def _agent_on(self, screen):
        """Return the code of the agent for what is on screen: of a supplier's document that of purchases."""
        ids = ids_of(screen) if isinstance(screen, dict) and screen.get("model") == "account.move" else ()
        found = self.env["account.move"].browse(ids[:1]).exists() if self.env["account.move"].has_access("read") else ()
        return "compras" if found and found._filtered_access("read").is_purchase_document() else ""

    @api.model
    def chat_context(self, screen):
        """Return how what is on screen is called, for who may see it; False where there is nothing to tell of."""
        self._check_user()
        if not isinstance(screen, dict) or not isinstance(screen.get("model"), str):
            return False
        model = self.env.get(screen["model"])
        if model is None or model._abstract or model._transient or not model.has_access("read"):
            return False
        ids, title = ids_of(screen), writable(screen.get("title"))
        label = self.env["ir.model"]._get(model._name).name
        if len(ids) != 1:
            # Of a list the user knows the title, not the kind of record: Facturas, not Asiento contable.
            label = " ".join(title.split())[:_MOST_NAME] or label
            names = self.env._("%(model)s: %(count)s selected", model=label, count=len(ids)) if ids else label
            return {"name": names}
        record = model.browse(ids).exists()._filtered_access("read")
        return {"name": (called(record) or label)[:_MOST_NAME]} if record else False

    # -- with an answer --------------------------------------------------------------------------------

    @api.model
    def chat_rate(self, message_id, rating, comment=""):
        """Say whether an answer was useful, and why."""
        # sudo: l10n_cl_ai.message - rows are written by methods only
        self._own_answer(message_id).sudo()._rate(rating, writable(comment))
        return True

    @api.model
    def chat_note(self, message_id, model, record_id):
        """Post an answer as a note on a record, in the user's name and with his rights."""
        answer = self._own_answer(message_id)
        if not (answer.text or "").strip():
            raise UserError(self.env._("There is nothing to note in this answer."))
        target = self.env.get(model) if isinstance(model, str) else None
        if target is None or not hasattr(target, "message_post"):
            raise UserError(self.env._("Notes cannot be kept on this kind of record."))
        record = target.browse(as_id(record_id)).exists()
        if not record:
            raise UserError(self.env._("The record was deleted."))
        record.check_access("read")
        record.message_post(body=answer._note_body(), subtype_xmlid="mail.mt_note")
        return True

    @api.model
    def chat_source(self, message_id, key):
        """Return the action that opens what an answer rests on."""
        sources = {one["key"]: one for one in self._own_answer(message_id).sources or []}
        source = sources.get(key)
        model = self.env.get(source["model"]) if source and source["model"] else None
        if model is not None and not source["id"] and source.get("domain") is not None:
            # A figure drawn from many records: these, so that anybody may add them up.
            views = [(self._list_of(model), "list"), (False, "form")]
            return {"type": "ir.actions.act_window", "res_model": model._name, "name": source["title"],
                    "domain": source["domain"], "view_mode": "list,form", "views": views}  # fmt: skip
        record = model.browse(source["id"]).exists() if model is not None else None
        if not record:
            raise UserError(self.env._("This source cannot be opened."))
        if not record.has_access("read"):
            raise AccessError(self.env._("You may no longer read this source."))
        return {"type": "ir.actions.act_window", "res_model": record._name, "res_id": record.id,
                "view_mode": "form", "views": [(False, "form")]}  # fmt: skip

    @api.model
    def _list_of(self, model):
        """Return the id of the list that shows whose they are and a sum in the company's currency; False: the own."""
        # sudo: ir.model.data - the id of a view is no secret
        view = _LISTS.get(model._name) and self.env.ref(_LISTS[model._name], raise_if_not_found=False)
        return view.sudo().id if view else False

    @api.model
    def chat_decide(self, proposal_id, decision):
        """Apply or discard what an answer proposed, as the user who was asked."""
        proposal = self.env["l10n_cl_ai.chat.proposal"].search([("id", "=", as_id(proposal_id))], limit=1)
        if not proposal or decision not in ("apply", "discard"):
            raise UserError(self.env._("This proposal does not exist, or is not yours."))
        if decision == "apply":
            proposal.action_apply()
        else:
            proposal.action_discard()
        return proposal._to_client()

    @api.model
    def _own_answer(self, message_id):
        self._check_user()
        domain = [("id", "=", as_id(message_id)), ("user_id", "=", self.env.uid), ("role", "=", "assistant")]
        found = self.env["l10n_cl_ai.message"].search(domain, limit=1)
        if not found:
            raise UserError(self.env._("This answer does not exist, or is not yours."))
        return found
