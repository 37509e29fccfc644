"""Features as records: what makes sense, what leaves, and what the seeds say."""

from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..llm.plan import ModelSpec
from ..llm.question import Ask
from .ai_common import FeatureCase


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

    def test_that_no_field_may_leave_is_said(self):
        self.feature.allowed_fields = False
        self.assertIn("Fields that may leave: none", self.feature._statement())

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
