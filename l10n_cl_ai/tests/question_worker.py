"""A process of its own: draft bills, suggestions, the queue as the cron works it off, each in its own transaction."""

import importlib
import json
import sys

if __name__ == "__main__":
    import odoo.tools

    odoo.tools.config.parse_config(["--database", sys.argv[1], "--log-level", "error"], setup_logging=True)

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

TEXTS = ["Flete a puente Biobío"] * 12 + ["Pintura edificio Maipú", "Artículos de aseo"]


def make(env):
    """Make a company whose accountant may ask, projects, a bill; suggest for it. Return the ids of the suggestions."""
    common = importlib.import_module("odoo.addons.l10n_cl_ai.tests.common")
    office = type("Office", (common.DteCase,), {"env": env})
    office.company = office._make_company("Comercial Ñuble Limitada", "76192083-9")
    office.env = env = env(context={"allowed_company_ids": office.company.ids, "tracking_disable": True})
    office.supplier = office._make_partner("Recicladora Maule Limitada", "76418205-7")
    groups = "account.group_account_invoice,l10n_cl_ai.group_accountant,project.group_project_user"
    user = office._make_user("contadora", groups)
    feature = env["l10n_cl_ai.feature"].with_company(office.company)
    feature = feature.search([("code", "=", "project_suggestion")])
    feature._switch()._accept(feature._digest())
    plan = env["account.analytic.plan"].create({"name": "Obras"})
    for name in ("Puente Biobío", "Edificio Maipú"):
        values = {"name": name, "company_id": office.company.id}
        account = env["account.analytic.account"].create({**values, "plan_id": plan.id})
        env["project.project"].create({**values, "account_id": account.id, "privacy_visibility": "employees"})
    tax = office.company.account_purchase_tax_id
    move = office.bill(lines=[office.line(text, 1, 50000, taxes=tax) for text in TEXTS])
    return move.with_user(user)._l10n_cl_ai_suggest("button").ids


def main(dbname):
    registry = Registry(dbname)
    with registry.cursor() as cr:
        ids = make(api.Environment(cr, SUPERUSER_ID, {}))
    with registry.cursor() as cr:
        api.Environment(cr, SUPERUSER_ID, {})["l10n_cl_ai.queued"]._cron_run()
    with registry.cursor() as cr:
        suggestions = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})["l10n_cl_ai.suggestion"].browse(ids)
        told = [
            {"text": one.line_name, "method": one.method, "proposal": one.proposal, "ai": one.ai_state,
             "why": one.question_ids.reason, "cost": one.question_ids.cost}
            for one in suggestions
        ]  # fmt: skip
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
