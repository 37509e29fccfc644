"""Test of the connection: one real question the production way, and the models that the key may use."""

from odoo import Command, fields, models

from ..llm.catalog import read
from ..llm.question import Reason
from ..models.ai_secret_reading import find_secret, recipient

FEATURE = "connection_test"
#: With these the list of models would fail like the question did.
NO_USE = {Reason.NO_KEY, Reason.AUTH, Reason.UNREACHABLE, Reason.BREAKER_OPEN, Reason.DEADLINE}
SOURCES = [
    ("environment", "Environment of the server"),
    ("odoo.conf", "odoo.conf"),
    ("company", "Stored for this company"),
    ("global", "Stored for all companies"),
    ("none", "There is none"),
]


class AiConnectionWizard(models.TransientModel):
    _name = "l10n_cl_ai.connection.wizard"
    _inherit = ["l10n_cl_ai.answer.mixin"]
    _description = "Test of the connection with the AI"

    key_source = fields.Selection(SOURCES, "Key", readonly=True)
    key_hint = fields.Char(readonly=True)
    key_problem = fields.Char(readonly=True)
    base_url = fields.Char("Address", readonly=True)
    redis_state = fields.Selection(
        [("off", "Not used"), ("up", "Reached"), ("down", "Not reached: PostgreSQL does its work")],
        "Redis",
        readonly=True,
    )
    models_problem = fields.Char("Models", readonly=True)
    line_ids = fields.One2many("l10n_cl_ai.connection.line", "wizard_id", "Models of the key", readonly=True)

    def action_test(self):
        """Ask one question that holds nothing of the company, list the models, and keep what was learned.

        The network comes first and the writing after it: no transaction is open during a call.
        """
        self.ensure_one()
        gateway = self.env["l10n_cl_ai.gateway"]
        text = self.env._("Which taxes does an invoice in Chile show?")
        feature = self.env["l10n_cl_ai.feature"].search([("code", "=", FEATURE)])
        answer = gateway.ask(self.env["l10n_cl_ai.feature.handler"]._l10n_cl_ai_example(feature, text))
        listed = None if answer.reason in NO_USE else gateway._models()
        redis_state = gateway._redis_state()
        self._keep_answer(answer)
        self._keep_surroundings(redis_state)
        if listed:
            self._keep_models(listed)
        return {**self._reopen(), "name": self.env._("Test of the connection")}

    def _keep_surroundings(self, redis_state):
        found = find_secret(self.env, "api_key", self.env.company)
        self.write(
            {
                "key_source": found.source,
                "key_hint": found.hint,
                "key_problem": found.problem,
                "base_url": recipient(self.env),
                "redis_state": redis_state,
            }
        )

    def _keep_models(self, listed):
        """Write down the provider's list, here and in the catalogue of models."""
        if listed.failure:
            self.models_problem = self.env["l10n_cl_ai.gateway"]._reason_message(listed.failure)
            return
        # sudo: l10n_cl_ai.model - what the provider says of its models, whoever asked for it
        self.env["l10n_cl_ai.model"].sudo()._check_lifecycle(listed.models)
        used = self._features_by_model()
        lines = [Command.create(self._prepare_line_vals(facts, used)) for facts in read(listed.models).models]
        self.line_ids = [Command.clear(), *lines]

    def _prepare_line_vals(self, facts, used):
        return {
            "name": facts["name"],
            "label": facts.get("label"),
            "lifecycle": facts.get("lifecycle", "unknown"),
            "retires_on": facts.get("retires_on"),
            "feature_names": ", ".join(used.get(facts["name"], ())),
        }

    def _features_by_model(self):
        """Return {provider's id: names of the features that use it}."""
        used = {}
        # sudo: l10n_cl_ai.model - ids that the provider lists anyway
        for feature in self.env["l10n_cl_ai.feature"].sudo().search([("active", "=", True)]):
            for name in (feature.model_id + feature.escalation_model_id).mapped("name"):
                used.setdefault(name, []).append(feature.name)
        return used
