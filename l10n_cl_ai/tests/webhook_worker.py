"""A process of the tests of webhooks and alerts: an Odoo without HTTP that runs a cron's method when it is told to."""

import importlib
import json
import ssl
import sys

if __name__ == "__main__":
    import odoo.tools

    odoo.tools.config.parse_config(["--database", sys.argv[1], "--log-level", "error"], setup_logging=True)

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry


def say(**what):
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


CRONS = {"send": ("l10n_cl_ai.webhook.delivery", "_cron_send"), "measure": ("l10n_cl_ai.alert", "_cron_measure")}


def main(dbname, port, pem):
    common = importlib.import_module("odoo.addons.l10n_cl_ai.tests.webhook_common")
    trial = common.Trial(int(port), ssl.create_default_context(cafile=pem))
    registry = Registry(dbname)
    say(ready=True)
    with common.reachable(trial):
        for line in sys.stdin:
            model, method = CRONS[line.strip()]
            with registry.cursor() as cr:  # committed at its end
                getattr(api.Environment(cr, SUPERUSER_ID, {})[model], method)()
            say(done=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
