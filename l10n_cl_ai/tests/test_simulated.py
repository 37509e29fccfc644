"""Where a stand-in answers in place of the AI, every screen says so; where the provider does, none does."""

import os
from unittest.mock import patch

from odoo.tests import HttpCase, tagged

STANDIN = {"L10N_CL_AI_BASE_URL": "http://127.0.0.1:8123", "L10N_CL_AI_API_KEY": "sk-ant-standin-prueba"}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulated(HttpCase):
    def simulated(self, **changes):
        with patch.dict(os.environ, {**STANDIN, **changes}):
            return self.env["ir.http"]._l10n_cl_ai_simulated()

    def test_the_stand_in_is_told_by_its_address_and_its_key(self):
        self.assertTrue(self.simulated())
        self.assertTrue(self.simulated(L10N_CL_AI_BASE_URL="http://localhost:8123"))

    def test_the_provider_is_not_marked(self):
        self.assertFalse(self.simulated(L10N_CL_AI_BASE_URL="https://api.anthropic.com"))

    def test_a_gateway_of_the_company_on_this_machine_is_not_marked(self):
        self.assertFalse(self.simulated(L10N_CL_AI_API_KEY="sk-ant-api03-de-verdad"))

    def test_no_key_and_a_refused_address_are_no_simulation(self):
        self.env["l10n_cl_ai.secret"].search([]).unlink()
        self.assertFalse(self.simulated(L10N_CL_AI_API_KEY=""))
        self.assertFalse(self.simulated(L10N_CL_AI_BASE_URL="http://api.anthropic.com"))

    def test_the_web_client_is_told(self):
        self.authenticate("admin", "admin")
        for key, expected in ((STANDIN["L10N_CL_AI_API_KEY"], True), ("sk-ant-api03-de-verdad", False)):
            with patch.dict(os.environ, {**STANDIN, "L10N_CL_AI_API_KEY": key}):
                info = self.make_jsonrpc_request("/web/session/get_session_info", {})
            self.assertIs(info["l10n_cl_ai_simulated"], expected)

    def test_visitors_of_a_portal_are_told_nothing(self):
        self.env["res.users"].with_context(no_reset_password=True).create({
            "name": "Cliente", "login": "cliente", "password": "cliente-cliente",
            "group_ids": [(6, 0, [self.env.ref("base.group_portal").id])],
        })  # fmt: skip
        self.authenticate("cliente", "cliente-cliente")
        self.assertNotIn("l10n_cl_ai_simulated", self.make_jsonrpc_request("/web/session/get_session_info", {}))
