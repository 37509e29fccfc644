"""What the AI is asked for: each feature with its model, its limits, and what may leave for it."""

import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import LazyTranslate

from ..llm.plan import ModelSpec

_lt = LazyTranslate(__name__)

HANDLER = "l10n_cl_ai.feature.handler"
EFFORTS = [("low", "Low"), ("medium", "Medium"), ("high", "High"), ("xhigh", "Very high"), ("max", "Highest")]
THINKING = [
    ("disabled", "Does not think"),
    ("between_tools", "Thinks between tools only"),
    ("adaptive", "Thinks as much as it finds right"),
]
STATES = [
    ("off", "Off"),
    ("on", "On"),
    ("lapsed", "Off: to be accepted again"),
    ("unavailable", "Off: its addon is missing"),
]
NOTES = {
    "on": "",
    "off": _lt("Nothing is sent until a manager of the company accepts what the feature sends."),
    "lapsed": _lt(
        "What the feature sends, or where to, has changed since it was accepted. It stays off until a manager reads "
        "the new text and accepts it."
    ),
    "unavailable": _lt("The addon that brings this feature is not installed any more."),
}


class AiFeature(models.Model):
    _name = "l10n_cl_ai.feature"
    _description = "AI Feature"
    _order = "sequence, id"

    sequence = fields.Integer(default=100)
    code = fields.Char(required=True, help="The name by which the addons ask for it.")
    name = fields.Char("Feature", required=True, translate=True)
    description = fields.Text(translate=True)
    active = fields.Boolean(default=True)
    handler = fields.Char(
        required=True,
        default=HANDLER,
        help="Abstract model that builds the question and reads the answer; the addon of the feature brings it.",
    )
    sends_data = fields.Boolean(
        "Sends data of the company",
        default=True,
        copy=False,
        help="A feature that sends nothing of the company needs no acceptance, as the test of the connection.",
    )
    data_sent = fields.Text(
        "What is sent", translate=True, help="In plain words: it is shown to whoever accepts it for a company."
    )
    allowed_fields = fields.Text(
        "Fields that may leave",
        help="One a line, as model.field or as a path of the DTE. What is not listed is never sent.",
    )
    model_id = fields.Many2one("l10n_cl_ai.model", required=True, ondelete="restrict")
    escalation_model_id = fields.Many2one(
        "l10n_cl_ai.model",
        "Escalation model",
        ondelete="restrict",
        help="Asked when the first says that it does not know. Empty: nobody is.",
    )
    effort = fields.Selection(EFFORTS, help="Sent to models that take it.")
    thinking = fields.Selection(THINKING, help="Sent to models that take it.")
    max_tokens = fields.Integer(
        "Longest answer (tokens)", required=True, default=1024, help="The model's thinking counts too."
    )
    max_input_bytes = fields.Integer("Longest question (bytes)", required=True, default=200_000)
    deadline = fields.Float("Deadline (s)", required=True, default=30.0, help="Waiting and repeating included.")
    ttl = fields.Integer(
        "Answers serve for (s)", required=True, default=900, help="An equal question within it costs nothing. 0: never."
    )
    cache_scope = fields.Selection(
        [("company", "The whole company"), ("user", "Only who asked")],
        "Answers serve",
        required=True,
        default="user",
        help="The whole company only where the question holds nothing that some of its users may not see.",
    )
    rate_per_minute = fields.Integer("Questions per minute", required=True, default=20, help="Of each user.")
    prompt_version = fields.Char(
        required=True, default="1", help="Raised when the instructions change: older answers serve no more."
    )
    prompt_cache = fields.Selection(
        [("5m", "5 minutes"), ("1h", "1 hour")],
        "Prompt kept by the provider",
        help="Long instructions cost a fraction while the provider keeps them.",
    )
    switch_ids = fields.One2many("l10n_cl_ai.feature.switch", "feature_id")
    state = fields.Selection(STATES, compute="_compute_state", compute_sudo=True)
    state_note = fields.Char("Why it is off", compute="_compute_state", compute_sudo=True)
    enabled = fields.Boolean("On", compute="_compute_state", compute_sudo=True)

    _code_uniq = models.UniqueIndex("(code)", "There is only one feature of each code.")
    _limits_positive = models.Constraint(
        "CHECK (max_tokens > 0 AND max_input_bytes > 0 AND rate_per_minute > 0)",
        "The limits of a feature are larger than zero.",
    )
    _deadline_bounded = models.Constraint(
        "CHECK (deadline > 0 AND deadline <= 600)", "The deadline is at most 600 seconds."
    )
    _ttl_positive = models.Constraint("CHECK (ttl >= 0)", "The time an answer serves is not below zero.")

    @api.constrains("code")
    def _check_code(self):
        for feature in self:
            if not re.fullmatch(r"[a-z][a-z0-9_]{1,63}", feature.code):
                raise ValidationError(
                    self.env._("A code is made of lower case letters, digits and “_”, and begins with a letter.")
                )

    @api.constrains("handler")
    def _check_handler(self):
        for feature in self:
            if feature._handler() is None:
                raise ValidationError(
                    self.env._(
                        "%(feature)s: there is no abstract model “%(handler)s” that inherits from “%(base)s”. The "
                        "addon of the feature has to bring it.",
                        feature=feature.name,
                        handler=feature.handler,
                        base=HANDLER,
                    )
                )

    @api.constrains("sends_data", "data_sent", "active")
    def _check_data_sent(self):
        for feature in self:
            if feature.sends_data and not (feature.data_sent or "").strip():
                raise ValidationError(
                    self.env._("%(feature)s: say what is sent, so that it can be accepted.", feature=feature.name)
                )

    @api.depends("active", "handler", "sends_data", "data_sent", "allowed_fields", "switch_ids.state")
    @api.depends_context("company", "lang")
    def _compute_state(self):
        switches = self.env["l10n_cl_ai.feature.switch"].search(
            [("feature_id", "in", self.ids), ("company_id", "=", self.env.company.id)]
        )
        by_feature = switches.grouped("feature_id")
        for feature in self:
            switch = by_feature.get(feature._origin, switches.browse())
            feature.state = feature._state(switch)
            feature.enabled = feature.state == "on"
            feature.state_note = self.env._(NOTES[feature.state]) if NOTES[feature.state] else ""

    def _state(self, switch):
        """Return the state of the feature in the company of a switch, which may be missing."""
        if not self.active or self._handler() is None:
            return "unavailable"
        if not self.sends_data:
            return "on"
        if not switch.enabled:
            return "off"
        return "on" if switch._holds() else "lapsed"

    # -- CRUD ------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        features = super().create([self._tidy(vals) for vals in vals_list])
        if features._exempt():
            self._refuse_exemption()
        features._make_switches()
        return features

    def write(self, vals):
        exempt = self._exempt()
        done = super().write(self._tidy(vals))
        if self._exempt() - exempt:
            self._refuse_exemption()
        if "sends_data" in vals:
            self._make_switches()
        return done

    def _exempt(self):
        """Return what is asked without acceptance, as (id, code, handler) of each feature."""
        return {(feature.id, feature.code, feature.handler) for feature in self if not feature.sends_data}

    def _refuse_exemption(self):
        """Refuse that a feature needs no acceptance but where an addon's own data says so, while it is installed.

        Were it a right of administrators, one of them could send data of every company that none has accepted.
        """
        if self.env.registry.ready:
            raise AccessError(self.env._("Only its addon can say that a feature sends nothing of the company."))

    def copy_data(self, default=None):
        return [
            {**vals, "code": f"{feature.code}_copy"}
            for feature, vals in zip(self, super().copy_data(default), strict=True)
        ]

    @api.model
    def _tidy(self, vals):
        """Return values with the list of fields in the one form in which it is compared and shown."""
        if "allowed_fields" not in vals:
            return vals
        return {**vals, "allowed_fields": "\n".join(sorted(set((vals["allowed_fields"] or "").split())))}

    def _make_switches(self):
        """Give every company its switch, off, of the features that need one."""
        # sudo: res.company - companies that who installs an addon does not see have their switches too
        companies = self.env["res.company"].sudo().search([("active", "in", (True, False))])
        self.env["l10n_cl_ai.feature.switch"]._make(self.filtered("sends_data"), companies)

    # -- actions ---------------------------------------------------------------------------------------

    def action_open_try(self):
        """Open the dialog in which a manager asks the feature something."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "l10n_cl_ai.try.wizard",
            "view_mode": "form",
            "target": "new",
            "name": self.env._("Try: %(feature)s", feature=self.name),
            "context": {"default_feature_id": self.id},
        }

    def action_open_accept(self):
        """Open the dialog that shows what is sent, to accept it for the current company."""
        return self._switch().action_open_accept()

    def action_disable(self):
        """Switch the feature off in the current company."""
        return self._switch().action_disable()

    def _switch(self):
        self.ensure_one()
        switches = self.env["l10n_cl_ai.feature.switch"]
        return switches.search([("feature_id", "=", self.id), ("company_id", "=", self.env.company.id)])

    # -- business --------------------------------------------------------------------------------------

    @api.model
    def _for(self, code, company):
        """Return the feature of this code, with rights to read it, if it is on in the company; else no record."""
        # sudo: l10n_cl_ai.feature - its settings are the company's, whoever asks; they are not shown to him
        feature = self.sudo().with_company(company).search([("code", "=", code)])
        return feature if feature.enabled else feature.browse()

    def _handler(self):
        """Return the abstract model of the feature, or None where its addon is not installed."""
        handler = self.env.get(self.handler)
        base = self.env.registry[HANDLER]
        return handler if handler is not None and handler._abstract and isinstance(handler, base) else None

    def _model_specs(self):
        """Return the models to ask, the first and then the escalation (list of ``ModelSpec``)."""
        self.ensure_one()
        return [self._model_spec(model) for model in (self.model_id, self.escalation_model_id) if model]

    def _model_spec(self, model):
        """Return a model as the feature uses it: what the model does not take is not sent."""
        return ModelSpec(
            name=model.name,
            effort=model._effort(self.effort),
            thinking=model._thinking(self.thinking),
            max_output=model.max_output_tokens or None,
        )
