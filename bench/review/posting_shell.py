"""Runs inside ``odoo shell``: posts invoices with the AI off, on, and on with a provider that hangs, in turn.

``SETTINGS`` are {rounds, each, seed}. The queue is worked off meanwhile in a thread of this process, as the threaded
server's crons are.
"""

import gc
import json
import os
import pathlib
import random
import threading
import time
import urllib.request

from odoo import Command, api
from odoo.modules.registry import Registry

from bench.review.world_shell import document_type, tell, world

ROUNDS, EACH, SEED = (SETTINGS[name] for name in ("rounds", "each", "seed"))  # noqa: F821 - the bench brings them

WAYS = ("off", "answering", "hanging")
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


def switch(env, company, way):
    """Have it one of ``WAYS``; who was held by the provider is answered when it stops to hang."""
    standin("reset", {})
    if way == "hanging":
        standin("script", {"steps": [{"gate": "never", "times": 0}]})
    company.sudo().l10n_cl_ai_review_on_post = way != "off"
    env.cr.commit()


def standin(what, body):
    request = urllib.request.Request(
        f"{os.environ['L10N_CL_AI_BASE_URL']}/standin/{what}", json.dumps(body).encode(),
        {"Authorization": "Bearer " + os.environ["L10N_CL_AI_API_KEY"]})
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10).close()


def held():
    """Return how many calls wait at the provider now."""
    request = urllib.request.Request(
        os.environ["L10N_CL_AI_BASE_URL"] + "/standin/calls",
        headers={"Authorization": "Bearer " + os.environ["L10N_CL_AI_API_KEY"]})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
        return sum(not call["done"] for call in json.load(answer)["calls"])


def main(env):
    mine, company, partners = world(env, 5)
    company = company.with_env(mine)
    company.sudo().l10n_cl_ai_review_activity = False
    env.ref("l10n_cl_ai.feature_dte_review").deadline = 600  # what hangs does so for the whole run
    moves = drafts(mine, company, partners.with_env(mine), (ROUNDS + 1) * len(WAYS) * EACH)
    env.cr.commit()
    stop = threading.Event()
    worker = threading.Thread(target=work_off, args=(env.cr.dbname, stop), daemon=True)
    worker.start()
    rounds, waiting = [], 0
    for number in range(ROUNDS + 1):  # the first fills caches
        figures = {}
        for way in WAYS if number % 2 else reversed(WAYS):  # who comes first gains nothing by it
            part, moves = moves[:EACH], moves[EACH:]
            switch(mine, company, way)
            figures[way] = posted(mine, part)
            waiting += way == "hanging" and held() > 0
        rounds.append(figures)
    reviews = env["l10n_cl_ai.review"].search([])
    states = {state: len(reviews.filtered(lambda review, state=state: review.state == state))
              for state in set(reviews.mapped("state"))}  # fmt: skip
    posted_count = env["account.move"].search_count([("state", "=", "posted"), ("company_id", "=", company.id)])
    tell({"rounds": rounds[1:], "reviews": states, "posted": posted_count, "waiting": waiting})
    stop.set()
    os._exit(0)  # the worker waits for a provider that will not answer


main(env)  # noqa: F821 - Odoo's shell brings env
