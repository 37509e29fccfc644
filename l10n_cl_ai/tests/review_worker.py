"""A process of the queue's tests: an Odoo without HTTP that does what it is told, a JSON line each way."""

import importlib
import json
import sys

if __name__ == "__main__":
    import odoo.tools

    odoo.tools.config.parse_config(["--database", sys.argv[1], "--log-level", "error"], setup_logging=True)

import anthropic  # noqa: F401 - seconds that no test has to wait for later

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry


def say(**what):
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _office(env, count):
    """Make a company whose accountant may ask, and documents of it; return (accountant, documents)."""
    common = importlib.import_module("odoo.addons.l10n_cl_ai.tests.common")
    office = type("Office", (common.DteCase,), {"env": env})
    office.company = office._make_company("Comercial Ñuble Limitada", "76192083-9")
    office.env = env = env(context={"allowed_company_ids": office.company.ids, "tracking_disable": True})
    office.customer = office._make_partner("Servicios Araucanía SpA", "77262640-1")
    user = office._make_user("contadora", "account.group_account_invoice,l10n_cl_ai.group_accountant")
    feature = env["l10n_cl_ai.feature"].with_company(office.company).search([("code", "=", "dte_review")])
    feature.rate_per_minute = 1000
    feature._switch()._accept(feature._digest())
    none = env["account.tax"]
    moves = [
        office.invoice(34, [office.line(f"Arriendo amoblado {n}", 1, 450000, taxes=none)], invoice_date=common.DAY)
        for n in range(count)
    ]
    return user, env["account.move"].union(*moves)


def make(cr, order):
    """Make documents."""
    user, moves = _office(api.Environment(cr, SUPERUSER_ID, {}), order["count"])
    return {"moves": moves.ids, "user": user.id}


def queue(cr, order):
    """Queue reviews, and commit or not."""
    env = api.Environment(cr, order["user"], {})
    env["account.move"].browse(order["moves"])._l10n_cl_ai_review(forced=True)
    if not order["commit"]:
        cr.rollback()
    return {"queued": order["commit"]}


def run(cr, order):
    """Work off the queue, as the cron does."""
    say(running=True)
    api.Environment(cr, SUPERUSER_ID, {})["l10n_cl_ai.queued"]._cron_run()
    return {"done": True}


def main():
    registry = Registry(sys.argv[1])
    say(ready=True)
    for line in sys.stdin:
        order = json.loads(line)
        with registry.cursor() as cr:  # committed at its end
            done = {"make": make, "queue": queue, "run": run}[order["do"]](cr, order)
        say(**done)


if __name__ == "__main__":
    main()
