"""Which draft bills get suggestions."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class AiSuggestionRunWizard(models.TransientModel):
    _name = "l10n_cl_ai.suggestion.run.wizard"
    _description = "Suggest projects for draft bills"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    date_from = fields.Date("From")
    date_to = fields.Date("To")
    partner_ids = fields.Many2many("res.partner", string="Suppliers")
    journal_ids = fields.Many2many(
        "account.journal", string="Journals", domain="[('type', '=', 'purchase'), ('company_id', '=', company_id)]"
    )
    again = fields.Boolean("Also those with suggestions", help="Their open suggestions are replaced by new ones.")
    bill_count = fields.Integer("Draft bills", compute="_compute_bill_count")

    @api.depends("company_id", "date_from", "date_to", "partner_ids", "journal_ids", "again")
    def _compute_bill_count(self):
        for wizard in self:
            wizard.bill_count = len(wizard._bills())

    def _bills(self):
        partners, journals = self.partner_ids._origin, self.journal_ids._origin
        return self.env["l10n_cl_ai.suggestion.run"]._drafts(
            self.company_id, self.date_from, self.date_to, partners, journals, self.again
        )

    def action_start(self):
        """Start, and show how far it gets."""
        self.ensure_one()
        bills = self._bills()
        if not bills:
            raise UserError(self.env._("There is no such draft bill."))
        return self.env["l10n_cl_ai.suggestion.run"]._start(bills)._open()


class AccountMove(models.Model):
    _inherit = "account.move"

    def action_l10n_cl_ai_suggest_many(self):
        """Propose projects for many draft bills, with progress, to be looked at by band."""
        return self.env["l10n_cl_ai.suggestion.run"]._start(self)._open()
