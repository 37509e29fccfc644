from odoo import api, models
from odoo.exceptions import UserError


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_ledger(self):
        """Keep who asked: the ledger has no foreign key that would, and its rows would be nobody's."""
        # sudo: l10n_cl_ai.request - only whether there are rows
        asked = self.env["l10n_cl_ai.request"].sudo().search([("user_id", "in", self.ids)], limit=1)
        if asked:
            raise UserError(
                self.env._(
                    "%(user)s has questions in the ledger of the AI. Archive the user instead.",
                    user=asked.user_id.name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_held(self):
        """Keep whose conversations a legal hold keeps: they would go with him."""
        # sudo: l10n_cl_ai.conversation - only in which companies there are any
        conversations = self.env["l10n_cl_ai.conversation"].sudo()
        for (company,) in conversations._read_group([("user_id", "in", self.ids)], ["company_id"]):
            self.env["l10n_cl_ai.hold"]._check_free(company)
