"""What bringing a database from 19.0.1.3.0 to 19.0.1.4.0 does beyond new columns: ``migrations/19.0.1.4.0``."""

import importlib.util

from odoo.tests import tagged
from odoo.tools import file_path

from .gateway_common import OrmGatewayCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestUpgradeWatch(OrmGatewayCase):
    def migrate(self, name):
        path = file_path(f"l10n_cl_ai/migrations/19.0.1.4.0/{name}.py")
        spec = importlib.util.spec_from_file_location(name.replace("-", "_"), path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.env.flush_all()
        module.migrate(self.env.cr, "19.0.1.3.0")
        self.env.invalidate_all()

    def test_who_accepted_what_the_assistant_sent_before_is_asked_again(self):
        feature = self.env.ref("l10n_cl_ai.feature_chat")
        delivered, allowed = feature.data_sent, "res.partner.name"
        feature.write({"data_sent": "What the user writes.", "allowed_fields": allowed})
        self.accept("chat")
        feature = feature.with_company(self.company)
        self.assertEqual(feature.state, "on")
        self.migrate("post-chat")
        self.assertEqual(feature.state, "lapsed")
        self.assertEqual((feature.data_sent, feature.allowed_fields), (delivered, allowed))
        self.accept("chat")
        self.migrate("post-chat")
        self.assertEqual(feature.state, "on", "a second time there is nothing new to accept")

    def test_delivered_agents_get_the_tool_of_the_news_and_others_do_not(self):
        agents = [self.env.ref(f"l10n_cl_ai.agent_{name}") for name in ("contabilidad", "facturacion")]
        tools = {one.code: one for one in self.env["l10n_cl_ai.tool"].search([])}
        agents[0].tool_ids -= tools["sii_news"]
        agents[1].tool_ids = tools["read_invoice"]
        self.migrate("post-watch")
        self.assertIn("sii_news", agents[0].tool_ids.mapped("code"))
        self.assertEqual(agents[1].tool_ids, tools["read_invoice"], "an administrator chose otherwise")
