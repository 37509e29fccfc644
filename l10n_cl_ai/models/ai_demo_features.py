"""The demo with the AI: every feature accepted by the demo's administrator."""

from odoo import api, models

from ..demo.parties import COMPANIES


class Demo(models.AbstractModel):
    _inherit = "l10n_cl_ai.demo"

    @api.model
    def _accept_features(self):
        """Switch every feature on in the demo's companies, as the administrator would in Settings.

        :return: the switches
        """
        admin = self.env.ref("base.user_admin")
        companies = [self.env.ref(f"l10n_cl_ai.demo_{key}").id for key in COMPANIES]
        switches = self.env["l10n_cl_ai.feature.switch"].with_user(admin).with_context(
            lang="es_CL", allowed_company_ids=companies
        ).search([("company_id", "in", companies)])  # fmt: skip
        for switch in switches.filtered(lambda switch: switch.state in ("off", "lapsed")):
            switch._accept(switch.feature_id._digest())
        return switches
