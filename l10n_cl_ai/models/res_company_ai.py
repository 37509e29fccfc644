from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

#: Days the ledger is kept at least: a month's consumption must be there when the month's invoice arrives.
SHORTEST_LEDGER = 62
#: Days proposed when an administrator decides to keep questions and answers.
PROPOSED_CONTENT_DAYS = 30
#: What only system administrators decide, though others may make and change companies.
RETENTION = {"l10n_cl_ai_content_days", "l10n_cl_ai_keep_content", "l10n_cl_ai_ledger_days"}


class ResCompany(models.Model):
    _inherit = "res.company"

    l10n_cl_ai_content_days = fields.Integer(
        "Days that questions and answers are kept",
        default=0,
        help="What was sent, masked, and what was answered. 0: it is not kept, only figures are.",
    )
    l10n_cl_ai_keep_content = fields.Boolean(
        "Keep questions and answers",
        compute="_compute_l10n_cl_ai_keep_content",
        inverse="_inverse_l10n_cl_ai_keep_content",
    )
    l10n_cl_ai_ledger_days = fields.Integer(
        "Days that the ledger is kept", default=400, required=True, help="At least 62."
    )

    @api.depends("l10n_cl_ai_content_days")
    def _compute_l10n_cl_ai_keep_content(self):
        for company in self:
            company.l10n_cl_ai_keep_content = company.l10n_cl_ai_content_days > 0

    def _inverse_l10n_cl_ai_keep_content(self):
        for company in self:
            proposed = company.l10n_cl_ai_content_days or PROPOSED_CONTENT_DAYS
            company.l10n_cl_ai_content_days = proposed if company.l10n_cl_ai_keep_content else 0

    @api.constrains("l10n_cl_ai_content_days", "l10n_cl_ai_ledger_days")
    def _check_l10n_cl_ai_retention(self):
        for company in self:
            if company.l10n_cl_ai_ledger_days < SHORTEST_LEDGER:
                raise ValidationError(
                    self.env._("The ledger of the AI is kept for %(days)s days at least.", days=SHORTEST_LEDGER)
                )
            if company.l10n_cl_ai_content_days < 0:
                raise ValidationError(self.env._("Questions and answers are kept for 0 days or more."))

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        touched = companies.filtered("l10n_cl_ai_keep_content") or RETENTION & set().union(*vals_list)
        self._check_l10n_cl_ai_right(touched)
        # sudo: l10n_cl_ai.feature - who makes a company need not see the features; switches begin off
        features = self.env["l10n_cl_ai.feature"].sudo().with_context(active_test=False)
        self.env["l10n_cl_ai.feature.switch"]._make(features.search([("sends_data", "=", True)]), companies)
        return companies

    def write(self, vals):
        self._check_l10n_cl_ai_right(RETENTION & vals.keys())
        return super().write(vals)

    def _check_l10n_cl_ai_right(self, touched):
        if touched and not self.env.is_system():
            raise AccessError(self.env._("Only system administrators change the settings of the AI."))
