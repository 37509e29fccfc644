"""A process of the webhooks' tests: an Odoo without HTTP that sends what is due, as the cron does."""

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


def main(dbname, port, pem):
    common = importlib.import_module("odoo.addons.l10n_cl_ai.tests.webhook_common")
    trial = common.Trial(int(port), ssl.create_default_context(cafile=pem))
    registry = Registry(dbname)
    say(ready=True)
    with common.reachable(trial):
        for _line in sys.stdin:
            with registry.cursor() as cr:  # committed at its end
                api.Environment(cr, SUPERUSER_ID, {})["l10n_cl_ai.webhook.delivery"]._cron_send()
            say(done=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
