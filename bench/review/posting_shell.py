"""Runs inside ``odoo shell``: posts invoices with the AI on and off in turn, while the provider does not answer.

``SETTINGS`` are {pairs, each, seed}. The queue is worked off meanwhile in a thread of this process, as the threaded
server's crons are.
"""

import gc
import os
import pathlib
import random
import threading
import time

from odoo import Command, api
from odoo.modules.registry import Registry

from bench.review.world_shell import document_type, tell, world

PAIRS, EACH, SEED = (SETTINGS[name] for name in ("pairs", "each", "seed"))  # noqa: F821 - the bench brings them

ITEMS = ("Resma de papel carta 75 g", "Archivador oficio", "Tóner negro", "Silla ergonómica", "Cable de red 5 m")


def drafts(env, company, partners, number):
    rng, iva, kind = random.Random(SEED), company.account_sale_tax_id, document_type(env, "33")
    made = env["account.move"].create([
        {
            "move_type": "out_invoice", "partner_id": rng.choice(partners).id, "company_id": company.id,
            "l10n_latam_document_type_id": kind.id, "invoice_date": "2026-11-18", "invoice_date_due": "2026-12-18",
            "invoice_line_ids": [
                Command.create({
                    "name": f"{rng.choice(ITEMS)} {n}", "quantity": rng.randrange(1, 40),
                    "tax_ids": [Command.set(iva.ids)], "price_unit": rng.randrange(100, 90_000),
                })
                for _ in range(6)
            ],
        }
        for n in range(number)
    ])
    made[0].l10n_latam_document_number = "000001"
    return made


def work_off(dbname, stop):
    """Work off the queue until told to stop."""
    while not stop.wait(0.1):
        with Registry(dbname).cursor() as cr:
            api.Environment(cr, api.SUPERUSER_ID, {})["l10n_cl_ai.queued"]._cron_run()


def cpu_seconds(env):
    """Return CPU seconds of this thread and of its database session; of the thread alone where that isn't seen."""
    env.cr.execute("SELECT pg_backend_pid(), inet_server_addr() IS NULL")
    pid, local = env.cr.fetchone()
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() if local else ["0"] * 13
    except OSError:
        fields = ["0"] * 13
    return time.thread_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def posted(env, moves):
    """Post one after the other, each in a transaction of its own; return (seconds by the clock, of CPU)."""
    gc.collect()
    cpu, start = cpu_seconds(env), time.perf_counter()
    for move in moves:
        move.action_post()
        env.cr.commit()
    seconds = time.perf_counter() - start
    return seconds, cpu_seconds(env) - cpu


def switch(env, company, on):
    company.sudo().l10n_cl_ai_review_on_post = on
    env.cr.commit()


def main(env):
    mine, company, partners = world(env, 5)
    company = company.with_env(mine)
    moves = drafts(mine, company, partners.with_env(mine), (PAIRS + 1) * 2 * EACH)
    env.cr.commit()
    stop = threading.Event()
    worker = threading.Thread(target=work_off, args=(env.cr.dbname, stop), daemon=True)
    worker.start()
    rounds = []
    for pair in range(PAIRS + 1):  # the first fills caches
        figures = {}
        for on in (True, False) if pair % 2 else (False, True):  # who comes first gains nothing by it
            part, moves = moves[:EACH], moves[EACH:]
            switch(mine, company, on)
            figures["on" if on else "off"] = posted(mine, part)
        rounds.append(figures)
    reviews = env["l10n_cl_ai.review"].search([])
    states = {state: len(reviews.filtered(lambda review, state=state: review.state == state))
              for state in set(reviews.mapped("state"))}  # fmt: skip
    posted_count = env["account.move"].search_count([("state", "=", "posted"), ("company_id", "=", company.id)])
    tell({"rounds": rounds[1:], "reviews": states, "posted": posted_count})
    stop.set()
    os._exit(0)  # the worker waits for a provider that will not answer


main(env)  # noqa: F821 - Odoo's shell brings env
