from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _l10n_cl_ai_suggest(self, trigger):
        made = super()._l10n_cl_ai_suggest(trigger)
        made._ask_ai()
        return made
