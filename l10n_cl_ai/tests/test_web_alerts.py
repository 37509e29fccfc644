"""Alerts and webhooks in a real browser."""

from odoo.tests import HttpCase, tagged

from .alert_common import AlertCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAlertTours(AlertCase, HttpCase):
    def setUp(self):
        super().setUp()
        # The tours read source texts; the databases of the tests know Spanish only.
        self.env["res.lang"]._activate_lang("en_US")
        self.manager.lang = "en_US"

    def test_a_manager_measures_and_sees_what_fires(self):
        self.measure()
        self.rows(12, status="not_evaluated", reason="auth")
        self.env.flush_all()
        self.start_tour("/odoo/action-l10n_cl_ai.ai_alert_action", "l10n_cl_ai_alerts", login="gerente")
        self.assertEqual(self.alert("errors_hour").state, "firing")

    def test_an_administrator_makes_a_webhook(self):
        self.manager.group_ids |= self.env.ref("base.group_system")
        self.start_tour("/odoo/action-l10n_cl_ai.ai_webhook_action", "l10n_cl_ai_webhooks", login="gerente")
        webhook = self.env["l10n_cl_ai.webhook"].search([("company_id", "=", self.company.id)])
        self.assertEqual((webhook.url, webhook.delivery_ids.state), ("https://hooks.example.cl/in", "queued"))
