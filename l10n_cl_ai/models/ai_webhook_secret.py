"""Secrets that webhooks sign with: sealed in the database, opened where they are used.

Functions, and not methods of a model: the expressions that users write call any method of a model.
"""

from odoo import api, models
from odoo.exceptions import UserError

from ..llm.vault import BadVaultKey, NoVaultKey, OtherPlace, Unreadable
from .ai_secret_reading import PROBLEMS, vault

#: What keeps a sealed secret from being opened.
CLOSED = (NoVaultKey, BadVaultKey, Unreadable, OtherPlace)


def sealed(webhook, value):
    """Return a secret sealed for this webhook alone. Raises UserError where nothing can be sealed here."""
    problem = webhook.env["l10n_cl_ai.secret"]._vault_problem()
    if problem:
        raise UserError(problem)
    return vault().seal(value, _purpose(webhook))


def opened(webhook):
    """Return the secret of a webhook (as root), None where it has none. Raises one of ``CLOSED``."""
    # sudo: nobody may read what is sealed; only who signs opens it
    ciphertext = webhook.sudo().ciphertext
    return vault().open(ciphertext, _purpose(webhook)) if ciphertext else None


def _purpose(webhook):
    return f"webhook:{webhook.id}"


class AiSecret(models.Model):
    _inherit = "l10n_cl_ai.secret"

    @api.model
    def _rotate(self):
        count = super()._rotate()
        # sudo: l10n_cl_ai.webhook - system administrators only, as was checked; values are not seen here
        webhooks = self.env["l10n_cl_ai.webhook"].sudo().with_context(active_test=False)
        signed = webhooks.search([("ciphertext", "!=", False)])
        for webhook in signed:
            try:
                webhook.ciphertext = vault().reseal(webhook.ciphertext)
            except CLOSED as error:
                raise UserError(self.env._(PROBLEMS[type(error)])) from None
        return count + len(signed)
