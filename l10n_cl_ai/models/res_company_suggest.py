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

    def write(self, vals):
        turned_on = self.browse()
        if vals.get("l10n_cl_ai_suggest_account"):
            # sudo: res.company - a setting, whoever asks
            turned_on = self.filtered(lambda company: not company.sudo().l10n_cl_ai_suggest_account)
        done = super().write(vals)
        turned_on._l10n_cl_ai_learn_accounts()
        return done

    def _l10n_cl_ai_learn_accounts(self):
        """Have accounts learned from the start: while nothing was proposed of them, postings taught nothing."""
        # sudo: what follows from the setting that was just allowed
        index = self.env["l10n_cl_ai.index"].sudo().search([("company_id", "in", self.ids), ("kind", "=", "account")])
        index._start_anew()
        if self:
            # sudo: ir.cron - to wake it
            self.env.ref("l10n_cl_ai.cron_index").sudo()._trigger()

    def _l10n_cl_ai_targets(self):
        """Return what is proposed for lines in this company."""
        self.ensure_one()
        # sudo: res.company - a setting, whoever asks
        return ("project", "account") if self.sudo().l10n_cl_ai_suggest_account else ("project",)
