"""Runs inside ``odoo shell`` (see ``canary.py``): keeps a key, asks with it, and reads all that people can read."""

import json
import logging
import os
import urllib.request

from odoo.service.model import execute_cr

env = env  # noqa: F821, PLW0127 - what the shell gives
KEY, CONTROL = os.environ["CANARY_KEY"], os.environ["CANARY_CONTROL"]
_logger = logging.getLogger("l10n_cl_ai.canary")
FAULTS = ("unauthorized", "html", "reset", "stream_error", "redirect", "bad_request", "not_json", "refusal")


def prepare():
    """Keep the key as Settings do, and switch a feature on."""
    company = env.company
    manager = env["res.users"].create({
        "name": CONTROL, "login": "canary", "password": CONTROL, "company_id": company.id,
        "company_ids": [(6, 0, company.ids)],
        "group_ids": [(6, 0, [env.ref(group).id for group in ("base.group_system", "l10n_cl_ai.group_manager")])],
    })
    env["res.config.settings"].with_user(manager).create({"l10n_cl_ai_api_key": KEY}).execute()
    feature = env.ref("l10n_cl_ai.feature_dte_review").with_user(manager)
    feature._switch()._accept(feature._digest())
    company.l10n_cl_ai_keep_content = True
    env.cr.commit()  # the gateway is asked outside of transactions that wrote
    return manager


def ask_all(manager):
    """Ask once rightly, and once through each fault; test the connection."""
    outcomes = set()
    for number, fault in enumerate((None, *FAULTS)):
        if fault:
            script(fault)
        records = env(user=manager)
        feature = records["l10n_cl_ai.feature"].search([("code", "=", "dte_review")])
        question = records["l10n_cl_ai.feature.handler"]._l10n_cl_ai_example(feature, f"{CONTROL} {number}?")
        outcomes.add(str(records["l10n_cl_ai.gateway"].ask(question).reason))
        env.cr.commit()
    wizard = env(user=manager)["l10n_cl_ai.connection.wizard"].create({})
    env.cr.commit()
    wizard.action_test()
    env.cr.commit()
    _logger.info("%s asked: %s", CONTROL, sorted(outcomes))
    if not {"None", "auth"} <= outcomes:
        raise RuntimeError(f"the asks did not meet what they should: {outcomes}")


def script(fault):
    url = os.environ["L10N_CL_AI_BASE_URL"] + "/standin/script"
    body = json.dumps({"steps": [{"mode": fault}]}).encode()
    request = urllib.request.Request(url, body, {"Authorization": f"Bearer {KEY}"})
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10).close()


def read_all(manager, path):
    """Read every model as RPC does for a manager who is a system administrator too; write what came."""
    with open(path, "w") as file:
        for model in sorted(env.registry):
            if env[model]._abstract:
                continue
            for method, arguments in (("search_read", [[]]), ("export_data", None)):
                file.write(f"{model} {method} {_read(manager, model, method, arguments)}\n")


def _read(manager, model, method, arguments):
    """Return what RPC answers, also if it is a refusal."""
    try:
        with env.registry.cursor() as cr:
            if arguments is None:
                records = env(cr=cr, user=manager.id)[model].search([], limit=500)
                arguments = [records.ids, ["id", *list(records._fields)[:40]]]
            found = execute_cr(cr, manager.id, model, method, arguments, {})
    except Exception as error:  # noqa: BLE001 - a refusal is an answer, whatever its class; its words are searched too
        return f"{type(error).__name__}: {error}"
    return json.dumps(found, default=str, ensure_ascii=False)


someone = prepare()
ask_all(someone)
read_all(someone, os.environ["CANARY_READS"])
print("CANARY DONE")
