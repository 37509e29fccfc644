"""Booking what is certain enough by itself, where a manager let the company do so: marked, and undone by a click."""

from odoo import fields, models


class AiSuggestion(models.Model):
    _inherit = "l10n_cl_ai.suggestion"

    was_automatic = fields.Boolean(
        readonly=True, help="Booked by itself, whatever a person made of it since: by these it is told how right that is."
    )

    def _apply_automatic(self):
        """Book those of these in the automatic band, in companies that let it.

        A line on which a person has decided already is left to persons: what somebody undid does not come back.
        """
        # sudo: res.company - a setting, whoever asks
        certain = self.filtered(
            lambda one: one.band == "auto" and one.state == "open" and one.company_id.sudo().l10n_cl_ai_suggest_auto
        )
        certain = (certain - certain._decided_before()).filtered(
            lambda one: one.target == "project" or one.line_id.account_id in one._accounts_by_default()
        )
        if certain:
            certain._apply("accepted", by="auto")
            # sudo: suggestions are written by methods only
            certain.sudo().was_automatic = True
        return certain

    def _decided_before(self):
        """Return those of these on whose line and target something was decided before."""
        if not self:
            return self
        # sudo: what anybody decided binds, also where the user may not read it
        decided = self.sudo().search(
            [("line_id", "in", self.line_id.ids), ("id", "not in", self.ids), ("state", "!=", "open")]
        )
        places = {(one.line_id.id, one.target) for one in decided}
        return self.filtered(lambda one: (one.line_id.id, one.target) in places)

    def _accounts_by_default(self):
        """Return the accounts that Odoo itself may have put on the line. Any other was typed by somebody."""
        line, move = self.line_id, self.move_id
        accounts = move.journal_id.default_account_id
        if line.product_id:
            template = line.with_company(line.company_id).product_id.product_tmpl_id
            expense = template.get_product_accounts(fiscal_pos=move.fiscal_position_id)["expense"]
            return accounts | expense if expense else accounts
        frequent = self.env["account.account"]._get_most_frequent_account_for_partner(
            company_id=line.company_id.id, partner_id=line.partner_id.id, move_type=move.move_type
        )
        return accounts | accounts.browse(frequent) if frequent else accounts
