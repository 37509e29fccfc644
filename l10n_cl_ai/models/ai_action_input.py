from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .ai_action_fields import REFUSALS, path_of


class AiActionInput(models.Model):
    _name = "l10n_cl_ai.action.input"
    _description = "Field that an AI Action Sends"
    _order = "sequence, id"

    action_id = fields.Many2one("ir.actions.server", required=True, ondelete="cascade", index=True)
    model_name = fields.Char(related="action_id.model_id.model")
    sequence = fields.Integer(default=10)
    path = fields.Char(
        "Field",
        required=True,
        help="E.g. narration, partner_id.name, or invoice_line_ids.name for each line. Only what the feature lists.",
    )
    label = fields.Char(
        compute="_compute_label",
        store=True,
        readonly=False,
        help="What the value is called in the data; the instructions name it as {{ label }}.",
    )

    @api.depends("path")
    def _compute_label(self):
        for line in self:
            line.label = line.label or (line.path or "").replace(".", "_")

    @api.depends("label")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.label or line.path

    @api.constrains("path", "action_id")
    def _check_path(self):
        for line in self:
            if word := line._refusal():
                raise ValidationError(
                    self.env._(
                        "“%(field)s” cannot be sent: %(why)s.", field=line.path, why=self.env._(REFUSALS[word])
                    )
                )

    @api.constrains("label", "action_id")
    def _check_label(self):
        for action, lines in self.action_id.l10n_cl_ai_input_ids.grouped("action_id").items():
            labels = lines.mapped("label")
            if not all(labels) or len(set(labels)) < len(labels):
                raise ValidationError(
                    self.env._("%(action)s: every field that is sent needs a label of its own.", action=action.name)
                )

    def _path(self):
        """Return where the path leads, or why it must not be sent (see ``path_of``)."""
        self.ensure_one()
        model = self.env.get(self.action_id.model_id.model)
        return "unknown" if model is None else path_of(model, self.path)

    def _refusal(self):
        """Return the word why the field is not sent, the feature's list of today included; None if it is."""
        path = self._path()
        if isinstance(path, str):
            return path
        return None if path.listed in self.action_id._l10n_cl_ai_allowed() else "not_allowed"
