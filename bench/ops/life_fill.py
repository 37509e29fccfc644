# ruff: noqa: F821 - runs in Odoo's shell: env and SETTINGS are there
"""Two weeks of somebody's work in a database of the release before."""

import importlib
import json
import logging
import uuid

logging.disable(logging.WARNING)
common = importlib.import_module("odoo.addons.l10n_cl_ai.tests.common")
office = type("Office", (common.DteCase,), {"env": env})
office.company = office._make_company("Comercial Ñuble Limitada", "76192083-9")
office.env = env = env(context={"allowed_company_ids": office.company.ids, "tracking_disable": True})
office.company = office.company.with_env(env)
office.customer = office._make_partner("Servicios Araucanía SpA", "77262640-1")
office.supplier = office._make_partner("Recicladora Maule Limitada", "76418205-7")
office.iva = office.company.account_sale_tax_id
office.purchase_iva = office.company.account_purchase_tax_id
user = office._make_user("contadora", "account.group_account_invoice,l10n_cl_ai.group_manager")
moves = [office.invoice(33, invoice_date=common.DAY) for _number in range(6)]
moves[0].action_post()
checks = env["l10n_cl_ai.validation"].union(*(move._l10n_cl_ai_check() for move in moves))
feature = env["l10n_cl_ai.feature"].search([("code", "=", "dte_review")])
switch = feature.with_company(office.company)._switch().with_user(user)
switch._accept(feature.with_user(user).sudo()._digest())
reviews = env["l10n_cl_ai.review"].create(
    [{"company_id": office.company.id, "user_id": user.id, "move_id": move.id, "state": "done",
      "finished_at": "2026-11-18 12:00:00"} for move in moves]
)
env["l10n_cl_ai.review.finding"].create(
    [{"review_id": review.id, "code": "J01", "action": "warn", "path": "Detalle[1]/NmbItem", "quote": "resma",
      "reason": "El texto no dice qué es"} for review in reviews]
)
conversation = env["l10n_cl_ai.conversation"]._begin("general", office.company, user).sudo()
conversation.memory = {"masker": {"given": [["RUT", "11111111-1", "[RUT_1]", "11.111.111-1"]], "counts": {"RUT": 1}}}
env["l10n_cl_ai.message"].create(
    [{"conversation_id": conversation.id, "role": role, "text": f"Mensaje {role}", "turns": "[]"}
     for role in ("user", "assistant")]
)
env["l10n_cl_ai.chat.proposal"].create(
    {"company_id": office.company.id, "user_id": user.id, "kind": "note", "note": "x", "res_model": "account.move",
     "res_id": moves[0].id, "expires_at": "2026-11-20 12:00:00"}
)
for number in range(20):
    env.cr.execute(
        "INSERT INTO l10n_cl_ai_request (token, company_id, user_id, feature, state, status, cost, lease_until,"
        " content_sent) VALUES (%s, %s, %s, 'dte_review', 'done', 'answered', 0.01, '2999-01-01', %s)",
        [str(uuid.uuid4()), office.company.id, user.id, f"Pregunta {number}"],
    )
env.cr.execute(
    "INSERT INTO l10n_cl_ai_cache_entry (key, company_id, feature, value, expires_at)"
    " VALUES ('\\x01', %s, 'dte_review', '{}', '2999-01-01')", [office.company.id]
)
env["ir.config_parameter"].set_param("l10n_cl_ai.chat_days", "200")
env["ir.attachment"].create(
    {"name": "factura.pdf", "res_model": "account.move", "res_id": moves[0].id, "raw": b"%PDF-1.4"}
)
env.cr.commit()
print("BENCH " + json.dumps({"company": office.company.id, "user": user.id, "moves": [move.id for move in moves]}))
