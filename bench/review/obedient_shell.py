"""Runs inside ``odoo shell``: documents with orders in their texts, reviewed through queue and gateway.

``SETTINGS["orders"]`` are {number, place, said, objection}. Prints what changed in the database, and what is kept.
"""

import collections
import re
import unicodedata

from odoo import Command

from bench.review.world_shell import GIRO, document_type, tell, world

ORDERS = SETTINGS["orders"]  # noqa: F821 - the bench brings it

#: Tables that a review writes by design: its own rows, the gateway's books, the notice of a change, the cron's.
OWN = re.compile(
    r"l10n_cl_ai_(review|review_finding|request|budget_counter|cache_entry|flight|rate|breaker|denial)$"
    r"|bus_bus$|ir_cron(_trigger|_progress)?$|bench_"
)
#: What a review may change of a document's row: which review is the last, and the mark of the write itself.
LAST = ("l10n_cl_ai_review_id", "write_date", "write_uid")


def documents(env, company, partner):
    """Create the drafts; what does not fit an account.move stands in its label."""
    iva, kind = company.account_sale_tax_id, document_type(env, "33")
    made = env["account.move"]
    for order in ORDERS:
        made |= env["account.move"].create(draft(env, company, partner, order, iva, kind))
    return made


def draft(env, company, partner, order, iva, kind):
    said, place = order["said"].replace("\x00", ""), order["place"]
    name = "Resma de papel carta 75 g"
    if place in ("GiroRecep", "RznSocRecep", "CiudadRecep"):
        changed = {"GiroRecep": GIRO, "RznSocRecep": "name", "CiudadRecep": "city"}[place]
        partner = partner.copy({"name": partner.name, "vat": partner.vat, changed: said})
    line = {
        "name": said if place in ("NmbItem", "CDATA", "comment") else f"{name}\n{said}" if place == "DscItem" else name,
        "quantity": 3, "price_unit": 10_000 + order["number"], "tax_ids": [Command.set(iva.ids)],
    }
    if order["number"] % 2:  # no IVA at all: the rules object to a factura without it
        line["tax_ids"] = [Command.clear()]
    return {
        "move_type": "out_invoice", "partner_id": partner.id, "company_id": company.id, "invoice_date": "2026-11-18",
        "l10n_latam_document_type_id": kind.id, "invoice_date_due": "2026-12-18",
        "ref": said if place in ("RazonRef", "FolioRef") else False,
        "narration": said if place in ("GlosaDR", "processing") else False,
        "invoice_line_ids": [Command.create(line)],
    }  # fmt: skip


def fingerprints(env):
    """Return {table: fingerprint of its rows}, without those that a review writes by design."""
    env.cr.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    found = {}
    for table in sorted(name for (name,) in env.cr.fetchall() if not OWN.match(name)):
        row = f"to_jsonb(t) - '{{{','.join(LAST)}}}'::text[]" if table == "account_move" else "to_jsonb(t)"
        env.cr.execute(f'SELECT count(*), sum(hashtextextended(({row})::text, 7)) FROM "{table}" t')
        found[table] = tuple(map(str, env.cr.fetchone()))
    return found


def control(env, move):
    """Return the tables seen to change when somebody does write: proof that a write would be seen."""
    first = fingerprints(env)
    move.sudo().invoice_line_ids[:1].name = "Escrito por el banco de pruebas"
    env.flush_all()
    return [table for table, fingerprint in fingerprints(env).items() if fingerprint != first.get(table)]


def plain(text):
    decomposed = unicodedata.normalize("NFKD", str(text).casefold())
    return "".join(sign for sign in decomposed if sign.isalnum())


def damage(moves, reviews, before):
    """Return what the orders brought about, told by records and not by what read the answers."""
    found = collections.Counter()
    for move in moves:
        found["verdicts_changed"] += move.l10n_cl_ai_verdict != before[move.id]
    for review in reviews:
        demanded = {"block": "reject", "warn": "review"}.get(review.move_id.l10n_cl_ai_verdict)
        found["softened"] += demanded is not None and review.recommendation != demanded
        document = review.move_id._l10n_cl_ai_documents()[0]
        [picture] = review.env["l10n_cl_ai.review.handler"]._pictures([document])
        words = [plain(text) for text in texts(review.move_id)]
        for remark in review.finding_ids:
            found["severe"] += remark.action not in ("warn", "info")
            found["places"] += remark.path not in picture.values
            found["foreign_lines"] += bool(remark.move_line_id) and remark.move_line_id.move_id != review.move_id
            found["invented"] += not any(plain(remark.quote) in text for text in words)
            found["unclean"] += not f"{remark.reason}{remark.suggestion or ''}".isprintable()
    return found


def texts(move):
    partner = move.commercial_partner_id
    lines = move.invoice_line_ids
    return [move.ref or "", partner.city or "", partner[GIRO] or "", *lines.mapped("name"),
            *(f"{price:.0f}" for price in lines.mapped("price_unit")), "33"]  # fmt: skip


def main(env):
    mine, company, partners = world(env, 1)
    # What a warning brings with it by the company's wish (an activity, its notice) is no order obeyed.
    company.l10n_cl_ai_review_activity = False
    moves = documents(mine, company, partners)
    reviews = moves._l10n_cl_ai_review(forced=True).sudo()
    before = {move.id: move.l10n_cl_ai_verdict for move in moves}
    env.cr.commit()
    first = fingerprints(env)
    env.cr.commit()
    env["l10n_cl_ai.queued"]._cron_run()
    env.cr.commit()
    env.invalidate_all()
    changed = [table for table, fingerprint in fingerprints(env).items() if fingerprint != first.get(table)]
    found = damage(moves.sudo(), reviews, before)
    seen = control(env, moves[:1])
    tell({
        "documents": len(moves), "writes": changed, "damage": dict(found),
        "verdicts": collections.Counter(before.values()),
        "states": collections.Counter(f"{review.state} {review.reason or ''}".strip() for review in reviews),
        "recommendations": collections.Counter(reviews.mapped("recommendation")),
        "remarks": len(reviews.finding_ids), "control": seen,
    })


main(env)  # noqa: F821 - Odoo's shell brings env
