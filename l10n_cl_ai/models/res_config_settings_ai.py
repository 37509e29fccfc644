"""Settings of the AI. What is typed as a secret is sealed at once: it stands in no table and is read by no one."""

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..llm.vault import new_key
from .ai_secret_reading import find_base_url, find_secret
from .res_company_ai import PROPOSED_CONTENT_DAYS

#: Whoever may write settings; but anybody may ask for their default values.
ADMINISTRATORS = "base.group_system"


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    l10n_cl_ai_api_key = fields.Char(
        "API key",
        compute="_compute_l10n_cl_ai_write_only",
        inverse="_inverse_l10n_cl_ai_api_key",
        groups=ADMINISTRATORS,
    )
    l10n_cl_ai_company_api_key = fields.Char(
        "Own key of the company",
        compute="_compute_l10n_cl_ai_write_only",
        inverse="_inverse_l10n_cl_ai_company_api_key",
        groups=ADMINISTRATORS,
    )
    l10n_cl_ai_redis_url = fields.Char(
        "Redis",
        compute="_compute_l10n_cl_ai_write_only",
        inverse="_inverse_l10n_cl_ai_redis_url",
        groups=ADMINISTRATORS,
    )
    l10n_cl_ai_base_url = fields.Char("Address of the provider", groups=ADMINISTRATORS)
    l10n_cl_ai_key_state = fields.Char("Key in use", compute="_compute_l10n_cl_ai_states", groups=ADMINISTRATORS)
    l10n_cl_ai_redis_state = fields.Char("Redis in use", compute="_compute_l10n_cl_ai_states", groups=ADMINISTRATORS)
    l10n_cl_ai_key_stored = fields.Boolean(compute="_compute_l10n_cl_ai_states", groups=ADMINISTRATORS)
    l10n_cl_ai_company_key_stored = fields.Boolean(compute="_compute_l10n_cl_ai_states", groups=ADMINISTRATORS)
    l10n_cl_ai_redis_stored = fields.Boolean(compute="_compute_l10n_cl_ai_states", groups=ADMINISTRATORS)
    l10n_cl_ai_base_url_source = fields.Char(compute="_compute_l10n_cl_ai_states", groups=ADMINISTRATORS)
    l10n_cl_ai_vault_problem = fields.Char("Sealing", compute="_compute_l10n_cl_ai_vault", groups=ADMINISTRATORS)
    l10n_cl_ai_vault_line = fields.Char(
        "Line for odoo.conf", compute="_compute_l10n_cl_ai_vault", groups=ADMINISTRATORS
    )
    l10n_cl_ai_keep_content = fields.Boolean(related="company_id.l10n_cl_ai_keep_content", readonly=False)
    l10n_cl_ai_content_days = fields.Integer(related="company_id.l10n_cl_ai_content_days", readonly=False)
    l10n_cl_ai_ledger_days = fields.Integer(related="company_id.l10n_cl_ai_ledger_days", readonly=False)

    @api.depends("company_id")
    def _compute_l10n_cl_ai_write_only(self):
        self.l10n_cl_ai_api_key = self.l10n_cl_ai_company_api_key = self.l10n_cl_ai_redis_url = False

    def _inverse_l10n_cl_ai_api_key(self):
        self._l10n_cl_ai_take("l10n_cl_ai_api_key", "api_key")

    def _inverse_l10n_cl_ai_company_api_key(self):
        self._l10n_cl_ai_take("l10n_cl_ai_company_api_key", "api_key", own=True)

    def _inverse_l10n_cl_ai_redis_url(self):
        self._l10n_cl_ai_take("l10n_cl_ai_redis_url", "redis_url")

    def _l10n_cl_ai_take(self, name, kind, own=False):
        """Seal what was typed, and forget it: what is not typed leaves what is stored."""
        typed = [(settings, settings[name]) for settings in self]
        # Else the answer to whoever saves would carry it back to the browser.
        self.invalidate_recordset([name], flush=False)
        stored_address = find_base_url(self.env)[1] == "global"
        for settings, value in typed:
            if value and value.strip():
                company = settings.company_id if own else None
                # Typed together with a new address, the key is for that one.
                address = settings.l10n_cl_ai_base_url if stored_address else None
                self.env["l10n_cl_ai.secret"]._store(kind, value, company, address)

    @api.depends("company_id")
    def _compute_l10n_cl_ai_states(self):
        secrets = self.env["l10n_cl_ai.secret"]
        for settings in self:
            company = settings.company_id or self.env.company
            settings.l10n_cl_ai_key_state = self._l10n_cl_ai_words(find_secret(self.env, "api_key", company))
            settings.l10n_cl_ai_redis_state = self._l10n_cl_ai_words(find_secret(self.env, "redis_url"))
            settings.l10n_cl_ai_key_stored = secrets._is_stored("api_key")
            settings.l10n_cl_ai_company_key_stored = secrets._is_stored("api_key", company)
            settings.l10n_cl_ai_redis_stored = secrets._is_stored("redis_url")
            source = find_base_url(self.env)[1]
            outside = {"environment": self.env._("Environment of the server"), "odoo.conf": "odoo.conf"}
            settings.l10n_cl_ai_base_url_source = outside.get(source, False)

    def _l10n_cl_ai_words(self, found):
        """Return where a secret comes from, with its hint, never the secret."""
        if found.problem:
            return found.problem
        if found.source == "environment":
            return self.env._("%(hint)s, from the environment of the server", hint=found.hint)
        if found.source == "odoo.conf":
            return self.env._("%(hint)s, from odoo.conf", hint=found.hint)
        if found.source == "company":
            return self.env._("%(hint)s, stored for this company", hint=found.hint)
        if found.source == "global":
            return self.env._("%(hint)s, stored for all companies", hint=found.hint)
        return self.env._("There is none")

    def _compute_l10n_cl_ai_vault(self):
        problem = self.env["l10n_cl_ai.secret"]._vault_problem()
        self.l10n_cl_ai_vault_problem = problem
        # Offered on the screen only: a message of an error would end in the log.
        self.l10n_cl_ai_vault_line = f"l10n_cl_ai_secret_key = {new_key()}" if problem else False

    @api.onchange("l10n_cl_ai_keep_content")
    def _onchange_l10n_cl_ai_keep_content(self):
        self.l10n_cl_ai_content_days = PROPOSED_CONTENT_DAYS if self.l10n_cl_ai_keep_content else 0

    @api.model
    def get_values(self):
        values = super().get_values()
        return {**values, "l10n_cl_ai_base_url": find_base_url(self.env)[0]} if self.env.is_system() else values

    def set_values(self):
        result = super().set_values()
        value, source = find_base_url(self.env)
        if source == "global" and (self.l10n_cl_ai_base_url or "") != value:
            self.env["l10n_cl_ai.secret"]._set_base_url(self.l10n_cl_ai_base_url)
        return result

    # -- actions ---------------------------------------------------------------------------------------

    def action_l10n_cl_ai_forget_key(self):
        """Delete the stored key of all companies."""
        return self._l10n_cl_ai_forget("api_key")

    def action_l10n_cl_ai_forget_company_key(self):
        """Delete the company's own key: the one of all companies serves again."""
        return self._l10n_cl_ai_forget("api_key", self.env.company)

    def action_l10n_cl_ai_forget_redis(self):
        """Delete the stored address of Redis: PostgreSQL does it all again."""
        return self._l10n_cl_ai_forget("redis_url")

    def _l10n_cl_ai_forget(self, kind, company=None):
        self.env["l10n_cl_ai.secret"]._forget(kind, company)
        return {"type": "ir.actions.client", "tag": "reload"}

    def action_l10n_cl_ai_rotate(self):
        """Seal the stored secrets anew with the first key."""
        count = self.env["l10n_cl_ai.secret"]._rotate()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(count)s secrets sealed with the first key.", count=count),
            },
        }

    def action_l10n_cl_ai_test_connection(self):
        """Open the test of the connection. Raises AccessError but for system administrators."""
        if not self.env.is_system():
            raise AccessError(self.env._("Only system administrators change the settings of the AI."))
        return self.env["ir.actions.act_window"]._for_xml_id("l10n_cl_ai.ai_connection_wizard_action")
