"""The tools of the assistant as records, so that people see them, and decide who may use which."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import ormcache

from . import ai_base  # noqa: F401 - what it inherits is defined first


class AiTool(models.Model):
    _name = "l10n_cl_ai.tool"
    _inherit = "l10n_cl_ai.evidence"
    _description = "Tool of the Assistant"
    _order = "code"
    _rec_name = "code"

    code = fields.Char(required=True, readonly=True)
    name = fields.Char("Tool", compute="_compute_name")
    description = fields.Text("What the model reads of it", compute="_compute_name")
    group_ids = fields.Many2many("res.groups", string="Only for groups", help="Empty: whoever may use the assistant.")
    active = fields.Boolean(default=True)
    present = fields.Boolean(readonly=True, default=True, help="The addon that brings it is installed.")

    _code_uniq = models.UniqueIndex("(code)", "There is only one tool of each code.")

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_name(self):
        specs = self.env["l10n_cl_ai.toolbox"]._specs()
        for one in self:
            spec = specs.get(one.code)
            one.name = self.env._(spec.label) if spec and spec.label else one.code
            one.description = spec.description if spec else False

    @api.depends("code", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for one in self:
            one.display_name = one.name

    def write(self, vals):
        if not self.env.su and vals.keys() - {"group_ids", "active"}:
            raise AccessError(self.env._("What a tool is comes with its addon; decide who may use it."))
        return super().write(vals)

    # -- business --------------------------------------------------------------------------------------

    @api.model
    def _sync(self):
        """Make the records follow the tools of the addons installed here. What people decided of them stays."""
        codes = set(self.env["l10n_cl_ai.toolbox"]._specs())
        known = {one.code: one for one in self.with_context(active_test=False).search([])}
        self.create([{"code": code} for code in sorted(codes - known.keys())])
        for code, one in known.items():
            if one.present != (code in codes):
                one.present = code in codes
        self.env.registry.clear_cache()

    @api.model
    def _follow(self):
        """Follow what addons brought or took away without calling :meth:`_sync`."""
        if self._present_codes() != frozenset(self.env["l10n_cl_ai.toolbox"]._specs()):
            # sudo: whoever is first to open the assistant after an addon came or went
            self.sudo()._sync()

    @api.model
    @ormcache()
    def _present_codes(self):
        # sudo: which tools there are is no secret
        return frozenset(self.sudo().with_context(active_test=False).search([("present", "=", True)]).mapped("code"))

    @api.model
    def _usable_domain(self):
        """Return the domain of those that the current user may use."""
        of_user = Domain("group_ids", "=", False) | Domain("group_ids", "in", self.env.user._get_group_ids())
        return Domain("active", "=", True) & Domain("present", "=", True) & of_user

    @api.model
    def _open(self, code):
        """Return whether the current user may use a tool. One that has no record yet is nobody's to refuse."""
        # sudo: l10n_cl_ai.tool - a decision of the administrator binds who may not read it
        found = self.sudo().with_context(active_test=False).search([("code", "=", code)])
        return not found or bool(found.filtered_domain(self._usable_domain()))
