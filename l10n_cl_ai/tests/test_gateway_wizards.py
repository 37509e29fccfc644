"""The dialogs that ask at once: the test of the connection, and the one that tries a feature."""

from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..llm.example import ExampleAnswer
from ..llm.outcome import ModelsAnswer
from ..llm.question import Answer, Reason, Status
from ..models.ai_gateway import AiGateway
from .ai_common import CANARY, AiCase
from .gateway_common import OrmGatewayCase

MODELS = [
    {"id": "claude-haiku-5-5", "display_name": "Claude Haiku 5.5", "lifecycle": "active", "retires_at": None},
    {"id": "claude-old", "display_name": "Old", "lifecycle": "deprecated", "retires_at": "2026-11-30T00:00:00Z"},
    {"id": "claude-new", "display_name": "New", "lifecycle": "something new"},
]


class WizardCase(AiCase):
    """The dialogs with the gateway's answer given: the gateway itself has its own tests."""

    def setUp(self):
        super().setUp()
        self.asked = []
        value = ExampleAnswer(answer="El IVA.", sure=True)
        self.answer = Answer(Status.ANSWERED, value=value, cost=Decimal("0.0000123"))
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

    def test_a_provider_that_says_when_is_asked_again_then(self):
        for seconds, words in ((None, "in a few minutes"), (300, "in a few minutes"), (301, "in about 6 minutes")):
            self.answer = Answer(Status.NOT_EVALUATED, Reason.OVERLOADED, retry_after=seconds)
            wizard = self.wizard()
            with self.subTest(seconds):
                wizard.action_test()
                self.assertIn(words, wizard.message)

    def test_a_key_that_cannot_be_read_is_said(self):
        self.with_vault()
        self.env["l10n_cl_ai.secret"]._store("api_key", CANARY)
        self.with_vault()
        self.answer = Answer(Status.NOT_EVALUATED, Reason.NO_KEY)
        wizard = self.wizard()
        with self.assertLogs("odoo.addons.l10n_cl_ai.models.ai_secret_reading", "WARNING"):
            wizard.action_test()
        self.assertIn("sealed with another key", wizard.key_problem)
        self.assertNotIn("models", self.asked, "the list would fail likewise")

    def test_a_refused_address_is_said(self):
        self.outside(L10N_CL_AI_BASE_URL="http://user:s3cr3t@api.example.com", L10N_CL_AI_API_KEY=CANARY)
        self.answer = Answer(Status.NOT_EVALUATED, Reason.UNREACHABLE, detail="why")
        wizard = self.wizard()
        wizard.action_test()
        self.assertEqual((wizard.reason, wizard.detail, wizard.base_url), ("unreachable", "why", ""))

    def test_models_that_cannot_be_listed_are_said(self):
        self.listed = ModelsAnswer([], Reason.OVERLOADED, "529")
        wizard = self.wizard()
        wizard.action_test()
        self.assertIn("too much work", wizard.models_problem)
        self.assertFalse(wizard.line_ids)

    def test_a_list_that_makes_no_sense_is_shown_as_far_as_it_does(self):
        wrong = [None, {"id": 5}, {"id": "x y<script>"}, {"id": "claude-a", "retires_at": 5, "display_name": [1]}]
        self.listed = ModelsAnswer([*wrong, {"id": "claude-b", "retires_at": "2026-99-99", "lifecycle": []}])
        wizard = self.wizard()
        with self.assertLogs("odoo.addons.l10n_cl_ai.models.ai_model_lifecycle", "WARNING"):
            wizard.action_test()
        self.assertEqual(wizard.line_ids.mapped("name"), ["claude-a", "claude-b"])
        self.assertEqual(wizard.line_ids.mapped("lifecycle"), ["unknown"] * 2)

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

    def test_nobody_waits_longer_than_the_dialog_says(self):
        wizard = self.wizard()
        wizard.action_ask()
        self.assertEqual(self.asked[0][0].deadline, 30)
        self.assertIn("at most 30 s", wizard.get_view(view_type="form")["arch"])

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

        def ask(gateway, question):
            self.assertEqual(self.registry_writes(), written)
            return self.answer

        with patch.object(AiGateway, "ask", ask):
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

    def test_nobody_tries_in_the_name_of_a_company_that_is_not_his(self):
        values = {"feature_id": self.feature.id, "text": "¿Qué es un folio?", "company_id": self.other.id}
        with self.assertRaises(AccessError):
            self.as_user(self.manager, "l10n_cl_ai.try.wizard").create(values)

    def test_users_do_not_try_and_see_no_one_s_tries(self):
        with self.assertRaises(AccessError):
            self.wizard(self.user)
        wizard = self.wizard()
        with self.assertRaises(AccessError):
            self.as_user(self.other_manager, wizard._name).browse(wizard.id).read(["answer"])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestForReal(OrmGatewayCase):
    """Through the gateway, the SDK and HTTP, to the stand-in."""

    def test_the_connection_is_tested_the_production_way(self):
        wizard = self.env["l10n_cl_ai.connection.wizard"].create({})
        wizard.action_test()
        self.assertEqual((wizard.status, wizard.message, wizard.key_source), ("answered", "", "environment"))
        self.assertTrue(wizard.answer and wizard.simulated and wizard.request_id)
        self.assertGreater(wizard.cost, 0)
        self.assertGreater(min(wizard.input_tokens, wizard.output_tokens, wizard.call_ms), 0)
        self.assertIn(wizard.model, wizard.line_ids.mapped("name"))
        self.assertEqual(wizard.redis_state, "off")
        self.assertTrue(self.env["l10n_cl_ai.model"].search([("name", "=", wizard.model)]).checked_at)
        entry = self.env["l10n_cl_ai.request"].browse(wizard.action_open_request()["res_id"])
        self.assertEqual((entry.feature, entry.status), ("connection_test", "answered"))

    def test_a_key_that_is_not_accepted_is_said(self):
        with patch.dict("os.environ", L10N_CL_AI_API_KEY="sk-ant-wrong-0123456789"):
            wizard = self.env["l10n_cl_ai.connection.wizard"].create({})
            wizard.action_test()
        self.assertEqual((wizard.status, wizard.reason, wizard.cost), ("not_evaluated", "auth", 0))
        self.assertFalse(wizard.line_ids)

    def test_a_cost_that_is_only_an_estimate_is_said(self):
        wizard = self.env["l10n_cl_ai.connection.wizard"].create({})
        wizard.action_test()
        self.assertFalse(wizard.unconfirmed)
        self.standin.script("reset")
        self.standin.script("reset")
        wizard.action_test()
        self.assertEqual((wizard.reason, wizard.unconfirmed), ("unreachable", True))

    def test_more_than_five_tests_in_a_minute_are_too_many(self):
        wizard = self.env["l10n_cl_ai.connection.wizard"].create({})
        reasons = []
        for _turn in range(6):
            wizard.action_test()
            reasons.append(wizard.reason)
        self.assertEqual(reasons, [False] * 5 + ["rate_limited"])

    def test_a_manager_tries_a_feature(self):
        feature = self.accept("dte_review")
        wizard = self.env["l10n_cl_ai.try.wizard"].create({"feature_id": feature.id, "text": "¿Qué es un folio?"})
        wizard.action_ask()
        self.assertEqual(wizard.status, "answered")
        self.assertIn("¿Qué es un folio?", repr(self.standin.messages[-1].body))
        wizard.action_ask()
        self.assertEqual((wizard.status, wizard.cost), ("cached", 0))

    def test_a_feature_that_is_off_sends_nothing(self):
        feature = self.env.ref("l10n_cl_ai.feature_chat")
        wizard = self.env["l10n_cl_ai.try.wizard"].create({"feature_id": feature.id, "text": "¿Hola?"})
        wizard.action_ask()
        self.assertEqual((wizard.reason, self.standin.messages), ("disabled", []))
