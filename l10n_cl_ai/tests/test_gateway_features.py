"""Features: off until somebody accepts what they send, and off again when that changes."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .ai_common import FeatureCase


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
        self.assertIn("Encabezado/IdDoc/TipoDTE", switch.accepted_text)
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
        same = f" {self.feature.allowed_fields} "
        self.feature.write({"max_tokens": 99, "description": "Otra", "allowed_fields": same})
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
        self.assertIn("https://gateway.example.cl/claude", wizard.statement)
        self.assertIn(self.feature.data_sent, wizard.statement)

    def test_where_it_is_sent_is_part_of_what_is_accepted(self):
        self.outside(L10N_CL_AI_BASE_URL="https://gateway.example.cl/claude")
        self.accept()
        self.assertIn("https://gateway.example.cl/claude", self.switch().accepted_text)
        self.assertTrue(self.features._settings("dte_review", self.company))
        self.outside(L10N_CL_AI_BASE_URL="https://listener.example.com/claude")
        self.env.invalidate_all()
        self.assertFalse(self.is_on())
        self.assertIsNone(self.features._settings("dte_review", self.company))
        self.assertEqual(self.feature.with_company(self.company).state, "lapsed")
        self.accept()
        self.assertTrue(self.is_on())
        self.outside()
        self.as_user(self.system, "l10n_cl_ai.secret")._set_base_url("https://another.example.com")
        self.assertFalse(self.is_on())

    def test_nothing_is_accepted_while_the_address_is_refused(self):
        self.outside(L10N_CL_AI_BASE_URL="http://api.example.com")
        with self.assertRaises(UserError):
            self.accept()
        with self.assertRaises(UserError):
            self.switch()._accept(self.feature._digest())
        self.assertFalse(self.is_on())

    def test_nobody_says_that_a_feature_sends_nothing(self):
        """It would be on in every company, and none would have accepted it."""
        test = self.as_user(self.system, "l10n_cl_ai.feature").browse(
            self.env.ref("l10n_cl_ai.feature_connection_test").id
        )
        feature = test.browse(self.feature.id)
        attempts = {
            "write": lambda: feature.write({"sends_data": False}),
            "create": lambda: test.create(
                {"code": "other", "name": "Other", "model_id": test.model_id.id, "sends_data": False}
            ),
            "default": lambda: test.with_context(default_sends_data=False).create(
                {"code": "other", "name": "Other", "model_id": test.model_id.id}
            ),
            "another code": lambda: test.write({"code": "other"}),
        }
        for name, attempt in attempts.items():
            with self.subTest(name), self.assertRaises(UserError), self.env.cr.savepoint():
                attempt()
        self.env.invalidate_all()
        self.assertFalse(self.is_on())
        test.write({"max_tokens": 99, "code": test.code})
        self.assertTrue(self.is_on(self.company, "connection_test"))

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

    def test_the_dialog_shows_nothing_of_another_company_s_switch(self):
        self.accept(self.other_manager, self.other)
        theirs = self.switch(self.system, self.other)
        wizards = self.as_user(self.manager, "l10n_cl_ai.accept.wizard")
        shown = {"company_id": {"fields": {"display_name": {}}}, "state_note": {}, "statement": {}}
        for attempt in (
            lambda: wizards.create({"switch_id": theirs.id}).web_read(shown),
            lambda: wizards.onchange({"switch_id": theirs.id}, ["switch_id"], shown),
            lambda: wizards.with_context(default_switch_id=theirs.id).default_get(["switch_id", "digest"]),
        ):
            with self.assertRaises(AccessError):
                attempt()

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
