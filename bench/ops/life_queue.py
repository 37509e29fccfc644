# ruff: noqa: F821 - runs in Odoo's shell: env and SETTINGS are there
"""A queue that two hosts are to work off, and conversations that are too old."""

import importlib
import json

office = importlib.import_module("odoo.addons.l10n_cl_ai.tests.review_worker")
user, moves = office._office(env, SETTINGS["count"])
own = moves.with_env(env(user=user.id, context={"allowed_company_ids": user.company_ids.ids}))
own._l10n_cl_ai_review(forced=True)
env.cr.commit()
print("BENCH " + json.dumps({"moves": moves.ids}))
