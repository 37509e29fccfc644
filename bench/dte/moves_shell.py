"""Runs inside ``odoo shell`` on a clone that is dropped afterwards: makes invoices, checks them, prints JSON.

``SETTINGS`` (small, large, rounds, seed) stands before it; ``env`` is the shell's.
"""

import collections
import gc
import json
import os
import pathlib
import random
import statistics
import time

from odoo import Command
from odoo.addons.l10n_cl_ai import dte

SMALL, LARGE, ROUNDS, SEED = SETTINGS  # noqa: F821 - the bench brings it
TEMPLATES = 100
GIRO = "l10n_cl_activity_description"
ITEMS = ("Resma de papel carta 75 g", "Archivador oficio", "Tóner negro", "Silla ergonómica", "Cable de red 5 m")


def company_of(env):
    """Return a Chilean company with its chart of accounts."""
    company = env["res.company"].create({
        "name": "Comercial Ñuble Limitada", "vat": "76192083-9", "country_id": env.ref("base.cl").id,
        "street": "Av. Libertad 1234", "city": "Chillán", "currency_id": env.ref("base.CLP").id,
    })
    env["account.chart.template"].try_loading("cl", company=company, install_demo=False)
    company.partner_id.write({GIRO: "Venta de artículos de oficina", "l10n_cl_sii_taxpayer_type": "1"})
    env.user.company_ids |= company
    return company


def customers_of(env):
    common = {
        "is_company": True, "country_id": env.ref("base.cl").id, "l10n_cl_sii_taxpayer_type": "1",
        "l10n_latam_identification_type_id": env.ref("l10n_cl.it_RUT").id, "street": "Calle Prat 456",
    }
    partners = (
        ("Servicios Araucanía SpA", "77262640-1", "Temuco", "Servicios de ingeniería"),
        ("Recicladora Maule Limitada", "76418205-7", "Talca", "Reciclaje"),
        ("Sin giro SpA", "76354771-K", "Osorno", False),
    )
    return env["res.partner"].create([
        {"name": name, "vat": vat, "city": city, GIRO: giro, **common} for name, vat, city, giro in partners
    ])


def templates_of(env, company, customers, rng):
    """Create and post some invoices of 1 to 12 lines through the ORM, as users would."""
    iva = company.account_sale_tax_id
    kind = env["l10n_latam.document.type"].search([("code", "=", "33"), ("country_id.code", "=", "CL")])
    moves = env["account.move"].create([
        {
            "move_type": "out_invoice", "partner_id": rng.choice(customers).id, "company_id": company.id,
            "l10n_latam_document_type_id": kind.id, "invoice_date": "2026-11-18", "invoice_date_due": "2026-12-18",
            "invoice_line_ids": [
                Command.create({
                    "name": rng.choice(ITEMS), "quantity": rng.randrange(1, 40), "tax_ids": [Command.set(iva.ids)],
                    "price_unit": rng.randrange(100, 90_000), "discount": rng.choice((0, 0, 0, 10)),
                })
                for _ in range(rng.randint(1, 12))
            ],
        }
        for _ in range(TEMPLATES)
    ])
    moves[0].l10n_latam_document_number = "000001"
    moves.action_post()
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
    plain = columns(env, "account_move", ("name", "sequence_number", "payment_reference", "access_token"))
    names = ", ".join(f'"{c}"' for c in plain)
    values = ", ".join(f'm."{c}"' for c in plain)
    cr.execute(
        f"INSERT INTO account_move (id, name, sequence_number, {names}) SELECT c.new, "
        f"m.sequence_prefix || lpad(c.folio::text, 6, '0'), c.folio, {values} "
        "FROM copied c JOIN account_move m ON m.id = c.old")
    cr.execute(
        "CREATE TEMP TABLE copied_line AS "
        "SELECT l.id AS old, c.new AS move, nextval('account_move_line_id_seq') AS new FROM copied c "
        "JOIN account_move_line l ON l.move_id = c.old")
    plain = columns(env, "account_move_line", ("move_id",))
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
    cr.execute("ANALYZE account_move, account_move_line")
    return ids


def cpu_seconds(env):
    """Return CPU seconds of this process and of its database session; None where that isn't seen from here."""
    env.cr.execute("SELECT pg_backend_pid(), inet_server_addr() IS NULL")
    pid, local = env.cr.fetchone()
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() if local else None
    except OSError:
        fields = None
    if fields is None:
        return None
    return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measured(env, ids, act, undo=True):
    """Return (SQL queries, ms of CPU for each, ms by the clock for each) of an act on moves read afresh."""
    env.flush_all()
    env.cr.execute("SAVEPOINT round")
    env.invalidate_all()
    gc.collect()
    moves = env["account.move"].browse(ids)
    cpu, queries, start = cpu_seconds(env), env.cr.sql_log_count, time.perf_counter()
    act(moves)
    env.flush_all()
    queries, clock = env.cr.sql_log_count - queries, time.perf_counter() - start
    used = clock if cpu is None else cpu_seconds(env) - cpu
    found = queries, used * 1000 / len(ids), clock * 1000 / len(ids)
    if undo:  # each round begins where the first began
        env.invalidate_all(flush=False)
        env.cr.execute("ROLLBACK TO SAVEPOINT round")
    return found


def judge(moves):
    return [dte.check(document) for document in moves._l10n_cl_ai_documents()]


def figures(env, ids, act, rounds):
    measured(env, ids[:SMALL], act)  # caches of the registry filled
    small = measured(env, ids[:SMALL], act)[0]
    rounds = [measured(env, ids, act) for _ in range(rounds)]
    return {
        "queries_small": small, "queries_large": max(queries for queries, *_ms in rounds),
        "ms": spread([ms for _queries, ms, _clock in rounds]), "clock": spread([clock for *_rest, clock in rounds]),
    }


def spread(times):
    return {"median": round(statistics.median(times), 3), "min": round(min(times), 3), "max": round(max(times), 3)}


def main(env):
    rng = random.Random(SEED)
    start = time.perf_counter()
    company = company_of(env)
    env = env(context={**env.context, "allowed_company_ids": company.ids, "tracking_disable": True})
    templates = templates_of(env, company.with_env(env), customers_of(env), rng)
    ids = multiplied(env, templates, LARGE // TEMPLATES)
    made = time.perf_counter() - start
    answer = {"made_in_s": made, "documents": figures(env, ids, lambda moves: moves._l10n_cl_ai_documents(), 1)}
    answer["judged"] = figures(env, ids, judge, ROUNDS)
    answer["check"] = figures(env, ids, lambda moves: moves._l10n_cl_ai_check(), ROUNDS - 1)
    some = ids[:SMALL]
    measured(env, some, lambda moves: moves._l10n_cl_ai_check(), undo=False)
    verdicts = collections.Counter(env["account.move"].browse(some).mapped("l10n_cl_ai_verdict"))
    answer["verdicts"] = {str(verdict): count for verdict, count in verdicts.items()}
    answer["failed"] = verdicts[False] + verdicts["error"]
    print("BENCH " + json.dumps(answer), flush=True)
    env.cr.rollback()


main(env)  # noqa: F821 - Odoo's shell brings env
