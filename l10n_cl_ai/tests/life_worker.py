"""A host of the tests of life: an Odoo without HTTP that serves any number of databases, a JSON line each way."""

import json
import sys

if __name__ == "__main__":
    import odoo.tools

    odoo.tools.config.parse_config(["--log-level", "error"], setup_logging=True)

import anthropic  # noqa: F401 - seconds that no test has to wait for later

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry


def say(**what):
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _feature(env):
    return env["l10n_cl_ai.feature"].search([("code", "=", "dte_review")])


def accept(env, _order):
    """Have the main company accept the feature."""
    feature = _feature(env)
    feature._switch()._accept(feature._digest())
    return {}


def ask(env, order):
    """Ask as the dialog does that tries a feature."""
    dialog = env["l10n_cl_ai.try.wizard"].create({"feature_id": _feature(env).id, "text": order["text"]})
    env.cr.commit()
    say(asking=True)
    dialog.action_ask()
    return {"status": dialog.status, "reason": dialog.reason}


def sweep(env, _order):
    """Sweep until nothing is left, as Odoo's autovacuum does."""
    gone, more = 0, True
    while more:
        done, more = env["l10n_cl_ai.retention"]._gc_kept()
        gone += done
        env.cr.commit()
    return {"gone": gone}


DO = {"accept": accept, "ask": ask, "sweep": sweep}


def main():
    say(ready=True)
    for line in sys.stdin:
        order = json.loads(line)
        with Registry(order["db"]).cursor() as cr:  # committed at its end
            done = DO[order["do"]](api.Environment(cr, SUPERUSER_ID, {}), order)
        say(**done, done=True)


if __name__ == "__main__":
    main()
