"""Keys and addresses with passwords: from the environment, from odoo.conf, or stored sealed."""

import logging
import os
from dataclasses import dataclass, field

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.orm.models import NO_ACCESS
from odoo.tools import LazyTranslate, config

from ..llm import endpoint
from ..llm.vault import BadVaultKey, NoVaultKey, Unreadable, Vault, hint

_logger = logging.getLogger(__name__)
_lt = LazyTranslate(__name__)

KINDS = [("api_key", "API key"), ("redis_url", "Address of Redis")]
BASE_URL = "l10n_cl_ai.base_url"
FLAWS = {
    endpoint.Flaw.MALFORMED: _lt("That is not an address: it should look like https://api.example.com."),
    endpoint.Flaw.SCHEME: _lt("The address begins with something that cannot be used here."),
    endpoint.Flaw.PLAIN_HTTP: _lt(
        "The key would travel in the clear: the address must begin with https://. Plain http:// is for this very "
        "machine only (localhost)."
    ),
    endpoint.Flaw.CREDENTIALS: _lt("The address holds a user or a password: the key has a field of its own."),
    endpoint.Flaw.QUERY: _lt("The address must end before the first ? or #."),
    endpoint.Flaw.METADATA: _lt("That address belongs to the machine's own services: nothing may be sent to it."),
}
PROBLEMS = {
    NoVaultKey: _lt(
        "The stored value cannot be read: the key it was sealed with is missing. Set L10N_CL_AI_SECRET_KEY in the "
        "environment or l10n_cl_ai_secret_key in odoo.conf, and restart Odoo."
    ),
    BadVaultKey: _lt(
        "The stored value cannot be read: L10N_CL_AI_SECRET_KEY, or l10n_cl_ai_secret_key in odoo.conf, holds "
        "something that is not a key. Each key is 44 characters long and ends in “=”; commas stand between keys."
    ),
    Unreadable: _lt(
        "The stored value cannot be read: it was sealed with another key. Add the former key after the new one, "
        "with a comma between them, or store the value again."
    ),
}


@dataclass(frozen=True)
class Found:
    """A secret, and where it was found.

    :param source: ``environment``, ``odoo.conf``, ``company`` or ``global`` (both stored), ``none``
    :param problem: why a stored value is of no use, in words
    """

    value: str | None = field(default=None, repr=False)
    source: str = "none"
    hint: str = ""
    problem: str = ""


def from_outside(name):
    """Return an option from the environment or else from odoo.conf, and where it was.

    :param name: as in odoo.conf (``l10n_cl_ai_api_key``); the environment has it in capitals
    :return: value or None, source
    """
    value = os.environ.get(name.upper(), "").strip()
    if value:
        return value, "environment"
    # Odoo keeps options that it does not know as the text they are, quotes and all.
    value = str(config.get(name) or "").strip()
    return (value, "odoo.conf") if value else (None, "none")


class AiSecret(models.Model):
    """A secret sealed with a key that the database does not hold. No group may read it, and it is read by nothing but
    :meth:`_value`; nothing of it is cached.
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

    # -- what the gateway asks -----------------------------------------------------------------------

    @api.model
    def _value(self, kind, company):
        """Return a secret, or None where there is none that can be read.

        :param kind: ``api_key`` or ``redis_url``
        :param company: whose own comes before the one for all
        """
        return self._find(kind, company).value

    @api.model
    def _find(self, kind, company=None):
        """Return a secret with where it was found (:class:`Found`): environment, odoo.conf, the company's, all's."""
        value, source = from_outside(f"l10n_cl_ai_{kind}")
        if value:
            return Found(value, source, self._hint(kind, value))
        # sudo: l10n_cl_ai.secret - nobody may read it; only the gateway and Settings ask for its value
        stored = self.sudo().search(
            [("kind", "=", kind), ("company_id", "in", [False, company.id if company else False])],
            order="company_id",  # PostgreSQL puts NULL, the one for all, last
            limit=1,
        )
        return stored._open() if stored else Found()

    def _open(self):
        source = "company" if self.company_id else "global"
        try:
            value = self._vault().open(self.ciphertext, self._purpose(self.kind, self.company_id))
        except tuple(PROBLEMS) as error:
            _logger.warning("secret %s cannot be read: %s", self.kind, type(error).__name__)
            return Found(None, source, self.hint or "", self.env._(PROBLEMS[type(error)]))
        return Found(value, source, self.hint or "")

    @api.model
    def _base_url(self):
        """Return where the questions go. Raises UserError where the configured address is not allowed."""
        value, _source = self._find_base_url()
        return self._checked(endpoint.base_url, value)

    @api.model
    def _find_base_url(self):
        value, source = from_outside("l10n_cl_ai_base_url")
        if value:
            return value, source
        # sudo: ir.config_parameter - read by administrators only; the address is no secret
        return self.env["ir.config_parameter"].sudo().get_param(BASE_URL, ""), "global"

    @api.model
    def _redis_url(self):
        """Return the address of Redis, with its password, or None where Redis is not to be used."""
        value = self._value("redis_url", None)
        return value and self._checked(endpoint.redis_url, value)

    # -- what Settings does --------------------------------------------------------------------------

    @api.model
    def _store(self, kind, value, company=None):
        """Seal and keep a secret in place of the former one.

        :param company: whose own it is; None for the one of all companies
        Raises AccessError but for system administrators, UserError where it cannot be sealed or is not valid.
        """
        self._check_system()
        value = self._clean(kind, value)
        company = company or self.env["res.company"]
        values = {"ciphertext": self._seal(value, self._purpose(kind, company)), "hint": self._hint(kind, value)}
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
        vault = self._vault()
        # sudo: l10n_cl_ai.secret - nobody may read it; administrators only, and values are not seen here
        all_stored = self.sudo().search([("kind", "!=", False)])
        for stored in all_stored:
            try:
                stored.ciphertext = vault.reseal(stored.ciphertext)
            except tuple(PROBLEMS) as error:
                raise UserError(self.env._(PROBLEMS[type(error)])) from None
        return len(all_stored)

    @api.model
    def _set_base_url(self, value):
        """Keep where the questions go. Raises AccessError but for system administrators, UserError if not allowed."""
        self._check_system()
        # sudo: ir.config_parameter - system administrators only, as just checked
        self.env["ir.config_parameter"].sudo().set_param(BASE_URL, self._checked(endpoint.base_url, value or ""))

    @api.model
    def _is_stored(self, kind, company=None):
        """Whether a secret of all companies, or a company's own, stands in the database, readable or not."""
        return self.env.is_system() and bool(self._own(kind, company or self.env["res.company"]))

    @api.model
    def _vault_problem(self):
        """Return why nothing can be sealed here, in words, or an empty text."""
        try:
            self._vault().check()
        except NoVaultKey:
            return self.env._(
                "There is no key to seal secrets with, and without one none is stored in the database. Put a key in "
                "the file odoo.conf, or in the environment variable L10N_CL_AI_SECRET_KEY, and restart Odoo; "
                "Settings offers one made ready."
            )
        except BadVaultKey:
            return self.env._(PROBLEMS[BadVaultKey])
        return ""

    # -- within --------------------------------------------------------------------------------------

    @api.model
    def _vault(self):
        return Vault(from_outside("l10n_cl_ai_secret_key")[0] or "")

    @api.model
    def _seal(self, value, purpose):
        problem = self._vault_problem()
        if problem:
            raise UserError(problem)
        return self._vault().seal(value, purpose)

    @api.model
    def _clean(self, kind, value):
        value = (value or "").strip()
        if kind == "redis_url":
            return self._checked(endpoint.redis_url, value)
        if not value.isascii() or not value.isprintable() or not value or " " in value:
            raise UserError(self.env._("That is not a key: it has spaces or characters that keys do not have."))
        return value

    @api.model
    def _hint(self, kind, value):
        if kind == "api_key":
            return hint(value)
        try:
            return endpoint.shown(endpoint.redis_url(value))
        except endpoint.BadAddress:
            return ""  # what cannot be used is not shown either: it may be the password alone

    @api.model
    def _checked(self, check, value):
        try:
            return check(value)
        except endpoint.BadAddress as refused:
            raise UserError(self.env._(FLAWS[refused.flaw])) from None

    @api.model
    def _purpose(self, kind, company):
        return f"{kind}:{company.id or 0}"

    @api.model
    def _own(self, kind, company):
        # sudo: l10n_cl_ai.secret - system administrators only, whose right the callers checked
        return self.sudo().search([("kind", "=", kind), ("company_id", "=", company.id)])

    @api.model
    def _check_system(self):
        if not self.env.is_system():
            raise AccessError(self.env._("Only system administrators may change keys and addresses of the AI."))
