"""Copies that erasing must not miss: an answer that is cached in Redis beside PostgreSQL."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..llm.tier import Lost
from ..models import ai_gateway
from .common import NOW
from .store_common import PrivateRedis
from .test_privacy_rights import NAME, PersonCase

KEYS = (b"\x01" * 32, b"\x02" * 32)


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestAttackCopies(PersonCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.redis = PrivateRedis()
        cls.addClassCleanup(cls.redis.stop)

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(ai_gateway, "_usable_redis_url", lambda _env: self.redis.url))
        self.cache = ai_gateway._engine(self.env).stores.cache
        self.addCleanup(self.redis.client.flushall)
        self.addCleanup(setattr, self.cache._outage, "_until", 0.0)

    def cached(self, key, company, value):
        """Keep an answer as the gateway does: in PostgreSQL, here in the test's transaction, and in Redis."""
        self.insert("cache_entry", {
            "key": key, "company_id": company.id, "feature": "dte_review", "value": value,
            "expires_at": "2999-01-01 00:00:00",
        })  # fmt: skip
        self.cache._first.put(key, company.id, "dte_review", value, 900.0)

    def test_an_answer_that_names_her_goes_from_redis_as_well(self):
        self.cached(KEYS[0], self.company, f"La factura es de {NAME}")
        self.cached(KEYS[1], self.other, f"De otra empresa: {NAME}")
        self.erase()
        self.assertIsNone(self.cache.get(KEYS[0], self.company.id))
        self.assertIsNotNone(self.cache.get(KEYS[1], self.other.id), "not this company's")

    @mute_logger("odoo.addons.l10n_cl_ai.llm.tier")
    def test_where_redis_cannot_be_told_nothing_is_said_to_be_erased(self):
        self.cached(KEYS[0], self.company, f"La factura es de {NAME}")
        with patch.object(self.cache._first, "forget", side_effect=Lost("stopped")), self.assertRaises(UserError):
            self.erase()
        self.assertIsNotNone(self.cache._first.get(KEYS[0], self.company.id))
