"""Runs inside ``odoo shell``: fills the ledger, asks the panel and the ORM in turn, and compares with the ledger.

``SETTINGS`` are {rows, seed, rounds}.
"""

import json
import time

from odoo import fields
from odoo.addons.l10n_cl_ai.models.dashboard_days import days, period
from odoo.addons.l10n_cl_ai.models.dashboard_ledger import Ledger
from odoo.sql_db import db_connect
from odoo.tools import SQL, json_default

from bench.suggest.cpu import Stopwatch

GIVEN = SETTINGS  # noqa: F821 - the bench brings them
#: Two companies, nine to one; twenty users of whom some ask much; four features; three models. 70 of 100 questions are
#: answered, 22 come from the cache, 8 fail for seven reasons; times are log-normal. The last rows are of just now.
FILL = """
    INSERT INTO l10n_cl_ai_request (token, asked_at, settled_at, company_id, user_id, feature, model, prompt_version,
           state, status, reason, unconfirmed, reserved, cost, saved, input_tokens, output_tokens, attempts, admit_ms,
           wait_ms, call_ms, settle_ms, first_token_ms, provider_request_id, digest)
    SELECT gen_random_uuid(), moment, moment + interval '3 s', CASE WHEN n %% 10 = 0 THEN %(second)s ELSE %(first)s END,
           1000 + floor(20 * u * u)::int,
           (ARRAY['dte_review', 'chat', 'project_suggestion', 'server_action'])[1 + floor(4 * v)::int],
           (ARRAY['model-a', 'model-b', 'model-c'])[1 + floor(3 * v * v)::int], '3', 'done',
           CASE WHEN r < 0.7 THEN 'answered' WHEN r < 0.92 THEN 'cached' ELSE 'not_evaluated' END,
           CASE WHEN r >= 0.92 THEN (ARRAY['rate_limited', 'over_budget', 'breaker_open', 'overloaded', 'deadline',
                                           'invalid_answer', 'unreachable'])[1 + floor((r - 0.92) / 0.08 * 7)::int] END,
           r < 0.005, CASE WHEN r < 0.7 THEN 0.05 ELSE 0 END,
           CASE WHEN r < 0.7 THEN round((0.001 + 0.02 * w)::numeric, 12) ELSE 0 END,
           CASE WHEN r BETWEEN 0.7 AND 0.92 THEN round((0.001 + 0.02 * w)::numeric, 12) ELSE 0 END,
           1000, 200, CASE WHEN r < 0.7 THEN 1 ELSE 0 END, 1.5, CASE WHEN w < 0.02 THEN 1200 * w ELSE 0 END,
           CASE WHEN r < 0.7 THEN exp(7.2 + 0.6 * sqrt(-2 * ln(1 - w)) * cos(6.2832 * u)) END, 1.2,
           CASE WHEN r < 0.7 THEN exp(6.0 + 0.5 * sqrt(-2 * ln(1 - w)) * sin(6.2832 * u)) END,
           'req_' || n, md5(n::text) || md5(n::text)
      FROM (SELECT n, random() AS r, random() AS u, random() AS v, random() AS w,
                   %(from)s::timestamp + (%(upto)s::timestamp - %(from)s::timestamp) * n / %(rows)s AS moment
              FROM generate_series(1, %(rows)s) n) drawn
"""


class Ground:
    """A manager of two companies in Chile, and the ledger."""

    def __init__(self, env):
        self.cr = env.cr
        admin = env.ref("base.user_admin")
        second = env["res.company"].create({"name": "Segunda"})
        admin.write({"tz": "America/Santiago", "company_ids": [(4, second.id)]})
        self.companies = (admin.company_id | second).ids
        env.cr.commit()
        context = {"allowed_company_ids": self.companies, "tz": "America/Santiago", "lang": "es_CL"}
        self.env = env(user=admin, su=False, context=context)
        self.span = days(self.env.tz, *period("30days", fields.Date.context_today(self.env["res.company"])))

    def fill(self):
        self.cr.execute("SELECT setseed(%s)", [GIVEN["seed"] % 1000 / 1000])
        self.cr.execute(FILL, {"first": self.companies[0], "second": self.companies[1], "rows": GIVEN["rows"],
                               "from": self.span[0].starts, "upto": time.strftime("%F %T", time.gmtime())})
        self.cr.commit()
        self.vacuum()

    def vacuum(self):
        with db_connect(self.cr.dbname).cursor() as cr:
            cr._cnx.autocommit = True
            cr.execute("VACUUM ANALYZE l10n_cl_ai_request")
            cr.execute("ANALYZE l10n_cl_ai_day, l10n_cl_ai_day_sum, l10n_cl_ai_day_reason, l10n_cl_ai_day_time")

    def fresh(self):
        """Begin as a request does: a transaction of its own, nothing read yet."""
        self.cr.commit()
        self.env.transaction.clear()
        self.env.invalidate_all()

    def board(self, name="30days", **options):
        found = self.env["l10n_cl_ai.dashboard"].get_board(name, **options)
        json.dumps(found, default=json_default)
        return found

    def naive(self, percentiles=True):
        """The figures of a board as one writes them first."""
        ledger = self.env["l10n_cl_ai.request"]
        domain = [("asked_at", ">=", self.span[0].starts), ("asked_at", "<", self.span[-1].ends),
                  ("simulated", "=", False)]
        sums = ["__count", "cost:sum", "saved:sum"]
        for by in ([], ["asked_at:day"], ["feature"], ["company_id"], ["user_id"], ["model"], ["status", "reason"],
                   ["asked_at:day", "status"], ["feature", "status"], ["user_id", "status"], ["model", "status"],
                   ["company_id", "status"]):
            ledger._read_group(domain, by, sums)
        waited = [("status", "=", "cached"), ("wait_ms", ">", 0)]
        for more in ([("attempts", ">", 0)], [("unconfirmed", "=", True)], waited):
            ledger._read_group(domain + more, [], sums)
        if percentiles:
            for name in ("call_ms", "first_token_ms"):
                for by in ([], ["asked_at:day"], ["feature"]):
                    for row in ledger._read_group([*domain, (name, "!=", False)], by, [f"{name}:array_agg"]):
                        sorted(row[-1])


def measured(ground, way, act, rounds, watch, ms, statements):
    for _ in range(rounds):
        ground.fresh()
        before = ground.cr.sql_log_count
        ms.setdefault(way, []).append(watch(act))
        statements[way] = ground.cr.sql_log_count - before


def compare(ground, board):
    """Return (what differs from the ledger, of how many figures, most that a percentile is off, of how many)."""
    cr, wrong, compared = ground.cr, [], 0
    where = "asked_at >= %s AND asked_at < %s AND NOT simulated AND company_id = ANY(%s)"
    values = [ground.span[0].starts, ground.span[-1].ends, ground.companies]
    figures = ("count(*), count(*) FILTER (WHERE attempts > 0), count(*) FILTER (WHERE status = 'cached'),"
               " count(*) FILTER (WHERE status = 'not_evaluated'), sum(cost), sum(saved)")
    keys = ("asks", "called", "cached", "failed", "cost", "saved")
    local = "(asked_at AT TIME ZONE 'UTC' AT TIME ZONE 'America/Santiago')::date"
    groups = {"total": "1", "day": local, "feature": "feature", "company": "company_id", "user": "user_id",
              "model": "model"}
    for name, column in groups.items():
        cr.execute(f"SELECT {column}, {figures} FROM l10n_cl_ai_request WHERE {where} GROUP BY 1", values)
        truth = {row[0]: row[1:] for row in cr.fetchall()}
        rows = {"total": [{"key": 1, **board["totals"]}], "day": [{"key": row["day"], **row} for row in board["days"]]}
        said = {row["key"]: tuple(row[key] for key in keys) for row in rows.get(name, board["by"].get(name, ()))}
        for key in truth.keys() | said.keys():
            compared += len(keys)
            if truth.get(key, (0,) * len(keys)) != said.get(key):
                wrong.append(f"{name} {key}: {said.get(key)}, the ledger {truth.get(key)}")
    off, counted = 0.0, 0
    for kind, column in (("call", "call_ms"), ("first", "first_token_ms")):
        cr.execute(f"SELECT percentile_disc(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY {column}) FROM l10n_cl_ai_request"
                   f" WHERE {where}", values)
        pairs = list(zip(cr.fetchone()[0], (board["times"][kind][share] for share in ("p50", "p95")), strict=True))
        off, counted = max(off, *(abs(said / exact - 1) for exact, said in pairs)), counted + len(pairs)
    return wrong, compared, round(off, 5), counted


def plan(ground):
    """Return by what nodes the ledger is read."""
    ledger = Ledger(ground.env, ground.companies, "America/Santiago", ground.span)
    found = set()

    def walk(node):
        if node.get("Relation Name") == "l10n_cl_ai_request":
            found.add(f"{node['Node Type']} ({node.get('Index Name', 'no index')})")
        for child in node.get("Plans", ()):
            walk(child)

    for query in (ledger._figures_query(), ledger._times_query()):
        [(explained,)] = ground.env.execute_query(SQL("EXPLAIN (FORMAT JSON) %s", query))
        walk(explained[0]["Plan"])
    return sorted(found)


def main(env):
    ground = Ground(env)
    ground.fill()
    watch, ms, statements = Stopwatch(ground.cr), {}, {}
    ground.board("today")
    measured(ground, "unsummed", ground.board, 3, watch, ms, statements)
    measured(ground, "waiting", lambda: ground.board(hurry=True), 3, watch, ms, statements)
    ground.fresh()
    unsummed = ground.board()
    ground.fresh()
    start = time.monotonic()
    dashboard = ground.env["l10n_cl_ai.dashboard"].sudo()
    dashboard._add_days()
    ground.cr.commit()
    waiting = dashboard._days_to_sum()
    each = []
    for day_id in waiting:
        ground.cr.commit()
        before = time.monotonic()
        dashboard._sum_days([day_id])
        each.append(time.monotonic() - before)
    ground.cr.commit()
    sum_s = time.monotonic() - start
    ground.vacuum()
    ground.board()
    for _ in range(GIVEN["rounds"]):
        measured(ground, "ours", lambda: ground.board(hurry=True), 2, watch, ms, statements)
        measured(ground, "today", lambda: ground.board("today"), 1, watch, ms, statements)
        measured(ground, "groups", lambda: ground.naive(False), 1, watch, ms, statements)
        measured(ground, "naive", ground.naive, 1, watch, ms, statements)
    ground.fresh()
    board = ground.board()
    wrong, compared, off, percentiles = compare(ground, board)
    figures = ("totals", "days", "results", "times", "by")
    wrong += [f"{name}: another with sums than without" for name in figures if board[name] != unsummed[name]]
    ground.cr.execute("SELECT sum(pg_total_relation_size(oid)) FILTER (WHERE relname LIKE 'l10n_cl_ai_day_%'),"
                      " sum(pg_total_relation_size(oid)) FILTER (WHERE relname = 'l10n_cl_ai_request')"
                      " FROM pg_class WHERE relkind = 'r'")
    sums, ledger = map(float, ground.cr.fetchone())
    print("BENCH " + json.dumps({
        "rows": GIVEN["rows"], "ms": ms, "statements": statements, "sum_s": sum_s, "day_ms": 1000 * max(each),
        "sum_mb": sums / 1e6, "ledger_mb": ledger / 1e6, "wrong": wrong, "compared": compared + len(figures),
        "off": off, "percentiles": percentiles, "plan": plan(ground)}), flush=True)


main(env)  # noqa: F821 - Odoo's shell brings env
