"""Settings of the AI: what is typed as a key is sealed, and does not come back."""

import contextlib

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..models.ai_secret_reading import access, base_url, find_secret, redis_url, secret_value, vault
from .ai_common import CANARY, AiCase

REDIS = "rediss://odoo:s3cr3t-canary@cache.example.cl:6380/2"


class SettingsCase(AiCase):
    def settings(self, company=None):
        return self.as_user(self.system, "res.config.settings", company)


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
        self.assertEqual(secret_value(self.env, "api_key", self.company), CANARY)
        self.assertEqual(redis_url(self.env), REDIS)
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
        self.assertIsNone(secret_value(self.env, "api_key", self.company), "and stores nothing")

    def test_each_company_may_have_its_own(self):
        self.with_vault()
        self.save(l10n_cl_ai_company_api_key=CANARY)
        self.assertEqual(find_secret(self.env, "api_key", self.company).source, "company")
        self.assertFalse(secret_value(self.env, "api_key", self.other))

    def test_saving_without_typing_leaves_what_is_stored(self):
        self.with_vault()
        self.save(l10n_cl_ai_api_key=CANARY)
        for values in ({}, {"l10n_cl_ai_api_key": False}, {"l10n_cl_ai_api_key": "  "}):
            with self.subTest(values):
                self.save(**values)
                self.assertEqual(secret_value(self.env, "api_key", self.company), CANARY)

    def test_without_a_key_to_seal_with_the_screen_offers_one(self):
        form = Form(self.settings())
        self.assertIn("L10N_CL_AI_SECRET_KEY", form.l10n_cl_ai_vault_problem)
        name, _equals, key = form.l10n_cl_ai_vault_line.partition(" = ")
        with self.assertRaises(UserError) as refused:
            self.save(l10n_cl_ai_api_key=CANARY)
        self.assertNotRegex(str(refused.exception), f"{CANARY}|{key}", "an error ends in the log")
        self.outside(**{name: key})
        self.save(l10n_cl_ai_api_key=CANARY)
        self.assertEqual(secret_value(self.env, "api_key", self.company), CANARY)
        form = Form(self.settings())
        self.assertFalse(form.l10n_cl_ai_vault_problem)
        self.assertFalse(form.l10n_cl_ai_vault_line)

    def test_the_screen_says_where_the_key_comes_from(self):
        cases = {
            "…cdef, from the environment of the server": {"L10N_CL_AI_API_KEY": CANARY},
            "…cdef, from odoo.conf": {"l10n_cl_ai_api_key": CANARY},
            "There is none": {},
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
        self.outside(L10N_CL_AI_SECRET_KEY=f"{vault().keys},{old}")
        self.assertIn("3", settings.action_l10n_cl_ai_rotate()["params"]["message"])
        settings.action_l10n_cl_ai_forget_company_key()
        self.assertEqual(secret_value(self.env, "api_key", self.company), CANARY)
        settings.action_l10n_cl_ai_forget_key()
        settings.action_l10n_cl_ai_forget_redis()
        self.assertIsNone(secret_value(self.env, "api_key", self.company))
        self.assertIsNone(redis_url(self.env))

    def test_a_new_address_wants_its_key_typed_again(self):
        self.with_vault()
        self.save(l10n_cl_ai_api_key=CANARY)
        self.settings().create({"l10n_cl_ai_base_url": "https://gateway.example.cl"}).set_values()
        with self.assertLogs("odoo.addons.l10n_cl_ai.models.ai_secret_reading", "WARNING"):
            self.assertIn("type the key again", Form(self.settings()).l10n_cl_ai_key_state)
        values = {"l10n_cl_ai_base_url": "https://other.example.cl", "l10n_cl_ai_api_key": CANARY}
        with mute_logger("odoo.addons.l10n_cl_ai.models.ai_secret_reading"):
            self.settings().browse(self.save(**values)["id"]).set_values()
        self.assertEqual(access(self.env, self.company).key, CANARY, "typed together, it is the new one's")
        self.assertEqual(Form(self.settings()).l10n_cl_ai_key_state, "…cdef, stored for all companies")

    def test_nobody_else_learns_an_address_from_default_values(self):
        self.outside(L10N_CL_AI_REDIS_URL=REDIS, L10N_CL_AI_API_KEY=CANARY)
        names = ["l10n_cl_ai_base_url", "l10n_cl_ai_key_state", "l10n_cl_ai_redis_state", "l10n_cl_ai_vault_line"]
        for user in (self.user, self.manager):
            told = self.told(self.as_user(user, "res.config.settings"), names)
            self.assertNotRegex(repr(told), "api.anthropic|cache.example|cdef|secret_key =")
        told = self.told(self.settings(), names)
        self.assertRegex(repr(told), "api.anthropic.*cache.example", "the administrator is told")

    def told(self, settings, names):
        """Return what a user is told of settings that stand in no table, as far as he may ask."""
        told = []
        for ask in (
            lambda: settings.default_get(names),
            settings.get_values,
            lambda: settings.onchange({}, [], {name: {} for name in names}),
            lambda: settings.new({}).read(names),
        ):
            with contextlib.suppress(AccessError):
                told.append(ask())
        return told

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
        self.assertEqual(base_url(self.env), "https://api.anthropic.com")
        self.settings().create({"l10n_cl_ai_base_url": "https://gateway.example.cl/"}).set_values()
        self.assertEqual(base_url(self.env), "https://gateway.example.cl")

    def test_an_address_of_the_server_is_shown_and_not_stored(self):
        self.outside(L10N_CL_AI_BASE_URL="http://127.0.0.1:8099")
        form = Form(self.settings())
        self.assertEqual(form.l10n_cl_ai_base_url, "http://127.0.0.1:8099")
        self.assertEqual(form.l10n_cl_ai_base_url_source, "Environment of the server")
        form.save().set_values()
        self.outside()
        self.assertEqual(base_url(self.env), "https://api.anthropic.com")

    def test_a_stored_address_that_is_not_allowed_can_be_mended(self):
        self.env["ir.config_parameter"].set_param("l10n_cl_ai.base_url", "http://wrong.example.com")
        with Form(self.settings()) as form:
            form.l10n_cl_ai_base_url = "https://right.example.com"
        form.record.set_values()
        self.assertEqual(base_url(self.env), "https://right.example.com")

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

    def test_who_makes_companies_does_not_decide_on_what_is_kept(self):
        maker = self._make_user("empresas", "base.group_erp_manager,base.group_partner_manager", self.company)
        company = self.as_user(maker, "res.company").browse(self.company.id)
        company.name = "Comercial Ñuble SpA"
        for values in ({"l10n_cl_ai_content_days": 3650}, {"l10n_cl_ai_keep_content": True},
                       {"l10n_cl_ai_ledger_days": 62}):  # fmt: skip
            with self.subTest(values), self.assertRaises(AccessError):
                company.write(values)
            with self.subTest(values), self.assertRaises(AccessError):
                company.create({"name": "Nueva SpA", **values})
        with self.assertRaises(AccessError):
            company.with_context(default_l10n_cl_ai_content_days=9).create({"name": "Nueva SpA"})
        self.assertTrue(company.create({"name": "Nueva SpA"}))

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
