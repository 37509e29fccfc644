"""Two Odoo hosts on one database: one prefork with two workers, one threaded; and one process with two databases."""

import contextlib
import json
import time
from concurrent.futures import ThreadPoolExecutor

from ..gateway.provider import standin
from ..gateway.workers_checks import _books, _quiet_log
from ..gateway.workers_odoo import Session, started
from ..gateway.workers_way import Way, expect, until
from ..harness import ROOT

ROWS, ASKS, _GATHER = 24, 16, 0.8
_REVIEWS = "SELECT state, count(*) FROM l10n_cl_ai_review GROUP BY state"
_TWICE = "SELECT count(*), count(DISTINCT res_id) FROM l10n_cl_ai_request WHERE res_model = 'account.move' AND cost > 0"


def lived(server: dict, template: str, with_redis: bool) -> dict[str, str | None]:
    """Return of each check what was wrong with it, "" for nothing."""
    from house import database, redis  # noqa: PLC0415 - only where the house stands

    from .life import noted  # noqa: PLC0415 - which imports this

    found: dict[str, str | None] = {}
    with standin() as provider, contextlib.ExitStack() as stack:
        lent = stack.enter_context(redis.private()) if with_redis else None
        environment = {"L10N_CL_AI_API_KEY": provider.key, "L10N_CL_AI_BASE_URL": provider.url}
        if lent:
            environment["L10N_CL_AI_REDIS_URL"] = lent[0]
        name = stack.enter_context(database.scratch(server, template))
        second = stack.enter_context(database.scratch(server, template))
        one = stack.enter_context(started(server, name, 2, 1, "life-host-1", **environment))
        two = stack.enter_context(
            started(server, name, 0, 1, "life-host-2", databases=f"{name},{second}", **environment))
        way = Way(one, provider, 2, lent)
        with noted(found, "logged in, feature accepted"):
            way.prepare()
        there = Session(two, "encargada", "encargada")
        with noted(found, "an equal question at both hosts: one call"):
            _one_flight(way, there)
        with noted(found, "one budget, spent from both"):
            _one_budget(way, there)
        with noted(found, "crons of both hosts: each row once"):
            _each_row_once(server, name, way)
        with noted(found, "another database of the same process: nothing of the first"):
            _apart(server, two, second, provider, way)
        if lent:
            with noted(found, "Redis killed: both answer"):
                lent[1].kill()
                lent[1].wait()
                way.forget()
                for manager in (way.manager, there):
                    shown = _ask(manager, way, f"¿Qué es una letra de cambio {id(manager)}?")
                    expect(shown["status"] == "answered", shown)
        with noted(found, "books"):
            way.forget()
            _books(way)
        for host in (one, two):
            with noted(found, f"log of {host.log.stem} without errors"):
                _quiet_log(Way(host, provider, 0, lent))
    return found


def _ask(manager: Session, way: Way, text: str) -> dict:
    model = "l10n_cl_ai.try.wizard"
    [dialog] = manager.call(model, "create", [{"feature_id": way.feature, "text": text}], company=way.home)
    manager.call(model, "action_ask", [dialog], company=way.home, button=True)
    [shown] = manager.call(model, "read", [dialog], ["status", "reason", "answer"], company=way.home)
    return shown


def _one_flight(way: Way, there: Session) -> None:
    with ThreadPoolExecutor(4) as pool:  # every process has loaded what a call needs before one is waited for
        asks = [pool.submit(_ask, (way.manager, there)[number % 2], way, f"¿Qué es un folio {number}?")
                for number in range(8)]  # fmt: skip
        for ask in asks:
            ask.result()
    way.forget()
    text = "¿Qué es una factura de compra?"
    asks = [lambda: _ask(way.manager, way, text), lambda: _ask(there, way, text)] * 2
    with way.held(asks) as futures:
        time.sleep(_GATHER)  # the others come to wait: nothing outside tells that they do
        way.provider.open("bench")
        statuses = sorted(future.result()["status"] for future in futures)
    expect(statuses == ["answered", *["cached"] * 3] and way.asked() == 1, (statuses, way.asked()))


def _one_budget(way: Way, there: Session) -> None:
    """As many ask at once as exhaust a small budget: it is never overspent, and what is spent is what was billed."""
    way.forget()
    way.admin.call("l10n_cl_ai.feature", "write", [way.feature], {"rate_per_minute": 1000})
    [(each,)] = way.odoo.query("SELECT max(cost) FROM l10n_cl_ai_request WHERE status = 'answered'")
    [budget] = way.manager.call("l10n_cl_ai.budget", "create", [
        {"company_id": way.home, "user_id": way.manager.uid, "period": "day", "limit_usd": 100.0}], company=way.home)
    [told] = way.manager.call("l10n_cl_ai.budget", "read", [budget], ["spent"], company=way.home)
    limit = round(told["spent"] + float(each) * ASKS / 3, 6)
    way.manager.call("l10n_cl_ai.budget", "write", [budget], {"limit_usd": limit}, company=way.home)
    with ThreadPoolExecutor(ASKS) as pool:
        asked = [pool.submit(_ask, (way.manager, there)[number % 2], way, f"¿Qué es el código {number}?")
                 for number in range(ASKS)]  # fmt: skip
        told = [future.result() for future in asked]
    way.manager.call("l10n_cl_ai.budget", "write", [budget], {"limit_usd": 100.0}, company=way.home)
    reasons = {one["reason"] for one in told}
    [(over,)] = way.odoo.query(
        "SELECT count(*) FROM l10n_cl_ai_budget_counter WHERE budget_id = %s AND (spent > %s OR reserved <> 0)",
        budget, limit)  # fmt: skip
    expect(not over and "over_budget" in reasons, (over, reasons))


def _each_row_once(server: dict, name: str, way: Way) -> None:
    from .life_released import _in_shell  # noqa: PLC0415 - beside each other

    way.forget()
    _in_shell(server, name, str(ROOT), "life_queue.py", count=ROWS)
    until(lambda: dict(way.odoo.query(_REVIEWS)) .get("done", 0) + dict(way.odoo.query(_REVIEWS)).get(
        "not_evaluated", 0) == ROWS)  # fmt: skip
    rows = dict(way.odoo.query(_REVIEWS))
    [(billed, documents)] = way.odoo.query(_TWICE)
    [(most,)] = way.odoo.query("SELECT max(attempts) FROM l10n_cl_ai_review")
    expect(billed == documents and most == 1, (rows, billed, documents, most))


def _apart(server: dict, host, second: str, provider, way: Way) -> None:
    """The same process serves another database: what is on, cached, limited and booked in the first is not there."""
    from dataclasses import replace  # noqa: PLC0415

    from ..gateway import plain  # noqa: PLC0415

    way.forget()
    other = replace(host, name=second, dsn=plain.dsn(server, second))
    theirs = Way(other, provider, 0, None)
    theirs.admin = Session(other, "admin", "admin")
    theirs.feature, theirs.home = theirs.admin.ref("feature_dte_review"), theirs.admin.ref("main_company", "base")
    text = "¿Qué es una factura de compra?"
    refused = _ask(theirs.admin, theirs, text)
    expect(refused["reason"] == "disabled", refused)
    theirs.prepare()
    answered = _ask(theirs.manager, theirs, text)
    expect(answered["status"] == "answered" and theirs.asked() == 1, (answered, theirs.asked()))
    rows = json.dumps([other.query("SELECT count(*) FROM l10n_cl_ai_request"), host.query(
        "SELECT count(*) FROM l10n_cl_ai_request WHERE company_id = %s", -1)])  # fmt: skip
    theirs.forget()  # what they were billed is not in the first one's books
    [(booked,)] = other.query("SELECT count(*) FROM l10n_cl_ai_request WHERE state = 'done' AND cost > 0")
    expect(booked == 1, rows)
