"""Runs inside ``odoo shell``: a day of the watch on many sources, and what of it the database took.

``SETTINGS`` are {sources, looks, news, seed}: looks of each source, and how many of all looks find something.
"""

import json
import os
import random
import re
import sys
import threading
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
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


class Spent:
    """What the database took: seconds in statements and in commits as this process waits for them, seconds that the
    database's own process worked, statements."""

    def __init__(self, env):
        self.env, self.thread = env, threading.current_thread()
        env.cr.execute("SELECT pg_backend_pid()")
        self.process = env.cr.fetchone()[0]
        self.waited = self.worked = 0.0
        self.statements = 0

    @contextmanager
    def counted(self):
        self.thread.query_time, self.thread.query_count, before = 0.0, 0, self._cpu()
        yield
        begun = time.monotonic()
        self.env.cr.commit()
        self.waited += self.thread.query_time + time.monotonic() - begun
        self.worked += self._cpu() - before
        self.statements += self.thread.query_count

    def committed(self, real):
        """Return a commit whose time counts."""

        def commit(connection):
            begun = time.monotonic()
            done = real(connection)
            self.waited += time.monotonic() - begun
            return done

        return commit

    def _cpu(self):
        try:
            stat = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def called(env):
    """Call the watch as Odoo's cron does, with its record of progress."""
    cron = env.ref("l10n_cl_ai.cron_sii_watch")
    progress = env["ir.cron.progress"].create({"cron_id": cron.id, "remaining": 0, "done": 0})
    context = {"ir_cron_progress_id": progress.id, "cron_id": cron.id}
    env["l10n_cl_ai.sii.run"].with_context(**context)._cron_watch()


def day(env, site, made, lot, spent):
    """Have a day's looks made, in turns as short as they are; return how many turns it took."""
    turns = 0
    for at in range(GIVEN["looks"]):
        count(site, made, lot)
        for number in range(GIVEN["news"] // GIVEN["looks"]):
            publish(site, made, lot.choice(sorted(made)), 500 + at * 50 + number)
        sources = env["l10n_cl_ai.sii.source"].browse(list(made))
        sources.next_at = "2020-01-01"
        env.cr.commit()
        while is_due(env):
            turns += 1
            with spent.counted():
                called(env)
    return turns


def is_due(env):
    env.cr.execute(
        """SELECT 1 FROM l10n_cl_ai_sii_source WHERE active AND next_at < now() AT TIME ZONE 'UTC'
           UNION ALL SELECT 1 FROM l10n_cl_ai_sii_document WHERE state = 'to_read' OR noticed IS NOT TRUE"""
    )
    found = env.cr.fetchone()
    env.cr.commit()
    return found


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
    from odoo.addons.l10n_cl_ai.models import ai_sii_host, ai_sii_round  # noqa: PLC0415 - Odoo only here
    from odoo.sql_db import PsycoConnection  # noqa: PLC0415

    lot = random.Random(GIVEN["seed"])
    env["l10n_cl_ai.sii.source"].search([]).active = False
    env["res.company"].search([], limit=1).write({"country_id": env.ref("base.cl").id})
    with ExitStack() as stack:
        site = stack.enter_context(siisite.running())
        stack.enter_context(siisite.aimed(ai_sii_round, port=site.port, certificate=Path(site.certificate)))
        # Pauses pass at once, on a clock of their own: turns are as short as they are.
        clock = [time.time()]
        passing = SimpleNamespace(time=lambda: clock[0], monotonic=lambda: clock[0])
        for module in (ai_sii_round, ai_sii_host):
            stack.enter_context(patch.object(module, "time", passing))
        stack.enter_context(
            patch.object(ai_sii_round, "_pause", lambda seconds: clock.__setitem__(0, clock[0] + seconds))
        )
        made = sources(env, site, lot)
        while is_due(env):  # the first look, which is no day's work
            called(env)
            env.cr.commit()
        spent = Spent(env)
        stack.enter_context(patch.object(PsycoConnection, "commit", spent.committed(PsycoConnection.commit)))
        shapes = Shapes()
        threading.current_thread().query_hooks = (shapes,)
        turns = day(env, site, made, lot, spent)
        threading.current_thread().query_hooks = ()
        looks = GIVEN["sources"] * GIVEN["looks"]
        least = floor(env, looks)
        notices = env["l10n_cl_ai.sii.notice"].search_count([])
        documents = env["l10n_cl_ai.sii.document"].search_count([("state", "=", "read")])
    print("BENCH " + json.dumps({"waited": spent.waited, "worked": spent.worked, "statements": spent.statements,
    "turns": turns, "floor": least, "looks": looks, "notices": notices,
    "documents": documents, "shapes": shapes.costliest(8)}))


main(env)  # noqa: F821 - of the shell
