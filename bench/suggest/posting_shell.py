"""Runs inside ``odoo shell``: posts vendor bills with the index off, on for projects, and for accounts too, in turn.

``SETTINGS`` are {rounds, each, lines, history, seed}: bills a round, lines of a bill, lines the index knows beforehand.
"""

import gc
import json
import random

from odoo import Command, fields

from bench.review.world_shell import document_type, rut, world
from bench.suggest import sets
from bench.suggest.cpu import Stopwatch

GIVEN = SETTINGS  # noqa: F821 - the bench brings them
WAYS = ("off", "project", "account")


def suppliers(env, number):
    return env["res.partner"].create([
        {
            "name": f"Ferretería {n} Ltda.", "vat": rut(78_000_000 + 41 * n), "is_company": True,
            "country_id": env.ref("base.cl").id, "l10n_cl_sii_taxpayer_type": "1", "city": "Talca",
            "l10n_latam_identification_type_id": env.ref("l10n_cl.it_RUT").id, "street": "Calle Freire 12",
            "l10n_cl_activity_description": "Ferretería",
        }
        for n in range(1, number + 1)
    ])


def projects(env, company, number):
    plan = env["account.analytic.plan"].create({"name": "Obras"})
    return env["account.analytic.account"].create([
        {"name": f"Obra {n}", "plan_id": plan.id, "company_id": company.id} for n in range(number)
    ])


def bills(env, company, partners, accounts, rows):
    """Return drafts whose lines say what the rows do."""
    rng, kind = random.Random(GIVEN["seed"]), document_type(env, "33")
    size = GIVEN["lines"]
    return env["account.move"].create([
        {
            "move_type": "in_invoice", "partner_id": rng.choice(partners).id, "company_id": company.id,
            "l10n_latam_document_type_id": kind.id, "l10n_latam_document_number": f"{n + 1:06d}",
            "invoice_date": "2026-11-18", "date": "2026-11-18", "invoice_date_due": "2026-12-18",
            "invoice_line_ids": [
                Command.create({
                    "name": row.text, "quantity": 1, "price_unit": row.amount,
                    "analytic_distribution": {str(rng.choice(accounts).id): 100},
                    "tax_ids": [Command.set(company.account_purchase_tax_id.ids)],
                })
                for row in rows[n * size : (n + 1) * size]
            ],
        }
        for n in range(len(rows) // size)
    ])


def fill(env, company, partners, accounts, rows):
    """Have both indexes know so many lines; ids that no line has."""
    from odoo.addons.l10n_cl_ai import suggest  # noqa: PLC0415 - Odoo only here

    rng = random.Random(GIVEN["seed"])
    for kind in ("project", "account"):
        index = env["l10n_cl_ai.index"]._of(company, kind)
        index._learn([
            (10_000_000 + n, suggest.Line(f"{row.text} {row.reference}", str(rng.choice(partners.ids)), row.amount),
             f"{rng.choice(accounts.ids)}:100", row.date, 1.0)
            for n, row in enumerate(rows)
        ])  # fmt: skip
        index._compact()
        index.built_at = fields.Datetime.now()
    env.cr.commit()
    env.cr.execute("ANALYZE l10n_cl_ai_index_entry, l10n_cl_ai_index_posting, l10n_cl_ai_index_count")
    env.cr.commit()


def switch(env, way, learns):
    """Have it one of ``WAYS``: off is the same code without the line that learns. No setting is written, which would
    empty caches that the next bills then fill."""
    lines, companies = env.registry["account.move.line"], env.registry["res.company"]
    lines._l10n_cl_ai_posted = learns if way != "off" else lambda self: None
    companies._l10n_cl_ai_targets = lambda self: ("project", "account") if way == "account" else ("project",)


def post(env, move):
    move.action_post()
    env.cr.commit()


def posted(env, watch, moves):
    """Return (ms by the clock, of CPU) of each bill but the first, one after the other, each its own transaction."""
    gc.collect()
    times = []
    for move in moves:
        env.invalidate_all()
        times.append(watch(post, env, move))
    return times[1:]


def main(env):
    mine, company, _customers = world(env, 1)
    company = company.with_env(mine)
    partners, accounts = suppliers(env, 40), projects(env, company, 60)
    material = sets.load(f"lines {GIVEN['history']}", GIVEN["seed"])
    fill(env, company, partners, accounts, material.history)
    number = (GIVEN["rounds"] + 1) * len(WAYS) * GIVEN["each"]
    rows = random.Random(GIVEN["seed"]).choices(material.later, k=number * GIVEN["lines"])
    moves = bills(mine, company, partners.with_env(mine), accounts, rows)
    env.cr.commit()
    learns, watch, rounds = env.registry["account.move.line"]._l10n_cl_ai_posted, Stopwatch(env.cr), []
    for turn in range(GIVEN["rounds"] + 1):  # the first fills caches
        figures = {}
        for step in range(len(WAYS)):
            way = WAYS[(step + turn) % len(WAYS)]  # who comes first gains nothing by it
            part, moves = moves[: GIVEN["each"]], moves[GIVEN["each"] :]
            switch(mine, way, learns)
            figures[way] = posted(mine, watch, part)
        rounds.append(figures)
    env.cr.execute(
        "SELECT count(*) FROM l10n_cl_ai_index_entry WHERE res_id < 10000000 GROUP BY index_id ORDER BY 1")
    learned = [count for (count,) in env.cr.fetchall()]
    print("BENCH " + json.dumps({"rounds": rounds[1:], "learned": learned, "bills": number}), flush=True)


main(env)  # noqa: F821 - Odoo's shell brings env
