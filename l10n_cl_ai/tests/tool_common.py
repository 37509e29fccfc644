"""A company where the assistant may look at documents, and a way to call its tools as somebody."""

import json

from ..chat.desk import Desk
from ..chat.tool import Asker
from ..models.ai_toolbox import run_tool
from .common import DteCase


class ToolCase(DteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._make_user("contadora_chat", "account.group_account_user,l10n_cl_ai.group_manager")
        cls._accept_chat(cls.company)

    @classmethod
    def _accept_chat(cls, company):
        feature = cls.env.ref("l10n_cl_ai.feature_chat").with_company(company)
        feature._switch()._accept(feature._digest())
        return feature

    def asker(self, user, company=None, lang="en_US"):
        return Asker(self.env.cr.dbname, user.id, (company or user.company_id).id, lang, "America/Santiago")

    def call(self, tool, by=None, desk=None, company=None, **values):
        """Return (answer, its data, the desk) of a tool called as somebody."""
        desk = Desk() if desk is None else desk
        user = by or self.accountant
        with self.enter_registry_test_mode():
            answer = run_tool(self.asker(user, company), tool, values, desk)
        return answer, json.loads(answer.text), desk

    def told(self, tool, **values):
        """Return (data, desk) of a call that must not fail."""
        answer, data, desk = self.call(tool, **values)
        self.assertFalse(answer.failed, data)
        return data, desk

    def refused(self, tool, **values):
        """Return the words of a call that must fail."""
        answer, data, _desk = self.call(tool, **values)
        self.assertTrue(answer.failed, data)
        return data["error"]

    def ids(self, data, desk, key="rows"):
        return [desk.sources[row["key"]].res_id for row in data[key]]
