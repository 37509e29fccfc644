"""A process of its own: many hands at once on one proposal and on one conversation, in transactions of their own."""

import importlib
import json
import sys
import threading

if __name__ == "__main__":
    import odoo.tools

    odoo.tools.config.parse_config(["--database", sys.argv[1], "--log-level", "critical"], setup_logging=True)

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying

HANDS = 8


def make(env):
    """Return the ids of a user, his company, a partner and the proposal of a note on it; the uuid of a conversation."""
    common = importlib.import_module("odoo.addons.l10n_cl_ai.tests.common")
    drafts = importlib.import_module("odoo.addons.l10n_cl_ai.chat.desk")
    office = type("Office", (common.DteCase,), {"env": env})
    office.company = company = office._make_company("Comercial Ñuble Limitada", "76192083-9")
    office.env = env = env(context={"allowed_company_ids": company.ids, "tracking_disable": True})
    partner = office._make_partner("Recicladora Maule Limitada", "76418205-7")
    user = office._make_user("contadora", "l10n_cl_ai.group_accountant,base.group_partner_manager")
    draft = drafts.Draft("note", "res.partner", partner.id, text="Llamar")
    proposal = env["l10n_cl_ai.chat.proposal"]._make(draft, user, company, 1)
    conversation = env["l10n_cl_ai.conversation"]._begin("general", company, user)
    return user.id, company.id, partner.id, proposal.id, conversation.uuid


def at_once(dbname, uid, company_id, work):
    """Do this with many hands, all of which begin together; return what became of each."""
    ready, told = threading.Barrier(HANDS), []

    def hand():
        with Registry(dbname).cursor() as cr:
            env = api.Environment(cr, uid, {"allowed_company_ids": [company_id], "lang": "en_US"})
            env["res.users"].search_count([])  # the snapshot is taken before anybody writes
            ready.wait()
            try:
                retrying(lambda: work(env), env)
                told.append("done")
            except Exception as refused:  # noqa: BLE001 - the test looks at which
                told.append(type(refused).__name__)

    hands = [threading.Thread(target=hand) for _hand in range(HANDS)]
    for one in hands:
        one.start()
    for one in hands:
        one.join()
    return sorted(told)


def main(dbname):
    wanted = importlib.import_module("odoo.addons.l10n_cl_ai.models.ai_conversation_ask").Wanted
    registry = Registry(dbname)
    with registry.cursor() as cr:
        uid, company_id, partner_id, proposal_id, uuid = make(api.Environment(cr, SUPERUSER_ID, {}))
    question = wanted(text="¿Qué es un folio?", conversation=uuid)
    told = {
        "applied": at_once(
            dbname, uid, company_id, lambda env: env["l10n_cl_ai.conversation"].chat_decide(proposal_id, "apply")
        ),
        "asked": at_once(dbname, uid, company_id, lambda env: env["l10n_cl_ai.conversation"]._take(question).id),
    }
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        notes = env["mail.message"].search([("model", "=", "res.partner"), ("res_id", "=", partner_id)])
        told["notes"] = len(notes.filtered(lambda note: "Llamar" in (note.body or "")))
        told["running"] = env["l10n_cl_ai.message"].search_count([("status", "=", "running")])
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
