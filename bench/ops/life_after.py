# ruff: noqa: F821 - runs in Odoo's shell: env and SETTINGS are there
"""What still works in a database that came from the release before."""

import json

env = env(context={"allowed_company_ids": [SETTINGS["company"]]})
moves = env["account.move"].browse(SETTINGS["moves"])
assert all(moves.mapped("l10n_cl_ai_validation_id"))
assert moves[1]._l10n_cl_ai_check()
kinds = env["l10n_cl_ai.retention"].search([("company_id", "=", SETTINGS["company"])])
assert {"conversations", "ledger", "validations"} <= set(kinds.mapped("kind"))
assert dict(kinds.mapped(lambda row: (row.kind, row.rows)))["ledger"] == 20
feature = env["l10n_cl_ai.feature"].search([("code", "=", "dte_review")])
assert feature.with_company(SETTINGS["company"]).state in ("on", "lapsed")
moves[1].action_post()
env["l10n_cl_ai.retention"]._gc_kept()
env.cr.commit()
print("BENCH " + json.dumps({"ok": True}))
