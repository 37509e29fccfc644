"""Two companies with a manager each, and keys to seal with that no database holds."""

import os
from unittest.mock import patch

from odoo import Command
from odoo.tests import Form, TransactionCase, new_test_user
from odoo.tools import config

from ..llm.vault import new_key

#: What is searched for where it must not be: it looks like a key and is none.
CANARY = "sk-ant-canary-0123456789abcdef"


class AiCase(TransactionCase):
    """Two companies, each with a manager and a user who see no other; an administrator of the system."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls._make_company("Comercial Ñuble Limitada")
        cls.other = cls._make_company("Aserradero Biobío SpA")
        cls.manager = cls._make_user("gerenta", "l10n_cl_ai.group_manager", cls.company)
        cls.other_manager = cls._make_user("gerente_biobio", "l10n_cl_ai.group_manager", cls.other)
        cls.user = cls._make_user("asistente", "l10n_cl_ai.group_user", cls.company)
        # The settings of Chile stand in those of accounting.
        cls.system = cls._make_user("sistemas", "base.group_system,account.group_account_manager", cls.company)

    def setUp(self):
        super().setUp()
        self.outside()

    def outside(self, **options):
        """Say what environment and odoo.conf hold for this test: l10n_cl_ai_… in odoo.conf, L10N_CL_AI_… outside."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("L10N_CL_AI_")}
        environment = {name: value for name, value in options.items() if name.isupper()}
        patcher = patch.dict(os.environ, {**clean, **environment}, clear=True)
        patcher.start()
        self.addCleanup(patcher.stop)
        in_conf = {name: value for name, value in options.items() if name.islower()}
        names = {name for name in config.options if name.startswith("l10n_cl_ai_")}
        patcher = patch.dict(config._runtime_options, {**dict.fromkeys(names, ""), **in_conf})
        patcher.start()
        self.addCleanup(patcher.stop)

    def with_vault(self, **options):
        """Give the server a key to seal with, and return it."""
        key = new_key()
        self.outside(L10N_CL_AI_SECRET_KEY=key, **options)
        return key

    @classmethod
    def _make_company(cls, name):
        chile = cls.env.ref("base.cl").id
        company = cls.env["res.company"].create(
            {"name": name, "country_id": chile, "currency_id": cls.env.ref("base.CLP").id}
        )
        cls.env.user.company_ids |= company
        return company

    @classmethod
    def _make_user(cls, login, groups, company):
        return new_test_user(
            cls.env(context={**cls.env.context, "no_reset_password": True}),
            login,
            groups=groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
            tz="America/Santiago",
        )

    def as_user(self, user, model, company=None):
        """Return a model as a user works with it, in a company of his."""
        company = company or user.company_id
        context = {"allowed_company_ids": company.ids, "lang": "en_US", "tz": "America/Santiago"}
        return self.env(user=user, su=False, context=context)[model]


class SecretCase(AiCase):
    def setUp(self):
        super().setUp()
        self.secrets = self.as_user(self.system, "l10n_cl_ai.secret")

    def stored(self):
        """Return what the table holds, as a dump of the database would."""
        self.env.flush_all()
        self.env.cr.execute("SELECT kind, company_id, ciphertext, hint FROM l10n_cl_ai_secret ORDER BY id")
        return self.env.cr.fetchall()


class FeatureCase(AiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.feature = cls.env.ref("l10n_cl_ai.feature_dte_review")
        cls.features = cls.env["l10n_cl_ai.feature"]

    def switch(self, user=None, company=None):
        """Return a company's switch of the feature, as a user sees it."""
        company = company or self.company
        switches = self.as_user(user or self.manager, "l10n_cl_ai.feature.switch", company)
        return switches.sudo().search(
            [("feature_id", "=", self.feature.id), ("company_id", "=", company.id)]
        ).sudo(False)

    def accept(self, user=None, company=None):
        """Switch the feature on through the dialog."""
        user, company = user or self.manager, company or self.company
        action = self.switch(user, company).action_open_accept()
        wizards = self.as_user(user, action["res_model"], company).with_context(**action["context"])
        with Form(wizards) as form:
            form.accepted = True
        return form.record.action_accept()

    def is_on(self, company=None, code="dte_review"):
        return bool(self.features._for(code, company or self.company))
