"""Settings, the test of the connection, and the dialog that tries a feature."""

from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ..llm.example import ExampleAnswer
from ..llm.outcome import ModelsAnswer
from ..llm.question import Answer, Reason, Status
from ..models.ai_gateway import AiGateway
from .ai_common import CANARY, AiCase

REDIS = "rediss://odoo:s3cr3t-canary@cache.example.cl:6380/2"
MODELS = [
    {"id": "claude-haiku-5-5", "display_name": "Claude Haiku 5.5", "lifecycle": "active", "retires_at": None},
    {"id": "claude-old", "display_name": "Old", "lifecycle": "deprecated", "retires_at": "2026-11-30T00:00:00Z"},
    {"id": "claude-new", "display_name": "New", "lifecycle": "something new"},
]


class SettingsCase(AiCase):
    def settings(self, company=None):
        return self.as_user(self.system, "res.config.settings", company)

    def secrets(self):
        return self.env["l10n_cl_ai.secret"]


@tagged("post_install_l10n", "post_install", "-at_install")
class TestKeysInSettings(SettingsCase):
    NAMES = ("l10n_cl_ai_api_key", "l10n_cl_ai_company_api_key", "l10n_cl_ai_redis_url")

    def save(self, **values):
        """Save the form as the web client does, and return what it gets back."""
        specification = {name: {} for name in (*self.NAMES, "l10n_cl_ai_key_state", "l10n_cl_ai_redis_state")}
        [answer] = self.settings().web_save(values, specification)
        return answer

    def test_what_is_typed_is_sealed_and_never_comes_back(self):
        self.with_vault()
        answer = self.save(l10n_cl_ai_api_key=CANARY, l10n_cl_ai_redis_url=REDIS)
        self.assertEqual([answer[name] for name in self.NAMES], [False] * 3)
        self.assertEqual(answer["l10n_cl_ai_key_state"], "…cdef, stored for all companies")
        self.assertEqual(
            answer["l10n_cl_ai_redis_state"], "rediss://cache.example.cl:6380/2, stored for all companies"
        )
        self.assertEqual(self.secrets()._value("api_key", self.company), CANARY)
        self.assertEqual(self.secrets()._redis_url(), REDIS)
        settings = self.settings().browse(answer["id"])
        everything = settings.read(), settings.export_data(list(self.NAMES)), settings.copy_data()
        self.assertNotRegex(repr(everything), f"{CANARY}|s3cr3t")

    def test_what_is_typed_stands_in_no_table(self):
        self.with_vault()
        self.save(l10n_cl_ai_api_key=CANARY, l10n_cl_ai_company_api_key=f"{CANARY}2", l10n_cl_ai_redis_url=REDIS)
        self.env.flush_all()
        for table in ("res_config_settings", "l10n_cl_ai_secret", "ir_config_parameter", "res_company"):
            self.env.cr.execute(f"SELECT count(*) FROM {table} t WHERE t::text ~ %s", [f"{CANARY}|s3cr3t"])
            self.assertEqual(self.env.cr.fetchone(), (0,), table)

    def test_typing_alone_sends_nothing_back(self):
        self.with_vault()
        answer = self.settings().onchange(
            {"l10n_cl_ai_api_key": CANARY}, ["l10n_cl_ai_api_key"], {name: {} for name in self.NAMES}
        )
        self.assertNotIn(CANARY, repr(answer))
        self.assertIsNone(self.secrets()._value("api_key", self.company), "and stores nothing")

    def test_each_company_may_have_its_own(self):
        self.with_vault()
        self.save(l10n_cl_ai_company_api_key=CANARY)
        self.assertEqual(self.secrets()._find("api_key", self.company).source, "company")
        self.assertFalse(self.secrets()._value("api_key", self.other))

    def test_saving_without_typing_leaves_what_is_stored(self):
        self.with_vault()
        self.save(l10n_cl_ai_api_key=CANARY)
        for values in ({}, {"l10n_cl_ai_api_key": False}, {"l10n_cl_ai_api_key": "  "}):
            with self.subTest(values):
                self.save(**values)
                self.assertEqual(self.secrets()._value("api_key", self.company), CANARY)

    def test_without_a_key_to_seal_with_the_screen_offers_one(self):
        form = Form(self.settings())
        self.assertIn("L10N_CL_AI_SECRET_KEY", form.l10n_cl_ai_vault_problem)
        name, _equals, key = form.l10n_cl_ai_vault_line.partition(" = ")
        with self.assertRaises(UserError) as refused:
            self.save(l10n_cl_ai_api_key=CANARY)
        self.assertNotRegex(str(refused.exception), f"{CANARY}|{key}", "an error ends in the log")
        self.outside(**{name: key})
        self.save(l10n_cl_ai_api_key=CANARY)
        self.assertEqual(self.secrets()._value("api_key", self.company), CANARY)
        form = Form(self.settings())
        self.assertFalse(form.l10n_cl_ai_vault_problem)
        self.assertFalse(form.l10n_cl_ai_vault_line)

    def test_the_screen_says_where_the_key_comes_from(self):
        cases = {
            "…cdef, from the environment of the server": {"L10N_CL_AI_API_KEY": CANARY},
            "…cdef, from odoo.conf": {"l10n_cl_ai_api_key": CANARY},
            "None": {},
        }
        for words, options in cases.items():
            with self.subTest(words):
                self.outside(**options)
                self.assertEqual(Form(self.settings()).l10n_cl_ai_key_state, words)

    def test_stored_secrets_are_deleted_and_sealed_again(self):
        old = self.with_vault()
        self.save(l10n_cl_ai_api_key=CANARY, l10n_cl_ai_company_api_key=f"{CANARY}2", l10n_cl_ai_redis_url=REDIS)
        settings = Form(self.settings()).save()
        self.assertTrue(settings.l10n_cl_ai_key_stored and settings.l10n_cl_ai_company_key_stored)
        self.outside(L10N_CL_AI_SECRET_KEY=f"{self.secrets()._vault().keys},{old}")
        self.assertIn("3", settings.action_l10n_cl_ai_rotate()["params"]["message"])
        settings.action_l10n_cl_ai_forget_company_key()
        self.assertEqual(self.secrets()._value("api_key", self.company), CANARY)
        settings.action_l10n_cl_ai_forget_key()
        settings.action_l10n_cl_ai_forget_redis()
        self.assertIsNone(self.secrets()._value("api_key", self.company))
        self.assertIsNone(self.secrets()._redis_url())

    def test_managers_of_the_ai_do_not_reach_settings(self):
        settings = self.as_user(self.manager, "res.config.settings")
        for name, attempt in {
            "create": lambda: settings.create({"l10n_cl_ai_api_key": CANARY}),
            "delete": settings.action_l10n_cl_ai_forget_key,
            "rotate": settings.action_l10n_cl_ai_rotate,
            "test": settings.action_l10n_cl_ai_test_connection,
        }.items():
            with self.subTest(name), self.assertRaises(AccessError):
                attempt()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestOtherSettings(SettingsCase):
    def test_the_address_is_checked(self):
        form = Form(self.settings())
        self.assertEqual(form.l10n_cl_ai_base_url, "https://api.anthropic.com")
        for wrong in ("http://api.example.com", "https://169.254.169.254", "", "https://u:p@api.example.com"):
            settings = self.settings().create({"l10n_cl_ai_base_url": wrong})
            with self.subTest(wrong), self.assertRaises(UserError):
                settings.set_values()
        self.assertEqual(self.secrets()._base_url(), "https://api.anthropic.com")
        self.settings().create({"l10n_cl_ai_base_url": "https://gateway.example.cl/"}).set_values()
        self.assertEqual(self.secrets()._base_url(), "https://gateway.example.cl")

    def test_an_address_of_the_server_is_shown_and_not_stored(self):
        self.outside(L10N_CL_AI_BASE_URL="http://127.0.0.1:8099")
        form = Form(self.settings())
        self.assertEqual(form.l10n_cl_ai_base_url, "http://127.0.0.1:8099")
        self.assertEqual(form.l10n_cl_ai_base_url_source, "environment")
        form.save().set_values()
        self.outside()
        self.assertEqual(self.secrets()._base_url(), "https://api.anthropic.com")

    def test_a_stored_address_that_is_not_allowed_can_be_mended(self):
        self.env["ir.config_parameter"].set_param("l10n_cl_ai.base_url", "http://wrong.example.com")
        with Form(self.settings()) as form:
            form.l10n_cl_ai_base_url = "https://right.example.com"
        form.record.set_values()
        self.assertEqual(self.secrets()._base_url(), "https://right.example.com")

    def test_content_is_kept_only_where_and_as_long_as_they_say(self):
        self.assertFalse(self.company.l10n_cl_ai_keep_content)
        self.assertEqual((self.company.l10n_cl_ai_content_days, self.company.l10n_cl_ai_ledger_days), (0, 400))
        with Form(self.settings()) as form:
            form.l10n_cl_ai_keep_content = True
            self.assertEqual(form.l10n_cl_ai_content_days, 30)
            form.l10n_cl_ai_content_days = 7
        form.record.set_values()
        self.assertEqual((self.company.l10n_cl_ai_keep_content, self.company.l10n_cl_ai_content_days), (True, 7))
        self.assertFalse(self.other.l10n_cl_ai_keep_content)

    def test_retention_has_its_bounds(self):
        for values in ({"l10n_cl_ai_ledger_days": 61}, {"l10n_cl_ai_content_days": -1}):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.company.write(values)
        self.company.l10n_cl_ai_ledger_days = 62

    def test_days_and_switch_say_the_same(self):
        self.company.l10n_cl_ai_keep_content = True
        self.assertEqual(self.company.l10n_cl_ai_content_days, 30)
        self.company.l10n_cl_ai_content_days = 0
        self.assertFalse(self.company.l10n_cl_ai_keep_content)
        self.company.write({"l10n_cl_ai_content_days": 7, "l10n_cl_ai_keep_content": True})
        self.assertEqual(self.company.l10n_cl_ai_content_days, 7)
        self.company.l10n_cl_ai_keep_content = False
        self.assertEqual(self.company.l10n_cl_ai_content_days, 0)

    def test_the_block_stands_in_the_settings_of_chile(self):
        arch = self.settings().get_views([(False, "form")])["views"]["form"]["arch"]
        self.assertLess(arch.index('id="l10n_cl_section"'), arch.index('id="l10n_cl_ai_section"'))


class WizardCase(SettingsCase):
    """The dialogs with the gateway's answer given: the gateway itself has its own tests."""

    def setUp(self):
        super().setUp()
        self.asked = []
        self.answer = Answer(Status.ANSWERED, value=ExampleAnswer(answer="El IVA.", sure=True), cost=Decimal("0.0000123"))
        self.listed = ModelsAnswer(MODELS, None, "")
        self.redis = "off"

        def ask(gateway, question):
            self.asked.append((question, gateway.env.company, self.env.cr.precommit.data.copy()))
            return self.answer

        for name, fake in {
            "ask": ask,
            "_models": lambda gateway: self.asked.append("models") or self.listed,
            "_redis_state": lambda gateway: self.redis,
        }.items():
            patcher = patch.object(AiGateway, name, fake)
            patcher.start()
            self.addCleanup(patcher.stop)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestConnectionWizard(WizardCase):
    def wizard(self, user=None):
        return self.as_user(user or self.manager, "l10n_cl_ai.connection.wizard").create({})

    def test_it_asks_what_says_nothing_of_the_company(self):
        self.wizard().action_test()
        question, company, _data = self.asked[0]
        self.assertEqual((question.feature, company), ("connection_test", self.company))
        self.assertNotIn(self.company.name, repr(question))

    def test_it_shows_what_was_learned(self):
        self.outside(L10N_CL_AI_API_KEY=CANARY)
        self.redis = "down"
        feature = self.env.ref("l10n_cl_ai.feature_connection_test")
        wizard = self.wizard()
        with patch.object(type(self.env["l10n_cl_ai.model"]), "_check_lifecycle") as check:
            action = wizard.action_test()
        check.assert_called_once_with(MODELS)
        self.assertEqual((action["res_model"], action["res_id"]), (wizard._name, wizard.id))
        self.assertEqual((wizard.status, wizard.answer, wizard.cost), ("answered", "El IVA.", 0.000012))
        self.assertEqual((wizard.key_source, wizard.key_hint), ("environment", "…cdef"))
        self.assertEqual((wizard.base_url, wizard.redis_state), ("https://api.anthropic.com", "down"))
        lines = {line.name: line for line in wizard.line_ids}
        self.assertEqual(lines["claude-old"].retires_on.isoformat(), "2026-11-30")
        self.assertEqual(lines["claude-new"].lifecycle, "unknown")
        self.assertIn(feature.name, lines[feature.model_id.name].feature_names)
        self.assertNotIn(CANARY, repr(wizard.read()))

    def test_it_says_why_it_failed_and_what_to_do(self):
        for reason in Reason:
            self.answer = Answer(Status.NOT_EVALUATED, reason)
            wizard = self.wizard()
            with self.subTest(reason):
                wizard.action_test()
                self.assertEqual((wizard.status, wizard.reason), ("not_evaluated", reason.value))
                self.assertGreater(len(wizard.message), 20)

    def test_a_key_that_cannot_be_read_is_said(self):
        self.with_vault()
        self.secrets()._store("api_key", CANARY)
        self.with_vault()
        self.answer = Answer(Status.NOT_EVALUATED, Reason.NO_KEY)
        wizard = self.wizard()
        with self.assertLogs("odoo.addons.l10n_cl_ai.models.ai_secret", "WARNING"):
            wizard.action_test()
        self.assertIn("sealed with another key", wizard.key_problem)
        self.assertNotIn("models", self.asked, "the list would fail likewise")

    def test_models_that_cannot_be_listed_are_said(self):
        self.listed = ModelsAnswer([], Reason.OVERLOADED, "529")
        wizard = self.wizard()
        wizard.action_test()
        self.assertIn("too much work", wizard.models_problem)
        self.assertFalse(wizard.line_ids)

    def test_it_may_be_pressed_again(self):
        wizard = self.wizard(self.system)
        wizard.action_test()
        wizard.action_test()
        self.assertEqual(len(wizard.line_ids), len(MODELS))

    def test_users_do_not_test_and_see_no_one_s_tests(self):
        with self.assertRaises(AccessError):
            self.wizard(self.user)
        wizard = self.wizard()
        with self.assertRaises(AccessError):
            self.as_user(self.other_manager, wizard._name).browse(wizard.id).read(["status"])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTryWizard(WizardCase):
    def setUp(self):
        super().setUp()
        self.feature = self.env.ref("l10n_cl_ai.feature_dte_review")

    def wizard(self, user=None):
        action = self.as_user(user or self.manager, "l10n_cl_ai.feature").browse(self.feature.id).action_open_try()
        wizards = self.as_user(user or self.manager, action["res_model"]).with_context(**action["context"])
        with Form(wizards) as form:
            form.text = "¿Qué es un folio?"
        return form.record

    def test_it_asks_the_feature_and_shows_the_answer(self):
        wizard = self.wizard()
        wizard.action_ask()
        question, company, _data = self.asked[0]
        self.assertEqual((question.feature, company), ("dte_review", self.company))
        self.assertEqual(question.content[0].text, "¿Qué es un folio?")
        self.assertEqual((wizard.status, wizard.answer, wizard.message), ("answered", "El IVA.", ""))

    def test_it_says_why_there_is_no_answer(self):
        self.answer = Answer(Status.NOT_EVALUATED, Reason.DISABLED)
        wizard = self.wizard()
        wizard.action_ask()
        self.assertIn("switched off", wizard.message)
        self.assertFalse(wizard.answer)

    def test_nothing_is_written_before_the_answer(self):
        """The gateway refuses to keep a transaction open that has written."""
        wizard = self.wizard()
        self.env.flush_all()
        written = self.registry_writes()
        with patch.object(AiGateway, "ask", lambda gateway, question: self.assertEqual(written, self.registry_writes()) or self.answer):
            wizard.action_ask()
        self.assertGreater(self.registry_writes(), written, "and the answer is, after it")

    def registry_writes(self):
        """Return how many rows this transaction has written so far."""
        self.env.flush_all()
        self.env.cr.execute("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables")
        return self.env.cr.fetchone()[0]

    def test_a_feature_whose_addon_is_gone_says_so(self):
        wizard = self.wizard()
        with patch.object(type(self.feature), "_handler", lambda feature: None), self.assertRaises(UserError):
            self.env.invalidate_all()
            wizard.action_ask()
        self.assertFalse(self.asked)

    def test_users_do_not_try_and_see_no_one_s_tries(self):
        with self.assertRaises(AccessError):
            self.wizard(self.user)
        wizard = self.wizard()
        with self.assertRaises(AccessError):
            self.as_user(self.other_manager, wizard._name).browse(wizard.id).read(["answer"])
