"""What another addon brings reaches the catalogue, the check, the screen and the corrections."""

from unittest.mock import patch

from odoo.addons.l10n_cl_ai.models.ai_rule import AiRule
from odoo.addons.l10n_cl_ai.tests.common import DteCase
from odoo.tests import tagged


@tagged("post_install_l10n", "post_install", "-at_install")
class TestExtending(DteCase):
    def finding(self, move):
        check = move._l10n_cl_ai_check()
        self.assertNotIn("X01", check.not_evaluated or {})
        return check.finding_ids.filtered(lambda finding: finding.rule_code == "X01")

    def test_its_rule_is_in_the_catalogue_since_it_was_installed(self):
        rule = self.env["l10n_cl_ai.rule"].search([("code", "=", "X01")])
        self.assertEqual((rule.module, rule.action, rule.basis), ("l10n_cl_ai_sample", "warn", "inferred"))
        self.assertEqual(
            rule.with_context(lang="es_CL").name, "La orden de compra del cliente está nombrada"
        )

    def test_its_rule_finds_and_explains_in_the_language_of_its_addon(self):
        finding = self.finding(self.invoice(33)).with_context(lang="es_CL")
        self.assertEqual(
            finding.message, "Ninguna referencia de tipo 801 nombra la orden de Servicios Araucanía SpA."
        )
        self.assertFalse(finding.can_fix, "there is nothing to take the order from")

    def test_its_data_silence_the_rule(self):
        self.assertFalse(self.finding(self.invoice(33, ref="OC-5512")))

    def test_its_data_age_a_check(self):
        move = self.invoice(33)
        self.finding(move)
        move.ref = "OC-5512"
        move.invalidate_recordset()
        self.assertEqual(move.l10n_cl_ai_state, "stale")

    def test_its_context_is_known_to_the_rules_and_ages_a_check(self):
        move = self.invoice(33)
        [document] = move._l10n_cl_ai_documents()
        self.assertEqual(document.context.environment, "certification")
        now = move._l10n_cl_ai_digests([document])
        document.context.put(environment="production")
        self.assertNotEqual(move._l10n_cl_ai_digests([document]), now)

    def test_its_correction_mends_and_is_undone(self):
        move = self.invoice(33, invoice_origin="OC-5512")
        finding = self.finding(move)
        self.assertTrue(finding.can_fix)
        finding.action_fix()
        self.assertEqual(move.ref, "OC-5512")
        self.assertFalse(
            move.l10n_cl_ai_finding_ids.filtered(lambda finding: finding.rule_code == "X01")
        )
        move.l10n_cl_ai_correction_ids.action_undo()
        self.assertFalse(move.ref)

    def test_a_company_sets_its_severity(self):
        self.env["l10n_cl_ai.rule"].search([("code", "=", "X01")]).company_action = "block"
        self.assertEqual(self.finding(self.invoice(33)).action, "block")

    def test_its_rule_is_silent_in_a_database_without_the_addon(self):
        """One process serves many databases, and Python keeps what any of them imported."""
        rules, move = self.env["l10n_cl_ai.rule"], self.invoice(33)
        installed = rules._modules() - {"l10n_cl_ai_sample"}
        with patch.object(AiRule, "_modules", lambda self: installed):
            self.assertNotIn("X01", rules._ids_by_code())
            self.assertFalse(self.finding(move))
            self.assertFalse(rules.search([("code", "=", "X01")]))
        self.assertIn("X01", rules._ids_by_code())
