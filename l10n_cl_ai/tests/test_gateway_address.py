"""Where keys go: the addresses that are allowed, and which key may go to which."""


from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..llm.question import Reason
from ..models.ai_secret_reading import Access, access, base_url, redis_url, secret_value
from .ai_common import CANARY, SecretCase

LOG = "odoo.addons.l10n_cl_ai.models.ai_secret_reading"
REDIS = "rediss://odoo:s3cr3t-canary@cache.example.cl:6380/2"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestWhereKeysGo(SecretCase):
    """Who may set the address must not have a key sent to a server of his."""

    ELSEWHERE = "https://listener.example.com"

    def test_a_stored_key_goes_to_the_address_it_was_typed_for(self):
        self.with_vault()
        self.secrets._store("api_key", CANARY)
        self.secrets._store("api_key", f"{CANARY}2", self.company)
        self.secrets._set_base_url(self.ELSEWHERE)
        for company in (self.company, self.other):
            with self.assertLogs(LOG, "WARNING"):
                found = access(self.env, company)
            self.assertEqual((found.key, found.base_url, found.reason), (None, "", Reason.NO_KEY))
            self.assertIn("type the key again", found.detail)
        self.secrets._store("api_key", CANARY, self.company)
        self.assertEqual(access(self.env, self.company), Access(CANARY, self.ELSEWHERE))
        self.secrets._set_base_url("https://api.anthropic.com/")
        with mute_logger(LOG):
            self.assertFalse(access(self.env, self.company).key)
            self.assertEqual(access(self.env, self.other).key, CANARY, "the former address has its key again")

    def test_rotation_does_not_lead_a_key_elsewhere(self):
        self.with_vault()
        self.secrets._store("api_key", CANARY)
        self.secrets._set_base_url(self.ELSEWHERE)
        self.secrets._rotate()
        with mute_logger(LOG):
            self.assertFalse(access(self.env, self.company).key)

    def test_the_server_s_key_goes_to_no_address_of_the_database(self):
        self.secrets._set_base_url(self.ELSEWHERE)
        for name in ("L10N_CL_AI_API_KEY", "l10n_cl_ai_api_key"):
            with self.subTest(name):
                self.outside(**{name: CANARY})
                found = access(self.env, self.company)
                self.assertEqual((found.key, found.reason), (None, Reason.UNREACHABLE))
                self.assertIn("L10N_CL_AI_BASE_URL", found.detail)
                self.assertIsNone(secret_value(self.env, "api_key", self.company))
                self.outside(**{name: CANARY, "l10n_cl_ai_base_url": "http://127.0.0.1:8099"})
                self.assertEqual(access(self.env, self.company), Access(CANARY, "http://127.0.0.1:8099"))

    def test_the_server_s_key_goes_to_the_provider(self):
        self.outside(L10N_CL_AI_API_KEY=CANARY)
        self.assertEqual(access(self.env, self.company), Access(CANARY, "https://api.anthropic.com"))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAddresses(SecretCase):
    def test_the_default_address_is_data(self):
        self.assertEqual(base_url(self.env), "https://api.anthropic.com")

    def test_the_environment_comes_first(self):
        self.outside(L10N_CL_AI_BASE_URL="http://127.0.0.1:8099/", l10n_cl_ai_base_url="https://conf.example.com")
        self.assertEqual(base_url(self.env), "http://127.0.0.1:8099")
        self.outside(l10n_cl_ai_base_url="https://conf.example.com")
        self.assertEqual(base_url(self.env), "https://conf.example.com")

    def test_an_address_that_is_not_allowed_is_refused_wherever_it_comes_from(self):
        wrong = "https://user:s3cr3t@169.254.169.254/latest"
        self.env["ir.config_parameter"].set_param("l10n_cl_ai.base_url", wrong)
        attempts = {
            "stored behind our back": lambda: base_url(self.env),
            "in settings": lambda: self.secrets._set_base_url(wrong),
            "in the environment": lambda: (self.outside(L10N_CL_AI_BASE_URL=wrong), base_url(self.env)),
        }
        for name, attempt in attempts.items():
            with self.subTest(name), self.assertRaises(UserError) as refused:
                attempt()
            self.assertNotIn("s3cr3t", str(refused.exception))

    def test_redis_comes_from_the_environment_odoo_conf_or_sealed(self):
        self.assertIsNone(redis_url(self.env))
        key = self.with_vault()
        self.secrets._store("redis_url", REDIS)
        self.assertEqual(redis_url(self.env), REDIS)
        self.outside(L10N_CL_AI_SECRET_KEY=key, L10N_CL_AI_REDIS_URL="redis://localhost/1")
        self.assertEqual(redis_url(self.env), "redis://localhost/1")
        with self.assertRaises(UserError):
            self.secrets._store("redis_url", "http://localhost")
