from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

from .ai_rule import ACTIONS


class AiRulePolicy(models.Model):
    _name = "l10n_cl_ai.rule.policy"
    _description = "Severity of a DTE Rule in a Company"
    _check_company_auto = True
    _rec_name = "rule_id"

    rule_id = fields.Many2one("l10n_cl_ai.rule", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    action = fields.Selection(ACTIONS, required=True)

    _rule_company_uniq = models.UniqueIndex(
        "(rule_id, company_id)", "A company has one action for each rule."
    )

    @api.constrains("action", "rule_id")
    def _check_reject_is_shown(self):
        for policy in self:
            if policy.action == "info" and policy.rule_id.sii_effect == "reject":
                raise ValidationError(
                    self.env._(
                        "%(rule)s: the SII rejects such a document, so the rule can be softened to a "
                        "warning at most.",
                        rule=policy.rule_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        done = super().write(vals)
        if "company_id" in vals:
            # Odoo looks at whose it was; that it may not soften what another company is told is for us to see.
            self.check_access("write")
        return done

    @api.ondelete(at_uninstall=False)
    def _unlink_clear_cache(self):
        self.env.registry.clear_cache()

    @api.model
    def _actions(self, company):
        """Return {rule code: action} of what a company changed."""
        return self._cached_actions(company.id)

    @api.model
    @ormcache("company_id")
    def _cached_actions(self, company_id):
        # sudo: whoever checks a document is judged by the company's policies, seen or not.
        policies = self.sudo().search([("company_id", "=", company_id)])
        return {policy.rule_id.code: policy.action for policy in policies}

    @api.model
    def _set(self, rule, company, action):
        """Set, or with the rule's own action take away, what a company does with a rule."""
        policy = self.search([("rule_id", "=", rule.id), ("company_id", "=", company.id)])
        if not action or action == rule.action:
            policy.unlink()
        elif policy:
            policy.action = action
        else:
            self.create({"rule_id": rule.id, "company_id": company.id, "action": action})
