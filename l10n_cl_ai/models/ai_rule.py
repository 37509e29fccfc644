"""The catalogue of rules as records, so that people can read it and companies can set severities."""

import functools
import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import ormcache
from odoo.tools.translate import code_translations

from .. import dte
from ..dte import RULES
from . import ai_base  # noqa: F401 - what it inherits is defined first

ACTIONS = [("block", "Block"), ("warn", "Warn"), ("info", "Inform")]
SII_EFFECTS = [("reject", "The SII rejects"), ("reparo", "Accepted with reparos"), ("none", "None")]
BASES = [
    ("sii", "Text of the SII"),
    ("law", "Law"),
    ("field", "Field reports"),
    ("inferred", "Our inference"),
]


def translated(env, module, template):
    """Return a marked text of a pure package in the user's language.

    :param module: addon whose ``i18n`` holds the translation
    """
    lang = env.lang
    if not lang or lang == "en_US":
        return template
    return code_translations.get_python_translations(module, lang).get(template, template)


@functools.cache
def addon_of(module):
    """Return the name of the addon that a Python module stands in."""
    parts = module.split(".")
    return parts[2] if parts[:2] == ["odoo", "addons"] else parts[0]


class AiRule(models.Model):
    _name = "l10n_cl_ai.rule"
    _inherit = "l10n_cl_ai.evidence"
    _description = "DTE Rule"
    _order = "code"

    code = fields.Char(required=True, readonly=True)
    title = fields.Char(required=True, readonly=True, help="In the language of the sources.")
    name = fields.Char("Rule", compute="_compute_name", search="_search_name")
    module = fields.Char(required=True, readonly=True, help="Addon that brings the rule.")
    sii_effect = fields.Selection(SII_EFFECTS, "What the SII does", required=True, readonly=True)
    action = fields.Selection(ACTIONS, "Default action", required=True, readonly=True)
    source = fields.Char(required=True, readonly=True)
    basis = fields.Selection(BASES, required=True, readonly=True)
    likely_sii_code = fields.Char(
        "Likely SII code", readonly=True, help="Seen in answers of the SII; there is no official list."
    )
    active = fields.Boolean(default=True, readonly=True)
    policy_ids = fields.One2many("l10n_cl_ai.rule.policy", "rule_id")
    company_action = fields.Selection(
        ACTIONS,
        "Action",
        compute="_compute_company_action",
        inverse="_inverse_company_action",
        help="What this company does with a finding of the rule.",
    )

    _code_uniq = models.UniqueIndex("(code)", "There is only one rule of each code.")

    @api.depends("title", "module")
    @api.depends_context("lang")
    def _compute_name(self):
        for rule in self:
            rule.name = translated(self.env, rule.module, rule.title or "")

    def _search_name(self, operator, value):
        # The translations live in files: with a hundred rules, asking each of them is the search.
        if operator not in ("ilike", "not ilike", "in", "not in"):
            return NotImplemented
        wanted = [value] if isinstance(value, str) else list(value)
        names = {rule.id: rule.name for rule in self.with_context(active_test=False).search([])}
        if "ilike" in operator:
            ids = [id_ for id_, name in names.items() if wanted[0].lower() in name.lower()]
        else:
            ids = [id_ for id_, name in names.items() if name in wanted]
        return [("id", "not in" if operator.startswith("not") else "in", ids)]

    @api.depends("code", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for rule in self:
            rule.display_name = f"{rule.code} · {rule.name}"

    @api.model
    def _search_display_name(self, operator, value):
        if operator != "ilike":
            return super()._search_display_name(operator, value)
        return ["|", ("code", "ilike", value), ("name", "ilike", value)]

    @api.depends("action", "policy_ids.action", "policy_ids.company_id")
    @api.depends_context("company")
    def _compute_company_action(self):
        actions = self.env["l10n_cl_ai.rule.policy"]._actions(self.env.company)
        for rule in self:
            rule.company_action = actions.get(rule.code) or rule.action

    def _inverse_company_action(self):
        policies = self.env["l10n_cl_ai.rule.policy"]
        for rule in self:
            policies._set(rule, self.env.company, rule.company_action)

    def write(self, vals):
        # Managers may write rules for the sake of company_action alone: the rest is what the code says.
        if not self.env.su and vals.keys() - {"company_action"}:
            raise AccessError(self.env._("The facts of a rule come with it; set its action for the company."))
        return super().write(vals)

    # -- business ------------------------------------------------------------------------------------

    @api.model
    def _sync(self):
        """Make the records follow the rules that the addons installed here register."""
        present = self._registered()
        known = {rule.code: rule for rule in self.with_context(active_test=False).search([])}
        missing = []
        for code, rule in present.items():
            values = self._prepare_rule_vals(rule)
            if code in known:
                known[code].write(values)
            else:
                missing.append(values)
        self.create(missing)
        self.env.registry.clear_cache()
        gone = [rule.id for code, rule in known.items() if code not in present]
        self.browse(gone).write({"active": False})

    @api.model
    def _ruleset(self):
        """Return what names the rules in force here: the version, and a mark of what other addons add."""
        others = sorted(code for code, rule in self._registered().items() if addon_of(rule.module) != "l10n_cl_ai")
        if not others:
            return dte.RULESET_VERSION
        return f"{dte.RULESET_VERSION}+{hashlib.sha256(repr(others).encode()).hexdigest()[:8]}"

    @api.model
    def _ids_by_code(self):
        """Return {rule code: id} of the rules that hold in this database.

        Their records follow here what addons brought or took away without calling :meth:`_sync`.
        """
        ids = self._cached_ids()
        if ids.keys() != self._registered().keys():
            # sudo: whoever is first to check a document after an addon came or went.
            self.sudo()._sync()
            ids = self._cached_ids()
        return ids

    @api.model
    @ormcache()
    def _cached_ids(self):
        # sudo: findings name their rule whoever makes them.
        rules = self.sudo().search_fetch([("active", "=", True)], ["code"])
        return {rule.code: rule.id for rule in rules}

    @api.model
    def _registered(self):
        """Return {code: rule} of the addons installed here.

        A process that serves several databases knows the rules of all their addons, and those of
        addons that were uninstalled since it started.
        """
        modules = self._modules()
        return {code: rule for code, rule in RULES.items() if addon_of(rule.module) in modules}

    @api.model
    @ormcache()
    def _modules(self):
        # sudo: what is installed is no secret, but only administrators may read modules.
        modules = self.env["ir.module.module"].sudo()
        here = modules.search_fetch([("state", "in", ("installed", "to install", "to upgrade"))], ["name"])
        return frozenset(here.mapped("name"))

    @api.model
    def _prepare_rule_vals(self, rule):
        return {
            "code": rule.id,
            "title": rule.title.template,
            "module": addon_of(rule.module),
            "sii_effect": rule.effect.value,
            "action": rule.action.value,
            "source": rule.source,
            "basis": rule.basis.value,
            "likely_sii_code": rule.likely_sii_code,
            "active": True,
        }
