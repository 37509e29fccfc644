"""Server actions that ask the AI: an administrator says what is sent, what is asked, and what may be proposed."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..llm import form_prompt
from .ai_action_fields import REFUSALS, closed

ASK = "l10n_cl_ai_ask"
MODES = [
    ("propose", "Propose values that a person applies"),
    ("note", "Post a note in the chatter"),
]
#: Context key with the ids of the actions whose own proposal or note is being written just now.
APPLYING = "l10n_cl_ai_applying"


class IrActionsServer(models.Model):
    _inherit = "ir.actions.server"

    state = fields.Selection(
        selection_add=[(ASK, "Ask AI"), ("multi",)], ondelete={ASK: "cascade"}
    )
    l10n_cl_ai_instructions = fields.Text(
        "Instructions", help="What the AI is to do, in your own words. {{ label }} means a field that is sent."
    )
    l10n_cl_ai_mode = fields.Selection(
        MODES,
        "What becomes of the answer",
        default="propose",
        help="Nothing is written on the record until a person who may write it applies the proposal.",
    )
    l10n_cl_ai_input_ids = fields.One2many("l10n_cl_ai.action.input", "action_id", "Fields that are sent", copy=True)
    l10n_cl_ai_output_ids = fields.One2many(
        "l10n_cl_ai.action.output", "action_id", "Fields that are proposed", copy=True
    )
    l10n_cl_ai_line_limit = fields.Integer("Lines at most", default=50, help="Of a record, as invoice lines.")
    l10n_cl_ai_record_limit = fields.Integer(
        "Records at most", default=50, help="Of one run: a selection that is larger is refused."
    )
    l10n_cl_ai_days = fields.Integer("Proposals hold for (days)", default=7)
    l10n_cl_ai_responsible_id = fields.Many2one(
        "res.users",
        "Called to decide",
        domain="[('share', '=', False)]",
        help="Gets an activity for each proposal. Automations that run by time ask in this user's name.",
    )
    l10n_cl_ai_allowed_note = fields.Text("May be sent", compute="_compute_l10n_cl_ai_allowed_note")
    l10n_cl_ai_lapsed = fields.Char("Not sent any more", compute="_compute_l10n_cl_ai_allowed_note")

    @api.constrains("state", "l10n_cl_ai_line_limit", "l10n_cl_ai_record_limit", "l10n_cl_ai_days")
    def _check_l10n_cl_ai_limits(self):
        for action in self.filtered(lambda action: action.state == ASK):
            limits = (
                (action.l10n_cl_ai_line_limit, 200), (action.l10n_cl_ai_record_limit, 500), (action.l10n_cl_ai_days, 90)
            )  # fmt: skip
            if not all(0 < limit <= most for limit, most in limits):
                raise ValidationError(
                    self.env._("%(action)s: 1 to 200 lines, 1 to 500 records and 1 to 90 days.", action=action.name)
                )

    # -- what the form of actions asks -----------------------------------------------------------------

    @api.depends("model_id", "state", "l10n_cl_ai_mode", "l10n_cl_ai_input_ids.path", "l10n_cl_ai_output_ids.field_id")
    def _compute_l10n_cl_ai_allowed_note(self):
        allowed = sorted(self._l10n_cl_ai_allowed())
        for action in self:
            own = [name for name in allowed if name.rpartition(".")[0] == action.model_id.model]
            others = [name for name in allowed if name not in own]
            action.l10n_cl_ai_allowed_note = "\n".join([*own, *others]) if action.state == ASK else False
            lapsed = action._l10n_cl_ai_refusals() if action.state == ASK and action.model_id else ()
            names = (line.display_name for line, word in lapsed if word == "not_allowed")
            action.l10n_cl_ai_lapsed = ", ".join(names)

    def _generate_action_name(self):
        self.ensure_one()
        if self.state == ASK and self.model_id:
            return self.env._("Ask AI about %(model)s", model=self.model_id.name)
        return super()._generate_action_name()

    def _name_depends(self):
        return [*super()._name_depends(), "model_id"]

    @api.depends("state")
    def _compute_available_model_ids(self):
        done = super()._compute_available_model_ids()
        for action in self.filtered(lambda action: action.state == ASK):
            action.available_model_ids = action.available_model_ids.filtered(
                lambda model: not model.transient and not model.abstract and not closed(model.model)
            )
        return done

    @api.model
    def _warning_depends(self):
        return [
            *super()._warning_depends(),
            "l10n_cl_ai_instructions",
            "l10n_cl_ai_mode",
            "l10n_cl_ai_input_ids.path",
            "l10n_cl_ai_input_ids.label",
            "l10n_cl_ai_output_ids.field_id",
            "l10n_cl_ai_output_ids.domain",
        ]

    def _get_warning_messages(self):
        self.ensure_one()
        warnings = super()._get_warning_messages()
        return [*warnings, *self._l10n_cl_ai_warnings()] if self.state == ASK and self.model_id else warnings

    def _l10n_cl_ai_warnings(self):
        warnings, model = [], self.env.get(self.model_id.model)
        if model is None or model._abstract or model._transient or closed(model):
            return [self.env._("Nothing of this model is open to the AI.")]
        if not (self.l10n_cl_ai_instructions or "").strip():
            warnings.append(self.env._("Say in the instructions what the AI is to do."))
        if self.l10n_cl_ai_mode == "note" and not self.model_id.is_mail_thread:
            warnings.append(self.env._("Records of this model have no chatter for a note."))
        if self.l10n_cl_ai_mode != "note" and not self.l10n_cl_ai_output_ids:
            warnings.append(self.env._("Choose at least one field that is proposed."))
        for line, word in self._l10n_cl_ai_refusals():
            # What the feature may not send any more stops the question, not the work of who set it off.
            if word != "not_allowed":
                warnings.append(f"{line.display_name}: {self.env._(REFUSALS[word])}")
        labels = self.l10n_cl_ai_input_ids.mapped("label")
        if unknown := form_prompt.unknown_placeholders(self.l10n_cl_ai_instructions, labels):
            warnings.append(
                self.env._("The instructions name what is not sent: %(labels)s", labels=", ".join(unknown))
            )
        return warnings

    def _l10n_cl_ai_refusals(self):
        """Return [(line, word)] of the fields that are not sent, or not proposed, as things are now."""
        lines = (*self.l10n_cl_ai_input_ids, *self._l10n_cl_ai_outputs())
        return [(line, word) for line in lines if (word := line._refusal())]

    # -- business --------------------------------------------------------------------------------------

    @api.model
    def _l10n_cl_ai_allowed(self):
        """Return what may leave, as ``model.field``: the list of the feature as it is now."""
        # sudo: l10n_cl_ai.feature - what may leave is decided there, whoever runs the action
        return self.env["l10n_cl_ai.feature"].sudo().search([("code", "=", "server_action")])._allowed()

    def _l10n_cl_ai_outputs(self):
        """Return the fields to fill in; none where a note is asked for."""
        return self.l10n_cl_ai_output_ids.browse() if self.l10n_cl_ai_mode == "note" else self.l10n_cl_ai_output_ids

    def _run_action_l10n_cl_ai_ask_multi(self, eval_context=None):
        """Queue a question about each record, in the name of who runs this. Nothing is written on the records."""
        records = (eval_context or {}).get("records") or (eval_context or {}).get("record")
        if not records or self._is_recompute() or self.id in self.env.context.get(APPLYING, ()):
            return False
        records = records._origin.filtered("id")
        if len(records) > self.l10n_cl_ai_record_limit:
            raise UserError(
                self.env._(
                    "%(action)s asks about %(limit)s records at most in one run; you selected %(count)s. Select fewer, "
                    "or have an administrator raise the limit of the action.",
                    action=self.name,
                    limit=self.l10n_cl_ai_record_limit,
                    count=len(records),
                )
            )
        # An action for some groups gets whatever ids the browser names.
        records = records.sudo(False)._filtered_access("read")
        made = self.env["l10n_cl_ai.proposal"].sudo(False)._request(self, records)
        return made._notification(len(records) - len(made))
