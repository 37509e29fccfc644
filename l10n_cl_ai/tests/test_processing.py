"""The register of processing: what follows from the settings, what a person writes, and what is printed."""

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import NOW
from .ledger_common import LedgerCase


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestProcessing(LedgerCase):
    def setUp(self):
        super().setUp()
        self.env["l10n_cl_ai.processing"]._sync()

    def of(self, code, company=None):
        company = company or self.company
        domain = [("code", "=", code), ("company_id", "=", company.id)]
        return self.env["l10n_cl_ai.processing"].search(domain)

    def test_each_feature_that_sends_and_each_declaration_has_a_row_in_each_company(self):
        features = self.env["l10n_cl_ai.feature"].search([("sends_data", "=", True)])
        codes = {*features.mapped("code"), *self.env["l10n_cl_ai.processing"]._declared()}
        for company in self.company | self.other:
            rows = self.env["l10n_cl_ai.processing"].search([("company_id", "=", company.id)])
            self.assertEqual(set(rows.mapped("code")), codes)
        self.assertNotIn("connection_test", codes, "it sends nothing of the company")

    def test_every_kind_of_data_comes_of_an_operation_in_the_register(self):
        codes = set(self.env["l10n_cl_ai.processing"].search([]).mapped("code")) | {"*"}
        ours = {kind: kept for kind, kept in self.env["l10n_cl_ai.processing"]._kinds().items() if kept.processing}
        for kind, kept in ours.items():
            with self.subTest(kind=kind):
                self.assertLessEqual(set(kept.processing), codes)

    def test_a_features_row_says_what_leaves_to_whom_and_for_how_long(self):
        row = self.of("chat")
        self.assertIn("res.partner.vat", row.categories)
        self.assertIn("Anthropic PBC", row.recipients)
        self.assertIn("api.anthropic.com", row.recipients)
        self.assertIn("400 days", row.retention)
        self.assertIn("Ledger of the AI", row.retention)
        self.assertNotIn("Ledger of the AI", self.of("dte_check").retention)
        self.env["l10n_cl_ai.retention"]._sync()
        self.env["l10n_cl_ai.retention"].search(
            [("kind", "=", "conversations"), ("company_id", "=", self.company.id)]
        ).days = 90
        row.invalidate_recordset()
        self.assertIn("90 days", row.retention)

    def test_another_address_is_said_without_being_called_the_providers(self):
        self.of("chat").unlink()
        self.env["ir.config_parameter"].set_param("l10n_cl_ai.base_url", "https://modelo.example.cl")
        self.env["l10n_cl_ai.processing"]._sync()
        row = self.of("chat")
        self.assertEqual((row.provider_name, row.country_id), (False, self.env["res.country"]))
        self.assertIn("modelo.example.cl", row.recipients)

    def test_what_a_person_wrote_stays(self):
        row = self.seen_by(self.manager, self.of("chat"))
        row.write({"purpose": "Responder al equipo", "transfer": "clauses", "reviewed_on": "2026-11-18"})
        self.env["l10n_cl_ai.processing"]._sync()
        self.assertEqual((row.purpose, row.transfer), ("Responder al equipo", "clauses"))

    def test_what_follows_from_settings_is_nobodys_to_write(self):
        row = self.seen_by(self.manager, self.of("chat"))
        for values in ({"code": "x"}, {"company_id": self.other.id}, {"feature_id": False}):
            with self.subTest(values), self.assertRaises(AccessError):
                row.write(values)
        for attempt in (row.unlink, lambda: row.create({"code": "x", "company_id": self.company.id})):
            with self.assertRaises(AccessError):
                attempt()

    def test_only_managers_of_the_company_read_it(self):
        for user in (self.user, self.stranger):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.seen_by(user, self.of("chat")).read(["purpose"])
        self.assertTrue(self.seen_by(self.manager, self.of("chat")).read(["purpose", "retention", "categories"]))

    def test_whether_it_is_in_use_and_who_accepted_it(self):
        row = self.of("dte_review")
        self.assertEqual((row.in_use, row.accepted), (False, ""))
        switch = self.env["l10n_cl_ai.feature.switch"].search(
            [("feature_id", "=", row.feature_id.id), ("company_id", "=", self.company.id)]
        )
        as_manager = self.seen_by(self.manager, switch)
        as_manager._accept(as_manager.feature_id.sudo()._digest())
        row.invalidate_recordset()
        self.assertTrue(row.in_use)
        self.assertIn(self.manager.name, row.accepted)

    def test_it_is_printed(self):
        rows = self.env["l10n_cl_ai.processing"].search([("company_id", "=", self.company.id)])
        html, _kind = self.env["ir.actions.report"]._render_qweb_html("l10n_cl_ai.report_processing", rows.ids)
        text = html.decode()
        for part in (self.company.name, "76192083-9", "Anthropic PBC", "Checks of documents by rules", "To be settled"):
            self.assertIn(part, text)

    def test_opening_it_makes_the_rows_of_a_new_company(self):
        company = self._make_company("Tercera SpA", "77018459-2")
        self.assertFalse(self.of("chat", company))
        self.env["l10n_cl_ai.processing"].with_user(self.manager).action_open()
        self.assertTrue(self.of("chat", company))
