"""Tells the web client when answers of the AI are simulated, and who has the assistant."""

from odoo import models

from .ai_secret_reading import access

#: What keys of the stand-in begin with: it takes no other, and no provider gives such.
STANDIN_KEY = "sk-ant-standin-"


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        info = super().session_info()
        if self.env.user._is_internal():
            info["l10n_cl_ai_simulated"] = self._l10n_cl_ai_simulated()
            # Only what is shown: the server asks again on every call.
            info["l10n_cl_ai_assistant"] = self.env.user.has_group("l10n_cl_ai.group_user")
        return info

    def _l10n_cl_ai_simulated(self):
        """Whether the stand-in answers: at a loopback address, and with one of its own keys.

        The address alone does not tell: a gateway of the company on this machine asks the real provider.
        """
        found = access(self.env, self.env.company)
        # Plain http is allowed to this very machine only.
        return found.base_url.startswith("http://") and (found.key or "").startswith(STANDIN_KEY)
