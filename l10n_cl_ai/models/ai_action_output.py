from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..llm import form
from .ai_action_fields import KINDS, REFUSALS, target_refusal


class AiActionOutput(models.Model):
    _name = "l10n_cl_ai.action.output"
    _description = "Field that an AI Action Proposes"
    _order = "sequence, id"

    action_id = fields.Many2one("ir.actions.server", required=True, ondelete="cascade", index=True)
    model_id = fields.Many2one(related="action_id.model_id")
    sequence = fields.Integer(default=10)
    field_id = fields.Many2one(
        "ir.model.fields",
        required=True,
        ondelete="cascade",
        domain="[('model_id', '=', model_id), ('readonly', '=', False), ('ttype', 'in', ['char', 'text', 'html',"
        " 'integer', 'float', 'boolean', 'selection', 'date', 'many2one'])]",
    )
    field_type = fields.Selection(related="field_id.ttype", string="Type")
    relation = fields.Char(related="field_id.relation", string="Model of the choices")
    description = fields.Text("What to write", required=True, help="In your own words, for the model.")
    required = fields.Boolean(help="An answer without it is not used.")
    least = fields.Float("Smallest", help="Of a number. Equal to the largest: no range.")
    most = fields.Float("Largest", help="Of a number.")
    domain = fields.Char("Choices", default="[]", help="Which records may be chosen; there may be 100 at most.")

    _field_uniq = models.UniqueIndex("(action_id, field_id)", "Each field is proposed once in an action.")

    @api.depends("field_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.field_id.field_description

    @api.constrains("field_id", "action_id")
    def _check_field(self):
        for line in self:
            model = self.env.get(line.model_id.model)
            same = line.field_id.model_id == line.model_id
            word = target_refusal(model, line.field_id.name) if model is not None and same else "unknown"
            if word:
                raise ValidationError(
                    self.env._(
                        "The AI cannot propose “%(field)s”: %(why)s.",
                        field=line.field_id.field_description,
                        why=self.env._(REFUSALS[word]),
                    )
                )

    @api.constrains("least", "most")
    def _check_range(self):
        for line in self:
            if line.most < line.least:
                raise ValidationError(self.env._("The largest number is below the smallest."))

    @api.constrains("domain", "field_id")
    def _check_domain(self):
        for line in self.filtered("relation"):
            try:
                self.env[line.relation].search(line._domain(), limit=1)
            except Exception as problem:
                raise ValidationError(
                    self.env._("The choices of “%(field)s” are no valid domain.", field=line.field_id.field_description)
                ) from problem

    def _domain(self):
        """Return which records may be chosen. A literal: nothing of it is evaluated."""
        return Domain(literal_eval(self.domain or "[]"))

    # -- business ------------------------------------------------------------------------------------

    def _refusal(self):
        """Return the word why the field is not proposed; None if it may be."""
        model = self.env.get(self.action_id.model_id.model)
        if model is None:
            return "unknown"
        if word := target_refusal(model, self.field_id.name):
            return word
        return "not_allowed" if self.relation and not self._label_field() else None

    def _label_field(self):
        """Return the field by which the model knows a record to choose, if the feature may send one."""
        allowed, model = self.action_id._l10n_cl_ai_allowed(), self.env[self.relation]
        names = ("display_name", model._rec_name)
        return next((name for name in names if name and f"{self.relation}.{name}" in allowed), None)

    def _choices(self, record, domain=Domain.TRUE):
        """Return the records that may be chosen for a record, with the rights of its environment's user.

        One more than may be offered tells that there are more.

        :param domain: only of these
        """
        model = self.env[self.relation].with_env(record.env)
        domain &= self._domain()
        if "company_id" in model._fields or "company_ids" in model._fields:
            domain &= Domain(model._check_company_domain(record.env.company))
        return model.search(domain, limit=form.MOST_CHOICES + 1)

    def _slot(self, record, offered):
        """Return the field as the form has it (``form.Slot``). :param offered: records that may be chosen"""
        field = record._fields[self.field_id.name]
        choices = {str(choice.id): "" for choice in offered or ()}
        if field.type == "selection":
            choices = {key: words for key, words in field._description_selection(record.env) if isinstance(key, str)}
        size = field.size if field.type == "char" else 0
        return form.Slot(
            name=field.name, kind=KINDS[field.type], description=self.description, required=self.required,
            size=size or 0, least=self.least, most=self.most, choices=choices,
        )  # fmt: skip
