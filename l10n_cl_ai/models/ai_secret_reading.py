"""Reading of keys and addresses: from the environment, from odoo.conf, or stored sealed.

Functions, and not methods of a model: the expressions that users write (mail templates, server actions) call any method
of a model, and would read a key with it.
"""

import logging
import os
from dataclasses import dataclass, field

from odoo.exceptions import UserError
from odoo.tools import LazyTranslate, config

from ..llm import endpoint
from ..llm.question import Reason
from ..llm.vault import BadVaultKey, NoVaultKey, OtherPlace, Unreadable, Vault, hint

_logger = logging.getLogger(__name__)
_lt = LazyTranslate(__name__)

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
    OtherPlace: _lt(
        "The address of the provider has changed since the key was typed, and it is not sent to another: type the "
        "key again for the new address."
    ),
}
_ASTRAY = _lt(
    "The key of the server is not sent to an address stored in the database. Set the address where the key is: "
    "L10N_CL_AI_BASE_URL in the environment, or l10n_cl_ai_base_url in odoo.conf."
)


@dataclass(frozen=True)
class Found:
    """A secret, and where it was found.

    :param source: ``environment``, ``odoo.conf``, ``company`` or ``global`` (both stored), ``none``
    :param problem: why what was found is of no use, in words
    :param astray: it is of no use with the address in force
    """

    value: str | None = field(default=None, repr=False)
    source: str = "none"
    hint: str = ""
    problem: str = ""
    astray: bool = False


@dataclass(frozen=True)
class Access:
    """A key and the address that it may be sent to, or why there is none.

    :param reason: None where both are there
    :param detail: more of it, in words
    """

    key: str | None = field(default=None, repr=False)
    base_url: str = ""
    reason: Reason | None = None
    detail: str = ""


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


def access(env, company):
    """Return the company's key with the address that it goes to (:class:`Access`)."""
    try:
        address = base_url(env)
    except UserError as problem:
        return Access(reason=Reason.UNREACHABLE, detail=str(problem))
    found = find_secret(env, "api_key", company)
    if found.value:
        return Access(found.value, address)
    return Access(reason=Reason.UNREACHABLE if found.astray else Reason.NO_KEY, detail=found.problem)


def secret_value(env, kind, company=None):
    """Return a secret, or None where there is none that can be used.

    :param kind: ``api_key`` or ``redis_url``
    :param company: whose own comes before the one for all
    """
    return find_secret(env, kind, company).value


def find_secret(env, kind, company=None):
    """Return a secret with where it was found (:class:`Found`): environment, odoo.conf, the company's, all's."""
    value, source = from_outside(f"l10n_cl_ai_{kind}")
    if value and kind == "api_key" and not _goes_where_it_may(env):
        return Found(None, source, secret_hint(kind, value), env._(_ASTRAY), astray=True)
    if value:
        return Found(value, source, secret_hint(kind, value))
    # sudo: l10n_cl_ai.secret - nobody may read it; only the gateway and Settings ask for its value
    stored = env["l10n_cl_ai.secret"].sudo().search(
        [("kind", "=", kind), ("company_id", "in", [False, company.id if company else False])],
        order="company_id",  # PostgreSQL puts NULL, the one for all, last
        limit=1,
    )
    return _opened(stored) if stored else Found()


def _goes_where_it_may(env):
    """Whether the address is the host's as his key is, or the provider's own: who may store another is no host."""
    value, source = find_base_url(env)
    return source != "global" or _origin(value) == endpoint.origin(endpoint.PROVIDER)


def _opened(stored):
    source = "company" if stored.company_id else "global"
    place = _origin(find_base_url(stored.env)[0]) if stored.kind == "api_key" else ""
    try:
        value = vault().open(stored.ciphertext, purpose(stored.kind, stored.company_id), place)
    except tuple(PROBLEMS) as error:
        _logger.warning("secret %s cannot be read: %s", stored.kind, type(error).__name__)
        return Found(None, source, stored.hint or "", stored.env._(PROBLEMS[type(error)]))
    return Found(value, source, stored.hint or "")


def find_base_url(env):
    """Return the configured address as it stands, allowed or not, and where it was found (as :class:`Found`)."""
    value, source = from_outside("l10n_cl_ai_base_url")
    if value:
        return value, source
    # sudo: ir.config_parameter - read by administrators only; the address is no secret
    return env["ir.config_parameter"].sudo().get_param(BASE_URL, ""), "global"


def base_url(env):
    """Return where the questions go. Raises UserError where the configured address is not allowed."""
    return checked(env, endpoint.base_url, find_base_url(env)[0])


def recipient(env):
    """Return where the questions go, to be shown; "" where the configured address is not allowed."""
    try:
        return endpoint.shown(endpoint.base_url(find_base_url(env)[0]))
    except endpoint.BadAddress:
        return ""


def redis_url(env):
    """Return the address of Redis, with its password, or None where Redis is not to be used."""
    value = secret_value(env, "redis_url")
    return value and checked(env, endpoint.redis_url, value)


def checked(env, check, value):
    """Return an address in its canonical form. Raises UserError where it is not allowed."""
    try:
        return check(value)
    except endpoint.BadAddress as refused:
        raise UserError(env._(FLAWS[refused.flaw])) from None


def vault():
    """Return what seals and opens secrets, with the keys of this server."""
    return Vault(from_outside("l10n_cl_ai_secret_key")[0] or "")


def purpose(kind, company):
    """Return what a secret is sealed for: of its kind and its company no other opens it."""
    return f"{kind}:{company.id or 0}"


def secret_hint(kind, value):
    """Return as much of a secret as may be shown."""
    if kind == "api_key":
        return hint(value)
    try:
        return endpoint.shown(endpoint.redis_url(value))
    except endpoint.BadAddress:
        return ""  # what cannot be used is not shown either: it may be the password alone


def _origin(address):
    try:
        return endpoint.origin(endpoint.base_url(address))
    except endpoint.BadAddress:
        return ""
