"""Choosing for a line something else than what is proposed."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import suggest
from ..models.ai_suggestion import METHODS, TARGETS


class AiChooseWizard(models.TransientModel):
    _name = "l10n_cl_ai.choose.wizard"
    _inherit = "analytic.mixin"
    _description = "Choose for a line"

    suggestion_id = fields.Many2one("l10n_cl_ai.suggestion", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", compute="_compute_shown")
    target = fields.Selection(TARGETS, "What", compute="_compute_shown")
    line_name = fields.Char("Description", compute="_compute_shown")
    partner_id = fields.Many2one("res.partner", "Supplier", compute="_compute_shown")
    choice_ids = fields.One2many("l10n_cl_ai.choose.wizard.line", "wizard_id", "Candidates", readonly=True)
    account_id = fields.Many2one("account.account", domain="[('company_ids', 'in', company_id)]")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        self.env["l10n_cl_ai.suggestion"].browse(values.get("suggestion_id", ())).check_access("read")
        return values

    @api.constrains("suggestion_id")
    def _check_suggestion(self):
        # Any id may be typed, and Odoo reads the name of what a field points to as root: this one has the bill's text.
        self.sudo(False).suggestion_id.check_access("read")  # Odoo looks at constraints as root

    @api.depends("suggestion_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_shown(self):
        for wizard in self:
            suggestion = wizard.suggestion_id
            # Before it is saved; related fields would read as root.
            suggestion.check_access("read")
            for name in ("company_id", "target", "line_name", "partner_id"):
                wizard[name] = suggestion[name]

    @api.model
    def _for(self, suggestion):
        """Return one for a suggestion, with the candidates that the user may see."""
        choices = suggestion.candidates or []
        visible = suggestion._visible(suggestion.target, {one["label"] for one in choices}, suggestion.company_id)
        rows = [fields.Command.create(one) for one in choices if one["label"] in visible]
        return self.create({"suggestion_id": suggestion.id, "choice_ids": rows})

    def action_choose(self):
        """Book the line on what was looked for by hand."""
        self.ensure_one()
        by_account = self.target == "account"
        label = str(self.account_id.id or "") if by_account else suggest.label_of(self.analytic_distribution)
        if not label:
            raise UserError(self.env._("Choose something first."))
        return self._choose(label)

    def _choose(self, label):
        self.suggestion_id.action_choose(label)
        return {"type": "ir.actions.act_window_close"}


class AiChooseWizardLine(models.TransientModel):
    _name = "l10n_cl_ai.choose.wizard.line"
    _description = "Candidate for a line"
    _order = "id"

    wizard_id = fields.Many2one("l10n_cl_ai.choose.wizard", required=True, ondelete="cascade")
    label = fields.Char(required=True, readonly=True)
    words = fields.Char("Candidate", compute="_compute_words")
    probability = fields.Float(readonly=True)
    method = fields.Selection(METHODS, readonly=True)

    @api.depends("label")
    @api.depends_context("uid", "lang")
    def _compute_words(self):
        for line in self:
            target = line.wizard_id.target
            line.words = line.wizard_id.suggestion_id._names({line.label}, (target,)).get((target, line.label), "")

    def action_take(self):
        """Book the line on this one."""
        self.ensure_one()
        return self.wizard_id._choose(self.label)


class AiSuggestion(models.Model):
    _inherit = "l10n_cl_ai.suggestion"

    def action_open_choices(self):
        """Open the candidates of the line, to take one or to look for another."""
        self.ensure_one()
        wizard = self.env["l10n_cl_ai.choose.wizard"]._for(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Choose"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
        }
