"""How long conversations are kept is set where all of it is; what an administrator chose before stays."""

from odoo import SUPERUSER_ID, api

_BEFORE = "l10n_cl_ai.chat_days"


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    parameter = env["ir.config_parameter"].search([("key", "=", _BEFORE)])
    text = parameter.value or ""
    env["l10n_cl_ai.retention"]._sync()
    # As the former code read it: what it did not understand meant 400 days.
    if text.isascii() and text.isdigit() and 0 < int(text) < 10000:
        env["l10n_cl_ai.retention"].search([("kind", "=", "conversations")]).days = int(text)
    parameter.unlink()
