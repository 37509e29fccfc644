"""A feature of another addon: a record and an abstract model, and the gateway does the rest."""

import json

from odoo.addons.l10n_cl_ai.llm.question import Reason, Status
from odoo.addons.l10n_cl_ai.tests.common import DteCase
from odoo.addons.l10n_cl_ai.tests.gateway_common import OrmGatewayCase
from odoo.exceptions import UserError
from odoo.tests import tagged


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFeature(DteCase, OrmGatewayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.feature = cls.env.ref("l10n_cl_ai_sample.feature_reminder")
        cls.reminders = cls.env["l10n_cl_ai_sample.reminder"]
        cls.move = cls.invoice(33, narration="Interno: no vender más a crédito", invoice_date_due="2026-11-30")

    def test_it_is_off_until_a_manager_accepts_what_it_sends(self):
        self.assertEqual(self.feature.state, "off")
        with self.assertRaisesRegex(UserError, "switched off"):
            self.reminders._remind(self.move)
        self.assertFalse(self.standin.messages)

    def test_it_is_asked_and_its_answer_is_its_own(self):
        self.accept("sample_reminder")
        reminder = self.reminders._remind(self.move)
        self.assertIn(reminder.tone, ("friendly", "firm"))
        row = self.env["l10n_cl_ai.request"].search([("feature", "=", "sample_reminder")], limit=1)
        self.assertEqual((row.status, row.company_id), ("answered", self.company))
        self.assertGreater(row.cost, 0)

    def test_only_what_was_accepted_leaves_and_nobody_is_named(self):
        self.accept("sample_reminder")
        self.reminders._remind(self.move)
        sent = json.dumps(self.standin.messages[0].body, ensure_ascii=False)
        self.assertIn("account.move.invoice_date_due: 2026-11-30", sent)
        self.assertNotIn("crédito", sent)
        self.assertNotIn("Araucanía", sent)

    def test_an_answer_that_is_none_of_its_own_is_not_used(self):
        self.accept("sample_reminder")
        self.standin.script({"answer": {"text": "Pague.", "tone": "rude"}}, {"answer": {"tone": "firm"}})
        with self.assertRaisesRegex(UserError, "not used"):
            self.reminders._remind(self.move)

    def test_a_manager_tries_it_from_its_form(self):
        self.accept("sample_reminder")
        wizard = self.env["l10n_cl_ai.try.wizard"].create({"feature_id": self.feature.id, "text": "Factura 7"})
        wizard.action_ask()
        self.assertEqual((wizard.status, wizard.reason), (Status.ANSWERED.value, False))
        self.assertTrue(wizard.answer)
        self.assertTrue(wizard.simulated)

    def test_without_its_addon_it_is_off(self):
        """What an administrator leaves behind of an addon that is gone: its record names a model that is no more."""
        self.accept("sample_reminder")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE l10n_cl_ai_feature SET handler = 'l10n_cl_ai_gone.reminder' WHERE id = %s", [self.feature.id]
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.assertEqual(self.feature.state, "unavailable")
        self.assertEqual(self.ask(code="sample_reminder").reason, Reason.DISABLED)
