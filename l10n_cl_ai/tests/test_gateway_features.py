"""Features: off until somebody accepts what they send, and off again when that changes."""

from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..llm.plan import ModelSpec
from ..llm.question import Ask
from .ai_common import AiCase


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


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAcceptance(FeatureCase):
    def test_everything_is_off_in_every_company_at_first(self):
        features = self.features.search([("sends_data", "=", True)])
        self.assertGreaterEqual(
            set(features.mapped("code")), {"dte_review", "project_suggestion", "chat", "sii_watch", "server_action"}
        )
        for company in (self.company, self.other):
            for feature in features:
                with self.subTest(feature.code, company=company.name):
                    self.assertFalse(self.is_on(company, feature.code))
                    self.assertEqual(feature.with_company(company).state, "off")

    def test_one_company_s_acceptance_is_not_the_other_s(self):
        self.accept()
        self.assertTrue(self.is_on(self.company))
        self.assertFalse(self.is_on(self.other))

    def test_who_accepted_what_and_when_is_kept(self):
        self.accept()
        switch = self.switch()
        self.assertEqual(switch.accepted_by, self.manager)
        self.assertTrue(switch.accepted_at)
        self.assertIn(self.feature.data_sent, switch.accepted_text)
        self.assertIn("Encabezado/IdDoc/Folio", switch.accepted_text)
        self.assertIn(self.feature.data_sent[:60], switch.sudo().message_ids[0].body)
        self.assertEqual(switch.sudo().message_ids[0].author_id, self.manager.partner_id)

    def test_nothing_is_accepted_without_ticking_the_box(self):
        wizard = self.as_user(self.manager, "l10n_cl_ai.accept.wizard").create({"switch_id": self.switch().id})
        with self.assertRaises(UserError):
            wizard.action_accept()
        self.assertFalse(self.is_on())

    def test_off_is_one_click_and_logged(self):
        self.accept()
        self.switch().action_disable()
        self.assertFalse(self.is_on())
        self.assertIn("Switched off", self.switch().sudo().message_ids[0].body)
        self.assertEqual(self.feature.with_company(self.company).state, "off")

    def test_a_change_of_what_is_sent_lapses_every_acceptance(self):
        changes = {
            "the words": {"data_sent": "Everything there is."},
            "a field more": {"allowed_fields": f"{self.feature.allowed_fields}\nres.partner.comment"},
            "a field less": {"allowed_fields": "Detalle"},
        }
        for name, values in changes.items():
            with self.subTest(name):
                self.accept()
                self.accept(self.other_manager, self.other)
                self.feature.write(values)
                for company in (self.company, self.other):
                    self.assertFalse(self.is_on(company))
                    feature = self.feature.with_company(company)
                    self.assertEqual((feature.state, feature.enabled), ("lapsed", False))
                    self.assertIn("has changed", feature.state_note)
        self.accept()
        self.assertTrue(self.is_on(), "accepted anew, it is on again")

    def test_a_change_of_something_else_lapses_nothing(self):
        self.accept()
        self.feature.write({"max_tokens": 99, "description": "Otra", "allowed_fields": f" {self.feature.allowed_fields} "})
        self.assertTrue(self.is_on())

    def test_a_translation_of_what_is_sent_lapses_what_was_accepted_in_that_language(self):
        self.env["res.lang"]._activate_lang("es_CL")
        self.feature.with_context(lang="es_CL").data_sent = "El documento."
        self.accept()
        self.feature.update_field_translations("data_sent", {"es_CL": "El documento y mucho más."})
        self.assertTrue(self.is_on(), "the manager read it in English")
        self.feature.update_field_translations("data_sent", {"en_US": "The document, and much more."})
        self.assertFalse(self.is_on())

    def test_a_language_that_is_gone_lapses_and_breaks_nothing(self):
        for code in ("en_US", "fr_FR"):  # without English among them, Odoo keeps French as the source
            self.env["res.lang"]._activate_lang(code)
        self.feature.with_context(lang="fr_FR").data_sent = "Le document."
        switch = self.switch().with_context(lang="fr_FR")
        switch._accept(self.feature.with_context(lang="fr_FR")._digest())
        self.assertTrue(self.is_on())
        self.env["res.lang"].search([("code", "=", "fr_FR")]).active = False
        self.env.invalidate_all()
        self.assertFalse(self.is_on())

    def test_a_text_changed_while_it_is_read_is_not_accepted(self):
        action = self.switch().action_open_accept()
        wizard = Form(self.as_user(self.manager, action["res_model"]).with_context(**action["context"]))
        wizard.accepted = True
        dialog = wizard.save()
        self.feature.data_sent = "Everything there is."
        with self.assertRaises(UserError):
            dialog.action_accept()
        self.assertFalse(self.is_on())

    def test_the_dialog_says_where_it_is_sent(self):
        self.outside(L10N_CL_AI_BASE_URL="https://gateway.example.cl/claude")
        action = self.switch().action_open_accept()
        wizard = Form(self.as_user(self.manager, action["res_model"]).with_context(**action["context"]))
        self.assertEqual(wizard.recipient, "https://gateway.example.cl/claude")
        self.assertIn(self.feature.data_sent, wizard.statement)

    def test_a_new_company_and_a_new_feature_have_their_switches_off(self):
        company = self._make_company("Nueva SpA")
        self.assertTrue(self.switch(self.system, company))
        feature = self.feature.copy()
        switches = self.env["l10n_cl_ai.feature.switch"].search([("feature_id", "=", feature.id)])
        self.assertIn(company, switches.company_id)
        self.assertFalse(switches.filtered("enabled"))
        self.assertFalse(self.is_on(company, feature.code))

    def test_a_feature_that_sends_nothing_needs_no_acceptance(self):
        self.assertTrue(self.is_on(self.company, "connection_test"))
        test = self.env.ref("l10n_cl_ai.feature_connection_test")
        self.assertFalse(test.switch_ids)
        test.write({"sends_data": True, "data_sent": "Something after all."})
        self.assertFalse(self.is_on(self.company, "connection_test"))
        self.assertTrue(test.switch_ids)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestWhoMay(FeatureCase):
    def test_a_manager_of_another_company_and_a_user_may_not(self):
        for user in (self.user, self.other_manager):
            switch = self.switch(user)
            attempts = {
                "dialog": switch.action_open_accept,
                "accept": lambda switch=switch: switch._accept(self.feature._digest()),
                "switch off": switch.action_disable,
                "write": lambda switch=switch: switch.write({"enabled": True}),
            }
            for name, attempt in attempts.items():
                with self.subTest(name, user=user.login), self.assertRaises(AccessError):
                    attempt()
        self.assertFalse(self.is_on())

    def test_nobody_writes_a_switch(self):
        """Else a manager could say that another accepted."""
        for user in (self.manager, self.system):
            switch = self.switch(user)
            forged = {"enabled": True, "accepted_by": self.user.id, "accepted_digest": self.feature._digest()}
            with self.subTest("write", user=user.login), self.assertRaises(AccessError):
                switch.write(forged)
            with self.subTest("create", user=user.login), self.assertRaises(AccessError):
                switch.create({"feature_id": self.feature.id, "company_id": self.company.id, **forged})
            with self.subTest("unlink", user=user.login), self.assertRaises(AccessError):
                switch.unlink()

    def test_defaults_of_a_user_switch_nothing_on(self):
        defaults = self.env["ir.default"].with_user(self.user)
        defaults.set("l10n_cl_ai.feature.switch", "enabled", True, user_id=True)
        defaults.set("l10n_cl_ai.feature.switch", "accepted_digest", self.feature._digest(), user_id=True)
        company = self.env["res.company"].with_user(self.user).sudo().create({"name": "Nueva SpA"})
        self.assertFalse(self.is_on(company))

    def test_a_system_administrator_may(self):
        self.accept(self.system)
        self.assertTrue(self.is_on())
        self.switch(self.system).action_disable()
        self.assertFalse(self.is_on())

    def test_each_sees_the_switches_of_his_companies(self):
        seen = self.as_user(self.manager, "l10n_cl_ai.feature.switch").search([])
        self.assertEqual(seen.company_id, self.company)
        with self.assertRaises(AccessError):
            self.as_user(self.user, "l10n_cl_ai.feature.switch").search([])

    def test_features_are_changed_by_system_administrators_only(self):
        for user in (self.user, self.manager):
            feature = self.as_user(user, "l10n_cl_ai.feature").browse(self.feature.id)
            self.assertTrue(feature.name)
            self.assertEqual(feature.state, "off")
            with self.subTest(user.login), self.assertRaises(AccessError):
                feature.data_sent = "Nothing."
        self.as_user(self.system, "l10n_cl_ai.feature").browse(self.feature.id).max_tokens = 99

    def test_whoever_asks_finds_the_feature_of_his_company(self):
        self.accept()
        features = self.as_user(self.user, "l10n_cl_ai.feature")
        self.assertEqual(features._for("dte_review", self.company).model_id.name, self.feature.model_id.name)
        self.assertFalse(features._for("dte_review", self.other))
        self.assertFalse(features._for("nothing_of_the_kind", self.company))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRecords(FeatureCase):
    def test_what_makes_no_sense_is_refused(self):
        wrong = [{"code": "Not a code"}, {"sends_data": True, "data_sent": "  "}, {"handler": "no.such.model"},
                 {"handler": "res.partner"}, {"handler": "l10n_cl_ai.evidence"}]
        for values in wrong:
            with self.subTest(values), self.assertRaises(ValidationError):
                self.feature.write(values)
        bounds = [{"max_tokens": 0}, {"rate_per_minute": 0}, {"deadline": 0}, {"deadline": 601}, {"ttl": -1},
                  {"max_input_bytes": -5}, {"code": "chat"}]
        for values in bounds:
            with self.subTest(values), mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
                self.feature.write(values)
                self.env.flush_all()

    def test_the_error_names_the_missing_model(self):
        with self.assertRaisesRegex(ValidationError, "no\\.such\\.model.*l10n_cl_ai\\.feature\\.handler"):
            self.feature.handler = "no.such.model"

    def test_a_feature_whose_addon_is_gone_is_off(self):
        self.accept()
        self.assertTrue(self.is_on())
        with patch.object(type(self.feature), "_handler", lambda self: None):
            self.env.invalidate_all()
            self.assertFalse(self.is_on())
            self.assertEqual(self.feature.with_company(self.company).state, "unavailable")

    def test_an_archived_feature_is_off(self):
        self.accept()
        self.feature.active = False
        self.assertFalse(self.is_on())

    def test_only_what_is_listed_leaves(self):
        self.feature.allowed_fields = "account.move.name\n  account.move.ref account.move.name"
        self.assertEqual(self.feature.allowed_fields, "account.move.name\naccount.move.ref")
        values = {"account.move.name": "F 1", "res.partner.vat": "76192083-9"}
        self.assertEqual(self.feature._only_allowed(values), {"account.move.name": "F 1"})
        self.feature.allowed_fields = False
        self.assertEqual(self.feature._only_allowed(values), {})

    def test_fields_are_shown_with_their_labels(self):
        self.feature.allowed_fields = "account.move.invoice_date Detalle account.move.nonsense"
        statement = self.feature._statement()
        self.assertIn("(account.move.invoice_date)", statement)
        self.assertIn("- Detalle", statement)
        self.assertIn("- account.move.nonsense", statement)

    def test_models_get_only_what_they_take(self):
        first, second = self.feature.model_id, self.feature.escalation_model_id
        self.feature.write({"effort": "medium", "thinking": "adaptive"})
        first.write({"effort_levels": "low medium", "thinking_types": "adaptive", "max_output_tokens": 64000})
        second.write({"effort_levels": False, "thinking_types": False, "max_output_tokens": 0})
        self.assertEqual(
            self.feature._model_specs(),
            [ModelSpec(first.name, "medium", "adaptive", 64000), ModelSpec(second.name, None, None, None)],
        )
        self.feature.write({"escalation_model_id": False, "effort": False, "thinking": False})
        self.assertEqual(self.feature._model_specs(), [ModelSpec(first.name, None, None, 64000)])

    def test_seeds_are_what_the_design_says(self):
        rates = {"dte_review": 20, "chat": 30, "project_suggestion": 50, "connection_test": 5}
        for code, rate in rates.items():
            with self.subTest(code):
                self.assertEqual(self.features.search([("code", "=", code)]).rate_per_minute, rate)
        for feature in self.features.search([]):
            with self.subTest(feature.code):
                never = feature.code in ("chat", "connection_test")
                self.assertEqual(feature.ttl, 0 if never else 900)
                self.assertLessEqual(feature.deadline, 120)
                self.assertTrue(feature.model_id.name.startswith("claude-"))

    def test_the_example_is_a_small_question_to_the_feature(self):
        ask = self.env["l10n_cl_ai.feature.handler"]._l10n_cl_ai_example(self.feature, "¿Qué es un DTE?")
        self.assertIsInstance(ask, Ask)
        self.assertEqual(ask.feature, "dte_review")
        self.assertNotIn("DTE?", "".join(ask.system), "what somebody typed is never an instruction")
        self.assertEqual(str(ask.parse({"answer": "Un documento.", "sure": True})), "Un documento.")
        for wrong in ({"answer": "x"}, {"answer": 1, "sure": True}, {"answer": "x", "sure": True, "more": 1}, []):
            with self.subTest(wrong), self.assertRaises(ValueError):
                ask.parse(wrong)
