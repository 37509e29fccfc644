"""Settings and dialogs of the AI in a real browser, on the stand-in."""

import os
from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from ..llm.vault import new_key
from .gateway_common import OrmGatewayCase

#: The key that the tour pastes.
TYPED = "sk-ant-standin-tour-0123456789abcdef"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestGatewayTours(OrmGatewayCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.admin = self.env.ref("base.user_admin")
        # The tours read source texts; the databases of the tests know Spanish only.
        self.env["res.lang"]._activate_lang("en_US")
        self.admin.lang = "en_US"
        self.admin.group_ids |= self.env.ref("account.group_account_manager")
        chile = self.env.ref("base.cl")
        self.company = self.admin.company_id
        self.company.write({"country_id": chile.id, "account_fiscal_country_id": chile.id})

    def test_an_administrator_sets_it_up(self):
        with patch.dict(os.environ, L10N_CL_AI_SECRET_KEY=new_key()), patch.object(self.standin.state, "key", TYPED):
            del os.environ["L10N_CL_AI_API_KEY"]
            self.start_tour("/odoo/settings", "l10n_cl_ai_set_up", login="admin")
        feature = self.env["l10n_cl_ai.feature"]._for("dte_review", self.company)
        self.assertTrue(feature)
        self.assertEqual(feature._switch().accepted_by, self.admin)

    def test_a_manager_tries_a_feature_and_switches_it_off(self):
        self.accept("dte_review")
        self.start_tour("/odoo/action-l10n_cl_ai.ai_feature_action", "l10n_cl_ai_try", login="admin")
        self.assertFalse(self.env["l10n_cl_ai.feature"]._for("dte_review", self.company))
        self.assertIn("¿Qué es un folio?", repr(self.standin.messages[-1].body))
