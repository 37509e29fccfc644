# ruff: noqa: F821 - runs in Odoo's shell: env is there
"""Uninstall the addon as an administrator does."""

import json

env["ir.module.module"].search([("name", "=", "l10n_cl_ai")]).button_immediate_uninstall()
print("BENCH " + json.dumps({"ok": True}))
