"""No transaction is open during a call, and what the gateway writes outlives the user's rollback: on real cursors."""

import os
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import tagged

from ..llm.question import Status
from ..models.ai_gateway import TransactionOpen
from .gateway_common import GatewayCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTransaction(GatewayCase):
    """Real cursors commit for good: the scratch database ends with the run, and only rows of the gateway stay."""

    def setUp(self):
        super().setUp()
        variables = {"L10N_CL_AI_API_KEY": self.standin.key, "L10N_CL_AI_BASE_URL": self.standin.url}
        self.startPatcher(patch.dict(os.environ, variables))

    def ask_in(self, env, code="connection_test", text="¿Hola?"):
        feature = env["l10n_cl_ai.feature"].search([("code", "=", code)])
        ask = env["l10n_cl_ai.feature.handler"]._l10n_cl_ai_example(feature, text)
        return env["l10n_cl_ai.gateway"].ask(ask)

    def test_no_transaction_is_open_during_the_call(self):
        arrived, gate = self.gated()
        seen = []

        def ask():
            with Registry(self.dbname).cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                env["res.partner"].search([], limit=1)
                pids.append(cr.connection.get_backend_pid())
                return self.ask_in(env)

        def look():
            arrived.wait(20)
            seen.extend(self.sql(
                "SELECT state, query FROM pg_stat_activity WHERE xact_start IS NOT NULL AND pid = ANY (%s)", pids))
            gate.set()

        pids = []
        answer, _looked = self.side_by_side(ask, look)
        self.assertEqual(answer.status, Status.ANSWERED, answer.detail)
        self.assertTrue(pids)
        self.assertEqual(seen, [])

    def test_a_transaction_that_wrote_may_not_ask(self):
        with Registry(self.dbname).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["res.partner"].create({"name": "A medio escribir"})
            with self.assertRaises(TransactionOpen):
                self.ask_in(env)
            cr.rollback()
        self.assertFalse(self.standin.messages)

    def test_what_waits_for_the_commit_is_not_lost(self):
        with Registry(self.dbname).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            cr.postcommit.add(lambda: None)
            with self.assertRaises(TransactionOpen):
                self.ask_in(env)
            cr.rollback()

    def test_what_was_spent_outlives_the_rollback(self):
        with Registry(self.dbname).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            answer = self.ask_in(env)
            env["res.partner"].create({"name": "Se deshará"})
            cr.rollback()
        ((cost, status),) = self.sql("SELECT cost, status FROM l10n_cl_ai_request WHERE id = %s", answer.request_id)
        self.assertEqual((cost, status), (answer.cost, "answered"))
