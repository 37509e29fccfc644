"""Runs inside ``odoo shell``: a day of the watch on many sources, and what of it the database took.

``SETTINGS`` are {sources, looks, news, seed}: looks of each source, and how many of all looks find something.
"""

import json
import random
import re
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

from bench.harness import ROOT

sys.path.append(str(ROOT / "dev"))

import siisite
from siisite import pages

GIVEN = SETTINGS  # noqa: F821 - the bench brings them


def sources(env, site, lot):
    """Make sources, each a page of its own on the site; return {id: (page, rows)}."""
    made, page = {}, pages.PAGES[0]
    for at in range(GIVEN["sources"]):
        path = f"/normativa/{at}/res_ind2026.htm"
        source = env["l10n_cl_ai.sii.source"].create(
            {"name": f"Fuente {at}", "url": f"https://www.sii.cl{path}", "kind": "norms", "company_id": False}
        )
        rows = pages.items(lot, 60)
        made[source.id] = (path, rows)
        site.pages[path] = siisite.Page(page.write(rows).encode())
    env.cr.commit()
    return made


def publish(site, made, source_id, number):
    path, rows = made[source_id]
    fresh = pages.Item(number, rows[0].day, f"Modifica el formato de las guías de despacho {number}.",
    f"reso{number}.pdf")
    rows.insert(0, fresh)
    site.pages[path] = siisite.Page(pages.PAGES[0].write(rows).encode())
    folder = path.rpartition("/")[0]
    site.pages[f"{folder}/{fresh.file}"] = siisite.Page(b"<p>Rige a contar del 1 de mayo de 2099.</p>" * 50)


def count(site, made, lot):
    """Change what is no row of every page: each look finds other bytes."""
    for path, _rows in made.values():
        body = site.pages[path].body
        start = body.index(b"Visitas: ")
        site.pages[path].body = body[:start] + b"Visitas: %d" % lot.randrange(10**6) + body[body.index(b"</p>",
        start) :]


class Shapes:
    """Statements by their shape, as the database's own statistics have them: how many, and seconds in all."""

    def __init__(self):
        self.taken = {}

    def __call__(self, _cursor, query, _params, _start, delay):
        words = " ".join(str(query).split())
        shape = re.sub(r"(%s, ?)+%s|\d+|(?<=SAVEPOINT ).*", "%s", words)[:160]
        count, seconds = self.taken.get(shape, (0, 0.0))
        self.taken[shape] = (count + 1, seconds + delay)

    def costliest(self, most):
        ranked = sorted(self.taken.items(), key=lambda entry: -entry[1][1])
        return [(shape, count, seconds) for shape, (count, seconds) in ranked[:most]]


def day(env, site, made, lot):
    """Return (seconds in the database, statements, seconds in all) of a day's looks."""
    thread, spent = threading.current_thread(), [0.0, 0, 0.0]
    for at in range(GIVEN["looks"]):
        count(site, made, lot)
        for number in range(GIVEN["news"] // GIVEN["looks"]):
            publish(site, made, lot.choice(sorted(made)), 500 + at * 50 + number)
        env["l10n_cl_ai.sii.source"].browse(list(made)).next_at = "2020-01-01"
        env.cr.commit()
        thread.query_time, thread.query_count, begun = 0.0, 0, time.monotonic()
        env["l10n_cl_ai.sii.run"]._cron_watch()
        env.cr.commit()
        for slot, value in enumerate((thread.query_time, thread.query_count, time.monotonic() - begun)):
            spent[slot] += value
    return spent


def floor(env, looks):
    """Return the seconds in the database of one bare update and commit for each look."""
    thread = threading.current_thread()
    thread.query_time = 0.0
    for _look in range(looks):
        env.cr.execute(
            "UPDATE l10n_cl_ai_sii_source SET checks = checks WHERE id = (SELECT min(id) FROM l10n_cl_ai_sii_source)"
        )
        env.cr.commit()
    return thread.query_time


def main(env):
    from odoo.addons.l10n_cl_ai.models import ai_sii_round  # noqa: PLC0415 - Odoo only here

    lot = random.Random(GIVEN["seed"])
    env["l10n_cl_ai.sii.source"].search([]).active = False
    env["res.company"].search([], limit=1).write({"country_id": env.ref("base.cl").id})
    with ExitStack() as stack:
        site = stack.enter_context(siisite.running())
        stack.enter_context(siisite.aimed(ai_sii_round, port=site.port, certificate=Path(site.certificate)))
        stack.enter_context(patch.object(ai_sii_round, "_pause", lambda _seconds: None))
        # A day's looks in one go: nobody waits, so the cron's own short turns would only stop it.
        stack.enter_context(patch.object(ai_sii_round, "_SECONDS", float("inf")))
        made = sources(env, site, lot)
        env["l10n_cl_ai.sii.run"]._cron_watch()  # the first look, which is no day's work
        env.cr.commit()
        shapes = Shapes()
        threading.current_thread().query_hooks = (shapes,)
        taken = day(env, site, made, lot)
        threading.current_thread().query_hooks = ()
        looks = GIVEN["sources"] * GIVEN["looks"]
        least = floor(env, looks)
        notices = env["l10n_cl_ai.sii.notice"].search_count([])
        documents = env["l10n_cl_ai.sii.document"].search_count([("state", "=", "read")])
    print("BENCH " + json.dumps({"taken": taken, "floor": least, "looks": looks, "notices": notices,
    "documents": documents, "shapes": shapes.costliest(8)}))


main(env)  # noqa: F821 - of the shell
