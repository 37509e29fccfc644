"""The assistant in a real browser: its widgets' own tests, and tours against the stand-in. axe-core looks on."""

import os
from pathlib import Path
from unittest.mock import patch

from odoo.addons.web.tests.test_js import unit_test_error_checker
from odoo.tests import HttpCase, tagged
from odoo.tests.common import ChromeBrowser

from .test_chat_http import ChatHttpCase

#: The script of axe-core: dev/test says where it is (package.json names its version).
AXE = os.environ.get("AXE_SCRIPT")


class AxeCase(HttpCase):
    """Every page that the browser opens has `window.axe`."""

    def setUp(self):
        super().setUp()
        source = Path(AXE).read_text(encoding="utf-8")
        navigate = ChromeBrowser.navigate_to

        def navigate_with_axe(browser, *args, **options):
            browser._websocket_request("Page.addScriptToEvaluateOnNewDocument", params={"source": source})
            return navigate(browser, *args, **options)

        patcher = patch.object(ChromeBrowser, "navigate_to", navigate_with_axe)
        patcher.start()
        self.addCleanup(patcher.stop)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAssistantWidgets(AxeCase):
    def hoot(self, preset, suite):
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset={preset}&timeout=15000&filter=@l10n_cl_ai/{suite}",
            "",
            "",
            login="admin",
            timeout=180,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=unit_test_error_checker,
        )

    def test_desktop(self):
        self.hoot("desktop", "assistant")

    def test_phone(self):
        self.browser_size, self.touch_enabled = "375x667", True
        self.hoot("mobile", "assistant_phone")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAssistantTours(ChatHttpCase, AxeCase):
    def setUp(self):
        super().setUp()
        # OdooBot greets who is new, with a window over everything on a phone.
        self.accountant.odoobot_state = "disabled"

    def invoice_place(self):
        move = self.invoice(33, [self.line("Resma de papel", 10, 1050)])
        return move, f"/odoo/action-account.action_move_out_invoice_type/{move.id}"

    def asks_about_an_invoice(self):
        move, place = self.invoice_place()
        self.standin.script(answer="Está **en orden**. " * 30, trickle=0.005)
        self.standin.script(answer="Son 8 días.")
        self.start_tour(place, "l10n_cl_ai_assistant", login="contadora")
        first, second = self.env["l10n_cl_ai.message"].search([("role", "=", "assistant")], order="id")
        self.assertEqual((first.rating, second.rating), ("up", False))
        self.assertEqual(first.conversation_id, second.conversation_id)
        self.assertEqual((first.question_id.screen or {}).get("ids"), move.ids)
        self.assertIn("en orden", move.message_ids[0].body)
        self.assertEqual(move.message_ids[0].author_id, self.accountant.partner_id)

    def test_a_bookkeeper_asks_about_an_invoice(self):
        self.asks_about_an_invoice()

    def test_in_the_dark(self):
        self.patch(type(self.env["ir.http"]), "color_scheme", lambda http: "dark")
        self.asks_about_an_invoice()

    def on_a_page(self):
        self.standin.script(answer="Es el **número** de un DTE.\n\n| a | b |\n|---|---|\n| 1 | 2 |")
        self.start_tour("/odoo/ai-assistant", "l10n_cl_ai_assistant_page", login="contadora")
        self.assertEqual(self.message().status, "done")

    def test_on_a_page_of_its_own(self):
        self.on_a_page()

    def test_on_a_phone(self):
        self.browser_size, self.touch_enabled = "375x667", True
        self.on_a_page()

    def test_without_ai_it_says_why(self):
        self.feature._switch().action_disable()
        self.start_tour(self.invoice_place()[1], "l10n_cl_ai_assistant_off", login="contadora")
        self.assertFalse(self.standin.messages)
        self.assertEqual(self.message().reason, "disabled")
