"""A process of the index's tests: transactions side by side on one database, each on a cursor of its own."""

import datetime
import json
import sys

if __name__ == "__main__":
    import odoo.tools

    odoo.tools.config.parse_config(["--database", sys.argv[1], "--log-level", "error"], setup_logging=True)

from odoo import SUPERUSER_ID, api
from odoo.addons.l10n_cl_ai import suggest
from odoo.modules.registry import Registry

DAY = datetime.date(2026, 11, 18)
LABEL = "1:100"


def index_on(cr):
    env = api.Environment(cr, SUPERUSER_ID, {})
    return env["l10n_cl_ai.index"]._of(env.ref("base.main_company"), "project")


def learn(index, number):
    """Learn one line; all have the same words, supplier and label."""
    index._learn([(number, suggest.Line("arriendo retroexcavadora", "7", 1000), LABEL, DAY, 1.0)])


def told(cr):
    """Return what a fresh transaction sees."""
    index = index_on(cr)
    cr.execute("SELECT count(*) FROM l10n_cl_ai_index_entry WHERE index_id = %s", [index.id])
    entries = cr.fetchone()[0]
    counts = {lexeme: n for lexeme, by_label in index._counts(["#lines", "arriend", "V7"]).items()
              for n in by_label.values()}  # fmt: skip
    return {"entries": entries, **counts}


def side_by_side(registry):
    """Three transactions learn the same words before any is committed."""
    cursors = [registry.cursor() for _ in range(3)]
    for number, cr in enumerate(cursors, 1):
        learn(index_on(cr), number)
    for cr in cursors:
        cr.commit()
        cr.close()


def compacted_meanwhile(registry):
    """One learns, and one takes back, while another sums up; who sums up is committed first."""
    with registry.cursor() as learner, registry.cursor() as forgetter, registry.cursor() as keeper:
        learn(index_on(learner), 4)
        index_on(forgetter)._forget([1])
        index_on(keeper)._compact()
        keeper.commit()


def rolled_back(registry):
    """A posting that fails has taught nothing."""
    with registry.cursor() as cr:
        learn(index_on(cr), 5)
        cr.rollback()


def main():
    registry, seen = Registry(sys.argv[1]), {}
    with registry.cursor() as cr:
        index_on(cr)
    for step in (side_by_side, compacted_meanwhile, rolled_back):
        step(registry)
        with registry.cursor() as cr:
            seen[step.__name__] = told(cr)
    sys.stdout.write(json.dumps(seen) + "\n")


if __name__ == "__main__":
    main()
