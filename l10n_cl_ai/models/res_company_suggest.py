from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_cl_ai_suggest_auto = fields.Boolean(
        "Book what is certain enough",
        help="Lines whose suggestion is in the automatic band are booked at once, marked, and undone by a click.",
    )
    l10n_cl_ai_suggest_account = fields.Boolean(
        "Suggest accounts", help="Beside the project, the account of a line is proposed where another one is usual."
    )
    l10n_cl_ai_suggest_on_import = fields.Boolean(
        "Suggest on import", default=True, help="A bill read from a received XML gets its suggestions at once."
    )

    def _l10n_cl_ai_targets(self):
        """Return what is proposed for lines in this company."""
        self.ensure_one()
        # sudo: res.company - a setting, whoever asks
        return ("project", "account") if self.sudo().l10n_cl_ai_suggest_account else ("project",)
