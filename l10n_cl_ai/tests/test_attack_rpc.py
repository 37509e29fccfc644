"""Every door of RPC to what belongs to somebody else: conversations, messages, proposals, agents, articles, imports."""

import json
from collections import Counter

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..chat.desk import Draft
from .chat_common import ChatCase

SECRET = "ZQSECRETO"
OWN = ("l10n_cl_ai.conversation", "l10n_cl_ai.message", "l10n_cl_ai.chat.proposal")
#: Of the models themselves: whatever is public there and takes no ids is asked by name below.
PUBLIC = {
    "l10n_cl_ai.conversation": {"chat_list", "chat_read", "chat_rename", "chat_delete", "chat_start", "chat_questions",
                                "chat_context", "chat_rate", "chat_note", "chat_source", "chat_decide"},
    "l10n_cl_ai.message": set(),
    "l10n_cl_ai.chat.proposal": {"action_apply", "action_discard"},
    "l10n_cl_ai.chat.signal": set(),
    "l10n_cl_ai.toolbox": set(),
    "l10n_cl_ai.agent": set(),
    "l10n_cl_ai.question": set(),
    "l10n_cl_ai.tool": set(),
    "l10n_cl_ai.article": {"action_reviewed"},
    "l10n_cl_ai.article.import": {"action_again"},
    "l10n_cl_ai.article.wizard": {"action_import"},
}  # fmt: skip
_ORM = {"create", "write", "unlink", "copy_data", "read", "default_get", "init"}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAttackRpc(ChatCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls._make_user("colega", cls.company)
        cls.chief = cls._make_user("jefa2", cls.company, "l10n_cl_ai.group_manager,base.group_system")
        users = cls.env["res.users"].with_context(no_reset_password=True)
        cls.plain = users.create({
            "name": "Sin grupo", "login": "sin", "company_id": cls.company.id, "company_ids": cls.company.ids,
            "group_ids": [(6, 0, cls.env.ref("base.group_user").ids)],
        })  # fmt: skip
        cls.portal = users.create({
            "name": "Portal", "login": "por", "company_id": cls.company.id, "company_ids": cls.company.ids,
            "group_ids": [(6, 0, cls.env.ref("base.group_portal").ids)],
        })  # fmt: skip
        cls.partner = cls.env["res.partner"].create({"name": "Maderas", "company_id": cls.company.id})

    def setUp(self):
        super().setUp()
        self.user.group_ids |= self.env.ref("base.group_partner_manager")
        self.says(f"{SECRET} respuesta.")
        self.shown = self.chat(f"{SECRET} pregunta", files=())
        self.message = self.env["l10n_cl_ai.message"].browse(self.shown["id"])
        self.conversation = self.message.conversation_id
        self.conversation.name = f"{SECRET} título"
        draft = Draft("values", "res.partner", self.partner.id, {"comment": SECRET}, {"comment": False})
        proposals = self.env["l10n_cl_ai.chat.proposal"]
        self.proposal = proposals._make(draft, self.user, self.company, self.message.id).sudo()
        self.env.flush_all()

    def rpc(self, user, model, name, *args, companies=None, **kwargs):
        """Call as the web client does. :return: what came back, or the error"""
        ids = (companies or user.company_ids).ids
        env = self.env(user=user.id, su=False, context={"allowed_company_ids": ids})
        try:
            with self.env.cr.savepoint():
                result = call_kw(env[model], name, list(args), kwargs)
                env.flush_all()
        except (AccessError, UserError, MissingError, ValueError, TypeError, AttributeError, AssertionError) as refused:
            return refused
        return json.loads(json.dumps(result, default=str))

    def strangers(self):
        """(who, companies he claims): colleagues, chiefs, other companies' people, portal, no group."""
        both = self.company + self.other_company
        return [
            (self.colleague, self.company), (self.chief, self.company), (self.other_user, self.other_company),
            (self.other_user, both), (self.other_user, self.company), (self.plain, self.company),
            (self.portal, self.company), (self.manager, self.company),
        ]  # fmt: skip

    def state(self):
        self.env.invalidate_all()
        rows = [*self.conversation, *self.conversation.message_ids, *self.proposal, *self.partner]
        return [str(row.sudo().read([name for name in row._fields if row._fields[name].store])) for row in rows]

    def of(self, model):
        rows = {OWN[0]: self.conversation, OWN[1]: self.conversation.message_ids, OWN[2]: self.proposal}
        return rows[model].ids

    # -- what is public ------------------------------------------------------------------------------------

    def test_no_method_of_ours_is_public_by_mistake(self):
        for model, known in PUBLIC.items():
            with self.subTest(model):
                own = [base for base in type(self.env[model]).__mro__ if "l10n_cl_ai" in base.__module__]
                public = {
                    name for base in own for name, value in vars(base).items()
                    if callable(value) and not name.startswith("_") and not hasattr(value, "_api_private")
                }  # fmt: skip
                self.assertEqual(public - _ORM, known)

    # -- reading -------------------------------------------------------------------------------------------

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule", "odoo.models")
    def test_nobody_reads_what_is_somebody_else_s(self):
        told = Counter()
        for model in OWN:
            ids, domain = self.of(model), [("id", "in", self.of(model))]
            calls = [
                ("read", (ids,), {}), ("web_read", (ids, {"display_name": {}, "user_id": {}}), {}),
                ("search_read", (domain,), {}), ("search_count", (domain,), {}),
                ("web_search_read", (domain, {"display_name": {}}), {}), ("name_search", (SECRET,), {}),
                ("formatted_read_group", (domain, ["user_id"], ["__count"]), {}),
                ("export_data", (ids, ["display_name"]), {}),
                ("search", (domain,), {}), ("search_read", ([], ["display_name"]), {}),
            ]  # fmt: skip
            for who, companies in self.strangers():
                for name, args, kwargs in calls:
                    with self.subTest(model=model, who=who.login, companies=companies.ids, name=name):
                        result = self.rpc(who, model, name, *args, companies=companies, **kwargs)
                        told[type(result).__name__] += 1
                        self.assertNotIn(SECRET, str(result))
                        if not isinstance(result, Exception):
                            self.assertFalse(self._rows(result), result)
        self.assertGreater(told["AccessError"], 50)

    def _rows(self, result):
        if isinstance(result, dict):
            return result.get("records") or result.get("datas") or result.get("length")
        return result

    def test_the_owner_reads_his_own_but_what_nobody_reads(self):
        self.assertIn(SECRET, str(self.rpc(self.user, OWN[1], "read", self.of(OWN[1]))))
        hidden = ["attached", "live", "turns", "seal", "cost", "request_ids"]
        for model, names in ((OWN[0], ["memory", "cost"]), (OWN[1], hidden)):
            for name in names:
                for call in (("read", self.of(model), [name]), ("search_count", [(name, "!=", False)]),
                             ("formatted_read_group", [], [name]), ("search_read", [], [name])):  # fmt: skip
                    with self.subTest(name=name, call=call[0]):
                        self.assertIsInstance(self.rpc(self.user, model, *call), AccessError)

    # -- the assistant's own methods -----------------------------------------------------------------------

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule", "odoo.models")
    def test_no_method_of_the_assistant_takes_what_is_somebody_else_s(self):
        before = self.state()
        uuid, answer, proposal = self.conversation.uuid, self.message.id, self.proposal.id
        calls = [
            ("chat_read", uuid), ("chat_rename", uuid, "mío"), ("chat_delete", uuid), ("chat_rate", answer, "up", "x"),
            ("chat_note", answer, "res.partner", self.partner.id), ("chat_source", answer, "A1"),
            ("chat_decide", proposal, "apply"), ("chat_decide", proposal, "discard"), ("chat_list", SECRET),
            ("chat_context", {"model": OWN[0], "ids": self.conversation.ids}),
            ("chat_context", {"model": OWN[1], "ids": self.message.ids}),
            ("chat_read", {"uuid": uuid}), ("chat_read", [uuid]), ("chat_rate", str(answer), "up"),
        ]  # fmt: skip
        for who, companies in self.strangers():
            for name, *args in calls:
                with self.subTest(who=who.login, companies=companies.ids, name=name, args=args):
                    result = self.rpc(who, OWN[0], name, *args, companies=companies)
                    self.assertNotIn(SECRET, str(result))
                    if name != "chat_context" and not isinstance(result, Exception):
                        self.assertFalse(result)
        for who, companies in self.strangers():
            for name in ("action_apply", "action_discard"):
                result = self.rpc(who, OWN[2], name, [proposal], companies=companies)
                self.assertIsInstance(result, Exception)
        self.assertEqual(self.state(), before)

    # -- writing -------------------------------------------------------------------------------------------

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule", "odoo.models")
    def test_nobody_writes_rows_not_even_his_own(self):
        before = self.state()
        for model in OWN:
            ids = self.of(model)
            values = {"user_id": self.user.id, "company_id": self.company.id}
            for who in (self.user, self.colleague, self.manager, self.other_user, self.portal):
                for call in (("write", ids, values), ("unlink", ids), ("create", [values]), ("copy", ids),
                             ("web_save", ids, values, {}), ("name_create", "x"), ("action_archive", ids),
                             ("load", ["user_id/.id"], [[str(who.id)]])):  # fmt: skip
                    with self.subTest(model=model, who=who.login, call=call[0]):
                        result = self.rpc(who, model, *call)
                        self.assertTrue(isinstance(result, Exception) or not result or not result.get("ids"), result)
        self.assertEqual(self.state(), before)

    def test_what_was_proposed_in_a_conversation_goes_with_it_unless_it_was_decided(self):
        draft = Draft("note", "res.partner", self.partner.id, text="Otra")
        decided = self.env["l10n_cl_ai.chat.proposal"]._make(draft, self.user, self.company, self.message.id).sudo()
        self.rpc(self.user, OWN[0], "chat_decide", decided.id, "discard")
        self.assertTrue(self.rpc(self.user, OWN[0], "chat_delete", self.conversation.uuid))
        self.assertFalse(self.proposal.exists(), "nobody could see it any more, and yet apply it")
        self.assertEqual(decided.exists().state, "discarded")
