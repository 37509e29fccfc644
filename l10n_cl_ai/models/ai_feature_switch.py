"""Each company decides on each feature: off until one of its managers accepts what is sent."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .ai_feature import NOTES, STATES

QUIET = {"mail_create_nolog": True, "mail_create_nosubscribe": True, "tracking_disable": True}


class AiFeatureSwitch(models.Model):
    """Written by its own methods only: nobody may say in another's name that he accepted."""

    _name = "l10n_cl_ai.feature.switch"
    _inherit = ["l10n_cl_ai.evidence", "mail.thread"]
    _description = "AI Feature of a Company"
    _order = "company_id, feature_id"
    _rec_name = "feature_id"

    feature_id = fields.Many2one("l10n_cl_ai.feature", required=True, readonly=True, ondelete="cascade", index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade", index=True)
    enabled = fields.Boolean("Switched on", readonly=True)
    accepted_by = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    accepted_at = fields.Datetime("Accepted on", readonly=True)
    accepted_text = fields.Text("What was accepted", readonly=True)
    accepted_lang = fields.Char("Language of what was accepted", readonly=True)
    accepted_digest = fields.Char(readonly=True)
    state = fields.Selection(STATES, compute="_compute_state", compute_sudo=True)
    state_note = fields.Char("Why it is off", compute="_compute_state", compute_sudo=True)

    _feature_company_uniq = models.UniqueIndex(
        "(feature_id, company_id)", "A company has one switch for each feature."
    )

    @api.depends(
        "enabled",
        "accepted_digest",
        "feature_id.active",
        "feature_id.handler",
        "feature_id.sends_data",
        "feature_id.data_sent",
        "feature_id.allowed_fields",
    )
    @api.depends_context("lang")
    def _compute_state(self):
        for switch in self:
            switch.state = switch.feature_id._state(switch)
            switch.state_note = self.env._(NOTES[switch.state]) if NOTES[switch.state] else ""

    def _holds(self):
        """Whether what the feature sends now is what was accepted."""
        installed = dict(self.env["res.lang"].get_installed())
        lang = self.accepted_lang if self.accepted_lang in installed else "en_US"
        return self.accepted_digest == self.feature_id._digest(lang)

    # -- actions ---------------------------------------------------------------------------------------

    def action_open_accept(self):
        """Open the dialog that shows what is sent."""
        self.ensure_one()
        self._check_right()
        return {
            "type": "ir.actions.act_window",
            "res_model": "l10n_cl_ai.accept.wizard",
            "view_mode": "form",
            "target": "new",
            "name": self.env._("Accept what is sent"),
            "context": {"default_switch_id": self.id},
        }

    def action_disable(self):
        """Switch off: one click, no question."""
        self._check_right()
        for switch in self.filtered("enabled"):
            # sudo: l10n_cl_ai.feature.switch - managers of the company only, as just checked
            switch.sudo().enabled = False
            switch._log(self.env._("Switched off."))
        return True

    # -- business --------------------------------------------------------------------------------------

    def _accept(self, digest):
        """Switch on, in the name of the current user.

        :param digest: of what was shown to him
        Raises AccessError for who may not, UserError where the text is no longer what was shown.
        """
        self.ensure_one()
        self._check_right()
        # sudo: l10n_cl_ai.feature - who may accept it may read it, whatever his other groups
        feature = self.feature_id.sudo()
        if digest != feature._digest():
            raise UserError(
                self.env._("What is sent was changed while you were reading. Open the dialog again to read it anew.")
            )
        statement = feature._statement()
        # sudo: l10n_cl_ai.feature.switch - managers of the company only, as just checked
        self.sudo().write(
            {
                "enabled": True,
                "accepted_by": self.env.uid,
                "accepted_at": fields.Datetime.now(),
                "accepted_text": statement,
                "accepted_lang": self.env.lang or "en_US",
                "accepted_digest": digest,
            }
        )
        self._log(self.env._("Switched on. This was accepted:"), statement)

    def _log(self, title, text=""):
        lines = Markup("<br/>").join(text.splitlines())
        body = Markup("<p>%s</p><p>%s</p>") % (title, lines) if text else title
        # sudo: mail.message - who may use the switch may not write it, nor its chatter
        self.sudo().message_post(body=body, author_id=self.env.user.partner_id.id)

    def _check_right(self):
        if self.env.is_system():
            return
        is_manager = self.env.user.has_group("l10n_cl_ai.group_manager")
        if not is_manager or self.company_id - self.env.user.company_ids:
            raise AccessError(
                self.env._("Only managers of the company and system administrators decide on what is sent.")
            )

    @api.model
    def _make(self, features, companies):
        """Make the switches that are missing, off."""
        # sudo: l10n_cl_ai.feature.switch - made for whoever brings a feature or a company; they begin off
        switches = self.sudo().with_context(**QUIET)
        present = set(
            switches._read_group(
                [("feature_id", "in", features.ids), ("company_id", "in", companies.ids)],
                ["feature_id", "company_id"],
            )
        )
        switches.create(
            [
                {"feature_id": feature.id, "company_id": company.id}
                for company in companies
                for feature in features
                if (feature, company) not in present
            ]
        )
