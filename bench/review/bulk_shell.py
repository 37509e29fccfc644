"""Runs inside ``odoo shell``: many posted invoices; rules for all, reviews through the queue and through batches.

``SETTINGS`` are {number, templates, novel, seed, budget, sample, seconds}. The stages print one JSON object in the end.
"""

import collections
import json
import os
import random
import time
import urllib.request

from odoo import Command

from bench.review.world_shell import document_type, tell, world

GIVEN = SETTINGS  # noqa: F821 - the bench brings it

ITEMS = (
    "Resma de papel carta 75 g", "Archivador oficio lomo ancho", "Tóner negro para impresora láser",
    "Silla ergonómica con apoyo lumbar", "Cuaderno universitario cuadriculado", "Pizarra acrílica 120 x 80 cm",
)
#: What is sold now and then: nobody has bought it before.
NOVEL = (
    "Arriendo de salón amoblado para capacitación", "Servicio de instalación de estanterías",
    "Despacho según OC 4500{n}",
    "Destructora de papel 12 hojas", "Mantención anual de impresoras", "Caja de seguridad para oficina",
    "Asesoría en distribución de oficinas", "Ventilador de pedestal", "Cafetera industrial", "Lote de remate {n}",
)


def templates_of(env, company, partners, number):
    """Create and post invoices through the ORM, as users would; one or more of each customer."""
    rng, iva, kind = random.Random(GIVEN["seed"]), company.account_sale_tax_id, document_type(env, "33")
    moves = env["account.move"].create([
        {
            "move_type": "out_invoice", "partner_id": partners[n % len(partners)].id, "company_id": company.id,
            "l10n_latam_document_type_id": kind.id, "invoice_date": "2026-11-18", "invoice_date_due": "2026-12-18",
            "invoice_line_ids": [
                Command.create({
                    "name": item, "quantity": rng.randrange(1, 40), "tax_ids": [Command.set(iva.ids)],
                    "price_unit": rng.randrange(1000, 90_000),
                })
                for item in rng.sample(ITEMS, rng.randint(1, 6))
            ],
        }
        for n in range(number)
    ])
    moves[0].l10n_latam_document_number = "000001"
    for move in moves:
        move.action_post()
        env.cr.commit()
    return moves


def columns(env, name, leave=()):
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'", [name])
    return [row[0] for row in env.cr.fetchall() if row[0] not in {"id", *leave}]


def multiplied(env, moves, times):
    """Copy posted invoices with SQL, each copy with a folio of its own; return the ids of all."""
    env.flush_all()
    cr = env.cr
    cr.execute(
        "CREATE TEMP TABLE copied AS SELECT m.id AS old, n, nextval('account_move_id_seq') AS new, "
        "m.sequence_number + n * %s AS folio FROM account_move m, generate_series(1, %s) n WHERE m.id = ANY(%s)",
        [len(moves), times - 1, moves.ids])
    leave = ("name", "sequence_number", "payment_reference", "access_token", "l10n_cl_ai_review_id")
    plain = columns(env, "account_move", (*leave, "l10n_cl_ai_validation_id"))
    names, values = ", ".join(f'"{c}"' for c in plain), ", ".join(f'm."{c}"' for c in plain)
    cr.execute(
        f"INSERT INTO account_move (id, name, sequence_number, {names}) SELECT c.new, "
        f"m.sequence_prefix || lpad(c.folio::text, 6, '0'), c.folio, {values} "
        "FROM copied c JOIN account_move m ON m.id = c.old")
    cr.execute(
        "CREATE TEMP TABLE copied_line AS "
        "SELECT l.id AS old, c.new AS move, nextval('account_move_line_id_seq') AS new FROM copied c "
        "JOIN account_move_line l ON l.move_id = c.old")
    plain = columns(env, "account_move_line", ("move_id", "move_name"))
    names, values = ", ".join(f'"{c}"' for c in plain), ", ".join(f'l."{c}"' for c in plain)
    cr.execute(
        f"INSERT INTO account_move_line (id, move_id, {names}) SELECT c.new, c.move, {values} "
        "FROM copied_line c JOIN account_move_line l ON l.id = c.old")
    cr.execute(
        "INSERT INTO account_move_line_account_tax_rel (account_move_line_id, account_tax_id) "
        "SELECT c.new, r.account_tax_id FROM copied_line c "
        "JOIN account_move_line_account_tax_rel r ON r.account_move_line_id = c.old")
    cr.execute("SELECT new FROM copied ORDER BY new")
    ids = moves.ids + [row[0] for row in cr.fetchall()]
    env.invalidate_all()
    return ids


def renew(env, ids, share):
    """Have a share of the invoices sell something that was not sold before: their first line is called otherwise."""
    rng = random.Random(GIVEN["seed"] + 1)
    for move in rng.sample(ids, round(share * len(ids))):
        name = rng.choice(NOVEL).format(n=rng.randrange(1000, 9999))
        env.cr.execute(
            "UPDATE account_move_line SET name = %s WHERE id = (SELECT min(id) FROM account_move_line "
            "WHERE move_id = %s AND display_type = 'product')", [name, move])
    env.cr.commit()
    env.cr.execute("ANALYZE account_move, account_move_line, account_move_line_account_tax_rel")
    env.cr.commit()
    env.invalidate_all()


def bill():
    """Return what the provider charges for all it was asked."""
    request = urllib.request.Request(
        os.environ["L10N_CL_AI_BASE_URL"] + "/standin/bill",
        headers={"Authorization": "Bearer " + os.environ["L10N_CL_AI_API_KEY"]})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=60) as answer:
        return json.load(answer)


def spent(before):
    """Return calls, tokens and USD since then."""
    now = bill()
    tokens = [sum(n for name, n in each["usage"].items() if name != "thinking") for each in (now, before)]
    calls = [each["calls"].get("messages", 0) + each["calls"].get("batch", 0) for each in (now, before)]
    usd = float(now["usd"]) - float(before["usd"])
    return {"calls": calls[0] - calls[1], "tokens": tokens[0] - tokens[1], "usd": usd}


def timed(act):
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def states(env, ids=None):
    """Return {state and reason: reviews}."""
    env.invalidate_all()
    domain = [("move_id", "in", ids)] if ids else []
    found = collections.Counter()
    for state, reason, number in env["l10n_cl_ai.review"]._read_group(domain, ["state", "reason"], ["__count"]):
        found[f"{state} {reason or ''}".strip()] += number
    return dict(found)


def worked_off(env, seconds):
    """Work off the queue, for at most so many seconds; return how many it took and whether all is done."""
    start = time.perf_counter()
    queue = env["l10n_cl_ai.review"]
    while time.perf_counter() - start < seconds:
        claims = queue._claim()
        if not claims:
            break
        queue._work(claims)
    env.cr.commit()
    return time.perf_counter() - start, not queue._waiting()


def rules_and_queue(env, mine, ids):
    """Check all, put all into the queue twice, work it off."""
    moves, before = mine["account.move"].browse(ids), bill()
    checked = timed(lambda: (moves._l10n_cl_ai_check(), mine.cr.commit()))
    mine.invalidate_all()
    asked = timed(lambda: (moves._l10n_cl_ai_review("button"), mine.cr.commit()))
    waiting = env["l10n_cl_ai.review"].search_count([("state", "=", "queued")])
    mine.invalidate_all()
    moves._l10n_cl_ai_review("button")
    mine.cr.commit()
    again = env["l10n_cl_ai.review"].search_count([("state", "=", "queued")]) - waiting
    seconds, whole = worked_off(env, GIVEN["seconds"])
    done = states(env)
    env.cr.execute("SELECT coalesce(sum(cost), 0) FROM l10n_cl_ai_request")
    return {
        "rules_s": checked, "queued_s": asked, "waiting": waiting, "again": again, "worked_s": seconds, "whole": whole,
        "states": done, "ledger_usd": float(env.cr.fetchone()[0]), **spent(before),
    }


def batched(env, mine, ids):
    """Have the same invoices reviewed by Message Batches; None where the addon has none."""
    if "l10n_cl_ai.batch" not in env:
        return None
    forget(env)
    before, batches = bill(), mine["l10n_cl_ai.batch"]._start(mine["account.move"].browse(ids)).sudo()
    mine.cr.commit()
    start = time.perf_counter()
    while time.perf_counter() - start < GIVEN["seconds"]:
        env.cr.execute("UPDATE l10n_cl_ai_batch SET next_look = now() AT TIME ZONE 'UTC' - interval '1 second'")
        env.cr.commit()
        env.invalidate_all()
        env["l10n_cl_ai.batch"]._cron_run()
        env.cr.commit()
        env.invalidate_all()
        if all(batch.state in ("done", "cancelled", "failed") for batch in batches):
            break
    worked = time.perf_counter() - start
    return {
        "worked_s": worked, "batches": [[batch.state, batch.asked, batch.cost] for batch in batches],
        "states": states(env), **spent(before),
    }


def forget(env):
    """Begin anew with the same invoices: no reviews, no kept answers."""
    env["l10n_cl_ai.review"].search([]).unlink()
    env.cr.execute("TRUNCATE l10n_cl_ai_cache_entry, l10n_cl_ai_flight, l10n_cl_ai_rate")
    env.cr.commit()
    env.invalidate_all()


def budgets_of(env, company):
    """Return the budgets that bind all users of the company together."""
    return env["l10n_cl_ai.budget"].search([
        ("company_id", "=", company.id), ("user_id", "=", False), ("feature_id", "=", False)])


def budgeted(env, mine, company, ids):
    """Put invoices into the queue that all have to be asked, with a budget for some of them."""
    forget(env)
    budget = budgets_of(env, company).filtered(lambda one: one.period == "day")
    budget.limit_usd = limit = budget.spent + GIVEN["budget"]
    env.cr.commit()
    before = bill()
    mine["account.move"].browse(ids)._l10n_cl_ai_review("button", forced=True)
    mine.cr.commit()
    seconds, whole = worked_off(env, GIVEN["seconds"])
    budget.invalidate_recordset()
    return {
        "limit": limit, "given": GIVEN["budget"],
         "spent": budget.spent, "reserved": budget.reserved, "worked_s": seconds,
        "whole": whole, "states": states(env), **spent(before),
    }


def texts(env, ids):
    """Return documents as the old service got them: their JSON, whole."""
    moves = env["account.move"].browse(ids)
    pictures = env["l10n_cl_ai.review.handler"]._pictures(moves._l10n_cl_ai_documents())
    return [json.dumps(picture.values, ensure_ascii=False) for picture in pictures]


def main(env):
    start = time.perf_counter()
    mine, company, partners = world(env, GIVEN["templates"])
    company.l10n_cl_ai_review_activity = False
    budgets_of(env, company).limit_usd = 1000
    templates = templates_of(mine, company.with_env(mine), partners.with_env(mine), GIVEN["templates"])
    ids = multiplied(env, templates.sudo(), GIVEN["number"] // GIVEN["templates"])
    renew(env, ids, GIVEN["novel"])
    answer = {"made_s": time.perf_counter() - start, "documents": len(ids)}
    answer["texts"] = texts(env, ids[:: max(1, len(ids) // GIVEN["sample"])])
    answer["queue"] = rules_and_queue(env, mine, ids)
    answer["batches"] = batched(env, mine, ids)
    some = [move for move in ids if move not in set(templates.ids)][: GIVEN["budgeted"]]
    answer["budget"] = budgeted(env, mine, company, some)
    tell(answer)


main(env)  # noqa: F821 - Odoo's shell brings env
