"""The token of the metrics in a real browser."""

from odoo.tests import HttpCase, tagged

from .gateway_common import OrmGatewayCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestMetricsTour(OrmGatewayCase, HttpCase):
    def test_an_administrator_makes_and_removes_the_token(self):
        admin, chile = self.env.ref("base.user_admin"), self.env.ref("base.cl")
        # The tours read source texts; the databases of the tests know Spanish only.
        self.env["res.lang"]._activate_lang("en_US")
        admin.lang = "en_US"
        admin.group_ids |= self.env.ref("account.group_account_manager")
        admin.company_id.write({"country_id": chile.id, "account_fiscal_country_id": chile.id})
        metrics = self.env["l10n_cl_ai.metrics"]
        self.start_tour("/odoo/settings", "l10n_cl_ai_metrics_token", login="admin")
        self.assertTrue(metrics._has_token())
        self.start_tour("/odoo/settings", "l10n_cl_ai_metrics_token_removed", login="admin")
        self.assertFalse(metrics._has_token())
