"""A conversation with the assistant in the test's transaction: the engine, the tools and the stand-in are real."""

from ..chat.tool import Asker
from ..models.ai_conversation_ask import Wanted
from ..models.chat_live import Live
from ..models.chat_runner import Runner
from .gateway_common import OrmGatewayCase, standin


class ChatCase(OrmGatewayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.cl")
        cls.feature = cls.env["l10n_cl_ai.feature"].search([("code", "=", "chat")])
        cls.user = cls._make_user("asistida", cls.company)
        cls.manager = cls._make_user("jefa", cls.company, "l10n_cl_ai.group_manager")
        cls.other_user = cls._make_user("ajeno", cls.other_company)

    @classmethod
    def _make_user(cls, login, company, groups=""):
        wanted = ["account.group_account_invoice", "l10n_cl_ai.group_accountant", *filter(None, groups.split(","))]
        return cls.env["res.users"].with_context(no_reset_password=True).create({
            "name": login.title(), "login": login, "lang": "en_US", "tz": "America/Santiago",
            "company_id": company.id, "company_ids": [(6, 0, company.ids)],
            "group_ids": [(6, 0, [cls.env.ref(group).id for group in wanted])],
        })  # fmt: skip

    def setUp(self):
        super().setUp()
        # What opens a cursor of its own gets one on the test's transaction.
        self.registry_enter_test_mode()
        self.accept("chat")

    # -- asking ----------------------------------------------------------------------------------------

    def conversations(self, user=None, company=None):
        user = user or self.user
        context = {"allowed_company_ids": (company or user.company_id).ids, "lang": user.lang, "tz": user.tz}
        return self.env(user=user.id, su=False, context=context)["l10n_cl_ai.conversation"]

    def take(self, text="¿Qué es un folio?", user=None, **more):
        """Write a question down and return its answer, which nobody has written yet."""
        return self.conversations(user)._take(Wanted(text=text, **more))

    def answer(self, message, live=None):
        """Write the answer, and return it as the panel shows it."""
        message.env.flush_all()
        user, company = message.env.user, message.company_id
        asker = Asker(self.env.cr.dbname, user.id, company.id, user.lang, user.tz)
        shown = Runner(asker, message.id, live or Live(self.env.cr.dbname, message.id)).run()
        message.env.invalidate_all()
        self.env.invalidate_all()
        return shown

    def chat(self, text="¿Qué es un folio?", user=None, **more):
        """Ask and answer; return the message as the panel shows it."""
        return self.answer(self.take(text, user, **more))

    def uuid_of(self, shown):
        return self.env["l10n_cl_ai.message"].browse(shown["id"]).conversation_id.uuid

    # -- what the model says ---------------------------------------------------------------------------

    def says(self, *texts, **more):
        for text in texts:
            self.standin.script(answer=text, **more)

    def uses(self, name, saying="", **values):
        """Let the model call a tool. :param saying: what it says before"""
        blocks = [{"type": "text", "text": saying}] if saying else []
        call = {"type": "tool_use", "id": f"toolu_{name}_{len(self.standin.calls)}", "name": name, "input": values}
        self.standin.script(content=[*blocks, call], stop_reason="tool_use")

    def sent(self, number=-1):
        """The body of a request that the provider got."""
        return self.standin.messages[number].body

    def ledger(self):
        self.env["l10n_cl_ai.request"].invalidate_model()
        return self.env["l10n_cl_ai.request"].search([("feature", "=", "chat")], order="id")


__all__ = ["ChatCase", "Wanted", "standin"]
