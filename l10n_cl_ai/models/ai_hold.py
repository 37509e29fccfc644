"""A legal hold: while a company has one, nothing of its data is deleted by time, nor on anybody's wish."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from . import ai_base  # noqa: F401 - what it inherits is defined first


class AiHold(models.Model):
    """Who said so, when and why, stays on record after it was lifted; nobody changes or deletes a row."""

    _name = "l10n_cl_ai.hold"
    _inherit = "l10n_cl_ai.evidence"
    _description = "Legal Hold on AI Data"
    _order = "id desc"
    _rec_name = "reason"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, default=lambda self: self.env.company,
        ondelete="cascade",
    )  # fmt: skip
    reason = fields.Text(required=True, help="As the number of the lawsuit, or the authority that asked.")
    set_by = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    set_at = fields.Datetime("Set on", readonly=True)
    lifted_by = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    lifted_at = fields.Datetime("Lifted on", readonly=True)

    _standing_idx = models.Index("(company_id) WHERE lifted_at IS NULL")

    @api.model_create_multi
    def create(self, vals_list):
        # In one's own name only, and from now on.
        own = {"set_by": self.env.uid, "set_at": fields.Datetime.now(), "lifted_by": False, "lifted_at": False}
        return super().create([{**vals, **own} for vals in vals_list])

    def action_lift(self):
        """Let time and the rights of persons take their course again."""
        self.env["l10n_cl_ai.retention"]._check_manager()
        self.check_access("read")
        # sudo: l10n_cl_ai.hold - rows are lifted here only, in the name of who does it
        standing = self.sudo().filtered(lambda hold: not hold.lifted_at)
        standing.write({"lifted_by": self.env.uid, "lifted_at": fields.Datetime.now()})

    @api.model
    def _companies(self):
        """Return the ids of the companies that have a hold."""
        # sudo: l10n_cl_ai.hold - whether there is one binds everybody
        return {company.id for (company,) in self.sudo()._read_group([("lifted_at", "=", False)], ["company_id"])}

    @api.model
    def _check_free(self, company):
        """Refuse what would delete something of a company that has a hold. :raises UserError: it has one"""
        if company.id in self._companies():
            raise UserError(
                self.env._("%(company)s has a legal hold: nothing of it is deleted until it is lifted.",
                           company=company.display_name)
            )  # fmt: skip
