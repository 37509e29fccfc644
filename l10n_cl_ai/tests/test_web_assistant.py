"""The assistant in a real browser: its widgets' own tests."""

from odoo.addons.web.tests.test_js import unit_test_error_checker
from odoo.tests import HttpCase, tagged


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAssistantWidgets(HttpCase):
    def _hoot(self, preset):
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset={preset}&timeout=15000&filter=@l10n_cl_ai/assistant",
            "",
            "",
            login="admin",
            timeout=180,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=unit_test_error_checker,
        )

    def test_phone(self):
        self._hoot("mobile")

    def test_desktop(self):
        self._hoot("desktop")
