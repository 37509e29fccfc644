"""Tells the web client when answers of the AI are simulated."""

from odoo import models
from odoo.exceptions import UserError

#: What keys of the stand-in begin with: it takes no other, and no provider gives such.
STANDIN_KEY = "sk-ant-standin-"


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        info = super().session_info()
        if self.env.user._is_internal():
            info["l10n_cl_ai_simulated"] = self._l10n_cl_ai_simulated()
        return info

    def _l10n_cl_ai_simulated(self):
        """Whether the stand-in answers: at a loopback address, and with one of its own keys.

        The address alone does not tell: a gateway of the company on this machine asks the real provider.
        """
        secrets = self.env["l10n_cl_ai.secret"]
        try:
            address = secrets._base_url()
        except UserError:
            return False  # an address that is refused: nobody is asked at all
        # Plain http is allowed to this very machine only.
        return address.startswith("http://") and (
            secrets._value("api_key", self.env.company) or ""
        ).startswith(STANDIN_KEY)
