"""Keys and addresses with passwords, stored sealed."""

import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import NO_ACCESS

from ..llm import endpoint
from ..llm.vault import BadVaultKey, NoVaultKey
from .ai_secret_reading import BASE_URL, PROBLEMS, checked, find_base_url, purpose, secret_hint, vault

_logger = logging.getLogger(__name__)

KINDS = [("api_key", "API key"), ("redis_url", "Address of Redis")]


class AiSecret(models.Model):
    """A secret sealed with a key that the database does not hold. No group may read it, and no method of it returns
    a value or what opens one: they are read with the functions of ``ai_secret_reading``; nothing of it is cached.
    """

    _name = "l10n_cl_ai.secret"
    _inherit = ["l10n_cl_ai.evidence"]
    _description = "Sealed Secret of the AI"
    _rec_name = "kind"

    kind = fields.Selection(KINDS, required=True, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade", help="Empty: for all companies.")
    ciphertext = fields.Text(required=True, readonly=True, copy=False, groups=NO_ACCESS)
    hint = fields.Char(readonly=True, copy=False, groups=NO_ACCESS)

    _kind_company_uniq = models.UniqueIndex(
        "(kind, COALESCE(company_id, 0))", "There is one secret of each kind, and one of each company's own."
    )

    def copy_data(self, default=None):
        raise UserError(self.env._("A secret is not copied: store it anew."))

    # -- what Settings does --------------------------------------------------------------------------

    @api.model
    def _store(self, kind, value, company=None, address=None):
        """Seal and keep a secret in place of the former one.

        :param company: whose own it is; None for the one of all companies
        :param address: of the provider, the only one that a key is sent to; None for the one in force
        Raises AccessError but for system administrators, UserError where it cannot be sealed or is not valid.
        """
        self._check_system()
        value = self._clean(kind, value)
        company = company or self.env["res.company"]
        place = self._place(address) if kind == "api_key" else ""
        values = {"ciphertext": self._seal(value, purpose(kind, company), place), "hint": secret_hint(kind, value)}
        stored = self._own(kind, company)
        if stored:
            stored.write(values)
        else:
            stored.create({"kind": kind, "company_id": company.id, **values})
        _logger.info("secret %s stored by user %s", kind, self.env.uid)

    @api.model
    def _forget(self, kind, company=None):
        """Delete a stored secret. Raises AccessError but for system administrators."""
        self._check_system()
        self._own(kind, company or self.env["res.company"]).unlink()
        _logger.info("secret %s deleted by user %s", kind, self.env.uid)

    @api.model
    def _rotate(self):
        """Seal all that is stored anew with the first of the keys, so that the former ones can go.

        :return: number of secrets
        Raises UserError where one cannot be read.
        """
        self._check_system()
        # sudo: l10n_cl_ai.secret - nobody may read it; administrators only, and values are not seen here
        all_stored = self.sudo().search([("kind", "!=", False)])
        for stored in all_stored:
            try:
                stored.ciphertext = vault().reseal(stored.ciphertext)
            except tuple(PROBLEMS) as error:
                raise UserError(self.env._(PROBLEMS[type(error)])) from None
        return len(all_stored)

    @api.model
    def _set_base_url(self, value):
        """Keep where the questions go. Raises AccessError but for system administrators, UserError if not allowed."""
        self._check_system()
        # sudo: ir.config_parameter - system administrators only, as just checked
        self.env["ir.config_parameter"].sudo().set_param(BASE_URL, checked(self.env, endpoint.base_url, value or ""))
        self.env["l10n_cl_ai.feature"].invalidate_model(["state", "state_note", "enabled"])

    @api.model
    def _is_stored(self, kind, company=None):
        """Whether a secret of all companies, or a company's own, stands in the database, readable or not."""
        return self.env.is_system() and bool(self._own(kind, company or self.env["res.company"]))

    @api.model
    def _vault_problem(self):
        """Return why nothing can be sealed here, in words, or an empty text."""
        try:
            vault().check()
        except NoVaultKey:
            return self.env._(
                "There is no key to seal secrets with, and without one none is stored in the database. Put a key in "
                "the file odoo.conf, or in the environment variable L10N_CL_AI_SECRET_KEY, and restart Odoo; "
                "copy the line below."
            )
        except BadVaultKey:
            return self.env._(PROBLEMS[BadVaultKey])
        return ""

    # -- within --------------------------------------------------------------------------------------

    @api.model
    def _seal(self, value, sealed_for, place):
        problem = self._vault_problem()
        if problem:
            raise UserError(problem)
        return vault().seal(value, sealed_for, place)

    @api.model
    def _place(self, address):
        """Return the origin of an address: what a key is bound to."""
        return endpoint.origin(checked(self.env, endpoint.base_url, address or find_base_url(self.env)[0]))

    @api.model
    def _clean(self, kind, value):
        value = (value or "").strip()
        if kind == "redis_url":
            return checked(self.env, endpoint.redis_url, value)
        if not value.isascii() or not value.isprintable() or not value or " " in value:
            raise UserError(self.env._("That is not a key: it has spaces or characters that keys do not have."))
        return value

    @api.model
    def _own(self, kind, company):
        # sudo: l10n_cl_ai.secret - system administrators only, whose right the callers checked
        return self.sudo().search([("kind", "=", kind), ("company_id", "=", company.id)])

    @api.model
    def _check_system(self):
        if not self.env.is_system():
            raise AccessError(self.env._("Only system administrators may change keys and addresses of the AI."))
