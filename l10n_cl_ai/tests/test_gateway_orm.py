"""The gateway as a feature calls it: what records, companies and users decide."""

import json
import os
from dataclasses import replace
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..llm.question import Data, Reason, Status
from .gateway_common import OrmGatewayCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestGateway(OrmGatewayCase):
    def test_a_feature_is_off_until_it_is_accepted(self):
        self.assertEqual(self.ask().reason, Reason.DISABLED)
        self.accept("dte_review")
        answer = self.ask()
        self.assertEqual(answer.status, Status.ANSWERED, answer.detail)
        self.assertTrue(str(answer.value))
        row = self.row(answer)
        self.assertEqual((row.feature, row.user_id, row.company_id), ("dte_review", self.env.user, self.company))
        self.assertTrue(row.simulated)
        self.assertGreater(row.cost, 0)

    def test_switched_off_is_off_at_once(self):
        feature = self.accept("dte_review")
        self.assertEqual(self.ask().status, Status.ANSWERED)
        feature.action_disable()
        self.assertEqual(self.ask().reason, Reason.DISABLED)
        self.accept("dte_review")
        self.assertEqual(self.ask("Otra").status, Status.ANSWERED)
        feature.data_sent = "Ahora se envía otra cosa."
        self.assertEqual(self.ask("Y otra").reason, Reason.DISABLED)

    def test_a_new_price_counts_at_once(self):
        feature = self.accept("dte_review")
        first = self.ask("Uno")
        for price in feature.model_id.price_ids:
            price.copy({"valid_from": "2026-11-01", "output_usd": price.output_usd * 1000})
        second = self.ask("Dos")
        self.assertGreater(second.cost, 100 * first.cost)

    def test_one_of_many_that_cannot_be_read_loses_itself_only(self):
        self.accept("dte_review")
        feature = self.env["l10n_cl_ai.feature"].search([("code", "=", "dte_review")])
        ask = self.env["l10n_cl_ai.feature.handler"]._l10n_cl_ai_example(feature, "¿Qué es un folio?")

        def parse(value):
            raise RuntimeError("a defect of the feature")

        with mute_logger("odoo.addons.l10n_cl_ai.models.ai_gateway"):
            answers = self.env["l10n_cl_ai.gateway"].ask_all([ask, replace(ask, parse=parse), ask], workers=1)
        self.assertEqual([answer.evaluated for answer in answers], [True, False, True])

    def test_the_names_on_the_lines_do_not_leave_either(self):
        self.accept("dte_review")
        carrier = self.env["res.partner"].create({"name": "Transportes Quebrada Honda"})
        note = {"name": "Flete", "display_type": "line_note", "partner_id": carrier.id}
        move = self.env["account.move"].create({"move_type": "entry", "line_ids": [(0, 0, note)]})
        self.ask(content=[Data("document", f"Flete de {carrier.name}")], record=move)
        self.assertNotIn("Quebrada", self.standin.messages[0].text)

    def test_accepting_in_one_company_sends_nothing_of_another(self):
        self.accept("dte_review")
        env = self.env["l10n_cl_ai.gateway"].with_company(self.other_company).env
        self.assertEqual(self.ask(env=env).reason, Reason.DISABLED)
        self.assertFalse(self.standin.messages)

    def test_companies_share_no_answer(self):
        self.accept("dte_review")
        self.accept("dte_review", self.other_company)
        env = self.env["l10n_cl_ai.gateway"].with_company(self.other_company).env
        self.assertEqual(self.ask().status, Status.ANSWERED)
        self.assertEqual(self.ask(env=env).status, Status.ANSWERED)
        self.assertEqual(self.ask().status, Status.CACHED)
        self.assertEqual(len(self.standin.messages), 2)

    def test_no_key_no_call(self):
        self.accept("dte_review")
        with patch.dict(os.environ):
            del os.environ["L10N_CL_AI_API_KEY"]
            answer = self.ask()
        self.assertEqual(answer.reason, Reason.NO_KEY)
        self.assertFalse(self.standin.messages)

    def test_a_forbidden_address_is_a_reason_and_not_an_error(self):
        with patch.dict(os.environ, L10N_CL_AI_BASE_URL="http://example.com"):
            answer = self.ask(code="connection_test")
        self.assertEqual(answer.reason, Reason.UNREACHABLE)
        self.assertIn("https", answer.detail)
        self.assertFalse(self.standin.messages)

    def test_the_budget_of_the_company_stops_the_loop_of_10000_invoices(self):
        self.accept("dte_review")
        budgets = self.env["l10n_cl_ai.budget"].search([("company_id", "=", self.company.id)])
        budgets.limit_usd = 0.02
        self.env["l10n_cl_ai.feature"].search([("code", "=", "dte_review")]).rate_per_minute = 10_000
        reasons = []
        for number in range(10_000):
            answer = self.ask(f"¿Está bien la factura {number}?")
            reasons.append(answer.reason)
            if answer.reason is Reason.OVER_BUDGET:
                break
        self.assertEqual(reasons[-1], Reason.OVER_BUDGET)
        self.assertGreater(len(reasons), 1)
        budgets.invalidate_recordset()
        for budget in budgets:
            self.assertLessEqual(budget.spent + budget.reserved, budget.limit_usd)
            self.assertEqual(budget.reserved, 0)
        calls = len(self.standin.messages)
        self.assertEqual(self.ask("Otra más").reason, Reason.OVER_BUDGET)
        self.assertEqual(len(self.standin.messages), calls)

    def test_the_names_on_the_record_do_not_leave(self):
        self.accept("dte_review")
        partner = self.env["res.partner"].create({
            "name": "Ferretería Los Aromos Limitada", "street": "Pasaje Los Queltehues 1234", "vat": "76086428-5",
            "email": "ventas@aromos.cl", "phone": "+56 9 8765 4321",
            "child_ids": [(0, 0, {"name": "Rosamunda Aliaga Peñailillo"})],
        })
        text = (
            f"{partner.name}, {partner.street}, {partner.vat}, {partner.email}, {partner.phone}, "
            f"atendido por {partner.child_ids.name.upper()}"
        )
        self.ask(content=[Data("document", text)], record=partner)
        (call,) = self.standin.messages
        sent = json.dumps(call.body, ensure_ascii=False).lower()
        for private in ("aromos", "queltehues", "76086428", "ventas@", "8765", "rosamunda", "aliaga"):
            self.assertNotIn(private, sent)
        row = self.env["l10n_cl_ai.request"].search([("res_model", "=", "res.partner")], limit=1)
        self.assertEqual(row.res_id, partner.id)

    def test_an_accountant_may_ask_and_sees_only_his_own_rows(self):
        self.accept("dte_review")
        users = [new_test_user(self.env, f"ana{n}", "base.group_user,l10n_cl_ai.group_accountant") for n in (1, 2)]
        answers = [self.ask(f"¿Pregunta de {user.login}?", env=self.env(user=user)) for user in users]
        rows = self.env["l10n_cl_ai.request"].browse([answer.request_id for answer in answers])
        self.assertEqual(rows.user_id, users[0] | users[1])
        own = rows.with_user(users[0])
        self.assertEqual(own.search([("id", "in", rows.ids)]).ids, rows[:1].ids)
        with self.assertRaises(AccessError):
            own[1].read(["cost"])

    def test_every_reason_has_words(self):
        gateway = self.env["l10n_cl_ai.gateway"].with_context(lang="es_CL")
        words = {reason: gateway._reason_message(reason) for reason in Reason}
        self.assertEqual(len(set(words.values())), len(Reason))
        for reason, text in words.items():
            self.assertGreater(len(text), 30, reason)
        self.assertEqual(gateway._reason_message(None), "")

    def test_the_gateway_is_not_for_rpc(self):
        gateway = self.registry["l10n_cl_ai.gateway"]
        for method in ("ask", "ask_all"):
            self.assertTrue(getattr(getattr(gateway, method), "_api_private", False), method)
